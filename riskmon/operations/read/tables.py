"""The lists that are tables of a snapshot: filtered lazily, one page at a time."""

import polars as pl

from riskmon.domain.terms import SEVERITY_RANK
from riskmon.operations.read.branches import in_branches
from riskmon.operations.read.paging import Body, PageRequest, Where, open_list
from riskmon.store.snapshots import Snapshot, Snapshots

AT_LEAST = "_at_least"


def groups(snapshots: Snapshots, page: PageRequest, where: Where) -> Body:
    """The groups with their exposure, anchor and number of members, by book.

    Filters: the columns of `group_exposures`, and `party_id` for the groups that this party belongs to.
    """
    place = open_list(snapshots, page, "group_exposures")
    wanted = dict(where)
    rows = snapshots.table(place.snapshot, "group_exposures")
    if (party_id := wanted.pop("party_id", None)) is not None:
        memberships = snapshots.table(place.snapshot, "group_members").filter(pl.col("party_id") == party_id)
        rows = rows.join(memberships, on="group_id", how="semi", maintain_order="left")
    found, following = place.take(_filtered(rows, wanted))
    return place.table_body(with_anchors(snapshots, place.snapshot, found), following)


def group_changes(snapshots: Snapshots, page: PageRequest, where: Where) -> Body:
    """What became of the groups since the run before. Filters: the columns of the table."""
    return _page_of(snapshots, page, "group_changes", where)


def attribution(snapshots: Snapshots, page: PageRequest, where: Where) -> Body:
    """What changed exposures and headroom since the run before. Filters: the columns of the table."""
    return _page_of(snapshots, page, "attribution", where)


def obligors(snapshots: Snapshots, page: PageRequest, where: Where) -> Body:
    """The obligors with their exposure and what is known of them, by book.

    Filters: the columns of `obligor_exposures`.
    """
    place = open_list(snapshots, page, "obligor_exposures")
    seen = in_branches(snapshots, place.snapshot, "obligor_exposures", page.branches)
    rows = _filtered(snapshots.table(place.snapshot, "obligor_exposures").filter(seen), where)
    found, following = place.take(rows)
    parties = snapshots.table(place.snapshot, "parties").select(
        pl.col("party_id").alias("obligor_id"), "name", "kind", "country", "industry"
    )
    named = found.lazy().join(parties, on="obligor_id", how="left", maintain_order="left").collect()
    return place.table_body(named, following)


def facilities(snapshots: Snapshots, page: PageRequest, where: Where) -> Body:
    """The facilities, amounts in their own currency. Filters: the columns of the table."""
    return _page_in_branches(snapshots, page, "facilities", where)


def relationships(snapshots: Snapshots, page: PageRequest, where: Where) -> Body:
    """The relationships in force. Filters: the columns of the table, and `party_id` for either end."""
    place = open_list(snapshots, page, "relationships")
    wanted = dict(where)
    rows = snapshots.table(place.snapshot, "relationships")
    if (party_id := wanted.pop("party_id", None)) is not None:
        rows = rows.filter((pl.col("source_party_id") == party_id) | (pl.col("target_party_id") == party_id))
    return place.table_body(*place.take(_filtered(rows, wanted)))


def headroom(snapshots: Snapshots, page: PageRequest, where: Where) -> Body:
    """Every subject against every limit. Filters: the columns, and `warning_level_at_least`."""
    return _page_in_branches(snapshots, page, "headroom", where)


def breaches(snapshots: Snapshots, page: PageRequest, where: Where) -> Body:
    """The exposures over a limit. Filters: the columns of the table."""
    return _page_in_branches(snapshots, page, "breaches", where)


def signals(snapshots: Snapshots, page: PageRequest, where: Where) -> Body:
    """The early-warning signals, the not evaluable ones included. Filters: the columns, and `severity_at_least`."""
    return _page_of(snapshots, page, "signals", where)


def findings(snapshots: Snapshots, page: PageRequest, where: Where) -> Body:
    """What is wrong with the data. Filters: the columns of the table."""
    return _page_of(snapshots, page, "findings", where)


def with_anchors(snapshots: Snapshots, snapshot: Snapshot, found: pl.DataFrame) -> pl.DataFrame:
    """Some rows of `group_exposures` with anchor_id, anchor_name and member_count, in the same order.

    A connector has no exposure and is no member; it is not counted.
    """
    members = (
        snapshots.table(snapshot, "group_members")
        .filter(pl.col("group_id").is_in(found["group_id"].implode()))
        .group_by("group_id")
        .agg(pl.col("anchor_id").first(), member_count=(pl.col("role") != "connector").sum())
    )
    names = snapshots.table(snapshot, "parties").select(
        pl.col("party_id").alias("anchor_id"), pl.col("name").alias("anchor_name")
    )
    return (
        found.lazy()
        .join(members, on="group_id", how="left", maintain_order="left")
        .join(names, on="anchor_id", how="left", maintain_order="left")
        .collect()
    )


def _page_of(snapshots: Snapshots, page: PageRequest, table: str, where: Where) -> Body:
    place = open_list(snapshots, page, table)
    return place.table_body(*place.take(_filtered(snapshots.table(place.snapshot, table), where)))


def _page_in_branches(snapshots: Snapshots, page: PageRequest, table: str, where: Where) -> Body:
    place = open_list(snapshots, page, table)
    seen = in_branches(snapshots, place.snapshot, table, page.branches)
    return place.table_body(
        *place.take(_filtered(snapshots.table(place.snapshot, table).filter(seen), where))
    )


def _filtered(rows: pl.LazyFrame, where: Where) -> pl.LazyFrame:
    """The rows for which every filter holds; a null never does: unknown is neither yes nor no."""
    return rows.filter(*(_condition(name, where) for name in where))


def _condition(name: str, where: Where) -> pl.Expr:
    """Equality with the column of that name; `<column>_at_least` keeps this severity and the graver ones."""
    if not name.endswith(AT_LEAST):
        return pl.col(name) == where[name]
    least = SEVERITY_RANK[str(where[name])]
    graver = [severity for severity, rank in SEVERITY_RANK.items() if rank >= least]
    return pl.col(name.removesuffix(AT_LEAST)).is_in(graver)
