"""The model of a rulebook: what an edition may not say."""

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from riskmon.rulebook.base import Source
from riskmon.rulebook.model import Choice, Edition, Limit, WarningLines

SOURCE = Source(clause="1", certainty="verified")


def edition(**parts):
    heading = {"id": "own", "title": "Own", "document": "Own policy", "jurisdiction": "bank"}
    return Edition(**heading, effective_from=date(2020, 1, 1), **parts)


def limit(**overrides):
    fields = {
        "id": "group", "title": "One group", "title_zh": "集团", "subjects": ("group",), "applies_to": "any",
        "measure": "exposure", "base": "tier1_capital", "ratio": Decimal("0.15"), "is_hard": True, "source": SOURCE,
    }  # fmt: skip
    return Limit(**fields | overrides)


@pytest.mark.parametrize("lines", [
    {"blue": "0.8", "yellow": "0.7"},     # falls
    {"blue": "0.8", "yellow": "0.8"},     # one line, two levels
    {"red": "0"},                         # every subject would be red
    {"blue": "-0.1", "red": "0.9"},
])  # fmt: skip
def test_warning_lines_rise_from_blue_to_red_and_are_positive(lines):
    with pytest.raises(ValidationError, match="must be positive and rise"):
        WarningLines(**{level: Decimal(share) for level, share in lines.items()})


def test_a_warning_level_may_be_left_out_and_lie_above_the_limit():
    lines = WarningLines(blue=Decimal("0.7"), red=Decimal("1.125")).lines()
    assert lines == [("blue", Decimal("0.7")), ("red", Decimal("1.125"))]


@pytest.mark.parametrize("ratio", ["0", "-0.1", "1.01", "NaN", "Infinity"])
def test_a_limit_is_a_share_of_capital_above_nothing_and_up_to_all(ratio):
    with pytest.raises(ValidationError):
        limit(ratio=Decimal(ratio))


@pytest.mark.parametrize("overrides", [{"subjects": ()}, {"id": "Group-1"}, {"cap": 1}, {"measure": "ead"}])
def test_a_limit_outside_the_vocabulary_is_refused(overrides):
    with pytest.raises(ValidationError):
        limit(**overrides)


@pytest.mark.parametrize("when", [{"reading": "loose"}, {"colour": "strict"}])
def test_when_names_a_choice_and_a_value_that_the_book_offers(when):
    reading = Choice(name="reading", values=("strict", "wide"), source=SOURCE)
    assert edition(choice=(reading,), limit=(limit(when={"reading": "wide"}),))
    with pytest.raises(ValidationError, match="which no choice of the book offers"):
        edition(choice=(reading,), limit=(limit(when=when),))


def test_a_choice_has_at_least_two_values():
    with pytest.raises(ValidationError):
        Choice(name="reading", values=("strict",), source=SOURCE)


def test_a_rule_cannot_be_changed_once_it_is_read():
    with pytest.raises(ValidationError, match="frozen"):
        limit().ratio = Decimal("0.2")


def test_a_clause_is_cited_with_the_document_it_stands_in():
    other = limit(source=Source(clause="7", certainty="verified", document="Notice 12"))
    assert edition().clause(limit()) == "Own policy, 1"
    assert edition().clause(other) == "Notice 12, 7"
