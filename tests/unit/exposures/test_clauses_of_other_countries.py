"""What the books of the EU, the UK, the US and Australia convert and leave out, clause by clause."""

from datetime import date

import polars as pl
import pytest

from riskmon.domain.terms import GRADES, OFF_BALANCE_PRODUCTS
from riskmon.exposures.conversion import factor_or_full_bp
from riskmon.exposures.exemption import exempt_share_bp
from riskmon.rulebook.select import select

AS_OF = date(2026, 6, 30)
CELLS = {
    "obligor_kind": pl.String, "obligor_country": pl.String, "obligor_government_level": pl.String,
    "obligor_is_qualifying_ccp": pl.Boolean, "obligor_grade_rank": pl.Int32, "product": pl.String,
    "is_subordinated": pl.Boolean, "is_intraday": pl.Boolean, "is_settlement": pl.Boolean,
    "is_deducted_from_capital": pl.Boolean, "is_cancellable": pl.Boolean, "is_qualifying": pl.Boolean,
    "start_date": pl.Date, "maturity_date": pl.Date, "working_days_after_due": pl.Int32, "is_drawable_on_condition": pl.Boolean,
    "obligor_risk_weight_bp": pl.Int32, "obligor_tags": pl.List(pl.String),
}  # fmt: skip
CLEARING = {"obligor_kind": "ccp", "product": "ccp_clearing", "obligor_is_qualifying_ccp": True}
YEAR = {"start_date": date(2020, 1, 1), "maturity_date": date(2021, 1, 1)}
LONGER = {"start_date": date(2020, 1, 1), "maturity_date": date(2021, 1, 2)}


def ask(question, book_id, choices=None, **row):
    (book,) = select([book_id], as_of=AS_OF, choices=choices).books
    frame = pl.DataFrame([{name: row.get(name) for name in CELLS}], schema=CELLS)
    return frame.select(question(book)).item()


def booked_share(book):
    return exempt_share_bp(book, "booked")


def undrawn_share(book):
    return exempt_share_bp(book, "potential")


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
    ("apra_aps221", {"is_settlement": True, "working_days_after_due": 0},  True),   # until the due date has passed
    ("apra_aps221", {"is_settlement": True, "working_days_after_due": -3}, True),
    ("apra_aps221", {"is_settlement": True, "working_days_after_due": 1},  False),
    ("apra_aps221", {"is_settlement": True},                               False),  # no due date is known
    ("apra_aps221", {"is_intraday": True},                                 False),  # of institutions only
    ("eu_crr",      {"is_settlement": True, "working_days_after_due": 2},  True),   # art. 390(6)(a)
    ("eu_crr",      {"is_settlement": True, "working_days_after_due": 3},  False),
    ("eu_crr",      {"is_settlement": True, "product": "bond", "working_days_after_due": 5}, True),   # 390(6)(b)
    ("eu_crr",      {"is_settlement": True, "product": "bond", "working_days_after_due": 6}, False),
    ("uk_pra",      {"is_settlement": True, "working_days_after_due": 2},  True),
    ("uk_pra",      {"is_settlement": True, "product": "bond", "working_days_after_due": 6}, False),
    ("apra_aps221", {"obligor_kind": "bank", "is_intraday": True},   True),
    ("apra_aps221", CLEARING,                                True),
    ("uk_pra",      {"is_deducted_from_capital": True},      True),
    ("us_sccl",     {"is_deducted_from_capital": True},      True),
    ("apra_aps221", {"is_deducted_from_capital": True},      True),
])  # fmt: skip
def test_what_each_book_leaves_out(book_id, row, expected):
    assert ask(booked_share, book_id, **row) == (10_000 if expected else 0)


@pytest.mark.parametrize("book_id", ["eu_crr", "uk_pra", "us_sccl", "apra_aps221"])
@pytest.mark.parametrize("product", OFF_BALANCE_PRODUCTS)
def test_nothing_off_the_balance_sheet_counts_in_part(book_id, product):
    # APS 221 Att. A 1(d): 100 %; art. 389: without degrees of risk; 252.73: face amount.
    assert ask(factor_or_full_bp, book_id, product=product, is_cancellable=True) == 10_000


@pytest.mark.parametrize(("row", "percent"), [
    ({"product": "commitment"} | YEAR,    50),
    ({"product": "loan"} | YEAR,          50),   # its undrawn part
    ({"product": "commitment"} | LONGER,   0),   # medium risk
    ({"product": "commitment"},            0),   # unknown: no relief
    ({"product": "documentary_credit"},   50),
    ({"product": "standby_credit"},        0),
    # two relieve it and one counts, the larger: 400(1)(i) exempts all of it
    ({"product": "commitment", "is_cancellable": True, "is_drawable_on_condition": True} | YEAR, 100),
])  # fmt: skip
def test_half_of_medium_and_low_risk_items_is_exempt_where_that_is_chosen(row, percent):
    chosen = {"eu_crr.medium_low_risk_exemption": "on"}
    assert ask(undrawn_share, "eu_crr", chosen, **row) == percent * 100


@pytest.mark.parametrize("book_id", ["eu_crr", "uk_pra"])
@pytest.mark.parametrize(("flags", "exempt"), [
    ({"is_cancellable": True,  "is_drawable_on_condition": True},  True),
    ({"is_cancellable": True,  "is_drawable_on_condition": False}, False),
    ({"is_cancellable": True},                                     False),   # whether is not known
    ({"is_cancellable": False, "is_drawable_on_condition": True},  False),   # not of low risk
])  # fmt: skip
def test_an_undrawn_line_is_exempt_only_if_the_limit_is_checked_before_it_is_drawn(book_id, flags, exempt):
    row = {"product": "loan"} | flags
    assert ask(undrawn_share, book_id, **row) == (10_000 if exempt else 0)
    assert ask(booked_share, book_id, **row) == 0  # what is drawn never is


@pytest.mark.parametrize(("book_id", "row", "expected"), [
    ("eu_crr",     {"obligor_kind": "sovereign", "obligor_risk_weight_bp": 0},          True),
    ("eu_crr",     sovereign("XA", "AAA") | {"obligor_risk_weight_bp": 2_000},          False),  # delivered weight wins
    ("eu_crr",     {"obligor_kind": "public_sector", "obligor_risk_weight_bp": 0},      True),
    ("eu_crr",     {"obligor_kind": "public_sector"},                                   False),
    ("eu_crr",     {"obligor_kind": "corporate", "obligor_risk_weight_bp": 0},          False),
    ("eu_crr",     {"obligor_tags": ["vip", "intragroup_zero_weight"]},                 True),   # 400(1)(f)
    ("eu_crr",     {"obligor_tags": ["deposit_guarantee_scheme"]},                      True),   # 400(1)(k)
    ("uk_pra",     {"obligor_tags": ["deposit_guarantee_scheme"]},                      False),  # dropped
    ("us_sccl",    {"obligor_kind": "financial", "obligor_tags": ["gse_in_conservatorship"]}, True),
    ("basel_lex",  {"obligor_kind": "public_sector", "obligor_tags": ["treated_as_sovereign"]}, True),
    ("basel_lex",  {"obligor_kind": "public_sector"},                                   False),
    ("basel_lex",  {"obligor_kind": "corporate", "obligor_tags": ["treated_as_sovereign"]}, False),
])  # fmt: skip
def test_a_weight_or_a_tag_of_the_party_exempts_where_the_book_says_so(book_id, row, expected):
    assert ask(booked_share, book_id, **row) == (10_000 if expected else 0)
