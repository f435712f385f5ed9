"""The published scenarios of connected clients, asked of the public verb that lists groups.

Each scenario is read under `basel_lex`, whose rules on control, dependence and their combination are the ones the
scenarios illustrate. In the file a dependence runs from the dependent to the party it relies on; a relationship of a
bank runs the way distress travels.
"""

import json
from datetime import date
from pathlib import Path

import pytest

from riskmon.operations.groups import list_groups
from riskmon.rulebook.select import select
from tests import builders

LEFT_OUT = {
    "EBA-CG1": "the alternative approach to central governments is an election of the EU book",
    "EBA-CG3": "the alternative approach to central governments is an election of the EU book",
    "EBA-CG4": "the alternative approach to central governments is an election of the EU book",
    "US-76-1": "the 25 % line on votes and the 5 % gate are rules of the US book",
    "US-FAM": "families join only under the US book, above 5 % of tier 1",
}
SCENARIOS = json.loads(
    (Path(__file__).parent / "data" / "connected_clients.json").read_text(encoding="utf-8")
)["scenarios"]
BASES = {
    "same_source_of_repayment": "repayment_source",
    "common_funding": "funding_source",
    "gross_receipts": "receipts",
    "joint_liability": "joint_liability",
    "unified_management": "owners_in_common",
}


def relationship(number, relation):
    attrs, ends = relation["attrs"], (relation["from"], relation["to"])
    terms = {"basis": None, "assessment": "rejected" if attrs.get("rebutted") else None}
    match relation["type"]:
        case "control":
            terms |= {"kind": "control"}
        case "shareholding":
            terms |= {"kind": "shareholding", "voting_bp": round(attrs["voting_rights"] * 10_000)}
        case "economic_dependence":
            ends = ends[::-1]
            terms |= {
                "kind": "economic_dependence",
                "basis": BASES.get(attrs.get("kind")),
                "dependence_bp": round(attrs["share"] * 10_000) if "share" in attrs else None,
                "is_mutual": attrs.get("mutual"),
                "is_replaceable": attrs.get("not_material"),
            }
        case _:  # being a director, sharing a sector or a region: no relationship of ours
            return None
    return builders.relationship(f"R{number}", *ends, **terms)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["id"])
def test_groups_are_those_of_the_published_scenario(scenario, tmp_path):
    if scenario["id"] in LEFT_OUT:
        pytest.skip(LEFT_OUT[scenario["id"]])
    named = {end for relation in scenario["relations"] for end in (relation["from"], relation["to"])}
    parties = sorted(named.union(scenario["entities"]))
    builders.write_bank(
        tmp_path,
        parties=[
            builders.party(
                name,
                kind="sovereign" if scenario["id"] == "LEX-SOV1" and name == "S" else "corporate",
                is_obligor=name in scenario["entities"],
            )
            for name in parties
        ],
        relationships=[
            row
            for number, relation in enumerate(scenario["relations"])
            if (row := relationship(number, relation))
        ],
    )
    answer = list_groups(tmp_path, select(["basel_lex"], as_of=date(2026, 6, 30)))
    found = [
        {m["party_id"] for m in group["members"] if m["role"] != "connector"} for group in answer["groups"]
    ]
    assert sorted(map(sorted, found)) == sorted(map(sorted, scenario["expected_groups"]))
