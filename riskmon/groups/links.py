"""Links: the relationships that count under one book, as the arrays that `graph_models` reasons over.

Votes known only as a band count with their lower bound; in the if-confirmed reading with their upper bound. A
shareholding without votes cannot control. A control record on votes gives way to the shareholding of the same pair,
since the line is the book's.
"""

from functools import reduce
from typing import TypeVar

import numpy as np
import polars as pl

from graph_models.arrays import RelationshipArrays
from graph_models.terms import LinkKind
from riskmon.domain.money import BP
from riskmon.rulebook.model import DependenceTest, Grouping

Links = TypeVar("Links", pl.DataFrame, pl.LazyFrame)

COUNTING = ("confirmed", "none")
"""Assessments that count: a recorded fact that nobody has looked at counts too."""

COMMON_SUPPORT = "common_support"
"""The kind of a link between structures that share a third party behind them; it follows from other rows."""

REPORTED = "reported_ultimate"
"""The basis of a record that names the ultimate parent."""

POOLED_KINDS = ("family", "acting_in_concert")
"""Kinds of relationship whose two parties vote as one under a book that pools them."""

CONTROL_KINDS = (int(LinkKind.HOLDING), int(LinkKind.CONTROL))
"""Links that control is found from."""


def counting_links(
    relationships: pl.DataFrame, parties: pl.DataFrame, grouping: Grouping, *, if_confirmed: bool = False
) -> pl.DataFrame:
    """The relationships that count, each classified for the graph.

    relationships: those in force and known, with keys. parties: party_key, kind, is_own_bank.
    Returns relationship_key, source_key, target_key, link (code of graph_models), votes_bp, is_mutual, is_reported (a
    record that names the ultimate parent and not the way to it), is_pooled (ties two whose votes are one), is_concert
    (see `concerts`). Holdings and records of control come first and in the order of key, so that books that differ in
    the rest share them.
    """
    pairs = relationships.filter(pl.col("kind") == "shareholding").select("source_key", "target_key").unique()
    rows = (
        with_ends(relationships.lazy(), parties)
        .filter(pl.col("assessment").is_in((*COUNTING, "doubtful") if if_confirmed else COUNTING))
        .join(
            pairs.lazy().with_columns(has_shareholding=pl.lit(value=True)),
            on=["source_key", "target_key"],
            how="left",
        )
        # A party of a hub kind never joins what it controls, relies on it or is linked with it.
        .filter(~pl.col("source_kind").is_in(grouping.hub_kinds))
    )
    return (
        rows.with_columns(votes_bp=_votes(if_confirmed=if_confirmed))
        .with_columns(
            link=pl.when((pl.col("kind") == "shareholding") & (pl.col("votes_bp") > 0))
            .then(int(LinkKind.HOLDING))
            .when(_is_control(grouping))
            .then(int(LinkKind.CONTROL))
            .when(_is_dependence(grouping))
            .then(int(LinkKind.DEPENDENCE))
            .when(_is_linked(grouping))
            .then(int(LinkKind.LINKED))
            .cast(pl.Int8)
        )
        .filter(pl.col("link").is_not_null())
        .select(
            "relationship_key",
            "source_key",
            "target_key",
            "link",
            votes_bp=pl.when(pl.col("link") == int(LinkKind.HOLDING)).then("votes_bp").otherwise(0),
            is_mutual=pl.col("is_mutual").fill_null(value=False)
            & (pl.col("link") == int(LinkKind.DEPENDENCE)),
            is_reported=(pl.col("basis") == REPORTED).fill_null(value=False),
            is_pooled=pl.lit(grouping.pools_linked_votes)
            & (pl.col("link") == int(LinkKind.LINKED))
            & pl.col("kind").is_in(POOLED_KINDS),
            is_concert=pl.lit(value=False),
        )
        .pipe(in_order)
        .collect()
    )


def _votes(*, if_confirmed: bool) -> pl.Expr:
    """The votes of a holding: those on record, or the lower end of their band; the most of all if doubts are confirmed.

    A band that is open above may be all of the votes.
    """
    certain = pl.coalesce("voting_bp", "voting_min_bp")
    is_open = pl.col("voting_bp").is_null() & pl.col("voting_min_bp").is_not_null()
    highest = pl.coalesce("voting_max_bp", pl.when(is_open).then(BP))
    most = pl.max_horizontal("voting_bp", "voting_min_bp", highest)
    return (most if if_confirmed else certain).fill_null(0).cast(pl.Int64)


