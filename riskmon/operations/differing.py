"""What differs between two sides of a preview: rows with the value of each side in its name."""

from collections.abc import Sequence
from typing import Final

import polars as pl

LIMIT: Final = ["book_id", "limit_id", "subject_kind", "subject_id"]
_SHOWN: Final = ("exposure_minor", "limit_minor", "headroom_minor", "is_breach", "is_complete")


def differing(sides: Sequence[pl.DataFrame], key: list[str]) -> pl.DataFrame:
    """The rows of two tables that are not the same on both sides, sorted by key; each value with its side in its name.

    `exposure_minor` becomes `exposure_before_minor` and `exposure_after_minor`; null where one side has no such row.
    """
    values = [name for name in sides[0].columns if name not in key]
    then, now = (
        side.rename({name: _sided(name, which) for name in values})
        for side, which in zip(sides, ("before", "after"), strict=True)
    )
    differs = [pl.col(_sided(name, "before")).ne_missing(pl.col(_sided(name, "after"))) for name in values]
    return then.join(now, on=key, how="full", coalesce=True).filter(pl.any_horizontal(differs)).sort(key)


def differing_limits(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Limits under which a subject stands otherwise, with `breach` (new, cured, stays, gone with its subject, or null).

    before, after: the output table `headroom`.
    """
    terms = pl.concat(side.select(*LIMIT, "is_hard", "clause") for side in (after, before))
    rows = differing([side.select(*LIMIT, *_SHOWN) for side in (before, after)], LIMIT)
    was, is_now = (pl.col(f"is_breach_{side}").fill_null(value=False) for side in ("before", "after"))
    is_gone = pl.col("exposure_after_minor").is_null()
    breach = (
        pl.when(~was & is_now)
        .then(pl.lit("new"))
        .when(was & is_gone)
        .then(pl.lit("gone"))
        .when(was & ~is_now)
        .then(pl.lit("cured"))
        .when(was)
        .then(pl.lit("stays"))
    )
    known = terms.unique(LIMIT, keep="first", maintain_order=True)
    return rows.join(known, on=LIMIT, how="left", maintain_order="left").with_columns(breach=breach)


def _sided(name: str, side: str) -> str:
    return f"{name.removesuffix('_minor')}_{side}_minor" if name.endswith("_minor") else f"{name}_{side}"
