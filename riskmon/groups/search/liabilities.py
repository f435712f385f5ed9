"""Liabilities: who would have to pay for whom, and who waits for the same payer, as facilities and protections show it."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from riskmon.domain.money import (
    BP,
    ceil_divide,
    exact_sum,
    floor_divide,
    in_reporting_currency,
    percent_text,
)
from riskmon.groups.guarantees import guarantees_by_debtor
from riskmon.groups.search.candidates import CANDIDATE, Search, day, reached, with_ids, without_own_bank
from riskmon.groups.search.statements import at_the_end

Tables = Mapping[str, pl.DataFrame]

ASSIGNED_KINDS: Final = ("receivable", "accepted_draft")
"""Protection kinds whose provider pays in the ordinary course, and is so a source of repayment."""

_ENDS = ["source_key", "target_key"]


def guarantee_candidates(
    tables: Tables, search: Search, exposures: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Guarantors that would be in trouble if a debtor failed: the debtor is the source, the guarantor the target.

    Against net assets, and against the exposure to the guarantor under each book in `exposures` (party_key,
    exposure_minor), by the book's id. Guarantees are rounded up, net assets down. Net assets or an exposure of zero or
    less pass any line. A pair without a known amount, or without net assets, is left out: see `unknown_guarantees`.
    Returns `CANDIDATE`.
    """
    pairs = _guaranteed(tables, search).filter(pl.col("amount_minor") > 0)
    net_assets = _net_assets(tables, search)
    measured = [
        _against(
            pairs.join(net_assets, on="target_key", how="inner"),
            pl.lit("net_assets"),
            pl.format("its net assets of {} at {}", search.amount("whole_minor"), day("period_end")),
        ),
        *(
            _against(
                pairs.join(
                    exposure.rename({"party_key": "target_key"}), on="target_key", how="left"
                ).with_columns(whole_minor=pl.col("exposure_minor").fill_null(0)),
                pl.lit(book_id),
                pl.format("the exposure to it of {} under {}", search.amount("whole_minor"), pl.lit(book_id)),
            )
            for book_id, exposure in exposures.items()
        ),
    ]
    sentence = pl.format(
        "{} answers for {}{} of {} ({}){} {}.",
        "target_id",
        pl.when("has_unknown_amount").then(pl.lit("at least ")).otherwise(pl.lit("")),
        search.amount("amount_minor"),
        "source_id",
        counted("guarantee_count", "guarantee", "guarantees"),
        "share",
        "whole",
    )
    named = with_ids(pl.concat(measured), tables["parties"]).with_columns(
        evidence=sentence, is_mutual=pl.lit(value=False)
    )
    return _shaped(named, "guarantee_burden")


def unknown_guarantees(tables: Tables, search: Search) -> pl.Series:
    """Guarantors of guarantees that were searched and could not be weighed: no net assets, or an amount is unknown."""
    pairs = _guaranteed(tables, search).join(_net_assets(tables, search), on="target_key", how="left")
    return pairs.filter(pl.col("has_unknown_amount") | pl.col("whole_minor").is_null())["target_key"].unique()


def repayment_candidates(tables: Tables, search: Search) -> pl.DataFrame:
    """Obligors that are repaid by one payer, who also repays another: through assigned receivables and accepted drafts.

    The share is that of what the payer owes under them, at most the facility's amount, in all that the obligor owes.
    Returns `CANDIDATE`.
    """
    covered = _assigned(tables, search)
    whole = (
        tables["facilities"]
        .with_columns(owed_minor=owed_minor(search.exponent))
        .group_by(target_key="obligor_key")
        .agg(whole_minor=exact_sum(pl.col("owed_minor")))
    )
    pairs = (
        covered.with_columns(part_minor=pl.min_horizontal("value_minor", "owed_minor"))
        .group_by("source_key", "target_key", "facility_key")
        .agg(
            pl.min_horizontal(exact_sum(pl.col("part_minor")), pl.col("owed_minor").first()).alias(
                "part_minor"
            ),
            pl.col("protection_id").unique().alias("protection_ids"),
        )
        .group_by(_ENDS)
        .agg(
            part_minor=exact_sum(pl.col("part_minor")),
            protection_count=pl.col("protection_ids").explode().n_unique(),
            protection_id=pl.col("protection_ids").explode().min(),
        )
        .join(whole, on="target_key", how="left")
        .filter(_is_at_least(search.lines["repayment_source"]), pl.col("part_minor") > 0)
        .pipe(without_own_bank, search)
        .filter(pl.len().over("source_key") > 1)
        .pipe(reached, search.due)
    )
    sentence = pl.format(
        "{} pays {} to the bank for {}, {} of the {} it owes ({}), and pays for others too. Whether there is another "
        "source of repayment is not known.",
        "source_id",
        search.amount("part_minor"),
        "target_id",
        percent_text(pl.col("part_minor"), pl.col("whole_minor")),
        search.amount("whole_minor"),
        first_of("protection_id", "protection_count"),
    )
    return _shaped(_with_share(pairs, tables, sentence), "repayment_source")


