"""The published scenarios of connected clients, asked of the public verb that lists groups.

Each scenario is read under the book and the choices that it names. In the file a dependence runs from the dependent to
the party it relies on; a relationship of a bank runs the way distress travels.
"""

import json
from datetime import date
from pathlib import Path

import pytest

from riskmon.operations.groups import list_groups
from riskmon.rulebook.select import select
from tests import builders

AS_OF, BEFORE = date(2026, 6, 30), date(2026, 2, 28)
TIER1 = 8_000
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
KINDS = {"CG": "sovereign", "S": "sovereign", "K": "ccp"}
"""Governments and the central counterparty, by the names that the scenarios give them."""


def relationship(number, relation):
    attrs, ends = relation["attrs"], (relation["from"], relation["to"])
    terms = {"basis": None, "assessment": "rejected" if attrs.get("rebutted") else None}
    match relation["type"]:
        case "control":
            terms |= {"kind": "control"}
        case "shareholding":
            terms |= {"kind": "shareholding", "voting_bp": round(attrs["voting_rights"] * 10_000)}
        case "immediate_family":
            terms |= {"kind": "family"}
        case "economic_dependence":
            ends = ends[::-1]
            terms |= {
                "kind": "economic_dependence",
                "basis": BASES.get(attrs.get("kind")),
                "dependence_bp": round(attrs["share"] * 10_000) if "share" in attrs else None,
                "is_mutual": attrs.get("mutual"),
                "is_replaceable": attrs.get("not_material"),
                "known_since": attrs.get("known_since"),
            }
        case "director_of" | "common_sector" | "common_geography":  # no relationship of ours
            return None
    return builders.relationship(f"R{number}", *ends, **terms)


def exposures(scenario):
    """What the bank has at stake, where the scenario says it: one loan a party, and tier 1 capital."""
    shares = scenario.get("shares_of_tier1")
    if shares is None:
        return {}
    loans = {party: f"{round(share * TIER1)}.00" for party, share in shares.items() if share}
    return {
        "facilities": [
            builders.facility(f"F{party}", party, commitment=amount, drawn=amount)
            for party, amount in loans.items()
        ],
        "capital": [builders.capital(tier1_capital=f"{TIER1}.00")],
    }


def groups(scenario, folder, known_at=None):
    named = {end for relation in scenario["relations"] for end in (relation["from"], relation["to"])}
    rows = [relationship(number, relation) for number, relation in enumerate(scenario["relations"])]
    builders.write_bank(
        folder,
        parties=[
            builders.party(name, kind=KINDS.get(name, "corporate"), is_obligor=name in scenario["entities"])
            for name in sorted(named.union(scenario["entities"]))
        ],
        relationships=[row for row in rows if row],
        **exposures(scenario),
    )
    book = scenario["book"]
    choices = {f"{book}.{name}": value for name, value in scenario["choices"].items()}
    answer = list_groups(folder, select([book], as_of=AS_OF, known_at=known_at, choices=choices))
    found = [
        # A connector of the scenario is none of its entities; a relative without exposure is.
        sorted(m["party_id"] for m in group["members"] if m["party_id"] in scenario["entities"])
        for group in answer["groups"]
    ]
    return sorted(found)


def canonical(answer):
    return sorted(sorted(group) for group in answer)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["id"])
def test_groups_are_those_of_the_published_scenario(scenario, tmp_path):
    accepted = [canonical(answer) for answer in scenario.get("acceptable", [scenario["expected_groups"]])]
    assert groups(scenario, tmp_path) in accepted


@pytest.mark.parametrize(
    "scenario", [s for s in SCENARIOS if "expected_before" in s], ids=lambda scenario: scenario["id"]
)
def test_before_a_link_was_known_it_connected_nobody(scenario, tmp_path):
    assert groups(scenario, tmp_path, known_at=BEFORE) == canonical(scenario["expected_before"])


def test_no_scenario_is_left_out():
    assert len(SCENARIOS) == 34
    assert {s["book"] for s in SCENARIOS} == {"eu_crr", "basel_lex", "us_sccl", "apra_aps221"}
