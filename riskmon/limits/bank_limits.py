"""The bank's own limits, as handed in with the table `bank_limits`.

They are lines on obligors, groups, products, industries, regions, countries and the whole bank, each alone or within
a parent's.

A group limit names the anchor's party and the book whose groups it means. A limit without a book, its own or a
parent's, is on the first selected book that measures what the limit is on. A frozen limit leaves no room: it is held
at what is used. A limit of zero forbids what it is on.
"""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.money import floor_divide, floor_share, in_reporting_currency
from riskmon.domain.terms import SEVERITY_RANK
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.limits.headroom import TESTED, Bases, utilisation
from riskmon.limits.scopes import limit_amounts, measured
from riskmon.limits.tree import LimitTree, limit_tree
from riskmon.rulebook.select import Selection

BOOK_ID = "bank_limits"
DEFAULT_MEASURE = "exposure"

_IS_FROZEN = pl.col("is_frozen").fill_null(value=False)
_IS_HARD = pl.col("is_hard").fill_null(value=True)
_HAS_FIGURE = pl.col("amount_minor").is_not_null() | pl.col("capital_bp").is_not_null() | _IS_FROZEN
_CLAUSE = pl.format(
    "bank_limits {}{}", "limit_id", pl.when(_IS_FROZEN).then(pl.lit(", frozen")).otherwise(pl.lit(""))
)


