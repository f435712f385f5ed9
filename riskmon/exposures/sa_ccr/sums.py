"""Sums of floats in a stated order: equal rows give equal bits, whatever order they came in."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

ADD, MOST = np.add, np.maximum
"""How the rows of one key become one: their sum, or the largest."""


def folded(rows: pl.DataFrame, keys: Sequence[str], columns: Mapping[str, np.ufunc]) -> pl.DataFrame:
    """One row a key, in the order of the keys, with each column folded over the key's rows in the order they stand.

    rows: in an order that the data decides and not the delivery.
    """
    if rows.is_empty():
        return rows.select(*keys, *columns)
    ordered = rows.sort(keys, maintain_order=True)
    starts = (
        ordered.select(pl.struct(keys).rle_id().alias("run"))
        .with_row_index("row")
        .unique("run", keep="first", maintain_order=True)["row"]
        .to_numpy()
        .astype(np.int64)
    )
    return ordered[starts].select(
        *keys,
        *(pl.Series(name, fold.reduceat(ordered[name].to_numpy(), starts)) for name, fold in columns.items()),
    )
