"""The links inside one group of a run: what carries its firms, and which single link holds it together.

Every question is put to the group stage again with some of the relationships left out, so that the answers are those
of the run's own rules. A group holds all that its members control or carry, so nothing outside it can matter.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any, Final

import polars as pl

from graph_models.arrays import ControlLinks
from graph_models.connection import paths_between
from graph_models.control_arrays import derived_links
from riskmon.domain.money import BP
from riskmon.groups.covers import CoverReader, Reading
from riskmon.rulebook.model import Grouping

MOST_LINKS: Final = 300
"""Links that are tried one by one; a larger group is not asked which of its links holds it together."""

_MOST_TRIES: Final = 100
"""Sets of links that are tried to find a smaller one that connects a pair."""

Row = Mapping[str, Any]
"""A row of the output table `relationships`."""


@dataclass(frozen=True, slots=True)
class SplittingLink:
    """A link without which the group would not hold these members any more."""

    relationship_id: str
    parted_party_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Carrying:
    """What carries a firm: one holder's votes, those of a coalition, or those of a concert.

    Attributes:
        heads: nobody where one holder has enough; who leads the coalition; the members of a concert.
        holdings: the shareholdings that count together.
    """

    heads: tuple[str, ...]
    holdings: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Connection:
    """Links that put two parties into one group; none of them can be spared.

    Attributes:
        links: the relationships.
        is_smallest: it is known that no fewer do it.
    """

    links: tuple[Row, ...]
    is_smallest: bool


class GroupLinks:
    """The relationships between the members of one group, read under the book's rules."""

    def __init__(
        self,
        parties: pl.DataFrame,
        relationships: pl.DataFrame,
        grouping: Grouping,
        *,
        if_confirmed: bool = False,
    ) -> None:
        """Take the members (party_id, kind, is_own_bank) and all rows of the output `relationships` between them.

        if_confirmed: doubtful relationships count too, and the upper ends of bands.
        """
        self._parties = _keyed(parties, "party")
        self._relationships = _linked(_keyed(relationships, "relationship"), self._parties)
        self._ids = self._parties["party_id"].to_list()
        self._rows: Sequence[Row] = self._relationships.to_dicts()
        self._position = {str(row["relationship_id"]): n for n, row in enumerate(self._rows)}
        self._grouping = _narrowed(grouping, self._ids)
        self._if_confirmed = if_confirmed
        self._carrying: dict[str, Carrying] | None = None

    def carrying(self) -> dict[str, Carrying]:
        """Per holding that helps to carry a firm, all that does.

        A holding that carries a firm alone is told alone, whatever coalition it is in as well; a coalition comes
        before a concert.
        """
        if self._carrying is None:
            reading = self._read(self._relationships)
            found: dict[str, Carrying] = {}
            for each in (*self._coalitions(reading), *self._concerts(reading.concerts)):
                for row in each.holdings:
                    known = found.get(str(row["relationship_id"]))
                    if known is None or (known.heads and not each.heads):
                        found[str(row["relationship_id"])] = each
            self._carrying = found
        return self._carrying

    def counting(self) -> frozenset[str]:
        """The ids of the relationships that count."""
        keys = self._read(self._relationships).links["relationship_key"].unique()
        return frozenset(str(self._rows[key]["relationship_id"]) for key in keys)

    def splitting(
        self, anchor_id: str, exposed: Collection[str], reasons: Iterable[Sequence[str]]
    ) -> list[SplittingLink] | None:
        """The single links whose removal would part exposed members from the anchor; None above MOST_LINKS.

        A link that stands on no reason, and helps to carry no firm, can go without a member losing its reason, so only
        the others are tried.
        """
        pooled = {
            str(row["relationship_id"])
            for each in self.carrying().values()
            for row in each.holdings
            if len(each.holdings) > 1
        }
        tried = sorted({each for reason in reasons for each in reason if each in self._position} | pooled)
        if len(tried) > MOST_LINKS:
            return None
        found = []
        for relationship_id in tried:
            parted = self._parted(anchor_id, set(exposed), relationship_id)
            if parted:
                found.append(SplittingLink(relationship_id, tuple(sorted(parted))))
        return found

    def connecting(self, party_id: str, other_id: str, known: Iterable[str]) -> Connection:
        """The smallest set of links that puts both parties into one group; empty if nothing does.

        Any such set holds a path between the two. Where the shortest path does it alone, it is smallest. Else pooled
        votes may do it with fewer links than a longer path, so smaller sets are tried, up to a bound.
        known: ids of a set that connects them, such as their reasons; it is tried first.
        """
        pair = (party_id, other_id)
        paths = list(islice(self._paths(*pair), _MOST_TRIES))
        whole = next((path for path in paths if self._is_together(path, pair)), None)
        if whole is not None and len(whole) == len(paths[0]):
            return self._connection(whole, is_smallest=True)
        spared = self._without_idle(known, pair)
        kept = min((each for each in (whole, spared) if each), key=len, default=())
        tried = self._smaller_sets(paths, len(kept))
        for count, smaller in enumerate(tried):
            if count == _MOST_TRIES:
                return self._connection(kept, is_smallest=False)
            if self._is_together(smaller, pair):
                return self._connection(smaller, is_smallest=True)
        return self._connection(kept, is_smallest=len(paths) < _MOST_TRIES)

    def _paths(self, party_id: str, other_id: str) -> Iterator[tuple[str, ...]]:
        counting = self.counting()
        links = [
            (str(row["relationship_id"]), row["source_party_id"], row["target_party_id"])
            for row in self._rows
            if row["relationship_id"] in counting
        ]
        return paths_between(links, party_id, other_id)

    def _without_idle(self, known: Iterable[str], pair: tuple[str, str]) -> tuple[str, ...]:
        """A set that connects the pair, with links left out as long as it still does."""
        carrying = {str(row["relationship_id"]) for each in self.carrying().values() for row in each.holdings}
        kept = sorted({*known, *carrying} & self._position.keys())
        if not self._is_together(kept, pair):
            kept = sorted(self._position)
        if not self._is_together(kept, pair):
            return ()
        for each in tuple(kept):
            fewer = [other for other in kept if other != each]
            if self._is_together(fewer, pair):
                kept = fewer
        return tuple(kept)

    def _smaller_sets(self, paths: Sequence[Sequence[str]], size: int) -> Iterator[tuple[str, ...]]:
        """Sets of fewer links that hold a path, the smallest first."""
        counting = sorted(self.counting())
        for fewer in range(1, size):
            for path in (path for path in paths if len(path) <= fewer):
                others = [each for each in counting if each not in path]
                for more in combinations(others, fewer - len(path)):
                    yield (*path, *more)

    def _connection(self, relationship_ids: Iterable[str], *, is_smallest: bool) -> Connection:
        return Connection(tuple(self._rows[self._position[each]] for each in relationship_ids), is_smallest)

    def _parted(self, anchor_id: str, exposed: set[str], without: str) -> set[str]:
        groups = self._groups(self._relationships.filter(pl.col("relationship_id") != without))
        # In a ring another party may be the anchor then; the group is whole if one still holds all of them.
        left = [group for group in groups if anchor_id in group]
        return exposed - max(left, key=lambda group: len(group & exposed))

    def _is_together(self, relationship_ids: Iterable[str], pair: tuple[str, str]) -> bool:
        """Whether these links put both into one group; treasury shares stay, they are no link."""
        is_treasury = pl.col("source_party_id") == pl.col("target_party_id")
        kept = self._relationships.filter(
            pl.col("relationship_id").is_in(list(relationship_ids)) | is_treasury
        )
        return any(set(pair) <= group for group in self._groups(kept))

    def _read(self, relationships: pl.DataFrame) -> Reading:
        return CoverReader(relationships, self._parties).reading(
            self._grouping, if_confirmed=self._if_confirmed
        )

    def _groups(self, relationships: pl.DataFrame) -> list[set[str]]:
        found = self._read(relationships).groups
        groups: list[set[str]] = [set() for _ in found.anchor]
        for group, party in zip(found.group, found.party, strict=True):
            groups[group].add(self._ids[party])
        return groups

    def _coalitions(self, reading: Reading) -> Iterator[Carrying]:
        """What carries a firm for one head; what a concert carries is cited by a record and is not among it."""
        links: ControlLinks = derived_links(reading.control)
        keys = reading.links["relationship_key"].to_list()
        is_concert = reading.links["is_concert"].to_list()
        for n in range(len(links.controller)):
            evidence = links.evidence_rows[links.evidence_offsets[n] : links.evidence_offsets[n + 1]]
            rows = (self._rows[keys[row]] for row in evidence if not is_concert[row])
            heads = (self._ids[links.controller[n]],) if links.is_joint[n] else ()
            yield Carrying(heads, tuple(row for row in rows if row["kind"] == "shareholding"))

    def _concerts(self, proofs: pl.DataFrame) -> Iterator[Carrying]:
        together = proofs.group_by("party_key", "proof_keys", maintain_order=True).agg("controller_key")
        for heads, keys in together.select("controller_key", "proof_keys").iter_rows():
            yield Carrying(tuple(self._ids[head] for head in heads), tuple(self._rows[key] for key in keys))


