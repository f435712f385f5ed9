"""Parts of a bank: every facility in one of them, with all that it has to be measured with."""

import polars as pl
import pytest

from riskmon.exposures.parts import Lent, Part, parts_of

FACILITY = {
    "facility_key": pl.Int32, "facility_id": pl.String, "obligor_key": pl.Int32, "joint_obligor_keys": pl.List(pl.Int32),
    "product": pl.String, "currency": pl.String, "commitment_minor": pl.Int64, "drawn_minor": pl.Int64,
    "accrued_interest_minor": pl.Int64, "provision_minor": pl.Int64, "rate_e10": pl.Int64, "exponent": pl.Int32,
    "start_date": pl.Date, "maturity_date": pl.Date, "is_trading_book": pl.Boolean, "off_balance_risk": pl.String,
    "parent_facility_id": pl.String, "ccp_component": pl.String, "is_subordinated": pl.Boolean,
    "is_intraday": pl.Boolean, "is_settlement": pl.Boolean, "is_deducted_from_capital": pl.Boolean,
    "is_cancellable": pl.Boolean, "is_drawable_on_condition": pl.Boolean, "is_qualifying": pl.Boolean,
}  # fmt: skip
NOT_SAID = dict.fromkeys(
    (
        "kind", "currency", "value_minor", "rate_e10", "exponent", "haircut_class", "is_used_for_capital", "trade_id",
        "start_date", "maturity_date", "original_maturity_date",
    ),
    pl.lit(None),
)  # fmt: skip
OBLIGORS = (0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5)
"""Twelve facilities, two of each obligor: `n` and `n + 6`."""


def cut(size, covers=(), **columns):
    """The facility keys of each part, the rest first. covers: protection and facility; columns: values by facility."""
    rows = [
        {"facility_key": n, "facility_id": f"F{n}", "obligor_key": obligor, "product": "loan"}
        | {name: values.get(n) for name, values in columns.items() if n in values}
        for n, obligor in enumerate(OBLIGORS)
    ]
    facilities = pl.DataFrame([{name: row.get(name) for name in FACILITY} for row in rows], schema=FACILITY)
    covered = pl.DataFrame(
        covers, schema={"protection_key": pl.Int32, "facility_key": pl.Int32}, orient="row"
    )
    protections = covered.select("protection_key", provider_key="facility_key", **NOT_SAID).unique(
        "protection_key"
    )
    parts = list(parts_of(Lent(facilities.lazy(), protections.lazy(), covered.lazy()), size))
    assert [part.is_rest for part in parts] == [True] + [False] * (len(parts) - 1)
    for part in parts:  # each has the covers of its facilities and their protections, and no other
        assert part.covers["facility_key"].is_in(part.facilities["facility_key"].implode()).all()
        assert set(part.protections["protection_key"]) == set(part.covers["protection_key"])
    assert sum(part.covers.height for part in parts) == len(covers)
    return [sorted(part.facilities["facility_key"]) for part in parts]


def test_a_book_that_is_no_larger_than_a_part_is_one_part():
    assert cut(12) == [list(range(12))]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (11, [[], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]]),  # the last obligor begins in the first eleven
        (4, [[], [0, 1, 6, 7], [2, 3, 8, 9], [4, 5, 10, 11]]),
        (1, [[], [0, 6], [1, 7], [2, 8], [3, 9], [4, 10], [5, 11]]),
    ],
)
def test_facilities_of_one_obligor_are_in_one_part(size, expected):
    assert cut(size) == expected


def test_what_one_protection_covers_is_in_one_part_wherever_its_obligors_are():
    covers = [(0, 0), (0, 6), (1, 1), (1, 8), (2, 3)]  # the first two of one obligor, the next of two ranges
    assert cut(4, covers) == [[1, 8], [0, 6, 7], [2, 3, 9], [4, 5, 10, 11]]


def test_what_shares_a_line_is_in_one_part_to_the_last_link_and_in_a_ring():
    parents = {0: "F2", 2: "F4", 5: "F11", 11: "F5", 7: "F11", 9: "F-GONE"}
    assert cut(4, parent_facility_id=parents) == [[0, 2, 4, 5, 7, 11], [1, 6], [3, 8, 9], [10]]


def test_a_part_takes_along_what_hangs_together_through_protections_and_lines_by_turns():
    # 0 and 2 share a protection across ranges, 2 and 8 a line within one, 8 and 9 a protection within one.
    assert cut(4, [(0, 0), (0, 2), (1, 8), (1, 9)], parent_facility_id={8: "F2"}) == [
        [0, 2, 8, 9],
        [1, 6, 7],
        [3],
        [4, 5, 10, 11],
    ]


def test_what_there_may_be_a_structure_behind_is_in_one_part():
    products = {1: "fund_unit", 10: "securitisation"}
    assert cut(4, product=products) == [[1, 10], [0, 6, 7], [2, 3, 8, 9], [4, 5, 11]]


def test_a_part_knows_who_has_signed_its_facilities_though_they_owe_nothing_alone():
    # 0 owes its loan with 7 and 8, 1 owes one alone; 9 has nothing to do with them.
    facilities = pl.DataFrame(
        [(0, [7, 8]), (1, None)],
        schema={"obligor_key": pl.Int32, "joint_obligor_keys": pl.List(pl.Int32)},
        orient="row",
    )
    nothing = pl.DataFrame(schema={"provider_key": pl.Int32})
    parties = pl.DataFrame({"party_key": range(10)}, schema={"party_key": pl.Int32})
    named = Part(facilities, nothing, nothing, is_rest=False).named(parties)
    assert named["party_key"].to_list() == [0, 1, 7, 8]
