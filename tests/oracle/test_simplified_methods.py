"""The simplified methods of the Chinese measures: what a bank with little of a business may leave out, by hand.

Tier 1 capital is 1 000 and total assets are 10 000, in units; reported in yuan, where an amount in yuan is asked.
"""

import pytest

from tests import builders
from tests.counterparty_rows import netting_set, position, trade
from tests.oracle.exposure_cases import Bank, amount, minor

BOOK = "cn_large_exposures"
BILLION = 1_000
"""Units that are a billion."""


@pytest.fixture
def bank(tmp_path):
    class Yuan(Bank):
        def run(self, choices, *, tier1=1_000, total_assets=10_000, **tables):
            capital = builders.capital(
                net_capital=None, tier1_capital=amount(tier1), total_assets=amount(total_assets)
            )
            usual = {
                "parties": [builders.party(name) for name in ("F", "P")],
                "facilities": [],
                "capital": [capital],
            }
            return super().run(BOOK, choices=choices, **usual | tables)

    return Yuan(tmp_path)


def fund(units):
    """A share of a fund of 10 times as much, all of which is a claim on P."""
    return {
        "parties": [builders.party("F", kind="fund"), builders.party("P")],
        "facilities": [
            builders.facility("F1", "F", product="fund_unit", drawn=amount(units), commitment=amount(units))
        ],
        "structures": [builders.structure("S", party_id="F", total_value=amount(units * 10), currency="CNY")],
        "fund_holdings": [builders.fund_holding("H1", "F1", structure_id="S", amount=amount(units), currency="CNY")],
        "underlyings": [
            builders.underlying("U", "P", structure_id="S", amount=amount(units * 10), currency="CNY")
        ],
    }  # fmt: skip


@pytest.mark.parametrize(("choice", "units", "at_p", "unknown"), [
    ("look_through", 49, 49, 0),
    ("anonymous",    49, 0,  49),
    ("anonymous",    50, 50, 0),   # 5 % is not less than 5 %
])  # fmt: skip
def test_small_holdings_of_funds_may_be_taken_for_the_anonymous_client(bank, choice, units, at_p, unknown):
    outcome = bank.run({"small_structures": choice}, **fund(units))
    assert outcome.exposure("P") == minor(at_p)
    assert outcome.exposure("(anonymous)") == minor(unknown)


@pytest.mark.parametrize(("choice", "total_assets", "units", "exempt"), [
    ("measured", 100 * BILLION, 6_999,   0),
    ("left_out", 100 * BILLION, 6_999,   6_999),
    ("left_out", 100 * BILLION, 7_000,   0),      # seven billion are not less than seven
    ("left_out", 60 * BILLION,  6_000,   0),      # nor is a tenth less than a tenth
    ("left_out", 60 * BILLION,  5_999,   5_999),
    ("left_out", None,          1,       0),      # total assets are not known
])  # fmt: skip
def test_a_small_trading_book_may_be_left_out_and_stays_in_the_totals(
    bank, choice, total_assets, units, exempt
):
    held = [position(issuer_id="P", market_value=amount(units))]
    outcome = bank.run({"small_trading_book": choice}, total_assets=total_assets, trading_positions=held)
    row = outcome.total("P")
    assert (row["exposure_minor"], row["exempt_minor"]) == (minor(units), minor(exempt))
    unsaid = {row["item"] for row in outcome.tables["not_evaluated"]}
    assert (f"{BOOK}/small_trading_book" in unsaid) is (total_assets is None)


def test_long_and_short_positions_add_to_the_size_of_a_trading_book(bank):
    held = [
        position("T1", issuer_id="P", market_value=amount(600)),
        position("T2", issuer_id="F", side="short", market_value=amount(400)),
    ]
    outcome = bank.run({"small_trading_book": "left_out"}, trading_positions=held)
    assert outcome.total("P")["exempt_minor"] == 0  # 1 000 of 10 000


@pytest.mark.parametrize(("choice", "value", "notional", "is_left_out"), [
    ("measured", 49,   999,   False),
    ("left_out", 49,   999,   True),
    ("left_out", -49,  999,   True),
    ("left_out", 50,   999,   False),  # half a percent
    ("left_out", -50,  999,   False),  # what is owed is of a size too
    ("left_out", 49,   1_000, False),  # a tenth
])  # fmt: skip
def test_small_derivatives_may_be_left_out(bank, choice, value, notional, is_left_out):
    swap = trade(
        asset_class="interest_rate", instrument="swap", market_value=amount(value), notional=amount(notional), reference_id="CNY"
    )  # fmt: skip
    outcome = bank.run(
        {"small_derivatives": choice}, netting_sets=[netting_set(counterparty_id="P")], derivatives=[swap]
    )
    row = outcome.total("P")
    assert row["exposure_minor"] > 0
    assert row["exempt_minor"] == (row["exposure_minor"] if is_left_out else 0)


def test_cleared_derivatives_have_no_part_in_it(bank):
    swap = trade(
        asset_class="interest_rate",
        instrument="swap",
        market_value=amount(1),
        notional=amount(10),
        reference_id="CNY",
    )
    outcome = bank.run(
        {"small_derivatives": "left_out"},
        parties=[builders.party("P", kind="ccp")],
        netting_sets=[netting_set(counterparty_id="P")],
        derivatives=[swap],
    )  # fmt: skip
    assert outcome.total("P")["exempt_minor"] == 0
