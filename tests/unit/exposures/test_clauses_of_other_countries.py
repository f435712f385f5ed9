"""What the books of the EU, the UK, the US and Australia convert and leave out, clause by clause."""

from datetime import date

import polars as pl
import pytest

from riskmon.domain.terms import GRADES, OFF_BALANCE_PRODUCTS
from riskmon.exposures.conversion import factor_or_full_bp
from riskmon.exposures.exemption import is_exempt
from riskmon.rulebook.select import select

AS_OF = date(2026, 6, 30)
CELLS = {
    "obligor_kind": pl.String, "obligor_country": pl.String, "obligor_government_level": pl.String,
    "obligor_is_qualifying_ccp": pl.Boolean, "obligor_grade_rank": pl.Int32, "product": pl.String,
    "is_subordinated": pl.Boolean, "is_intraday": pl.Boolean, "is_settlement": pl.Boolean,
    "is_deducted_from_capital": pl.Boolean, "is_cancellable": pl.Boolean, "is_qualifying": pl.Boolean,
    "start_date": pl.Date, "maturity_date": pl.Date,
}  # fmt: skip
CLEARING = {"obligor_kind": "ccp", "product": "ccp_clearing", "obligor_is_qualifying_ccp": True}
YEAR = {"start_date": date(2020, 1, 1), "maturity_date": date(2021, 1, 1)}
LONGER = {"start_date": date(2020, 1, 1), "maturity_date": date(2021, 1, 2)}


def ask(question, book_id, choices=None, **row):
    (book,) = select([book_id], as_of=AS_OF, choices=choices).books
    frame = pl.DataFrame([{name: row.get(name) for name in CELLS}], schema=CELLS)
    return frame.select(question(book)).item()


def sovereign(country, grade=None):
    return {
        "obligor_kind": "sovereign",
        "obligor_country": country,
        "obligor_grade_rank": None if grade is None else GRADES.index(grade),
    }


@pytest.mark.parametrize(("book_id", "row", "expected"), [
    ("eu_crr",      sovereign("XA", "AA-"),                  True),   # art. 400(1)(a): 0 % weight
    ("eu_crr",      sovereign("XA", "A+"),                   False),
    ("eu_crr",      sovereign("XA"),                         False),  # its weight is unknown
    ("eu_crr",      {"obligor_kind": "multilateral"},        True),
    ("eu_crr",      CLEARING,                                True),
    ("eu_crr",      {"obligor_kind": "bank", "is_intraday": True}, False),
    ("eu_crr",      {"is_deducted_from_capital": True},      True),
    ("uk_pra",      sovereign("GB", "AA"),                   True),
    ("uk_pra",      CLEARING,                                True),
    ("us_sccl",     sovereign("US"),                         True),   # 252.71: no counterparty
    ("us_sccl",     sovereign("XA", "AA-"),                  True),
    ("us_sccl",     sovereign("XA"),                         False),
    ("us_sccl",     {"obligor_kind": "bank", "is_intraday": True}, True),   # 252.77
    ("us_sccl",     CLEARING,                                True),
    ("us_sccl",     {"obligor_kind": "international_organisation"}, True),
    ("apra_aps221", sovereign("AU"),                         True),
    ("apra_aps221", sovereign("XA", "AAA"),                  False),  # has a limit, no exemption
    ("apra_aps221", {"obligor_kind": "bank", "is_settlement": True}, True),
    ("apra_aps221", {"obligor_kind": "bank", "is_intraday": True},   True),
    ("apra_aps221", CLEARING,                                True),
])  # fmt: skip
def test_what_each_book_leaves_out(book_id, row, expected):
    assert ask(is_exempt, book_id, **row) is expected


@pytest.mark.parametrize("book_id", ["eu_crr", "uk_pra", "us_sccl", "apra_aps221"])
@pytest.mark.parametrize("product", OFF_BALANCE_PRODUCTS)
def test_nothing_off_the_balance_sheet_counts_in_part(book_id, product):
    # APS 221 Att. A 1(d): 100 %; art. 389: without degrees of risk; 252.73: face amount.
    assert ask(factor_or_full_bp, book_id, product=product, is_cancellable=True) == 10_000


@pytest.mark.parametrize(("row", "percent"), [
    ({"product": "commitment"} | YEAR,    50),
    ({"product": "commitment"} | LONGER, 100),   # medium risk
    ({"product": "commitment"},          100),   # unknown: the higher
    ({"product": "documentary_credit"},   50),
    ({"product": "standby_credit"},      100),
])  # fmt: skip
def test_half_of_medium_and_low_risk_items_is_exempt_where_that_is_chosen(row, percent):
    chosen = {"eu_crr.medium_low_risk_exemption": "on"}
    assert ask(factor_or_full_bp, "eu_crr", chosen, **row) == percent * 100
