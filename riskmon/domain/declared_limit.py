"""Declared limits: what two persons declared of the bank's own limits takes the place of what was delivered.

Pure functions over frames, for every stage that reads the table `bank_limits`.
"""

from datetime import date, timedelta
from typing import Final

import polars as pl

WHO: Final = pl.Schema(
    {"proposal_id": pl.String(), "declared_by": pl.String(), "declaration_reason": pl.String()}
)
"""What tells a declared limit from a delivered one, whose cells of these columns are empty; `approved_by` is the second person."""

_ID: Final = "limit_id"


def limits_in_force(
    delivered: pl.DataFrame, declared: pl.DataFrame, as_of: date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The limits of a date, and the delivered ones that a declared one stands in for.

    delivered: `bank_limits` as read. declared: the same columns, `is_ended` and those of `WHO`, in the order of approval.
    Of each limit the last declared one that is valid on the date counts; where none is, what was delivered. A limit
    that is declared to be ended is kept as it was until the day before, since a parent gives its children their scope.

    Returns `bank_limits` with the columns of `WHO`, a declared row numbered behind those delivered.
    """
    numbered = declared.with_columns(row_number=pl.int_range(pl.len(), dtype=pl.Int64) + delivered.height)
    valid = numbered.filter(
        (pl.col("valid_from") <= as_of).fill_null(value=True),
        (pl.col("valid_to") >= as_of).fill_null(value=True),
    ).unique(_ID, keep="last", maintain_order=True)
    said = numbered.filter(~pl.col("is_ended"))
    unsaid = delivered.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in WHO.items())
    # A limit that does not count today may still be the parent of one that does.
    others = said.join(delivered, on=_ID, how="anti").unique(_ID, keep="last", maintain_order=True)
    rows = pl.concat(
        [
            valid.filter(~pl.col("is_ended")).select(unsaid.columns),
            unsaid.join(valid.filter(~pl.col("is_ended")), on=_ID, how="anti", maintain_order="left"),
            others.join(valid.filter(~pl.col("is_ended")), on=_ID, how="anti", maintain_order="left").select(
                unsaid.columns
            ),
        ]
    )
    ends = valid.filter("is_ended").select(
        _ID, last_day=pl.col("valid_from") - timedelta(days=1), **{f"{name}_end": name for name in WHO}
    )
    ended = rows.join(ends, on=_ID, how="left", maintain_order="left").with_columns(
        valid_to=pl.min_horizontal("valid_to", "last_day"),
        **{name: pl.coalesce(f"{name}_end", name) for name in WHO},
    )
    return ended.select(unsaid.columns), delivered.join(valid, on=_ID, how="semi", maintain_order="left")


def with_who(limits: pl.DataFrame) -> pl.DataFrame:
    """`bank_limits` with the columns of `WHO`, empty where nobody declared a limit."""
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in WHO.items() if name not in limits.columns]
    return limits.with_columns(missing)
