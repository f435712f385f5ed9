"""Hubs: exempt parties that glue groups together, or would if the book did not cut what they own or are linked with.

The cut is the book's and right; but a wrong `kind` of one party would hide as much as a right one spares, so every hub
that holds several groups apart is shown to the owner of the relationships. So is one that a book follows although other
books exempt its kind, where it alone holds a group together.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from graph_models.arrays import components
from graph_models.terms import LinkKind
from riskmon.domain.finding import FINDING_KINDS
from riskmon.domain.money import BP
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.groups.links import COUNTING, counting_links
from riskmon.rulebook.model import Grouping

SAMPLE_SIZE: Final = 5

EXEMPT_KINDS: Final = ("sovereign", "central_bank", "regional_government", "ccp")
"""Kinds that one book or another exempts."""

_HUBS: Final = {"hub_key": pl.Int32(), "group_count": pl.UInt32(), "anchor_ids": pl.List(pl.String())}


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


def gluing_hubs(
    parties: pl.DataFrame, grouping: Grouping, links: pl.DataFrame, members: pl.DataFrame
) -> pl.DataFrame:
    """The exempt parties that the book follows and that alone connect a group: hub_key, group_count, anchor_ids.

    links: those that count under the book. members: of its groups. `group_count` is into how many parts the members
    with exposure fall without such parties, whatever the votes; `anchor_ids` are the first parties of some.
    """
    followed = [kind for kind in EXEMPT_KINDS if kind not in (*grouping.hub_kinds, *grouping.separate_kinds)]
    hubs = parties.filter(pl.col("kind").is_in(followed))["party_key"].implode()
    glued = members.filter(pl.col("party_key").is_in(hubs)).select("group_key", hub_key="party_key")
    if glued.is_empty():
        return pl.DataFrame(schema=_HUBS)
    others = members.join(glued, on="group_key", how="semi").filter(~pl.col("party_key").is_in(hubs))
    inside = others["party_key"].unique().implode()
    between = links.filter(pl.col("source_key").is_in(inside), pl.col("target_key").is_in(inside))
    labels = components(
        parties.height, between["source_key"].to_numpy(), between["target_key"].to_numpy(), is_strong=False
    )
    exposed = others.filter(pl.col("role") != "connector")
    parts = (
        exposed.with_columns(part=pl.Series(labels[exposed["party_key"]]))
        .join(parties.select("party_key", "party_id"), on="party_key", how="left")
        .group_by("group_key", "part")
        .agg(first_id=pl.col("party_id").min())
    )
    return (
        glued.join(parts, on="group_key", how="inner")
        .group_by("hub_key")
        .agg(group_count=pl.len(), anchor_ids=pl.col("first_id").unique().sort().head(SAMPLE_SIZE))
        .filter(pl.col("group_count") > 1)
    )


def hub_findings(
    parties: pl.DataFrame, code: str, said: str, found: Sequence[tuple[str, pl.DataFrame]]
) -> pl.DataFrame:
    """One finding a hub over all books.

    code: `hub_cut` or `hub_glues`. said: what the hub does, with places for its name, how many and the books. found:
    book id and what was found under it.
    """
    table = OUTPUT_TABLES["findings"]
    rows = [each.with_columns(book_id=pl.lit(book_id)) for book_id, each in found if each.height]
    if not rows:
        return table.empty()
    kind = FINDING_KINDS[code]
    names = parties.select(hub_key="party_key", subject_id="party_id", name="name")
    hubs = (
        pl.concat(rows)
        .sort("group_count", "book_id", descending=[True, False])
        .group_by("hub_key", maintain_order=True)
        .agg(pl.col("group_count", "anchor_ids").first(), books=pl.col("book_id").sort().str.join(", "))
        .join(names, on="hub_key", how="left")
    )
    called = pl.coalesce("name", "subject_id")
    return table.shape(
        hubs.with_columns(
            finding_code=pl.lit(kind.code),
            table=pl.lit("relationships"),
            row_count="group_count",
            sample="anchor_ids",
            message=pl.lit(f"{kind.message} ") + pl.format(said, called, "group_count", "books"),
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
