"""Which assessment of a relationship counts: pure, on frames."""

from datetime import UTC, date, datetime

import polars as pl

from riskmon.domain.assessment import APPROVED_SCHEMA, assessed, in_force, strayed

FACTS = {"source_party_id": "A", "target_party_id": "B", "kind": "control", "basis": None}


def approved(*rows):
    """Assessments in the order of approval: relationship_id, assessment, valid_until and other facts."""
    full = [
        {
            "proposal_id": f"p{number}", **FACTS, "reason": "visit", "valid_until": None, "assessed_by": "Li Na",
            "approved_by": "Wang Wei", "approved_at": datetime(2026, 1, 1 + number, tzinfo=UTC), **row,
        }
        for number, row in enumerate(rows)
    ]  # fmt: skip
    return pl.DataFrame(full, schema=APPROVED_SCHEMA)


def relationships(*rows):
    full = [{"relationship_id": f"R{n}", **FACTS, "assessment": None, **row} for n, row in enumerate(rows, 1)]
    return pl.DataFrame(full, schema={**{name: pl.String() for name in full[0]}})


R1 = {"relationship_id": "R1", "assessment": "confirmed"}


def test_an_assessment_counts_through_its_last_day_and_not_after():
    until = approved({**R1, "valid_until": date(2026, 6, 30)})
    assert in_force(until, date(2026, 6, 30)).height == 1
    assert in_force(until, date(2026, 7, 1)).height == 0


def test_of_several_the_last_approved_that_has_not_expired_counts():
    both = approved(R1, {**R1, "assessment": "rejected", "valid_until": date(2026, 6, 30)})
    assert in_force(both, date(2026, 6, 30))["assessment"].to_list() == ["rejected"]
    assert in_force(both, date(2026, 7, 1))["assessment"].to_list() == ["confirmed"]


def test_what_was_delivered_stays_visible_beside_what_counts():
    rows = assessed(relationships({"assessment": "doubtful"}, {}, {"assessment": "rejected"}), approved(R1))
    assert rows.select("relationship_id", "assessment", "recorded_assessment", "assessed_by", "approved_by").rows() == [
        ("R1", "confirmed", "doubtful", "Li Na", "Wang Wei"),
        ("R2", None, None, None, None),
        ("R3", "rejected", None, None, None),
    ]  # fmt: skip


def test_of_a_relationship_that_nobody_had_looked_at_none_is_what_was_delivered():
    rows = assessed(relationships({}), approved({**R1, "assessment": "rejected"}))
    assert rows.select("assessment", "recorded_assessment").rows() == [("rejected", "none")]


def test_an_assessment_is_not_carried_over_to_another_relationship_of_the_same_id():
    for change in (
        {"source_party_id": "C"},
        {"target_party_id": "C"},
        {"kind": "family"},
        {"basis": "board"},
    ):
        now = relationships({**change, "assessment": "doubtful"})
        assert assessed(now, approved(R1))["assessment"].to_list() == ["doubtful"]
        gone, differing = strayed(now, approved(R1))
        assert (gone.height, differing["relationship_id"].to_list()) == (0, ["R1"])


def test_an_assessment_of_nothing_is_told_apart():
    gone, differing = strayed(relationships({}), approved({**R1, "relationship_id": "R9"}))
    assert (gone["relationship_id"].to_list(), differing.height) == (["R9"], 0)


def test_the_columns_are_the_same_whether_or_not_somebody_assessed():
    rows = relationships({}, {})
    assert assessed(rows, approved()).schema == assessed(rows, approved(R1)).schema
