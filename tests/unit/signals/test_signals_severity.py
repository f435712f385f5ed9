"""Lines to a severity: the boundary is the rule's, the comparison exact."""

from decimal import Decimal

import polars as pl
import pytest

from riskmon.domain.money import amount_text, percent_text
from riskmon.rulebook.model import SignalRule
from riskmon.signals.severity import severity_of, severity_rank, top_severity


def _rule(boundary: str, **lines: str) -> SignalRule:
    return SignalRule.model_validate(
        {
            "id": "A01", "title": "t", "title_zh": "t", "boundary": boundary,
            "lines": {name: Decimal(line) for name, line in lines.items()},
            "source": {"clause": "1", "certainty": "unverified"},
        }
    )  # fmt: skip


def _severity(rule: SignalRule, numerator: int | None, denominator: int) -> object:
    frame = pl.DataFrame({"n": [numerator], "d": [denominator]}, schema={"n": pl.Int64(), "d": pl.Int64()})
    return frame.select(severity_of(rule, pl.col("n"), pl.col("d"))).item()


@pytest.mark.parametrize(
    ("boundary",     "numerator",        "denominator",      "severity"),
    [
        ("above",       0,                  7,                  None),
        ("above",       1,                  10**15,             "yellow"),  # the yellow line is zero
        ("above",       1,                  3,                  "yellow"),
        ("above",       5 * 10**17,         10**18,             "yellow"),  # exactly one half
        ("above",       5 * 10**17 + 1,     10**18,             "red"),     # a float would not see the 1
        ("at_or_above", 0,                  7,                  "yellow"),
        ("at_or_above", 5 * 10**17 - 1,     10**18,             "yellow"),
        ("at_or_above", 5 * 10**17,         10**18,             "red"),
        ("above",       None,               10,                 None),      # unknown is no severity
    ],
)  # fmt: skip
def test_a_line_is_met_exactly_as_its_boundary_says(boundary, numerator, denominator, severity):
    assert _severity(_rule(boundary, yellow="0.00", red="0.50"), numerator, denominator) == severity


def test_the_order_of_the_lines_in_the_book_does_not_matter():
    rule = _rule("at_or_above", red="3", blue="1", orange="2")
    assert [_severity(rule, number, 1) for number in (0, 1, 2, 3, 4)] == [
        None,
        "blue",
        "orange",
        "red",
        "red",
    ]
    assert top_severity(rule) == "red"


def test_severities_rank_from_none_to_red():
    names = pl.Series([None, "blue", "yellow", "orange", "red"])
    assert pl.select(severity_rank(pl.lit(names))).to_series().to_list() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("minor",           "exponent", "text"),
    [
        (0,             2,          "0.00"),
        (5,             2,          "0.05"),
        (150,           2,          "1.50"),
        (-5,            2,          "-0.05"),
        (-12345,        2,          "-123.45"),
        (7,             0,          "7"),
        (-7,            0,          "-7"),
        (1234,          3,          "1.234"),
        (2**63 - 1,     2,          "92,233,720,368,547,758.07"),
        (None,          2,          None),
    ],
)  # fmt: skip
def test_an_amount_is_written_in_major_units(minor, exponent, text):
    assert pl.select(amount_text(pl.lit(minor, dtype=pl.Int64), exponent)).item() == text


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [(1, 3, "33.33 %"), (975, 1000, "97.50 %"), (3, 2, "150.00 %"), (0, 5, "0.00 %"), (1, 0, None)],
)  # fmt: skip
def test_a_share_is_written_in_percent_rounded_down(numerator, denominator, text):
    assert pl.select(percent_text(pl.lit(numerator), pl.lit(denominator))).item() == text