def with_ends(links: pl.LazyFrame, parties: pl.DataFrame) -> pl.LazyFrame:
    """The links with source_kind, target_kind and source_is_own_bank. parties: party_key, kind, is_own_bank."""
    kinds = parties.lazy().select("party_key", "kind", pl.col("is_own_bank").fill_null(value=False))
    sources = kinds.rename(
        {"party_key": "source_key", "kind": "source_kind", "is_own_bank": "source_is_own_bank"}
    )
    targets = kinds.select(target_key="party_key", target_kind="kind")
    return links.join(sources, on="source_key", how="left").join(targets, on="target_key", how="left")


def in_order(links: Links) -> Links:
    """Holdings and records of control first; within both halves by key, the parties and the kind.

    No two links tie, although a concert's record cites the key of a holding between the same parties.
    """
    return links.sort(
        pl.col("link").is_in(CONTROL_KINDS),
        "relationship_key",
        "source_key",
        "target_key",
        "link",
        descending=[True, False, False, False, False],
    )


def control_rows(links: pl.DataFrame) -> pl.DataFrame:
    """The holdings and records of control among the links: what control is found from."""
    return links.filter(pl.col("link").is_in(CONTROL_KINDS))


def as_arrays(links: pl.DataFrame) -> RelationshipArrays:
    """The links as arrays; row i of the arrays is row i of the frame."""
    return RelationshipArrays(
        source=links["source_key"].to_numpy().astype(np.int32),
        target=links["target_key"].to_numpy().astype(np.int32),
        kind=links["link"].to_numpy().astype(np.int8),
        votes_bp=links["votes_bp"].to_numpy().astype(np.int64),
        is_mutual=links["is_mutual"].to_numpy().astype(np.bool_),
    )


def _is_control(grouping: Grouping) -> pl.Expr:
    is_ground = pl.col("basis").is_in(grouping.control_bases).fill_null(value=True)
    is_rederived = (pl.col("basis") == "votes").fill_null(value=False) & pl.col("has_shareholding").fill_null(
        value=False
    )
    return (
        (pl.col("kind") == "control")
        & is_ground
        & ~is_rederived
        & (pl.col("source_key") != pl.col("target_key"))
    )


def _is_dependence(grouping: Grouping) -> pl.Expr:
    if grouping.dependence == "off":
        return pl.lit(value=False)
    passes = reduce(lambda left, right: left | right, (_passes(test) for test in grouping.dependence_tests))
    return (
        (pl.col("kind") == "economic_dependence")
        & is_between_kinds_in_scope(grouping)
        & passes
        & ~pl.col("is_replaceable").fill_null(value=False)
    )


def is_between_kinds_in_scope(grouping: Grouping) -> pl.Expr:
    """Whether the book knows dependence between parties of these kinds. Columns in: source_kind, target_kind."""
    excluded = grouping.dependence_excludes_kinds
    return ~(
        pl.col("source_kind").is_in((*excluded, *grouping.relied_on_excludes_kinds))
        | pl.col("target_kind").is_in(excluded)
    )


def is_situation(test: DependenceTest) -> pl.Expr:
    """Whether a dependence is one of the test's situations, whatever its share.

    Columns in: basis, source_kind, source_is_own_bank.
    """
    is_excluded = pl.col("source_kind").is_in(test.excludes_source_kinds)
    if test.excludes_own_bank:
        is_excluded |= pl.col("source_is_own_bank")
    return pl.col("basis").fill_null("judgement").is_in(test.bases) & ~is_excluded


def _passes(test: DependenceTest) -> pl.Expr:
    if test.at_least_bp is None:
        return is_situation(test)
    # A dependence recorded without its share is a fact on record: it counts.
    return is_situation(test) & (pl.col("dependence_bp") >= test.at_least_bp).fill_null(value=True)


def _is_linked(grouping: Grouping) -> pl.Expr:
    in_degree = pl.col("basis").is_in(grouping.linked_bases).fill_null(value=True)
    is_family = pl.col("kind") == "family"
    kinds = (*grouping.linked_kinds, *([COMMON_SUPPORT] if grouping.common_support else []))
    return pl.col("kind").is_in(kinds) & (~is_family | in_degree)
