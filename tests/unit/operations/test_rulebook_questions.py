"""What the rulebooks answer when they are asked."""

from datetime import date

import pytest

from riskmon.domain.errors import CallerError
from riskmon.operations import rulebooks


def test_a_book_is_shown_as_it_stood_on_a_date_with_its_period():
    shown = rulebooks.show("basel_lex", date(2022, 12, 31))
    assert (shown.effective_from, shown.effective_to) == (date(2019, 1, 1), date(2023, 1, 1))


def test_without_a_date_the_newest_edition_is_shown_and_has_no_end():
    shown = rulebooks.show("basel_lex")
    assert (shown.effective_from, shown.effective_to) == (date(2023, 1, 1), None)


def test_the_content_of_a_book_has_its_ratios_as_exact_text():
    limits = rulebooks.show("cn_group_credit").content["limit"]
    assert {limit["ratio"] for limit in limits} == {"0.15"}


def test_the_text_of_a_book_has_every_limit_with_clause_and_certainty():
    text = rulebooks.show("cn_large_exposures").text
    line = next(line for line in text.splitlines() if "id=loan_single" in line)
    assert "ratio=0.10" in line
    assert line.endswith("[art. 7; verified]")


def test_the_text_of_a_book_says_from_whom_it_borrows():
    assert "measures as cn_large_exposures" in rulebooks.show("example_policy").text


def test_a_bank_can_show_and_compare_its_own_file(tmp_path):
    path = tmp_path / "own@home.toml"  # an @ in a path is no date
    path.write_text(
        'id = "own"\ntitle = "Own"\ndocument = "Own"\njurisdiction = "bank"\neffective_from = 2020-01-01\n'
    )
    assert rulebooks.show(str(path)).book_id == "own"
    assert rulebooks.diff(str(path), str(path)) == []


def test_two_dates_of_a_book_are_compared():
    changes = rulebooks.diff("basel_lex@2022-12-31", "basel_lex@2023-01-01")
    assert ("commitment (is_cancellable=false)", None, "4000") in {(c.key, c.old, c.new) for c in changes}
    assert rulebooks.diff("basel_lex@2023-01-01", "basel_lex") == []


@pytest.mark.parametrize(
    "wanted", ["basel_lex@yesterday", "basel_lex@2023-13-01", "basel_lex@2018-12-31", "basel", "@2023-01-01"]
)
def test_what_cannot_be_compared_is_the_callers_mistake(wanted):
    with pytest.raises(CallerError):
        rulebooks.diff(wanted, "basel_lex")


def test_coverage_counts_the_rows_it_shows():
    whole, basel = rulebooks.coverage(), rulebooks.coverage("basel_lex")
    assert {row.book for row in basel.clauses} == {"basel_lex"}
    assert sum(basel.counts.values()) == len(basel.clauses) < len(whole.clauses)


def test_coverage_of_an_unknown_book_names_those_there_are():
    with pytest.raises(CallerError) as raised:
        rulebooks.coverage("basel")
    assert "basel_lex" in raised.value.remedy


def test_every_shipped_edition_is_listed_in_order():
    listed = [(row.book_id, row.effective_from) for row in rulebooks.shipped()]
    assert listed == sorted(listed)
    assert ("basel_lex", date(2019, 1, 1)) in listed
