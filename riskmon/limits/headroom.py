"""Headroom: every subject against every limit of one book that names its kind and its class."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from riskmon.domain.money import limit_minor
from riskmon.limits.institutions import CLASSES, Floors, line
from riskmon.limits.subjects import BANK, counted
from riskmon.rulebook.model import Limit
from riskmon.rulebook.select import Book

Bases = Mapping[str, int | None]
"""Capital figures by the `base_key` of a limit, in minor units; None is unknown."""

TESTED: Final = pl.Schema(
    {
        "subject_kind": pl.String(), "subject_key": pl.Int32(), "subject_id": pl.String(), "exposure_minor": pl.Int64(),
        "is_complete": pl.Boolean(), "limit_id": pl.String(), "measure": pl.String(), "limit_minor": pl.Int64(),
        "base_minor": pl.Int64(), "headroom_minor": pl.Int64(), "excess_minor": pl.Int64(),
        "utilisation_ratio": pl.Float64(), "warning_level": pl.String(), "clause": pl.String(),
        "is_breach": pl.Boolean(), "is_hard": pl.Boolean(), "book_id": pl.String(),
    }
)  # fmt: skip
"""The columns of a tested limit: `headroom` before the binding limit of each subject is known."""


def book_headroom(
    subjects: pl.DataFrame, classes: pl.DataFrame, book: Book, bases: Bases, floors: Floors | None = None
) -> pl.DataFrame:
    """The book's limits on its subjects.

    subjects: subject_kind, subject_key, subject_id, class_key, applies_to, the amounts, is_complete; for a book that
    asks for institutions also what `with_institutions` adds. classes: party_key, party_class. floors: see `institutions.floors`.
    Returns the columns of `headroom` without is_binding. An unknown base leaves the limit, headroom and breach null:
    unknown is never clear.
    """
    return pl.concat(
        [
            _limit_headroom(
                subjects.filter(_is_subject(limit, classes)),
                limit,
                base=bases.get(limit.base_key),
                most=line(limit, bases.get(limit.base_key), floors or {}),
                clause=book.edition.clause(limit),
            ).with_columns(book_id=pl.lit(book.id))
            for limit in book.limits
        ]
    )


def with_binding(headroom: pl.DataFrame, anchors: pl.DataFrame) -> pl.DataFrame:
    """Marks the limit with least headroom for each subject; a group is one subject in all books, by its anchor.

    headroom: with subject_id, which names a subject without a key. anchors: group_key, anchor_key.
    """
    anchor = pl.when(pl.col("subject_kind") == "group").then("anchor_key").otherwise("subject_key")
    subject = ["subject_kind", "subject", "subject_id"]
    return (
        headroom.join(anchors.rename({"group_key": "subject_key"}), on="subject_key", how="left")
        .with_columns(subject=anchor)
        .with_columns(
            is_binding=(pl.col("headroom_minor") == pl.col("headroom_minor").min().over(subject))
            .fill_null(value=False)
        )
        .drop("anchor_key", "subject")
    )  # fmt: skip


def utilisation(exposure: pl.Expr, most: pl.Expr) -> pl.Expr:
    """Exposure over limit, to be read; of a limit of zero it is null, since no share of nothing exists."""
    return pl.when(most > 0).then(exposure / most)


def _is_subject(limit: Limit, classes: pl.DataFrame) -> pl.Expr:
    is_bank = (pl.col("subject_kind") == BANK) & (pl.col("applies_to") == limit.applies_to)
    if BANK in limit.subjects:
        return is_bank.fill_null(value=False)
    is_kind = pl.col("subject_kind").is_in(limit.subjects)
    if limit.applies_to in CLASSES:
        return is_kind & CLASSES[limit.applies_to]
    in_class = (
        classes if limit.applies_to == "any" else classes.filter(pl.col("party_class") == limit.applies_to)
    )
    spared = classes.filter(pl.col("party_class").is_in(limit.spares))
    return is_kind & _is_one_of(in_class) & ~((pl.col("subject_kind") == "obligor") & _is_one_of(spared))


def _is_one_of(classes: pl.DataFrame) -> pl.Expr:
    return pl.col("class_key").is_in(classes["party_key"].unique().implode())


def _limit_headroom(
    rows: pl.DataFrame, limit: Limit, *, base: int | None, most: int | None, clause: str
) -> pl.DataFrame:
    exposure, line_minor = pl.col("exposure_minor"), pl.lit(most, dtype=pl.Int64)
    measured = counted(limit)
    return rows.with_columns(exposure_minor=measured).select(
        "subject_kind",
        "subject_key",
        "exposure_minor",
        "is_complete",
        "subject_id",
        limit_id=pl.lit(limit.id),
        measure=pl.lit(limit.measure),
        limit_minor=line_minor,
        base_minor=pl.lit(base, dtype=pl.Int64),
        headroom_minor=line_minor - exposure,
        excess_minor=(exposure - line_minor).clip(lower_bound=0),
        utilisation_ratio=utilisation(exposure, line_minor),
        warning_level=_warning_level(exposure, limit, most),
        clause=pl.lit(clause),
        is_breach=exposure > line_minor,
        is_hard=pl.lit(limit.is_hard),
    )


def _warning_level(exposure: pl.Expr, limit: Limit, most: int | None) -> pl.Expr:
    """The gravest level whose line is reached; a breach of a hard limit is always red."""
    level = pl.lit(None, dtype=pl.String)
    if most is None:
        return level
    for name, share in limit.warning.lines():
        level = (
            pl.when(exposure >= limit_minor(base_minor=most, ratio=share)).then(pl.lit(name)).otherwise(level)
        )
    return pl.when(exposure > most).then(pl.lit("red")).otherwise(level) if limit.is_hard else level