def bank_limit_headroom(
    tables: Mapping[str, pl.DataFrame], selection: Selection, bases: Bases, *, is_on_groups: bool = False
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Headroom rows of the bank's own limits in force, and what of them is not evaluated.

    A limit is an amount, or basis points of a capital base, rounded down; where both stand, the smaller counts.
    tables: bank_limits, obligor_products, joint_exposures, obligor_exposures, parties, groups, group_members, reporting. Returns the
    columns of `headroom` with subject_id, without is_binding. is_on_groups: only the limits that ask for a group.
    """
    if tables["bank_limits"].is_empty():
        return pl.DataFrame(schema=TESTED), OUTPUT_TABLES["not_evaluated"].empty()
    tree = limit_tree(tables["bank_limits"])
    in_force = _stated(tree, selection)
    on_groups = tree.conditions.filter(kind="group")
    if is_on_groups:
        in_force = in_force.join(on_groups, on="limit_id", how="semi")
    has_book = _has_book(selection)
    groupless = _groupless(in_force.filter(_HAS_FIGURE & has_book), on_groups, tables)
    gaps = (
        (in_force.filter(~_HAS_FIGURE), "amount or capital_bp", "it has no figure"),
        (in_force.filter(_HAS_FIGURE & ~has_book), "a book that the run selects", "nothing measures it"),
        (groupless, "the group that the limit names", "its subject is the anchor of no group of the book"),
        (_in_force(tree.detached, selection), "its parent", "its parents lead to no root"),
    )
    exponent = int(tables["reporting"]["exponent"][0])
    limits = (
        in_force.filter(_HAS_FIGURE & has_book)
        .join(groupless, on="limit_id", how="anti")
        .with_columns(limit_minor=_line(bases, exponent), base_minor=_base(bases))
    )
    return _tested(limits, tree, tables, selection), pl.concat([_not_tested(*gap) for gap in gaps])


def limits_in_force(
    tables: Mapping[str, pl.DataFrame], tree: LimitTree, selection: Selection, bases: Bases
) -> pl.DataFrame:
    """The limits that a run tests, whatever anybody owes.

    tables: reporting. Returns the columns of `bank_limits` with what is not said filled in, limit_minor (null where it is not
    known, or a frozen limit has no amount), clause.
    """
    exponent = int(tables["reporting"]["exponent"][0])
    stated = _stated(tree, selection).filter(_HAS_FIGURE & _has_book(selection))
    return stated.with_columns(
        limit_minor=_line(bases, exponent), clause=_CLAUSE, is_hard=_IS_HARD, is_frozen=_IS_FROZEN
    )


def _stated(tree: LimitTree, selection: Selection) -> pl.DataFrame:
    """The limits in force with the measure, the book and the sharing that hold where they say none."""
    in_force = _in_force(tree.limits, selection).with_columns(
        measure=pl.col("measure").fill_null(DEFAULT_MEASURE)
    )
    return in_force.with_columns(
        book_id=pl.coalesce("book_id", _usual_book(selection)),
        # A limit that does not say is one amount for all, the stricter reading.
        is_shared=pl.col("is_shared").fill_null(value=True) | (pl.col("subject_kind") == "obligor"),
    )


def _has_book(selection: Selection) -> pl.Expr:
    return pl.col("book_id").is_in([book.id for book in selection.books]).fill_null(value=False)


def _in_force(limits: pl.DataFrame, selection: Selection) -> pl.DataFrame:
    return limits.filter(
        (pl.col("valid_from") <= selection.as_of).fill_null(value=True),
        (pl.col("valid_to") >= selection.as_of).fill_null(value=True),
    )


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
    return pl.when(pl.col("subject_kind") != "group").then(book)


def _groupless(
    limits: pl.DataFrame, on_groups: pl.DataFrame, tables: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """The limits that ask for a group which their book does not have."""
    anchors = _anchors(tables).select("book_id", value="subject_id")
    asking = limits.join(on_groups.select("limit_id", "value"), on="limit_id", how="inner")
    missing = asking.join(anchors, on=["book_id", "value"], how="anti")
    return limits.join(missing, on="limit_id", how="semi")


def _anchors(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    parties = tables["parties"].select(subject_id="party_id", anchor_key="party_key")
    return (
        tables["groups"]
        .join(parties, on="anchor_key", how="left")
        .select("book_id", "subject_id", "group_key")
    )


def _not_tested(limits: pl.DataFrame, missing: str, reason: str) -> pl.DataFrame:
    return limits.select(
        item=pl.format("bank_limits/{}", "limit_id"),
        book_id="book_id",
        missing=pl.lit(missing),
        effect=pl.lit(f"The limit is not tested: {reason}."),
    ).cast(OUTPUT_TABLES["not_evaluated"].schema)


def _tested(
    limits: pl.DataFrame, tree: LimitTree, tables: Mapping[str, pl.DataFrame], selection: Selection
) -> pl.DataFrame:
    ungrouped = {
        book.id: book.grouping.ungrouped_products for book in selection.books if book.grouping is not None
    }
    found = measured(tables, ungrouped)
    amounts = limit_amounts(tree, limits.select("limit_id", "book_id", "measure", "is_shared"), found)
    rows = _with_subjects(amounts.join(limits, on="limit_id", how="left"), tables)
    exposure, line = pl.col("exposure_minor"), pl.col("limit_minor")
    is_breach = exposure > pl.col("stated_minor")
    return rows.with_columns(
        stated_minor=line, limit_minor=pl.when(_IS_FROZEN).then(pl.min_horizontal(line, exposure)).otherwise(line)
    ).select(
        "subject_kind", "subject_key", "subject_id", "exposure_minor", "is_complete", "limit_id", "measure",
        "limit_minor", "base_minor",
        book_id=pl.lit(BOOK_ID),
        headroom_minor=line - exposure,
        excess_minor=(exposure - line).clip(lower_bound=0),
        utilisation_ratio=utilisation(exposure, line),
        warning_level=_level(is_breach),
        clause=_CLAUSE,
        is_breach=pl.when(pl.col("stated_minor").is_null() & _IS_FROZEN).then(pl.lit(value=False)).otherwise(is_breach),
        is_hard=_IS_HARD,
    )  # fmt: skip


def _with_subjects(rows: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Who each row is about: an obligor or a group by its key, anything else by its code alone.

    A limit that each obligor has for itself is about that obligor.
    """
    parties = tables["parties"].select("party_id", "party_key")
    is_each = pl.col("obligor_key").is_not_null()
    named = (
        rows.with_columns(
            subject_kind=pl.when(is_each).then(pl.lit("obligor")).otherwise("subject_kind"),
            group_book_id="book_id",
        )
        .join(parties.rename({"party_id": "subject_id"}), on="subject_id", how="left")
        .join(
            _anchors(tables).rename({"book_id": "group_book_id"}),
            on=["group_book_id", "subject_id"],
            how="left",
        )
    )
    is_group = pl.col("subject_kind") == "group"
    is_obligor = pl.col("subject_kind") == "obligor"
    return named.with_columns(
        subject_key=pl.when(is_group)
        .then("group_key")
        .when(is_obligor)
        .then(pl.coalesce("obligor_key", "party_key")),
        subject_id=pl.when(~is_group & ~is_obligor).then("subject_id"),
    )


def _line(bases: Bases, exponent: int) -> pl.Expr:
    amount = floor_divide(*in_reporting_currency(pl.col("amount_minor"), exponent))
    return pl.min_horizontal(amount, floor_share(_base(bases), pl.col("capital_bp")))


def _base(bases: Bases) -> pl.Expr:
    known = {name: value for name, value in bases.items() if value is not None}
    wanted = pl.when(pl.col("capital_bp").is_not_null()).then(pl.col("capital_base").fill_null("net_capital"))
    return wanted.replace_strict(known, default=None, return_dtype=pl.Int64)


def _level(is_breach: pl.Expr) -> pl.Expr:
    """The gravest of the limit's own warning lines that is reached; a breach of a hard limit is red."""
    level = pl.lit(None, dtype=pl.String)
    for name in SEVERITY_RANK:
        reached = pl.col("exposure_minor") >= floor_share(pl.col("stated_minor"), pl.col(f"{name}_bp"))
        level = pl.when(reached.fill_null(value=False)).then(pl.lit(name)).otherwise(level)
    return pl.when((is_breach & _IS_HARD).fill_null(value=False)).then(pl.lit("red")).otherwise(level)
