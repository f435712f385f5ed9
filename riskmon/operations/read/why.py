"""Why a group holds together: the sentence of each member, the links it hangs on, and what connects two of its parties."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from riskmon.domain.errors import NotFoundError
from riskmon.operations.group_links import GroupLinks
from riskmon.operations.read.grouping import applied_grouping
from riskmon.operations.read.items import Item, items, stamp
from riskmon.operations.read.paging import Body
from riskmon.operations.sentences import Ground, cited, member_sentence, step_said
from riskmon.store.snapshots import ROW_NUMBER, Snapshot, Snapshots


@dataclass(frozen=True, slots=True)
class GroupWhy:
    """What the explanations of one group draw on; `links` is None where the book's rules are not at hand."""

    anchor_id: str
    members: pl.DataFrame
    ground: Ground
    links: GroupLinks | None

    def told(self, member: Item) -> Item:
        """A membership with `sentence_en` and `sentence_zh`. In: party_id, role, reason (steps, spelled out)."""
        said = member_sentence(member, self.anchor_id, self.ground)
        return {**member, "sentence_en": said.en, "sentence_zh": said.zh}

    def splitting_links(self) -> list[Item] | None:
        """Each single link whose removal would split the group, with the members that it would part."""
        exposed = self.members.filter(pl.col("role") != "connector")["party_id"].to_list()
        found = (
            None
            if self.links is None
            else self.links.splitting(self.anchor_id, exposed, self.members["reason"].to_list())
        )
        if found is None:
            return None
        return [
            {"relationship_id": each.relationship_id, "parted_party_ids": list(each.parted_party_ids)}
            for each in found
        ]


def group_why(snapshots: Snapshots, snapshot: Snapshot, group_id: str) -> GroupWhy:
    """What is needed to explain a group of the snapshot."""
    members = (
        snapshots.table(snapshot, "group_members")
        .filter(pl.col("group_id") == group_id)
        .drop(ROW_NUMBER)
        .collect()
    )
    book_id, anchor_id = str(members["book_id"][0]), str(members["anchor_id"][0])
    ids = members["party_id"].implode()
    between = (
        snapshots.table(snapshot, "relationships")
        .filter(
            pl.col("source_party_id").is_in(ids),
            pl.col("target_party_id").is_in(ids),
            pl.col("counting_books").list.contains(book_id),
        )
        .drop(ROW_NUMBER)
        .collect()
    )
    known = (
        snapshots.table(snapshot, "parties")
        .filter(pl.col("party_id").is_in(ids))
        .select("party_id", "kind", "name")
        .collect()
    )
    names = dict(known.select("party_id", "name").drop_nulls().iter_rows())
    applied = applied_grouping(snapshot.manifest, book_id)
    kinds = dict.fromkeys(members["party_id"], "") | dict(known.select("party_id", "kind").iter_rows())
    links = None if applied is None else GroupLinks(kinds, between.to_dicts(), applied.grouping)
    ground = Ground(
        carrying={} if links is None else links.carrying(),
        clause=(lambda _kind, _basis: None) if applied is None else applied.clause,
        names=names,
        persons={party_id for party_id, kind in kinds.items() if kind in ("person", "sole_trader")},
    )
    return GroupWhy(anchor_id, members, ground, links)


def connection(
    snapshots: Snapshots, party_ids: tuple[str, str], book_id: str, run_id: str | None = None
) -> Body:
    """What connects two parties under a book: their common groups, and the smallest set of links that joins them.

    Raises:
        NotFoundError: the run has not both parties in groups of this book.
    """
    snapshot = snapshots.find(run_id)
    memberships = (
        snapshots.table(snapshot, "group_members")
        .filter(pl.col("book_id") == book_id, pl.col("party_id").is_in(party_ids))
        .collect()
    )
    for party_id in party_ids:
        if party_id not in memberships["party_id"]:
            raise NotFoundError(
                f"The run {snapshot.manifest.run_id} has {party_id!r} in no group under {book_id!r}.",
                remedy="Name a party with exposure, or one that connects others, and a book of the run.",
            )
    both = memberships.group_by("group_id").agg(pl.col("party_id").n_unique())
    common = sorted(both.filter(pl.col("party_id") == len(set(party_ids)))["group_id"])
    found = [_smallest(group_why(snapshots, snapshot, each), party_ids) for each in common]
    steps, why = min(
        ((steps, why) for steps, why in found if steps), key=lambda each: len(each[0]), default=((), None)
    )
    return {
        **stamp(snapshot.manifest),
        "book_id": book_id,
        "party_ids": list(party_ids),
        "group_ids": common,
        "relationships": [] if why is None else _spelled_out(snapshot, steps, why),
    }


def _smallest(why: GroupWhy, party_ids: tuple[str, str]) -> tuple[Sequence[Item], GroupWhy]:
    if why.links is None:
        return (), why
    reasons = why.members.filter(pl.col("party_id").is_in(party_ids))["reason"].to_list()
    return why.links.connecting(*party_ids, [each for reason in reasons for each in reason]), why


def _spelled_out(snapshot: Snapshot, steps: Sequence[Item], why: GroupWhy) -> list[Item]:
    told = []
    for step in items(pl.DataFrame(steps, infer_schema_length=None), snapshot.manifest.currency):
        said = step_said(step, why.ground)
        basis = None if step["basis"] is None else str(step["basis"])
        clause = cited([why.ground.clause(str(step["kind"]), basis)])
        told.append({**step, "sentence_en": said.en, "sentence_zh": said.zh, "clause": clause})
    return told
