"""Sums of obligors: exact up to the last bit, and never wrapped."""

from datetime import date

import polars as pl
import pytest

from riskmon.domain.joint import JOINT_SCHEMA
from riskmon.exposures.totals import obligor_sums, obligor_totals
from riskmon.rulebook.select import select

BOOK = select(["cn_group_credit"], as_of=date(2026, 6, 30)).books[0]
PARTIES = pl.DataFrame(
    {"party_key": [0, 1], "is_complete": [True, True]}, schema_overrides={"party_key": pl.Int32}
)
NEARLY_ALL = 2**63 - 1
"""The largest amount that 64 bits hold."""


def rows(*amounts, obligor_key=0):
    """Rows of one obligor with these exposures, two of them of different categories by turns."""
    frame = pl.DataFrame({"exposure_minor": amounts}, schema={"exposure_minor": pl.Int64}).with_row_index()
    zero = pl.lit(0, dtype=pl.Int64)
    return frame.select(
        facility_key=pl.col("index").cast(pl.Int32), obligor_key=pl.lit(obligor_key, dtype=pl.Int32),
        category=pl.when(pl.col("index") % 2 == 0).then(pl.lit("general")).otherwise(pl.lit("potential")),
        exposure_gross_minor="exposure_minor", mitigated_out_minor=zero, mitigated_in_minor=zero,
        exposure_minor="exposure_minor", exempt_minor=zero, is_complete=True,
    )  # fmt: skip


GROSS = pl.DataFrame(schema={"facility_key": pl.Int32, "product": pl.String})


def total(*parts):
    return obligor_totals(
        [obligor_sums(part, GROSS, BOOK) for part in parts], pl.DataFrame(schema=JOINT_SCHEMA), PARTIES, BOOK
    )


def test_amounts_that_add_up_to_the_last_bit_are_added_exactly():
    row = total(rows(NEARLY_ALL - 5, 3, 1)).row(0, named=True)
    assert row["exposure_minor"] == NEARLY_ALL - 1
    assert (row["general_minor"], row["potential_minor"]) == (NEARLY_ALL - 4, 3)


def test_a_sum_beyond_64_bits_stops_the_run_and_never_wraps():
    with pytest.raises(pl.exceptions.InvalidOperationError, match="i128"):
        total(rows(NEARLY_ALL, 1))


def test_amounts_of_several_obligors_may_together_be_more_than_64_bits():
    found = total(pl.concat([rows(NEARLY_ALL), rows(NEARLY_ALL, obligor_key=1)]))
    assert found["exposure_minor"].to_list() == [NEARLY_ALL, NEARLY_ALL]


def test_the_parts_of_an_obligor_add_up_whatever_categories_they_have():
    row = total(rows(5), rows(7, 11), rows(13, obligor_key=1)).row(0, named=True)
    assert (row["general_minor"], row["potential_minor"], row["exposure_minor"]) == (12, 11, 23)


def test_parts_that_add_up_to_more_than_64_bits_stop_the_run_as_well():
    with pytest.raises(pl.exceptions.InvalidOperationError, match="i128"):
        total(rows(NEARLY_ALL), rows(1))
