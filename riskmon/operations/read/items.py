"""Rows of an output table as JSON-ready items."""

import math
from collections.abc import Mapping
from datetime import date

import polars as pl

from riskmon.domain.money import decimal_text
from riskmon.store.snapshots import ROW_NUMBER, Manifest

Item = dict[str, object]


def items(rows: pl.DataFrame, run_currency: str) -> list[Item]:
    """The rows in their order: `exposure_minor` becomes the text `exposure`, and dates ISO text.

    An item with amounts has a `currency`: the row's own where the table has that column, else the reporting one.
    """
    return [_item(row, run_currency) for row in rows.drop(ROW_NUMBER, strict=False).iter_rows(named=True)]


def stamp(manifest: Manifest) -> Item:
    """What every body about one run begins with."""
    return {
        "run_id": manifest.run_id,
        "as_of": manifest.as_of.isoformat(),
        "currency": manifest.currency,
    }


def _item(row: Mapping[str, object], run_currency: str) -> Item:
    currency = str(row.get("currency") or run_currency)
    item: Item = {}
    for name, value in row.items():
        if name.endswith("_minor") and (value is None or isinstance(value, int)):
            item[name.removesuffix("_minor")] = decimal_text(value, currency)
            item["currency"] = currency
        else:
            item[name] = _plain(value)
    return item


def _plain(value: object) -> object:
    """A value that JSON can say: a date as text; a share of nothing, which is no number, as null."""
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value
