"""Hubs: exempt parties that would glue groups together, if the book did not cut what they own, rely on or are linked with.

The cut is the book's and right; but a wrong `kind` of one party would hide as much as a right one spares, so every hub
that holds several groups apart is shown to the owner of the relationships.
"""

from collections.abc import Sequence

import polars as pl

from graph_models.terms import LinkKind
from riskmon.domain.finding import FINDING_KINDS
from riskmon.domain.money import BP
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.groups.links import COUNTING, counting_links
from riskmon.rulebook.model import Grouping

SAMPLE_SIZE = 5


def glued_groups(
    relationships: pl.DataFrame,
    parties: pl.DataFrame,
    grouping: Grouping,
    frames: tuple[pl.DataFrame, pl.DataFrame],
) -> pl.DataFrame:
    """The hubs of one book that own links alone would bring into several groups: hub_key, group_count, anchor_ids.

    Pooled votes of a hub with firms that it controls are not looked for. frames: groups and members of the book.
    `anchor_ids` are the first anchors.
    """
    groups, members = frames
    hubs = parties.filter(pl.col("kind").is_in(grouping.hub_kinds))["party_key"]
    own = relationships.filter(pl.col("source_key").is_in(hubs.implode()))
    links = counting_links(own, parties, grouping.model_copy(update={"hub_kinds": ()}))
    anchors = parties.select(anchor_key="party_key", anchor_id="party_id")
    return (
        _binding(links, relationships, grouping)
        .join(members.select("group_key", target_key="party_key"), on="target_key", how="inner")
        .join(groups.select("group_key", "anchor_key"), on="group_key", how="left")
        .join(anchors, on="anchor_key", how="left")
        .group_by(hub_key="source_key")
        .agg(
            group_count=pl.col("group_key").n_unique(),
            anchor_ids=pl.col("anchor_id").unique().sort().head(SAMPLE_SIZE),
        )
        .filter(pl.col("group_count") > 1)
    )


def hub_findings(parties: pl.DataFrame, glued: Sequence[tuple[str, pl.DataFrame]]) -> pl.DataFrame:
    """One finding a hub over all books: how many groups would merge, and the first of their anchors.

    glued: book id and what `glued_groups` found under it.
    """
    table = OUTPUT_TABLES["findings"]
    rows = [found.with_columns(book_id=pl.lit(book_id)) for book_id, found in glued if found.height]
    if not rows:
        return table.empty()
    kind = FINDING_KINDS["hub_cut"]
    names = parties.select(hub_key="party_key", subject_id="party_id", name="name")
    found = (
        pl.concat(rows)
        .sort("group_count", "book_id", descending=[True, False])
        .group_by("hub_key", maintain_order=True)
        .agg(pl.col("group_count", "anchor_ids").first(), books=pl.col("book_id").sort().str.join(", "))
        .join(names, on="hub_key", how="left")
    )
    called = pl.coalesce("name", "subject_id")
    return table.shape(
        found.with_columns(
            finding_code=pl.lit(kind.code),
            table=pl.lit("relationships"),
            row_count="group_count",
            sample="anchor_ids",
            message=pl.format(
                "{} {} would merge {} groups under {}.", pl.lit(kind.message), called, "group_count", "books"
            ),
            remedy=pl.lit(kind.remedy),
            owner=pl.lit(kind.owner),
        )
    )


def _binding(links: pl.DataFrame, relationships: pl.DataFrame, grouping: Grouping) -> pl.DataFrame:
    """Pairs of source_key and target_key that join two parties: any link but a holding without a majority."""
    is_holding = pl.col("link") == int(LinkKind.HOLDING)
    treasury = (
        relationships.filter(
            pl.col("source_key") == pl.col("target_key"), pl.col("assessment").is_in(COUNTING)
        )
        .group_by("target_key")
        .agg(treasury_bp=pl.col("voting_bp").cast(pl.Int64).sum())
    )
    majorities = (
        links.filter(is_holding)
        .group_by("source_key", "target_key")
        .agg(pl.col("votes_bp").sum())
        .join(treasury, on="target_key", how="left")
        .filter(
            pl.col("votes_bp") * BP
            > (BP - pl.col("treasury_bp").fill_null(0)).clip(lower_bound=0) * grouping.votes_above_bp
        )
    )
    pair = ["source_key", "target_key"]
    return pl.concat([majorities.select(pair), links.filter(~is_holding).select(pair)]).unique()
