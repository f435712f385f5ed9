"""B19. Lines of the early-warning book: versions more than 1 % apart are yellow, more than 5 % orange."""

from datetime import date

import pytest

from tests.builders_frames import bank_frames
from tests.signal_rows import gaps_of, rows_of, severities


def _item(amount, version, **overrides):
    return {"party_key": 0, "item": "total_assets", "amount_minor": amount, "version": version, **overrides}


def _versions(*amounts, **overrides):
    return [_item(amount, str(number), **overrides) for number, amount in enumerate(amounts)]


@pytest.mark.parametrize(
    ("amounts",              "severity"),
    [
        ([100_00],           {}),                       # one version has nothing to disagree with
        ([100_00, 100_00],   {}),
        ([100_00, 99_00],    {}),                       # exactly 1 % of the larger
        ([100_00, 98_99],    {"obligor 0": "yellow"}),
        ([100_00, 95_00],    {"obligor 0": "yellow"}),  # exactly 5 %
        ([94_99, 100_00],    {"obligor 0": "orange"}),
        ([100_00, 99_50, 94_99], {"obligor 0": "orange"}),  # the two furthest apart, over all versions
        ([-100_00, -94_99],  {"obligor 0": "orange"}),  # a loss: over the largest absolute amount
        ([-100_00, -99_00],  {}),                       # exactly 1 % of a loss
        ([1_00, -1_00],      {"obligor 0": "orange"}),  # 200 %
        ([0, 0],             {}),
        ([0, 1],             {"obligor 0": "orange"}),  # all of it
        ([100_00, None],     {"obligor 0": None}),      # an empty amount is not an equal one
    ],
)  # fmt: skip
def test_versions_of_one_item_that_disagree_raise(amounts, severity):
    assert severities(bank_frames(financial_statements=_versions(*amounts)), "B19") == severity


@pytest.mark.parametrize(
    "change",
    [
        {"party_key": 1},
        {"period_end": date(2024, 12, 31)},
        {"is_consolidated": True},
        {"item": "revenue"},
    ],
)  # fmt: skip
def test_only_the_same_party_period_perimeter_and_item_are_compared(change):
    rows = [_item(100_00, "1"), _item(50_00, "2", **change)]
    assert severities(bank_frames(financial_statements=rows), "B19") == {}


def test_the_worst_item_speaks_for_the_party():
    mild, worse = _versions(100_00, 98_00), _versions(200_00, 180_00, item="revenue")
    (row,) = rows_of(bank_frames(financial_statements=[*mild, *worse]), "B19")
    assert row["severity"] == "orange"
    assert row["cause_id"] == "B19/A"
    assert row["evidence"] == (
        "2 versions of revenue for the period to 2025-12-31 run from 180.00 to 200.00 CNY, 10.00 % apart."
    )


def test_a_version_the_bank_did_not_have_yet_is_not_seen():
    rows = [
        _item(100_00, "1", received_on=date(2026, 6, 30)),
        _item(50_00, "2", received_on=date(2026, 7, 1)),
    ]
    assert severities(bank_frames(financial_statements=rows), "B19") == {}


def test_versions_in_different_currencies_cannot_be_compared():
    rows = [_item(100_00, "1"), _item(100_00, "2", currency="USD", rate_e10=72_000_000_000)]
    assert severities(bank_frames(financial_statements=rows), "B19") == {"obligor 0": None}
    assert "currency" in str(rows_of(bank_frames(financial_statements=rows), "B19")[0]["evidence"])


def test_the_comparison_is_in_the_currency_of_the_statement():
    # 1 % of 100.00 USD exactly; rounding in the reporting currency must not tip it over.
    rows = _versions(100_00, 99_00, currency="USD", rate_e10=71_999_999_999)
    assert severities(bank_frames(financial_statements=rows), "B19") == {}


def test_without_the_table_nothing_is_clear():
    assert gaps_of(bank_frames(undelivered=["financial_statements"]), "B19") == ["table financial_statements"]
    assert gaps_of(bank_frames(), "B19") == []
