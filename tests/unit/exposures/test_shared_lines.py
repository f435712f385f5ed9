"""A commitment that several facilities share is drawn once."""

from datetime import date

import polars as pl
import pytest

from riskmon.exposures.measure import gross_parts
from riskmon.exposures.terms import with_terms
from riskmon.rulebook.select import select

BOOK = select(["cn_large_exposures"], as_of=date(2026, 6, 30)).books[0]
SCHEMA = {
    "facility_id": pl.String, "obligor_key": pl.Int32, "product": pl.String, "parent_facility_id": pl.String,
    "commitment_minor": pl.Int64, "drawn_minor": pl.Int64, "is_cancellable": pl.Boolean, "rate_e10": pl.Int64,
    "exponent": pl.Int32, "accrued_interest_minor": pl.Int64, "provision_minor": pl.Int64, "is_qualifying": pl.Boolean, "ccp_component": pl.String,
    "is_trading_book": pl.Boolean, "start_date": pl.Date, "maturity_date": pl.Date, "off_balance_risk": pl.String,
}  # fmt: skip
ONE = 10**10


def potential(*rows):
    """The potential exposure of each facility: id, product, committed, drawn, cancellable, parent[, obligor[, rate]]."""
    cells = [
        {
            "facility_id": name, "product": product, "commitment_minor": committed, "drawn_minor": drawn,
            "is_cancellable": cancellable, "parent_facility_id": parent, "obligor_key": more[0] if more else 0,
            "rate_e10": more[1] if len(more) > 1 else ONE, "exponent": 2,
        }
        for name, product, committed, drawn, cancellable, parent, *more in rows
    ]  # fmt: skip
    frame = pl.DataFrame(cells, schema=SCHEMA).with_row_index("facility_key")
    gross = gross_parts(
        with_terms(frame.with_columns(pl.col("facility_key").cast(pl.Int32))), BOOK, reporting_exponent=2
    )
    return dict(zip(frame["facility_id"], gross["potential_minor"], strict=True))


FIRM, FREE = False, True  # 50 % (its term is not known), and 10 % where the bank may cancel at any time


def test_sub_facilities_share_what_is_left_of_their_commitment():
    # 1 000 committed, 300 + 200 drawn: 500 are left, though each could draw 700 or 800 more by itself.
    found = potential(
        ("LINE", "commitment", 1_000, None, FIRM, None),
        ("A", "loan", 1_000, 300, FIRM, "LINE"),
        ("B", "loan", 1_000, 200, FIRM, "LINE"),
    )
    assert sum(found.values()) == 250  # 500 x 50 %, once


def test_what_is_left_counts_first_where_the_factor_is_highest():
    found = potential(
        ("LINE", "commitment", 1_000, None, FREE, None),
        ("A", "loan", 900, 300, FREE, "LINE"),
        ("B", "loan", 300, 0, FIRM, "LINE"),
    )
    # 700 left: 300 by B at 50 %, 400 by the line itself (the next at 10 %, by its key) and nothing by A
    assert found == {"LINE": 40, "A": 0, "B": 150}


def test_a_sub_facility_that_is_smaller_than_what_is_left_leaves_the_rest_with_the_line():
    found = potential(("LINE", "commitment", 1_000, None, FREE, None), ("A", "loan", 400, 100, FIRM, "LINE"))
    assert found == {"LINE": 60, "A": 150}  # 900 left: 300 at 50 %, 600 at 10 %


def test_what_is_issued_under_a_line_uses_it_and_counts_in_full():
    found = potential(
        ("LINE", "commitment", 1_000, None, FIRM, None),
        ("BA", "bill_acceptance", 600, None, None, "LINE"),
        ("A", "loan", 1_000, 300, FIRM, "LINE"),
    )
    assert found == {"LINE": 50, "BA": 600, "A": 0}  # 1 000 - 600 - 300 = 100 left


def test_a_line_that_is_drawn_beyond_its_commitment_leaves_nothing():
    found = potential(("LINE", "commitment", 100, None, FIRM, None), ("A", "loan", 500, 300, FIRM, "LINE"))
    assert found == {"LINE": 0, "A": 0}


def test_each_obligor_of_a_line_may_draw_all_that_is_left():
    found = potential(
        ("LINE", "commitment", 1_000, None, FIRM, None, 0),
        ("A", "loan", 800, 0, FIRM, "LINE", 1),
        ("B", "loan", 800, 0, FIRM, "LINE", 2),
    )
    assert found == {"LINE": 500, "A": 400, "B": 400}


def test_a_line_is_followed_to_the_commitment_at_its_top():
    found = potential(
        ("A", "loan", 900, 0, FIRM, "MID"),
        ("MID", "commitment", 900, None, FIRM, "TOP"),
        ("TOP", "commitment", 200, None, FIRM, None),
    )
    assert sum(found.values()) == 100


@pytest.mark.parametrize("parent", ["GONE", "B", "A"])
def test_a_parent_that_is_not_there_or_goes_in_a_ring_shares_nothing(parent):
    found = potential(
        ("A", "loan", 900, 300, FIRM, parent),
        ("B", "loan", 500, 300, FIRM, "A" if parent == "B" else None),
    )
    assert found == {"A": 300, "B": 100}


def test_a_line_in_another_currency_is_shared_in_the_reporting_one():
    found = potential(
        ("LINE", "commitment", 100, None, FIRM, None, 0, 7 * ONE),  # 700
        ("A", "loan", 1_000, 300, FIRM, "LINE"),
    )
    assert found == {
        "LINE": 200,
        "A": 0,
    }  # 700 - 300 = 400 left, at 50 % with the line, which has the lower key