def receivable_candidates(tables: Tables, search: Search) -> pl.DataFrame:
    """Creditors whose receivables are mostly with one debtor, who is the source.

    The share is that of assigned receivables in those of the newest balance sheet (item accounts_receivable).
    Returns `CANDIDATE`.
    """
    stated = at_the_end(tables["financial_statements"], search, "accounts_receivable")
    pairs = (
        _assigned(tables, search)
        .filter(pl.col("kind") == "receivable")
        .with_columns(target_key=pl.coalesce("title_holder_key", "target_key"))
        .unique(["protection_id", *_ENDS])
        .group_by(_ENDS)
        .agg(
            part_minor=exact_sum(pl.col("value_minor")),
            protection_count=pl.len(),
            protection_id=pl.col("protection_id").min(),
        )
        .join(
            stated.rename({"party_key": "target_key", "stated_minor": "whole_minor"}),
            on="target_key",
            how="inner",
        )
        .filter(
            pl.col("whole_minor") > 0, _is_at_least(search.lines["receivables"]), pl.col("part_minor") > 0
        )
        .filter(pl.col("source_key") != pl.col("target_key"))
        .pipe(without_own_bank, search)
        .pipe(reached, search.due)
    )
    sentence = pl.format(
        "{} owes {} to {} in assigned receivables ({}), {} of its accounts_receivable of {} at {}.",
        "source_id",
        search.amount("part_minor"),
        "target_id",
        first_of("protection_id", "protection_count"),
        percent_text(pl.col("part_minor"), pl.col("whole_minor")),
        search.amount("whole_minor"),
        day("period_end"),
    )
    return _shaped(_with_share(pairs, tables, sentence), "receivables")


def _guaranteed(tables: Tables, search: Search) -> pl.DataFrame:
    """What each guarantor may have to pay for each debtor, near the parties above the line."""
    given = guarantees_by_debtor(
        tables["relationships"], tables["protections"], tables["protection_covers"], tables["facilities"],
        reporting_exponent=search.exponent,
    )  # fmt: skip
    pairs = given.rename({"debtor_key": "source_key", "guarantor_key": "target_key"})
    return pairs.pipe(without_own_bank, search).pipe(reached, search.due)


def _net_assets(tables: Tables, search: Search) -> pl.DataFrame:
    stated = at_the_end(tables["financial_statements"], search, "net_assets")
    return stated.select("period_end", target_key="party_key", whole_minor="stated_minor").drop_nulls(
        "whole_minor"
    )


def _against(pairs: pl.DataFrame, against: pl.Expr, whole: pl.Expr) -> pl.DataFrame:
    """The pairs with `against`, the share of the whole and `whole`, the words for it."""
    part = pl.col("amount_minor").cast(pl.Int128)
    share = pl.min_horizontal(part * BP // pl.col("whole_minor").cast(pl.Int128), pl.lit(BP))
    has_whole = pl.col("whole_minor") > 0
    told = pl.when(has_whole).then(
        pl.format(", {} of", percent_text(pl.col("amount_minor"), pl.col("whole_minor")))
    )
    return pairs.select(
        *_ENDS,
        "amount_minor",
        "guarantee_count",
        "has_unknown_amount",
        against=against,
        share_bp=pl.when(has_whole).then(share).cast(pl.Int64),
        share=told.otherwise(pl.lit(" against")),
        whole=whole,
    )


def _assigned(tables: Tables, search: Search) -> pl.DataFrame:
    """Assigned receivables and drafts in force, once a facility they cover: source_key is who pays, target_key the obligor.

    Returns protection_id, kind, source_key, target_key, title_holder_key, facility_key, value_minor (rounded up),
    owed_minor.
    """
    begun = (pl.col("start_date") <= search.as_of).fill_null(value=True)
    not_over = (pl.col("maturity_date") >= search.as_of).fill_null(value=True)
    protections = tables["protections"].filter(
        pl.col("kind").is_in(ASSIGNED_KINDS), pl.col("provider_key").is_not_null(), begun & not_over
    )
    facilities = tables["facilities"].select(
        "facility_key", target_key="obligor_key", owed_minor=owed_minor(search.exponent)
    )
    return (
        protections.select(
            "protection_key", "protection_id", "kind", "title_holder_key",
            source_key="provider_key",
            value_minor=ceil_divide(*in_reporting_currency(pl.col("value_minor"), search.exponent)),
        )
        .join(tables["protection_covers"].select("protection_key", "facility_key"), on="protection_key")
        .join(facilities, on="facility_key", how="left")
        .filter(pl.col("source_key") != pl.col("target_key"))
    )  # fmt: skip


def owed_minor(exponent: int) -> pl.Expr:
    """What a facility is about, in the reporting currency, rounded down: what is drawn, or the contingent amount."""
    amount = pl.coalesce("drawn_minor", "commitment_minor").fill_null(0)
    return floor_divide(*in_reporting_currency(amount, exponent))


def _is_at_least(line: int) -> pl.Expr:
    part, whole = pl.col("part_minor").cast(pl.Int128), pl.col("whole_minor").cast(pl.Int128)
    return part * BP >= whole * line


def _with_share(pairs: pl.DataFrame, tables: Tables, sentence: pl.Expr) -> pl.DataFrame:
    part, whole = pl.col("part_minor").cast(pl.Int128), pl.col("whole_minor").cast(pl.Int128)
    return with_ids(pairs, tables["parties"]).with_columns(
        against=pl.lit(None, dtype=pl.String),
        share_bp=pl.min_horizontal(part * BP // whole, pl.lit(BP)),
        is_mutual=pl.lit(value=False),
        evidence=sentence,
    )


def counted(column: str, one: str, many: str) -> pl.Expr:
    """A number with the word for it."""
    return pl.format("{} {}", column, pl.when(pl.col(column) == 1).then(pl.lit(one)).otherwise(pl.lit(many)))


def first_of(column: str, count: str) -> pl.Expr:
    """The first id, and how many more there are."""
    more = pl.col(count).cast(pl.Int64) - 1
    return pl.when(more > 0).then(pl.format("{} and {} more", column, more)).otherwise(pl.col(column))


def _shaped(rows: pl.DataFrame, basis: str) -> pl.DataFrame:
    return rows.with_columns(basis=pl.lit(basis)).select(
        pl.col(name).cast(dtype) for name, dtype in CANDIDATE.items()
    )
