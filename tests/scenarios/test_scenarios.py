"""Every scenario of this folder: a bank of a few parties, and what a risk officer would expect of it."""

import tomllib
from pathlib import Path

import pytest

from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders

SCENARIOS = sorted(Path(__file__).parent.glob("*.toml"))


def minor(text):
    whole, _, decimals = text.partition(".")
    return int(whole) * 100 + int(decimals)


def bank_of(scenario):
    parties = [{"id": p} if isinstance(p, str) else p for p in scenario["parties"]]
    facilities = [{"id": f"F{n}", **row} for n, row in enumerate(scenario["facilities"])]
    protections = scenario.get("protections", [])
    return {
        "parties": [builders.party(p["id"], **{k: v for k, v in p.items() if k != "id"}) for p in parties],
        "relationships": [
            builders.relationship(
                row.get("id", f"R{n}"),
                row["from"],
                row["to"],
                **{"basis": None, **{k: v for k, v in row.items() if k not in ("id", "from", "to")}},
            )
            for n, row in enumerate(scenario["relationships"])
        ],
        "facilities": [
            builders.facility(
                row["id"],
                row["obligor"],
                **{"drawn": None, "commitment": None}
                | {k: v for k, v in row.items() if k not in ("id", "obligor")},
            )
            for row in facilities
        ],
        "protections": [
            builders.protection(
                row["id"], kind=row["kind"], provider_id=row.get("provider"), value=row["value"]
            )
            for row in protections
        ],
        "protection_covers": [
            builders.cover(row["id"], facility) for row in protections for facility in row["covers"]
        ],
        "capital": [builders.capital(scenario["as_of"], **scenario["capital"])],
    }


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_bank_is_seen_as_a_risk_officer_would(path, tmp_path):
    scenario = tomllib.loads(path.read_text(encoding="utf-8"))
    builders.write_bank(tmp_path / "bank", **bank_of(scenario))
    selection = select(scenario["books"], as_of=scenario["as_of"])
    result = run_monitor(tmp_path / "bank", selection, tmp_path / "data")
    expect = scenario["expect"]

    members = result.tables["group_members"]
    totals = {row["group_id"]: row for row in result.tables["group_exposures"].iter_rows(named=True)}
    for group in expect.get("group", []):
        group_id = f"{group['book']}/{group['anchor']}"
        counted = members.filter((members["group_id"] == group_id) & (members["role"] != "connector"))
        assert sorted(counted["party_id"]) == sorted(group["members"])
        assert totals[group_id]["exposure_minor"] == minor(group["exposure"])

    obligors = {
        (row["book_id"], row["obligor_id"]): row
        for row in result.tables["obligor_exposures"].iter_rows(named=True)
    }
    names = {
        "gross": "exposure_gross_minor",
        "mitigated_out": "mitigated_out_minor",
        "mitigated_in": "mitigated_in_minor",
        "exposure": "exposure_minor",
        "exempt": "exempt_minor",
    }
    for obligor in expect.get("obligor", []):
        row = obligors[obligor["book"], obligor["obligor"]]
        expected = {column: minor(obligor[key]) for key, column in names.items() if key in obligor}
        assert {column: row[column] for column in expected} == expected

    breaches = [
        (
            f"{b['book_id']}/{b['limit_id']}",
            b["subject_id"],
            b["exposure_minor"],
            b["limit_minor"],
            b["excess_minor"],
        )
        for b in result.tables["breaches"].iter_rows(named=True)
    ]
    assert sorted(breaches) == sorted(
        (b["limit"], b["subject"], minor(b["exposure"]), minor(b["amount"]), minor(b["excess"]))
        for b in expect.get("breach", [])
    )
