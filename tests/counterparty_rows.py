"""Tiny rows of the tables of trades and positions, and what a bank that has them is exposed to.

A unit is 1.00 CNY; times are in whole months of 30 days from the run's date.
"""

from datetime import date
from decimal import Decimal

from riskmon import exposures
from riskmon.rulebook.select import select
from tests import builders

AS_OF = builders.AS_OF


def months(number):
    """The date so many months after the run's; before it if negative."""
    year, month = divmod(AS_OF.year * 12 + AS_OF.month - 1 + number, 12)
    return date(year, month + 1, 28 if month == 1 else 30)


def netting_set(netting_set_id="NS", counterparty_id="CP", **overrides):
    """A set without margin and without collateral."""
    return {
        "netting_set_id": netting_set_id, "counterparty_id": counterparty_id, "is_margined": False, "collateral": "0",
        "threshold": None, "minimum_transfer": None, "independent_amount": None, "margin_days": None, "currency": "CNY",
    } | overrides  # fmt: skip


def trade(trade_id="T1", asset_class="foreign_exchange", notional="1000", **overrides):
    """A long forward of two years on the pair of yuan and dollar, without a value."""
    return {
        "trade_id": trade_id, "netting_set_id": "NS", "asset_class": asset_class, "instrument": "forward",
        "side": "long", "currency": "CNY", "notional": notional, "market_value": "0", "start_date": None,
        "end_date": months(24), "expiry_date": None, "forward": None, "strike": None, "volatility": None,
        "reference_id": "USD" if asset_class == "foreign_exchange" else "REF", "reference_grade": None,
        "is_index": False, "attachment": None, "detachment": None,
    } | overrides  # fmt: skip


def position(position_id="T1", market_value="100", **overrides):
    """A long bond of an issue without a rank."""
    return {
        "position_id": position_id, "issuer_id": "ISS", "issue_id": None, "instrument": "bond", "side": "long",
        "market_value": market_value, "strike_value": None, "seniority": None, "currency": "CNY",
    } | overrides  # fmt: skip


def financing(trade_id="R1", **overrides):
    """A reverse repo: 100 of cash against a bond of a bank of the same worth."""
    return {
        "trade_id": trade_id, "netting_set_id": "NS", "direction": "reverse_repo", "cash": "100",
        "security_issuer_id": "ISS", "security_value": "100", "haircut_class": "issuer_aaa_aa_5y", "currency": "CNY",
        "security_currency": None,
    } | overrides  # fmt: skip


def measured(folder, book_id="basel_lex", *, parties=None, choices=None, **tables):
    """The frames after the exposure stage of one book, each as rows; the parties CP and ISS are banks."""
    known = [builders.party("CP", kind="bank"), builders.party("ISS", kind="bank")]
    frames = builders.validated(
        folder,
        **{
            "parties": known if parties is None else parties,
            "facilities": [],
            "relationships": [],
            "capital": [builders.capital()],
            "fx_rates": [builders.fx_rate("USD", "7"), builders.fx_rate("EUR", "8")],
        }
        | tables,
    )
    selection = select([book_id], as_of=AS_OF, choices=choices)
    return frames | exposures.run(frames, selection)


def totals(frames):
    """The obligor totals by party id."""
    ids = frames["parties"].select("party_id", obligor_key="party_key")
    own = frames["obligor_exposures"].join(ids, on="obligor_key")
    return {row["party_id"]: row for row in own.to_dicts()}


def at_stake(folder, trades, book_id="basel_lex", **terms):
    """The exposure to CP from one netting set, in units with two decimals."""
    found = totals(measured(folder, book_id, netting_sets=[netting_set(**terms)], derivatives=trades))
    return Decimal(found["CP"]["exposure_minor"]) / 100
