"""Why a group holds together: the sentence of each member, the links it hangs on, and what connects two of its parties."""

from dataclasses import dataclass, replace

import polars as pl

from riskmon.domain.errors import NotFoundError
from riskmon.operations.citations import cited
from riskmon.operations.group_links import Connection, GroupLinks
from riskmon.operations.read.aliases import present_id
from riskmon.operations.read.grouping import applied_grouping
from riskmon.operations.read.items import Item, items, stamp
from riskmon.operations.read.paging import Body
from riskmon.operations.sentences import Ground, member_sentence, step_said
from riskmon.store.snapshots import ROW_NUMBER, Snapshot, Snapshots


@dataclass(frozen=True, slots=True)
class GroupWhy:
    """What the explanations of one group draw on; `links` is None where the book's rules are not at hand."""

    anchor_id: str
    members: pl.DataFrame
    relationships: pl.DataFrame
    ground: Ground
    links: GroupLinks | None
    has_gate: bool

    def told(self, member: Item) -> Item:
        """A membership with `sentence_en` and `sentence_zh`. In: party_id, role, reason (steps, spelled out)."""
        is_alone = self.members.height == 1
        said = member_sentence(member, self.anchor_id, self.ground, is_alone=is_alone)
        return {**member, "sentence_en": said.en, "sentence_zh": said.zh}

    def splitting_links(self) -> list[Item] | None:
        """Each single link whose removal would split the group, told, with the members that it would part.

        None where it was not tried. Under a book with a gate it is not: without a link other links would not count either.
        """
        exposed = self.members.filter(pl.col("role") != "connector")["party_id"].to_list()
        found = (
            None
            if self.links is None or self.has_gate
            else self.links.splitting(self.anchor_id, exposed, self.members["reason"].to_list())
        )
        if found is None:
            return None
        return [
            {**self.link_told(each.relationship_id), "parted_party_ids": list(each.parted_party_ids)}
            for each in found
        ]

    def link_told(self, relationship_id: str) -> Item:
        """One relationship of the group by itself: relationship_id, sentence_en, sentence_zh."""
        row = self.relationships.row(by_predicate=pl.col("relationship_id") == relationship_id, named=True)
        alone = replace(self.ground, carrying={})
        said = step_said(row, alone)
        return {"relationship_id": relationship_id, "sentence_en": said.en, "sentence_zh": said.zh}


def group_why(
    snapshots: Snapshots, snapshot: Snapshot, group_id: str, *, if_confirmed: bool = False
) -> GroupWhy:
    """What is needed to explain a group of the snapshot, or one that would stand if doubts were confirmed."""
    members = (
        snapshots.table(snapshot, "if_confirmed_members" if if_confirmed else "group_members")
        .filter(pl.col("group_id") == group_id)
        .drop(ROW_NUMBER)
        .collect()
    )
    book_id, anchor_id = str(members["book_id"][0]), str(members["anchor_id"][0])
    ids = members["party_id"].implode()
    applied = applied_grouping(snapshot.manifest, book_id)
    # What passes a gate on exposure is known of a run only from what it counted.
    has_gate = applied is not None and applied.grouping.gate is not None
    counts = pl.col("counting_books").list.contains(book_id)
    doubtful = pl.lit(value=if_confirmed) & (pl.col("assessment") == "doubtful")
    between = (
        snapshots.table(snapshot, "relationships")
        .filter(
            pl.col("source_party_id").is_in(ids),
            pl.col("target_party_id").is_in(ids),
            pl.lit(value=not has_gate) | counts | doubtful,
        )
        .drop(ROW_NUMBER)
        .collect()
    )
    known = (
        members.lazy()
        .select("party_id")
        .join(snapshots.table(snapshot, "parties"), on="party_id", how="left", maintain_order="left")
        .select(
            "party_id", pl.col("kind").fill_null(""), "name", pl.col("is_own_bank").fill_null(value=False)
        )
        .collect()
    )
    links = (
        None if applied is None else GroupLinks(known, between, applied.grouping, if_confirmed=if_confirmed)
    )
    ground = Ground(
        carrying={} if links is None else links.carrying(),
        clause=(lambda _kind, _basis: None) if applied is None else applied.clause,
        names=dict(known.select("party_id", "name").drop_nulls().iter_rows()),
        persons=set(known.filter(pl.col("kind").is_in(("person", "sole_trader")))["party_id"]),
        if_confirmed=if_confirmed,
        is_registered=applied is not None and applied.grouping.of_register is not None,
    )
    return GroupWhy(anchor_id, members, between, ground, links, has_gate)


def connection(
    snapshots: Snapshots, party_ids: tuple[str, str], book_id: str, run_id: str | None = None
) -> Body:
    """What connects two parties under a book: their common groups, and the smallest set of links that joins them.

    Raises:
        NotFoundError: the run has not both parties in groups of this book.
    """
    snapshot = snapshots.find(run_id)
    first, second = (present_id(snapshots, snapshot, each)[0] for each in party_ids)
    party_ids = (first, second)
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
    nothing = Connection((), is_smallest=True)
    smallest, why = min(
        ((connection, why) for connection, why in found if connection.links),
        key=lambda each: len(each[0].links),
        default=(nothing, None),
    )
    return {
        **stamp(snapshot.manifest),
        "book_id": book_id,
        "party_ids": list(party_ids),
        "group_ids": common,
        "relationships": [] if why is None else _spelled_out(snapshot, smallest, why),
        "is_smallest": smallest.is_smallest,
    }


def _smallest(why: GroupWhy, party_ids: tuple[str, str]) -> tuple[Connection, GroupWhy]:
    if why.links is None:
        return Connection((), is_smallest=False), why
    reasons = why.members.filter(pl.col("party_id").is_in(party_ids))["reason"].to_list()
    return why.links.connecting(*party_ids, [each for reason in reasons for each in reason]), why


def _spelled_out(snapshot: Snapshot, connection: Connection, why: GroupWhy) -> list[Item]:
    told = []
    rows = [{name: row[name] for name in why.relationships.columns} for row in connection.links]
    for step in items(pl.DataFrame(rows, infer_schema_length=None), snapshot.manifest.currency):
        said = step_said(step, why.ground)
        basis = None if step["basis"] is None else str(step["basis"])
        clause = cited([why.ground.clause(str(step["kind"]), basis)])
        told.append(
            {
                **step,
                "sentence_en": said.en,
                "sentence_zh": said.zh,
                "clause": clause.en,
                "clause_zh": clause.zh,
            }
        )
    return told
