"""The bank's own limits on single obligors and groups, as handed in with the table `bank_limits`.

A group limit names the anchor's party and the book whose groups it means. An obligor's limit without a book is on the
first selected book that measures what the limit is on. Rows of other subjects, of products and of limits under a
parent are not evaluated yet, and are reported as such, like a limit on a group that is not there.
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
    in_force = in_force.with_columns(measure=pl.col("measure").fill_null(DEFAULT_MEASURE)).with_columns(
        book_id=pl.coalesce("book_id", _usual_book(selection))
    )
    anchors = _anchors(tables)
    is_simple = (
        ~pl.col("is_frozen").fill_null(value=False)
        & (pl.col("amount_minor").is_not_null() | pl.col("capital_bp").is_not_null())
        & pl.col("subject_kind").is_in(["obligor", "group"])
        & pl.col("product").is_null()
        & pl.col("parent_limit_id").is_null()
        & pl.col("book_id").is_in([book.id for book in selection.books]).fill_null(value=False)
    )
    unread = _not_tested(
        in_force.filter(~is_simple),
        "limits on {}",
        "products, parents, other subjects, frozen limits and limits without a figure are not evaluated",
    )
    groupless = _not_tested(
        in_force.filter(is_simple & (pl.col("subject_kind") == "group")).join(
            anchors, on=["subject_id", "book_id"], how="anti"
        ),
        "the {} that the limit names",
        "its subject is the anchor of no group of the book",
    )
    exponent = int(tables["reporting"]["exponent"][0])
    limits = in_force.filter(is_simple).with_columns(
        limit_minor=_line(bases, exponent),
        base_minor=_base(bases),
    )
    return _tested(limits, tables), pl.concat([unread, groupless])


def _usual_book(selection: Selection) -> pl.Expr:
    """The first selected book that defines the limit's measure; a group's limit has to name its book."""
    defining = {
        measure: book.id
        for book in reversed(selection.books)
        for measure in (
            book.measurement.measure,
            *(["loan_balance"] if book.measurement.loan_products else []),
        )
    }
    book = pl.col("measure").replace_strict(defining, default=None, return_dtype=pl.String)
    return pl.when(pl.col("subject_kind") == "obligor").then(book)


def _anchors(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    parties = tables["parties"].select("party_id", anchor_key="party_key")
    return (
        tables["groups"].join(parties, on="anchor_key", how="left").select("book_id", subject_id="party_id")
    )


def _not_tested(limits: pl.DataFrame, missing: str, reason: str) -> pl.DataFrame:
    return limits.select(
        item=pl.format("bank_limits/{}", "limit_id"),
        book_id="book_id",
        missing=pl.format(missing, "subject_kind"),
        effect=pl.lit(f"The limit is not tested: {reason}."),
    ).cast(OUTPUT_TABLES["not_evaluated"].schema)


def _tested(limits: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    party = tables["parties"].select("party_key", subject_id="party_id", is_party_complete="is_complete")
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
        subjects, on=["subject_kind", "party_key", "book_id"], how="left"
    )
    # An obligor that owes nothing has all of its limit left; a group that does not exist has none to speak of.
    is_unused = pl.col("subject_key").is_null() & (pl.col("subject_kind") == "obligor")
    rows = rows.with_columns(is_unused=is_unused).filter(pl.col("subject_key").is_not_null() | is_unused)
    rows = rows.with_columns(
        subject_key=pl.coalesce("subject_key", "party_key"),
        is_complete=pl.coalesce("is_complete", "is_party_complete"),
    )
    measured = pl.coalesce(pl.when(pl.col("measure") == name).then(f"{name}_measure") for name in MEASURES)
    exposure = pl.when("is_unused").then(0).otherwise(measured)
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
