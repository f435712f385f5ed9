"""Subjects: the obligors and groups that limits are tested on, with the class that decides which limits apply."""

from datetime import date

import polars as pl

from riskmon.domain.money import exact_sum
from riskmon.rulebook.model import Limit
from riskmon.rulebook.select import Book

BANK = "bank"
"""The subject of a limit on all obligors of a class together."""

GOVERNMENTS = ("sovereign", "central_bank")

MEASURES = {
    "exposure": pl.col("exposure_minor") - pl.col("exempt_minor"),
    "loan_balance": pl.col("loan_balance_minor"),
    "credit_balance": pl.col("credit_balance_minor"),
}
"""What each measure is computed from; exempt exposure stays in the totals and out of the limits."""


def related_classes(members: pl.DataFrame, book: Book) -> pl.DataFrame:
    """The class `related_party` of a book whose groups are a register's: party_key, party_class.

    members: group_members of the run.
    """
    is_register = book.grouping is not None and book.grouping.of_register is not None
    return (
        members.filter((pl.col("book_id") == book.id) & is_register)
        .select("party_key", party_class=pl.lit("related_party"))
        .unique()
    )


def counted(limit: Limit) -> pl.Expr:
    """What a limit counts of a subject. Columns in: the amounts, and what `Limit.counts` asks for."""
    measured = MEASURES[limit.measure]
    if limit.counts == "non_institutions":
        return pl.col("non_institution_minor")
    if limit.counts == "clearing_and_rest_each":
        clearing = pl.col("clearing_minor")
        return pl.max_horizontal(clearing, measured - clearing)
    return measured


def party_classes(
    parties: pl.DataFrame, book: Book, *, bank_is_gsib: bool, as_of: date, bank_is_dsib: bool = False
) -> pl.DataFrame:
    """The class of every party under one book: party_key, party_class (what `applies_to` of a limit names).

    A party that is a global or domestic systemically important bank, as the bank itself is, has both that class and
    the one of its kind; it is returned once for each.
    """
    interbank = book.grouping.interbank_kinds if book.grouping else ()
    kind = pl.col("kind")
    base = (
        pl.when(kind == "anonymous")
        .then(pl.lit("anonymous"))
        .when((kind == "ccp") & pl.col("is_qualifying_ccp").fill_null(value=False))
        .then(pl.lit("qccp_non_clearing"))
        .when(kind == "ccp")
        .then(pl.lit("ccp_non_qualifying"))
        .when(kind.is_in(interbank))
        .then(pl.lit("interbank"))
        .otherwise(pl.lit("non_interbank"))
    )
    classes = parties.select("party_key", party_class=base)
    if bank_is_dsib:
        dsib = parties.filter(pl.col("is_dsib").fill_null(value=False))
        classes = pl.concat([classes, dsib.select("party_key", party_class=pl.lit("dsib"))])
    if any(limit.applies_to == "zero_weight_government" for limit in book.limits):
        # A weight that is not delivered is not zero.
        spared = parties.filter(kind.is_in(GOVERNMENTS) & (pl.col("risk_weight_bp") == 0))
        classes = pl.concat(
            [classes, spared.select("party_key", party_class=pl.lit("zero_weight_government"))]
        )
    if not bank_is_gsib:
        return classes
    # A designation without a date is taken as long past: the stricter reading.
    months = min((limit.grace_months for limit in book.limits if limit.applies_to == "gsib"), default=0)
    bound = (pl.col("gsib_since").dt.offset_by(f"{months}mo") <= as_of).fill_null(value=True)
    gsib = parties.filter(pl.col("is_gsib").fill_null(value=False) & bound)
    return pl.concat([classes, gsib.select("party_key", party_class=pl.lit("gsib"))])


def obligor_subjects(obligor_exposures: pl.DataFrame, book: Book) -> pl.DataFrame:
    """The book's obligors as subjects: subject_kind, subject_key, class_key (whose class counts), the amounts."""
    return obligor_exposures.filter(pl.col("book_id") == book.id).select(
        pl.exclude("obligor_key", "book_id"),
        subject_kind=pl.lit("obligor"),
        subject_key="obligor_key",
        subject_id=pl.lit(None, dtype=pl.String),
        class_key="obligor_key",
        applies_to=pl.lit(None, dtype=pl.String),
    )


def bank_subjects(obligors: pl.DataFrame, classes: pl.DataFrame, book: Book, bank_id: str) -> pl.DataFrame:
    """The bank as a subject, once for each class that a limit on all its obligors together names.

    obligors: `obligor_subjects`. classes: `party_classes`. `applies_to` says which class the sums are of.
    """
    wanted = sorted({limit.applies_to for limit in book.limits if BANK in limit.subjects})
    amounts = [name for name in obligors.columns if name.endswith("_minor")]
    sums = [
        obligors.join(
            classes.filter(party_class=name), left_on="class_key", right_on="party_key", how="semi"
        ).select(
            *(pl.when(pl.col(each).is_not_null().any()).then(exact_sum(pl.col(each))).alias(each) for each in amounts),
            is_complete=pl.col("is_complete").all(),
            subject_kind=pl.lit(BANK),
            subject_key=pl.lit(None, dtype=pl.Int32),
            subject_id=pl.lit(bank_id),
            applies_to=pl.lit(name),
        )
        for name in wanted
    ]  # fmt: skip
    return pl.concat([obligors.clear(), *sums], how="diagonal_relaxed")


def group_subjects(group_exposures: pl.DataFrame, groups: pl.DataFrame, book: Book) -> pl.DataFrame:
    """The book's groups of two members or more as subjects; a group has the class of its anchor.

    One member alone is tested as an obligor.
    """
    return (
        group_exposures.filter(pl.col("book_id") == book.id)
        .join(
            groups.select("group_key", "anchor_key", "member_count"),
            on="group_key",
            how="left",
            validate="1:1",
        )
        .filter(pl.col("member_count") > 1)
        .select(
            pl.exclude("group_key", "anchor_key", "member_count", "book_id"),
            # Clearing is a matter of one central counterparty: no limit looks at it in a group.
            clearing_minor=pl.lit(0, dtype=pl.Int64),
            subject_kind=pl.lit("group"),
            subject_key="group_key",
            subject_id=pl.lit(None, dtype=pl.String),
            class_key="anchor_key",
            applies_to=pl.lit(None, dtype=pl.String),
        )
    )
