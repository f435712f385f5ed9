"""D10: one asset in two or more protections is red and vetoes new credit."""

import pytest

from tests.builders_frames import bank_frames
from tests.signal_rows import gaps_of, rows_of, severities

FACILITIES = [{"obligor_key": 0}, {"obligor_key": 1}, {"obligor_key": 2, "joint_obligor_keys": [3]}]


def _pledged(*references, covers=((0, 0), (1, 1)), **overrides):
    """Protections over these assets; by default the first covers A's facility, the second B's."""
    return bank_frames(
        facilities=FACILITIES,
        protections=[{"asset_reference": reference, **overrides} for reference in references],
        protection_covers=[{"protection_key": p, "facility_key": f} for p, f in covers],
    )


@pytest.mark.parametrize(
    ("references",            "severity"),
    [
        (["X"],               {}),
        (["X", "Y"],          {}),
        (["X", "X"],          {"obligor 0": "red", "obligor 1": "red"}),
        (["X", None],         {"obligor 1": None}),     # an asset without a name may be the same one
        (["X", "X", None],    {"obligor 0": "red", "obligor 1": "red"}),
    ],
)  # fmt: skip
def test_an_asset_in_two_protections_is_red_for_everyone_it_secures(references, severity):
    assert severities(_pledged(*references), "D10") == severity


@pytest.mark.parametrize(
    ("kind",            "is_raised"),
    [
        ("property",     True), ("inventory",    True), ("receivable",        True), ("security",        True),
        ("equity_stake", True), ("guarantee",    False), ("standby_credit",   False), ("cash_margin",    False),
        ("gold",         False), ("credit_derivative", False),
    ],
)  # fmt: skip
def test_only_assets_can_be_pledged_twice(kind, is_raised):
    assert bool(severities(_pledged("X", "X", kind=kind), "D10")) == is_raised


def test_one_protection_may_cover_several_facilities():
    assert severities(_pledged("X", covers=((0, 0), (0, 1))), "D10") == {}


def test_joint_obligors_and_the_title_holder_are_told_too():
    tables = _pledged("X", "X", covers=((0, 0), (1, 2)), title_holder_key=5)
    assert set(severities(tables, "D10")) == {"obligor 0", "obligor 2", "obligor 3", "obligor 5"}


def test_each_asset_is_a_cause_of_its_own_with_a_veto():
    everything_covers_the_first = tuple((protection, 0) for protection in range(4))
    rows = rows_of(_pledged("X", "Y", "X", "Y", covers=everything_covers_the_first), "D10")
    assert [(row["subject_key"], row["cause_id"], row["is_veto"]) for row in rows] == [
        (0, "D10/X", True),
        (0, "D10/Y", True),
    ]
    assert rows[0]["evidence"] == "Asset X stands in 2 protections (P0, P2)."


def test_an_unnamed_asset_beside_a_raised_one_adds_nothing():
    rows = rows_of(_pledged("X", "X", None, covers=((0, 0), (1, 0), (2, 0))), "D10")
    assert [(row["state"], row["cause_id"]) for row in rows] == [("raised", "D10/X")]


def test_a_long_list_of_protections_is_shortened():
    rows = rows_of(_pledged(*["X"] * 12), "D10")
    assert "and 2 more" in str(rows[0]["evidence"])


def test_an_asset_that_secures_nobody_known_is_not_lost():
    tables = _pledged("X", "X", covers=())
    assert severities(tables, "D10") == {}
    assert gaps_of(tables, "D10") == ["protection_covers"]


def test_a_column_that_is_never_filled_is_one_gap():
    tables = _pledged(None, None)
    assert severities(tables, "D10") == {}
    assert gaps_of(tables, "D10") == ["protections.asset_reference"]
