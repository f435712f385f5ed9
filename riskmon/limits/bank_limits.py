"""The bank's own limits on single obligors and groups, as handed in with the table `bank_limits`.

A group limit names the anchor's party and the book whose groups it means. Rows of other subjects, of products and
of limits under a parent are not evaluated yet, and are reported as such.
"""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.money import floor_divide, floor_share, in_reporting_currency
from riskmon.domain.terms import SEVERITY_RANK
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.limits.headroom import Bases, utilisation
from riskmon.limits.subjects import MEASURES
from riskmon.rulebook.select import Selection

BOOK_ID = "bank_limits"
DEFAULT_MEASURE = "exposure"


def bank_limit_headroom(
    tables: Mapping[str, pl.DataFrame], selection: Selection, bases: Bases
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Headroom rows of the bank's own limits in force, and what of them is not evaluated.

    A limit is an amount, or basis points of a capital base, rounded down; where both stand, the smaller counts.
    """
    in_force = tables["bank_limits"].filter(
        (pl.col("valid_from") <= selection.as_of).fill_null(value=True)
        & (pl.col("valid_to") >= selection.as_of).fill_null(value=True)
    )
    books = [book.id for book in selection.books]
    is_simple = (
        pl.col("subject_kind").is_in(["obligor", "group"])
        & pl.col("product").is_null()
        & pl.col("parent_limit_id").is_null()
        & pl.col("book_id").fill_null(books[0]).is_in(books)
    )
    unread = in_force.filter(~is_simple).select(
        item=pl.format("bank_limits/{}", "limit_id"),
        book_id=pl.col("book_id"),
        missing=pl.format("limits on {}", "subject_kind"),
        effect=pl.lit("The limit is not tested: products, parents and other subjects are not evaluated."),
    )
    exponent = int(tables["reporting"]["exponent"][0])
    limits = in_force.filter(is_simple).with_columns(
        book_id=pl.col("book_id").fill_null(books[0]),
        measure=pl.col("measure").fill_null(DEFAULT_MEASURE),
        limit_minor=_line(bases, exponent),
        base_minor=_base(bases),
    )
    return _tested(limits, tables), unread.cast(OUTPUT_TABLES["not_evaluated"].schema)


def _tested(limits: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    party = tables["parties"].select(subject_id="party_id", party_key="party_key")
    groups = tables["groups"].select("group_key", "book_id", party_key="anchor_key")
    obligors = tables["obligor_exposures"].with_columns(
        subject_kind=pl.lit("obligor"), subject_key="obligor_key", party_key="obligor_key"
    )
    grouped = (
        tables["group_exposures"]
        .join(groups, on=["group_key", "book_id"], how="left")
        .with_columns(subject_kind=pl.lit("group"), subject_key="group_key")
    )
    subjects = pl.concat([obligors, grouped], how="diagonal_relaxed").select(
        "subject_kind", "subject_key", "party_key", "book_id", "is_complete",
        **{f"{name}_measure": measure for name, measure in MEASURES.items()},
    )  # fmt: skip
    rows = limits.join(party, on="subject_id", how="inner").join(
        subjects, on=["subject_kind", "party_key", "book_id"], how="inner"
    )
    exposure = pl.coalesce(pl.when(pl.col("measure") == name).then(f"{name}_measure") for name in MEASURES)
    line = pl.col("limit_minor")
    return rows.with_columns(exposure_minor=exposure).select(
        "subject_kind", "subject_key", "exposure_minor", "is_complete", "limit_id", "measure", "limit_minor",
        "base_minor",
        book_id=pl.lit(BOOK_ID),
        headroom_minor=line - pl.col("exposure_minor"),
        excess_minor=(pl.col("exposure_minor") - line).clip(lower_bound=0),
        utilisation_ratio=utilisation(pl.col("exposure_minor"), line),
        warning_level=_level(),
        clause=pl.format("bank_limits {}", "limit_id"),
        is_breach=pl.col("exposure_minor") > line,
        is_hard=pl.col("is_hard").fill_null(value=True),
    )  # fmt: skip


def _line(bases: Bases, exponent: int) -> pl.Expr:
    amount = floor_divide(*in_reporting_currency(pl.col("amount_minor"), exponent))
    return pl.min_horizontal(amount, floor_share(_base(bases), pl.col("capital_bp")))


def _base(bases: Bases) -> pl.Expr:
    known = {name: value for name, value in bases.items() if value is not None}
    wanted = pl.when(pl.col("capital_bp").is_not_null()).then(pl.col("capital_base").fill_null("net_capital"))
    return wanted.replace_strict(known, default=None, return_dtype=pl.Int64)


def _level() -> pl.Expr:
    """The gravest of the limit's own warning lines that is reached; a breach of a hard limit is red."""
    level = pl.lit(None, dtype=pl.String)
    for name in SEVERITY_RANK:
        reached = pl.col("exposure_minor") >= floor_share(pl.col("limit_minor"), pl.col(f"{name}_bp"))
        level = pl.when(reached.fill_null(value=False)).then(pl.lit(name)).otherwise(level)
    is_broken = (pl.col("exposure_minor") > pl.col("limit_minor")) & pl.col("is_hard").fill_null(value=True)
    return pl.when(is_broken.fill_null(value=False)).then(pl.lit("red")).otherwise(level)
