"""Who would join a group if every doubtful relationship were confirmed, and which doubts bring each of them in."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from riskmon.operations.group_links import is_doubtful
from riskmon.operations.read.items import Item
from riskmon.operations.read.why import GroupWhy, group_why
from riskmon.store.snapshots import Snapshot, Snapshots


@dataclass(frozen=True, slots=True)
class Joining:
    """A party that would join: the wider group it would be in, its place there, and the doubts behind it, told."""

    why: GroupWhy
    member: Item
    doubtful_links: list[Item]

    @property
    def order(self) -> tuple[int, str]:
        """By the length of its path, then by id."""
        reason = self.member["reason"]
        return len(reason) if isinstance(reason, list) else 0, str(self.member["party_id"])


def would_join(snapshots: Snapshots, snapshot: Snapshot, why: GroupWhy) -> list[Joining]:
    """The parties of the wider groups around the anchor of a group that are not in it yet, by the shortest path."""
    book_id = str(why.members["book_id"][0])
    wider = (
        snapshots.table(snapshot, "if_confirmed_members")
        .filter(pl.col("book_id") == book_id, pl.col("party_id") == why.anchor_id)
        .select("group_id")
        .collect()["group_id"]
    )
    known = set(why.members["party_id"])
    found: dict[str, Joining] = {}
    for group_id in wider:
        wide = group_why(snapshots, snapshot, group_id, if_confirmed=True)
        for member in wide.members.iter_rows(named=True):
            party_id = member["party_id"]
            if party_id in known:
                continue
            doubts = _doubts_behind(wide, (party_id, why.anchor_id))
            joining = Joining(wide, member, [wide.link_told(each) for each in doubts])
            if party_id not in found or joining.order < found[party_id].order:
                found[party_id] = joining
    return sorted(found.values(), key=lambda each: each.order)


def _doubts_behind(why: GroupWhy, party_ids: Iterable[str]) -> list[str]:
    """The doubtful relationships that the places of some members rest on, sorted.

    A place rests on the path from the anchor; a holding of a coalition or a concert on it, on all its holdings and on
    the places of their holders.
    """
    reasons = dict(why.members.select("party_id", "reason").iter_rows())
    rows = {str(row["relationship_id"]): row for row in why.relationships.iter_rows(named=True)}
    waiting, seen, behind = list(party_ids), set(), set()
    while waiting:
        party_id = waiting.pop()
        if party_id in seen:
            continue
        seen.add(party_id)
        for each in reasons.get(party_id, ()):
            behind.add(each)
            carrying = why.ground.carrying.get(each)
            if carrying is not None:
                behind.update(str(row["relationship_id"]) for row in carrying.holdings)
                waiting += [str(row["source_party_id"]) for row in carrying.holdings if carrying.heads]
    return sorted(each for each in behind if each in rows and is_doubtful(rows[each]))
