"""Positions and trades: the rows of the trading book, of netting sets and of what is traded under them, with keys."""

from collections.abc import Mapping

import polars as pl

from riskmon.validate.findings import occurrences
from riskmon.validate.references import with_keys, with_reference
from riskmon.validate.reporting import Rates, rate_of, with_rates

_INGEST_COLUMNS = ("row_number", "faults")
_KEYS = {
    "trading_positions": ("position_id", "position_key", ("issuer",)),
    "netting_sets": ("netting_set_id", "netting_set_key", ("counterparty",)),
    "derivatives": ("trade_id", "trade_key", ()),
    "securities_financing": ("trade_id", "trade_key", ("security_issuer",)),
}
"""Of each table the id, the key that numbers its rows, and the parties that it names."""


def counterparty_frames(
    standing: Mapping[str, pl.DataFrame], party_keys: pl.DataFrame, rates: Rates
) -> dict[str, pl.DataFrame]:
    """The four tables, sorted by id, with rate_e10 and exponent, and keys in place of references.

    standing: the rows that are not refused. party_keys: party_id, party_key. `offset_rate_e10` converts what takes off
    an exposure, which differs from `rate_e10` where the rate of a currency is not certain. A trade has the netting_set_key and the
    counterparty_key of its set.
    """
    frames: dict[str, pl.DataFrame] = {}
    for table, (id_name, key_name, parties) in _KEYS.items():
        rows = with_keys(standing[table].drop(_INGEST_COLUMNS), id_name, key_name)
        for role in parties:
            rows = with_reference(rows, f"{role}_id", f"{role}_key", party_keys).drop(f"{role}_id")
        if "netting_set_id" in rows.columns and table != "netting_sets":
            sets = frames["netting_sets"].select("netting_set_id", "netting_set_key", "counterparty_key")
            rows = rows.join(
                sets, on="netting_set_id", how="left", maintain_order="left", validate="m:1"
            ).drop("netting_set_id")
        frames[table] = with_rates(rows, rates.claims).with_columns(offset_rate_e10=rate_of(rates.offsets))
    return frames


def counterparty_findings(standing: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    """Sets and trades that are measured only in part."""
    sets, trades = standing["netting_sets"], standing["derivatives"]
    financing = standing["securities_financing"]
    with_derivatives = sets.join(trades, on="netting_set_id", how="semi")
    empty = sets.join(trades, on="netting_set_id", how="anti").join(
        financing, on="netting_set_id", how="anti"
    )
    unvalued = trades.filter(pl.col("market_value_minor").is_null())
    unsaid = with_derivatives.filter(pl.col("collateral_minor").is_null())
    return [
        occurrences("set_without_trades", "netting_sets", empty),
        occurrences("market_value_missing", "derivatives", unvalued),
        occurrences("collateral_unknown", "netting_sets", unsaid),
    ]
