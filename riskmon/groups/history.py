"""History: what became of the groups between two runs, and which recorded change did it.

A group keeps its id as long as its anchor stays. Of a group whose id is gone, and of one whose id is new, one row says
what became of it or where it came from; beside that, one row for each member that joined or left. Connectors have no
exposure and are no members: one that becomes exposed joins.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.groups.history_causes import PathChanges, causes_told

_PARTY = ["book_id", "party_id"]
_MEMBER = ["book_id", "group_id", "party_id"]
_GROUP = ["book_id", "group_id"]
_MOVE = ["book_id", "group_id", "other_group_id"]


@dataclass(frozen=True, slots=True)
class RunTables:
    """What is compared of a run: its output tables `group_members` and `relationships`."""

    members: pl.DataFrame
    relationships: pl.DataFrame


def group_changes(then: RunTables, now: RunTables, books: Mapping[str, bool]) -> pl.DataFrame:
    """The table `group_changes`: the groups of a run against those of an earlier one.

    books: the books that both runs applied, each with whether its rules differ between them.

    A group that is gone has `merged` into the one that holds all its members that are still exposed; was `reanchored`
    where that one is new and holds no other party that was exposed before; `split` where no group holds them all;
    `vanished` where none is exposed any more. A new group was `split` from a group that goes on, or `appeared`. Members
    who only went along with their group are not listed again.
    """
    before, after = _exposed(then, books), _exposed(now, books)
    changes = PathChanges(then.relationships, now.relationships)
    moves = _moves(before, after)
    shared = _shared(before, after, moves)
    joined = _joined(before, after, moves, shared)
    left = _left(before, after, shared)
    groups = _with_group_causes(moves, shared, joined, changes)
    rows = pl.concat(
        [
            groups,
            changes.caused(joined, "now").with_columns(change=pl.lit("joined")),
            changes.caused(left, "then").with_columns(change=pl.lit("left")),
        ],
        how="diagonal",
    )
    return OUTPUT_TABLES["group_changes"].shape(causes_told(rows, books))


def _exposed(run: RunTables, books: Mapping[str, bool]) -> pl.DataFrame:
    is_compared = pl.col("book_id").is_in(list(books)) & (pl.col("role") != "connector")
    return run.members.filter(is_compared).select(*_MEMBER, "anchor_id", "reason")


def _moves(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """One row a group that is gone or new: book_id, group_id, other_group_id, change, is_exposed_in_both.

    The last says whether a member is exposed in both runs, so that exposure alone cannot be the cause.
    """
    gone = before.select(_GROUP).unique().join(after, on=_GROUP, how="anti")
    new = after.select(_GROUP).unique().join(before, on=_GROUP, how="anti")
    shares = _shares(before, after).with_columns(
        is_gone=pl.struct(_GROUP).is_in(gone.select(pl.struct(_GROUP)).to_series().implode()),
        is_new=pl.struct("book_id", group_id="other_group_id").is_in(
            new.select(pl.struct(_GROUP)).to_series().implode()
        ),
    )
    holds_all = pl.col("shared_count") == pl.col("size_then")
    is_all = pl.col("shared_count") == pl.col("size_now")
    successors = (
        shares.filter("is_gone", holds_all)
        .sort("is_new", "size_now", "other_group_id", descending=[False, True, False])
        .unique(_GROUP, keep="first", maintain_order=True)
        .with_columns(
            change=pl.when(pl.col("is_new") & is_all).then(pl.lit("reanchored")).otherwise(pl.lit("merged"))
        )
    )
    dispersed = (
        shares.filter("is_gone").join(successors, on=_GROUP, how="anti").with_columns(change=pl.lit("split"))
    )
    vanished = gone.join(shares, on=_GROUP, how="anti").with_columns(change=pl.lit("vanished"))
    told = pl.concat([successors.filter(change="reanchored"), dispersed], how="diagonal").select(
        "book_id", group_id="other_group_id"
    )
    untold = new.join(told, on=_GROUP, how="anti")
    origins = (
        shares.filter("is_new", ~pl.col("is_gone"), is_all)
        .join(untold.rename({"group_id": "other_group_id"}), on=["book_id", "other_group_id"], how="semi")
        .sort("size_then", "group_id", descending=[True, False])
        .unique(["book_id", "other_group_id"], keep="first", maintain_order=True)
        .with_columns(change=pl.lit("split"))
    )
    known = shares.select("book_id", group_id="other_group_id").unique().with_columns(is_known=True)
    appeared = (
        untold.join(origins.select("book_id", group_id="other_group_id"), on=_GROUP, how="anti")
        .join(known, on=_GROUP, how="left")
        .with_columns(change=pl.lit("appeared"), is_exposed_in_both=pl.col("is_known").fill_null(value=False))
    )
    empty = pl.DataFrame(schema=dict.fromkeys([*_MOVE, "change"], pl.String()))
    return (
        pl.concat([empty, successors, dispersed, vanished, origins, appeared], how="diagonal")
        .with_columns(pl.col("is_exposed_in_both").fill_null(pl.col("change") != "vanished"))
        .select(*_MOVE, "change", "is_exposed_in_both")
    )


def _shares(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """For each earlier and present group with a member in common how many: shared_count, of size_then and size_now.

    The sizes count the parties that are exposed in both runs.
    """
    size_then = before.join(after, on=_PARTY, how="semi").group_by(_GROUP).agg(size_then=pl.len())
    size_now = (
        after.join(before, on=_PARTY, how="semi")
        .group_by("book_id", other_group_id="group_id")
        .agg(size_now=pl.len())
    )
    later = after.select(*_PARTY, other_group_id="group_id")
    return (
        before.select(_MEMBER)
        .join(later, on=_PARTY, how="inner")
        .group_by(_MOVE)
        .agg(shared_count=pl.len())
        .join(size_then, on=_GROUP, how="left")
        .join(size_now, on=["book_id", "other_group_id"], how="left")
    )


def _shared(before: pl.DataFrame, after: pl.DataFrame, moves: pl.DataFrame) -> pl.DataFrame:
    """The members who went from a group to its other: _MOVE, party_id, change, reason (then), reason_now."""
    later = after.select(*_PARTY, other_group_id="group_id", reason_now="reason")
    return (
        before.drop("anchor_id")
        .join(moves.drop_nulls("other_group_id"), on=_GROUP, how="inner")
        .join(later, on=["book_id", "other_group_id", "party_id"], how="inner")
    )


def _joined(
    before: pl.DataFrame, after: pl.DataFrame, moves: pl.DataFrame, shared: pl.DataFrame
) -> pl.DataFrame:
    """New memberships; an anchor does not join its own group, nor does who came with it from the old one."""
    new = after.select(_GROUP).unique().join(before, on=_GROUP, how="anti").with_columns(is_new=True)
    came_along = shared.filter(pl.col("change") != "merged").select(
        "book_id", "party_id", group_id="other_group_id"
    )
    was_exposed = before.select(_PARTY).unique().with_columns(is_exposed_in_both=pl.lit(value=True))
    return (
        after.join(before, on=_MEMBER, how="anti")
        .join(new, on=_GROUP, how="left")
        .filter(~(pl.col("is_new").fill_null(value=False) & (pl.col("party_id") == pl.col("anchor_id"))))
        .join(came_along, on=_MEMBER, how="anti")
        .join(was_exposed, on=_PARTY, how="left")
        .with_columns(pl.col("is_exposed_in_both").fill_null(value=False))
        .select(*_MEMBER, "reason", "is_exposed_in_both")
    )


def _left(before: pl.DataFrame, after: pl.DataFrame, shared: pl.DataFrame) -> pl.DataFrame:
    """Memberships that are gone; of a group that is gone only those who did not go where it went."""
    gone = before.select(_GROUP).unique().join(after, on=_GROUP, how="anti").with_columns(is_gone=True)
    is_exposed = after.select(_PARTY).unique().with_columns(is_exposed_in_both=pl.lit(value=True))
    is_of_gone = pl.col("is_gone").fill_null(value=False)
    went_along = shared.select(_MEMBER).unique().with_columns(went_along=True)
    return (
        before.join(after, on=_MEMBER, how="anti")
        .join(gone, on=_GROUP, how="left")
        .join(went_along, on=_MEMBER, how="left")
        .filter(
            ~(is_of_gone & ((pl.col("party_id") == pl.col("anchor_id")) | pl.col("went_along").is_not_null()))
        )
        .join(is_exposed, on=_PARTY, how="left")
        .with_columns(pl.col("is_exposed_in_both").fill_null(value=False))
        .select(*_MEMBER, "reason", "is_exposed_in_both")
    )


def _with_group_causes(
    moves: pl.DataFrame, shared: pl.DataFrame, joined: pl.DataFrame, changes: PathChanges
) -> pl.DataFrame:
    """The moves with relationship_ids and is_exposed_in_both, gathered from the members that moved or joined."""
    by_now = changes.caused(shared.with_columns(reason="reason_now"), "now")
    by_then = changes.caused(shared, "then").select(*_MOVE, "party_id", ids_then="relationship_ids")
    moved = (
        by_now.join(by_then, on=[*_MOVE, "party_id"], how="left")
        .group_by(_MOVE)
        .agg(
            ids_now=pl.col("relationship_ids")
            .list.explode(keep_nulls=False, empty_as_null=False)
            .unique()
            .sort(),
            ids_then=pl.col("ids_then").list.explode(keep_nulls=False, empty_as_null=False).unique().sort(),
        )
    )
    grown = (
        changes.caused(joined, "now")
        .group_by(_GROUP)
        .agg(
            ids_joined=pl.col("relationship_ids")
            .list.explode(keep_nulls=False, empty_as_null=False)
            .unique()
            .sort()
        )
    )
    empty = pl.lit([], dtype=pl.List(pl.String))
    ids = [pl.col(name).fill_null(empty) for name in ("ids_now", "ids_then", "ids_joined")]
    # What broke a group stood on the old path; what made one stands on the new one.
    first, second = (
        pl.when(pl.col("change") == "split").then(one).otherwise(other)
        for one, other in ((ids[1], ids[0]), (ids[0], ids[1]))
    )
    appeared = pl.col("change") == "appeared"
    return (
        moves.join(moved, on=_MOVE, how="left", nulls_equal=True)
        .join(grown, on=_GROUP, how="left")
        .with_columns(
            relationship_ids=pl.when(appeared)
            .then(ids[2])
            .when(first.list.len() > 0)
            .then(first)
            .otherwise(second)
        )
        .select(*_MOVE, "change", "relationship_ids", "is_exposed_in_both")
    )