def votes_of(row: Row, *, if_confirmed: bool = False) -> int:
    """Votes of a holding in basis points; of a band the lower end, which is certain, or else the upper one.

    A band that is open above may be all of the votes.
    """
    certain = int(row["voting_bp"] if row["voting_bp"] is not None else row["voting_min_bp"] or 0)
    is_open = row["voting_bp"] is None and row["voting_min_bp"] is not None and row["voting_max_bp"] is None
    highest = BP if is_open else int(row["voting_max_bp"] or 0)
    return max(certain, highest) if if_confirmed else certain


def is_doubtful(row: Row) -> bool:
    """Whether the relationship, or the part of its band above the lower end, counts only if doubts are confirmed."""
    return row["assessment"] == "doubtful" or votes_of(row, if_confirmed=True) > votes_of(row)


def _keyed(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """The rows sorted by id, with their position as key."""
    return (
        rows.sort(f"{name}_id")
        .with_row_index(f"{name}_key")
        .with_columns(pl.col(f"{name}_key").cast(pl.Int32))
    )


def _linked(relationships: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    keys = parties.select("party_id", "party_key")
    for end in ("source", "target"):
        keyed = keys.rename({"party_id": f"{end}_party_id", "party_key": f"{end}_key"})
        relationships = relationships.join(keyed, on=f"{end}_party_id", how="left", maintain_order="left")
    return relationships


def _narrowed(grouping: Grouping, party_ids: Sequence[str]) -> Grouping:
    """The grouping for some parties only: of those that are assessed apart, the ones among them."""
    named = tuple(party for party in grouping.separate_parties if party in party_ids)
    nobody = bool(grouping.separate_parties) and not named
    changes = {"separate_parties": named} | ({"separate_kinds": ()} if nobody else {})
    return grouping.model_copy(update=changes)
