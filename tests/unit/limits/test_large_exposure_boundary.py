"""Where an exposure becomes large: above the line in China, at the line in Basel."""

from datetime import date

import polars as pl
import pytest

from riskmon.limits.large_exposures import large_exposures
from riskmon.rulebook.select import select

BOOKS = {
    book.id: book
    for book in select(
        ["apra_aps221", "basel_lex", "cn_group_credit", "cn_large_exposures", "eu_crr", "uk_pra"],
        as_of=date(2026, 6, 30),
    ).books
}


def sets(book_id, exposure, *, gross=0, exempt=0, tier1=1_000, fixed=None):
    subject = {
        "subject_kind": "obligor", "subject_key": 0, "exposure_gross_minor": gross, "exposure_minor": exposure,
        "exempt_minor": exempt,
    }  # fmt: skip
    found = large_exposures(
        pl.DataFrame([subject]), BOOKS[book_id], {"tier1_capital": tier1}, fixed_minor=fixed
    )
    return set(found["set"]) - {"top_n"}


@pytest.mark.parametrize(("book_id", "exposure", "is_large"), [
    ("cn_large_exposures",  25,  False),   # 2.5 % of 1 000, and above means above
    ("cn_large_exposures",  26,  True),
    ("basel_lex",           99,  False),
    ("basel_lex",          100,  True),    # 10 % itself
    ("apra_aps221",         99,  False),
    ("apra_aps221",        100,  True),
    ("uk_pra",              99,  False),
    ("uk_pra",             100,  True),
])  # fmt: skip
def test_an_exposure_is_large_from_the_line_as_the_book_says(book_id, exposure, is_large):
    assert ("large" in sets(book_id, exposure)) is is_large


@pytest.mark.parametrize(("exposure", "is_searched"), [(50, False), (51, True)])  # above 5 % of 1 000
def test_an_obligor_above_five_percent_has_to_be_searched_for_dependence(exposure, is_searched):
    assert ("dependence_search" in sets("basel_lex", exposure)) is is_searched


def test_what_protection_or_an_exemption_takes_away_stays_in_sets_of_its_own():
    assert sets("cn_large_exposures", 0, gross=26) == {"large_before_mitigation"}
    assert sets("cn_large_exposures", 26, exempt=26) == {"exempt"}


def test_without_a_line_or_a_base_nothing_is_said_to_be_large():
    assert sets("cn_group_credit", 10**6) == set()
    assert sets("basel_lex", 10**6, tier1=None) == set()


@pytest.mark.parametrize(("gross", "expected"), [
    (69,  set()),
    (70,  {"fixed_amount"}),
    (99,  {"fixed_amount"}),
    (100, {"large_before_mitigation"}),   # 10 % of 1 000
])  # fmt: skip
def test_an_exposure_below_the_line_is_reported_from_the_fixed_amount(gross, expected):
    assert sets("eu_crr", 0, gross=gross, fixed=70) == expected
    assert "fixed_amount" not in sets("eu_crr", 0, gross=gross)
