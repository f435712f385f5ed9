"""The conversion factors of each book, clause by clause and by date; an unknown condition takes the higher factor."""

from datetime import date

import polars as pl
import pytest

from riskmon import exposures
from riskmon.exposures.conversion import factor_or_full_bp
from riskmon.rulebook.loader import shipped_editions
from riskmon.rulebook.select import select
from tests import builders

SCHEMA = {
    "product": pl.String, "is_cancellable": pl.Boolean, "is_qualifying": pl.Boolean, "start_date": pl.Date,
    "maturity_date": pl.Date,
}  # fmt: skip
YEAR = {"start_date": date(2020, 1, 1), "maturity_date": date(2021, 1, 1)}
LONGER = {"start_date": date(2020, 1, 1), "maturity_date": date(2021, 1, 2)}
FIRM, FREE = {"is_cancellable": False}, {"is_cancellable": True}


def percent(book_id, product, as_of=date(2026, 6, 30), **terms):
    (book,) = select([book_id], as_of=as_of).books
    frame = pl.DataFrame([{name: ({"product": product} | terms).get(name) for name in SCHEMA}], schema=SCHEMA)
    return frame.select(factor_or_full_bp(book)).item() / 100


@pytest.mark.parametrize(("product", "terms", "expected"), [
    ("commitment",            FIRM,                     40),   # 5.2
    ("commitment",            FREE,                     10),
    ("commitment",            {},                       40),   # unknown: the higher
    ("loan",                  FREE,                     10),   # the undrawn part of a loan is a commitment
    ("card_undrawn",          {"is_qualifying": False}, 40),   # 5.3
    ("card_undrawn",          {"is_qualifying": True},  20),
    ("card_undrawn",          {},                       40),
    ("note_issuance",         {},                       50),   # 5.4
    ("performance_guarantee", {},                       50),
    ("documentary_credit",    {},                       20),   # 5.5
    ("standby_credit",        {},                      100),   # 5.1
    ("forward_purchase",      {},                      100),
])  # fmt: skip
def test_the_example_policy_converts_as_the_capital_rules_of_2023_do(product, terms, expected):
    assert percent("example_policy", product, **terms) == expected


# Product, terms, the annex of the large-exposure measures, the table of the capital rules.
TWO_CHINESE_TABLES = [
    ("bill_acceptance",       {},                      100, 100),
    ("financing_guarantee",   {},                      100, 100),
    ("commitment",            FIRM | YEAR,              20,  40),
    ("commitment",            FIRM | LONGER,            50,  40),
    ("commitment",            FREE,                     10,  10),
    ("commitment",            {},                       50,  40),  # unknown: the higher of each
    ("loan",                  FIRM | YEAR,              20,  40),
    ("card_undrawn",          {"is_qualifying": False}, 50,  40),
    ("card_undrawn",          {"is_qualifying": True},  20,  20),
    ("note_issuance",         {},                       50,  50),
    ("performance_guarantee", {},                       50,  50),
    ("documentary_credit",    {},                       20,  20),
    ("sale_with_recourse",    {},                      100, 100),
]  # fmt: skip


@pytest.mark.parametrize(("product", "terms", "annex_4", "capital_rules"), TWO_CHINESE_TABLES)
def test_the_two_chinese_tables_are_kept_apart(product, terms, annex_4, capital_rules):
    assert percent("cn_large_exposures", product, **terms) == annex_4
    assert percent("cn_capital", product, **terms) == capital_rules


def test_no_other_book_takes_a_rule_from_the_capital_table():
    others = sorted(set(shipped_editions()) - {"cn_capital", "early_warning"})
    selected = select(others, as_of=date(2026, 6, 30)).books
    assert [book.id for book in selected if "cn_capital" in book.borrowed] == []


def test_a_run_of_both_tables_measures_each_by_its_own(tmp_path):
    # 100.00 undrawn for three years, not cancellable: 50 % in annex 4, 40 % in the capital rules
    frames = builders.validated(
        tmp_path,
        parties=[builders.party("A")],
        facilities=[builders.facility("F1", "A", product="commitment", drawn=None, is_cancellable=False)],
        capital=[builders.capital()],
    )
    books = ["cn_large_exposures", "cn_capital"]
    rows = exposures.run(frames, select(books, as_of=builders.AS_OF))["obligor_exposures"]
    assert dict(rows.select("book_id", "exposure_minor").rows()) == {
        "cn_large_exposures": 50_00,
        "cn_capital": 40_00,
    }


@pytest.mark.parametrize(("product", "terms", "before_2023", "since_2023"), [
    ("commitment",            FIRM | YEAR,    20,   40),
    ("commitment",            FIRM | LONGER,  50,   40),
    ("commitment",            FIRM,           50,   40),
    ("commitment",            FREE | LONGER,  10,   10),   # the floor of the large-exposure standard
    ("card_undrawn",          FREE,           10,   10),
    ("note_issuance",         {},             50,   50),
    ("performance_guarantee", {},             50,   50),
    ("documentary_credit",    {},             20,   20),
    ("financing_guarantee",   {},            100,  100),
])  # fmt: skip
def test_basel_converts_by_the_standardised_factors_of_its_date(product, terms, before_2023, since_2023):
    assert percent("basel_lex", product, date(2022, 12, 31), **terms) == before_2023
    assert percent("basel_lex", product, date(2023, 1, 1), **terms) == since_2023


@pytest.mark.parametrize(
    "product", ["commitment", "card_undrawn", "documentary_credit", "performance_guarantee"]
)
def test_the_guideline_of_2010_counts_everything_at_nominal_value(product):
    assert percent("cn_group_credit", product, is_cancellable=True, is_qualifying=True) == 100


def test_note_issuance_facilities_convert_at_half_under_the_chinese_measures():
    assert percent("cn_large_exposures", "note_issuance") == 50
