"""Flows: who lives on whom, as the payments of a year show it.

What a party takes in or spends is what its statement says, and never less than the payments that were seen. The bank's
own payments are credit and no business; a payment between a party's own accounts is neither.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import polars as pl

from riskmon.domain.money import (
    BP,
    ceil_divide,
    exact_sum,
    floor_divide,
    in_reporting_currency,
    percent_text,
)
from riskmon.domain.terms import FUNDING_PURPOSES, NO_BUSINESS_PURPOSES, SALE_PURPOSES
from riskmon.groups.search.candidates import CANDIDATE, Search, day, reached, with_ids, without_own_bank
from riskmon.groups.search.statements import yearly

_CURRENCY = ("rate_e10", "exponent")


class Situation(NamedTuple):
    """One way to live on another: which flows count, whose whole they are part of, what a statement calls the whole."""

    basis: str
    flows: tuple[str, ...]
    dependent: str
    relied_on: str
    items: tuple[str, ...]
    whole: str


SITUATIONS: Final = (
    Situation(
        "receipts", ("sale", "other"), "payee_key", "payer_key", ("total_income", "revenue"), "receipts"
    ),
    Situation(
        "expenditure", ("sale", "other"), "payer_key", "payee_key", ("total_expenditure",), "expenditure"
    ),
    Situation("output", ("sale",), "payee_key", "payer_key", ("revenue",), "sales"),
    Situation("funding_source", ("funding",), "payee_key", "payer_key", (), "funding"),
)
"""The situations that payments can show."""


def flow_candidates(tables: Mapping[str, pl.DataFrame], search: Search) -> pl.DataFrame:
    """The parties that take in from one other, or spend with one other, as much as the lowest line of their situation.

    tables: payments (payer_key, payee_key, either null for somebody who is no party), financial_statements, parties.
    Amounts of a pair are rounded up, the whole down; each currency once. Returns `CANDIDATE`.
    """
    payments = _of_the_year(tables["payments"].lazy(), search)
    sums = (
        payments.group_by("payer_key", "payee_key", "flow", *_CURRENCY)
        .agg(
            amount_minor=exact_sum(pl.col("amount_minor")),
            payment_count=pl.len(),
            first_on=pl.col("paid_on").min(),
            last_on=pl.col("paid_on").max(),
        )
        .collect(engine="streaming")
    )
    found = [
        _candidates(sums, payments, tables, search, situation)
        for situation in SITUATIONS
        if situation.basis in search.lines
    ]
    return pl.concat([CANDIDATE.to_frame(), *found])


def paying_parties(payments: pl.DataFrame, search: Search) -> pl.Series:
    """The parties with a payment in the year that counts for some situation."""
    rows = _of_the_year(payments.lazy(), search).select("payer_key", "payee_key").collect()
    return pl.concat([rows["payer_key"], rows["payee_key"]]).drop_nulls().unique()


def shown_flows(payments: pl.DataFrame, search: Search) -> set[str]:
    """The flows that some payment of the year belongs to: sale, funding, other."""
    return set(_of_the_year(payments.lazy(), search).select(pl.col("flow").unique()).collect()["flow"])


def _of_the_year(payments: pl.LazyFrame, search: Search) -> pl.LazyFrame:
    """The payments between two within the year, as far as they were known, each with its `flow`."""
    own = search.own_bank.implode()
    is_own = (pl.col("payer_key").is_in(own) | pl.col("payee_key").is_in(own)).fill_null(value=False)
    purpose = pl.col("purpose")
    flow = (
        pl.when(purpose.is_in(FUNDING_PURPOSES)).then(pl.lit("funding"))
        .when(purpose.is_in(NO_BUSINESS_PURPOSES) | is_own).then(pl.lit(None))
        .when(purpose.is_in(SALE_PURPOSES)).then(pl.lit("sale"))
        .otherwise(pl.lit("other"))
    )  # fmt: skip
    last = min(search.as_of, search.known_at)
    return (
        payments.filter(
            (pl.col("paid_on") > search.begin) & (pl.col("paid_on") <= last),
            pl.col("payer_key").ne_missing(pl.col("payee_key")),
        )
        .with_columns(flow=flow)
        .filter(pl.col("flow").is_not_null())
    )


def _candidates(
    sums: pl.DataFrame,
    payments: pl.LazyFrame,
    tables: Mapping[str, pl.DataFrame],
    search: Search,
    situation: Situation,
) -> pl.DataFrame:
    rows = sums.filter(pl.col("flow").is_in(situation.flows)).with_columns(
        source_key=situation.relied_on, target_key=situation.dependent
    )
    # Whatever share a pair comes to, it is reached only through a source with a due end.
    asked = reached(rows.drop_nulls(["source_key", "target_key"]), search.due)
    stated = yearly(tables["financial_statements"], search, situation.items)
    part, whole = pl.col("part_minor"), pl.col("whole_minor")
    is_concentrated = part.cast(pl.Int128) * BP >= whole.cast(pl.Int128) * search.lines[situation.basis]
    pairs = (
        without_own_bank(_parts(asked, search), search)
        .join(_wholes(rows.join(asked, on="target_key", how="semi"), search), on="target_key", how="left")
        .join(stated.rename({"party_key": "target_key"}), on="target_key", how="left")
        .with_columns(whole_minor=pl.max_horizontal("seen_minor", "stated_minor"))
        .filter(is_concentrated & (part > 0))
        .pipe(reached, search.due)
    )
    return (
        with_ids(_with_first_and_last(pairs, payments, situation), tables["parties"])
        .with_columns(
            basis=pl.lit(situation.basis),
            against=pl.lit(None, dtype=pl.String),
            share_bp=pl.min_horizontal(part.cast(pl.Int128) * BP // whole.cast(pl.Int128), pl.lit(BP)),
            is_mutual=pl.lit(value=False),
            evidence=_evidence(search, situation),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in CANDIDATE.items())
    )


def _parts(rows: pl.DataFrame, search: Search) -> pl.DataFrame:
    """What each party takes in from, or spends with, each other one."""
    amount = ceil_divide(*in_reporting_currency(pl.col("amount_minor"), search.exponent))
    return (
        rows.group_by("source_key", "target_key", *_CURRENCY)
        .agg(
            exact_sum(pl.col("amount_minor")),
            pl.col("payment_count").sum(),
            pl.col("first_on").min(),
            pl.col("last_on").max(),
        )
        .with_columns(part_minor=amount)
        .group_by("source_key", "target_key")
        .agg(
            exact_sum(pl.col("part_minor")),
            pl.col("payment_count").sum(),
            pl.col("first_on").min(),
            pl.col("last_on").max(),
        )
    )


def _wholes(rows: pl.DataFrame, search: Search) -> pl.DataFrame:
    """What each party was seen to take in or to spend, from and with whomever: target_key, seen_minor."""
    amount = floor_divide(*in_reporting_currency(pl.col("amount_minor"), search.exponent))
    return (
        rows.group_by("target_key", *_CURRENCY)
        .agg(exact_sum(pl.col("amount_minor")))
        .with_columns(seen_minor=amount)
        .group_by("target_key")
        .agg(exact_sum(pl.col("seen_minor")))
    )


def _with_first_and_last(pairs: pl.DataFrame, payments: pl.LazyFrame, situation: Situation) -> pl.DataFrame:
    """The pairs with first_id and last_id: the earliest and the latest of their payments, by date and id."""
    ends = ["source_key", "target_key"]
    in_order = pl.col("payment_id").sort_by("paid_on", "payment_id")
    found = (
        payments.filter(pl.col("flow").is_in(situation.flows))
        .select("paid_on", "payment_id", source_key=situation.relied_on, target_key=situation.dependent)
        .join(pairs.lazy().select(ends), on=ends, how="semi")
        .group_by(ends)
        .agg(first_id=in_order.first(), last_id=in_order.last())
        .collect()
    )
    return pairs.join(found, on=ends, how="left", validate="1:1")


def _evidence(search: Search, situation: Situation) -> pl.Expr:
    """Who paid whom how much, when and in which rows, and what that is a share of."""
    pays_relied_on = situation.relied_on == "payer_key"
    payer, payee = ("source_id", "target_id") if pays_relied_on else ("target_id", "source_id")
    is_stated = (pl.col("stated_minor") >= pl.col("seen_minor")).fill_null(value=False)
    origin = (
        pl.when(is_stated)
        .then(pl.format("{} of its statement to {}", "item", day("period_end")))
        .otherwise(pl.lit("all such payments seen"))
    )
    return pl.format(
        "{} paid {} {} in {} payments from {} ({}) to {} ({}): {} of the {} of {} in the {} months to {}, {} by {}. "
        "Whether it could be replaced is not known.",
        payer,
        payee,
        search.amount("part_minor"),
        "payment_count",
        day("first_on"),
        "first_id",
        day("last_on"),
        "last_id",
        percent_text(pl.col("part_minor"), pl.col("whole_minor")),
        pl.lit(situation.whole),
        "target_id",
        pl.lit(search.months),
        pl.lit(search.as_of.isoformat()),
        search.amount("whole_minor"),
        origin,
    )
