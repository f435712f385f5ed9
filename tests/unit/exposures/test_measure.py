"""Gross exposure: what counts, in which currency, rounded which way."""

from datetime import date

import polars as pl
import pytest

from riskmon.exposures.measure import gross_parts
from riskmon.exposures.terms import with_terms
from riskmon.rulebook.select import select

BOOK = select(["cn_large_exposures"], as_of=date(2026, 6, 30)).books[0]
CREDIT = select(["cn_group_credit"], as_of=date(2026, 6, 30)).books[0]
ONE = 10**10

SCHEMA = {
    "facility_key": pl.Int32, "obligor_key": pl.Int32, "product": pl.String, "is_trading_book": pl.Boolean,
    "commitment_minor": pl.Int64, "drawn_minor": pl.Int64, "accrued_interest_minor": pl.Int64,
    "provision_minor": pl.Int64, "rate_e10": pl.Int64, "exponent": pl.Int32, "is_cancellable": pl.Boolean,
    "is_qualifying": pl.Boolean, "ccp_component": pl.String, "start_date": pl.Date, "maturity_date": pl.Date,
    "facility_id": pl.String, "parent_facility_id": pl.String, "off_balance_risk": pl.String,
}  # fmt: skip


def measured(book=BOOK, **values):
    row = {"facility_key": 0, "obligor_key": 0, "product": "loan", "rate_e10": ONE, "exponent": 2} | values
    frame = pl.DataFrame([{name: row.get(name) for name in SCHEMA}], schema=SCHEMA)
    return gross_parts(with_terms(frame), book, reporting_exponent=2).row(0, named=True)


@pytest.mark.parametrize(
    ("terms",                                                                          "booked", "potential"),
    [
        ({"drawn_minor": 100},                                                              100,  0),
        ({"drawn_minor": 100, "accrued_interest_minor": 7, "provision_minor": 5},           102,  0),
        ({"drawn_minor": 100, "provision_minor": 130},                                        0,  0),  # never negative
        ({"drawn_minor": 100, "commitment_minor": 301, "is_cancellable": True},             100, 21),  # 10 % of 201, up
        ({"drawn_minor": 100, "commitment_minor": 90, "is_cancellable": True},              100,  0),  # overdrawn
        ({"product": "bill_acceptance", "commitment_minor": 40},                              0, 40),
        ({"product": "bill_acceptance", "commitment_minor": 40, "provision_minor": 4},        0, 36),
        ({"product": "documentary_credit", "commitment_minor": 101, "provision_minor": 1},    0, 20),  # 20.2 - 1, up
    ],
)  # fmt: skip
def test_what_counts_is_drawn_with_interest_less_provision_and_the_converted_rest(terms, booked, potential):
    row = measured(**terms)
    assert (row["booked_minor"], row["potential_minor"]) == (booked, potential)


@pytest.mark.parametrize(
    ("rate_e10", "exponent", "drawn", "expected"),
    [
        (7_1234567891 * 1, 2, 100, 713),  # 712.34... rounded up, once
        (478_000_000, 0, 1_000, 4780),  # 1 000 yen at 0.0478 are 47.80
        (478_000_000, 0, 1, 5),  # 4.78 fen, rounded up
        (23_4000000000, 3, 1_000, 2340),  # one dinar of 1 000 fils
        (ONE, 2, 999_999_999_999_999, 999_999_999_999_999),
    ],
)
def test_another_currency_is_converted_exactly_and_rounded_up(rate_e10, exponent, drawn, expected):
    assert measured(rate_e10=rate_e10, exponent=exponent, drawn_minor=drawn)["booked_minor"] == expected


def test_the_credit_balance_is_nominal_before_provision_and_without_interest():
    row = measured(
        CREDIT,
        drawn_minor=100,
        commitment_minor=150,
        accrued_interest_minor=9,
        provision_minor=30,
        is_cancellable=True,
    )
    assert (row["booked_minor"], row["potential_minor"]) == (100, 50)


def test_loans_are_counted_before_provision_and_only_loans():
    assert measured(drawn_minor=100, provision_minor=30)["loan_balance_minor"] == 100
    assert measured(product="bond", drawn_minor=100)["loan_balance_minor"] == 0


def test_what_a_book_cannot_measure_in_full_is_said():
    assert measured(product="derivative", drawn_minor=5)["is_partly_measured"]
    assert not measured(drawn_minor=5)["is_partly_measured"]


@pytest.mark.parametrize(("terms", "categories"), [
    ({"product": "loan"},                                                     ("general", "potential")),
    ({"product": "bond", "is_trading_book": True},                            ("trading", "potential")),
    ({"product": "sale_with_recourse"},                                       ("potential", "potential")),
    ({"product": "sale_with_recourse", "off_balance_risk": "first loss"},     ("other", "other")),
    ({"product": "loan", "off_balance_risk": "implicit support"},             ("other", "potential")),
    ({"product": "loan", "off_balance_risk": " "},                            ("general", "potential")),
])  # fmt: skip
def test_each_part_counts_in_its_category(terms, categories):
    row = measured(**terms)
    assert (row["booked_category"], row["potential_category"]) == categories
