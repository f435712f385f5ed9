"""What concerts carry: the array face says what the readable face says, and both what the rule read literally gives.

Votes are drawn so that members often pass the line only together, through firms that they control alone or together,
and so that rings, treasury shares, records of control and votes above 100 % are common.
"""

import random
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_models.arrays import RelationshipArrays, Ties, concert_links
from graph_models.build import build_graph
from graph_models.concerts import concert_links as readable_concert_links
from graph_models.concerts import concerts
from graph_models.policy import GroupingPolicy
from graph_models.relationship import Relationship
from graph_models.terms import LinkKind


@dataclass(frozen=True)
class Book:
    """Parties 0 to count - 1, rows of (source, target, kind, votes), ties of concerts, and the line."""

    count: int
    rows: tuple[tuple[int, int, LinkKind, int], ...]
    ties: tuple[tuple[int, int], ...]
    line: int = 5_000

    def by_arrays(self):
        columns = zip(*self.rows, strict=True) if self.rows else ((),) * 4
        source, target, kind, votes = columns
        arrays = RelationshipArrays(
            np.array(source, dtype=np.int32), np.array(target, dtype=np.int32), np.array(kind, dtype=np.int8),
            np.array(votes, dtype=np.int64), np.zeros(len(self.rows), dtype=np.bool_),
        )  # fmt: skip
        one, other = zip(*self.ties, strict=True) if self.ties else ((), ())
        ties = Ties(np.array(one, dtype=np.int32), np.array(other, dtype=np.int32))
        found = concert_links(self.count, arrays, ties, votes_above_bp=self.line)
        evidence = [
            tuple(found.evidence_rows[low:high].tolist()) for low, high in pairwise(found.evidence_offsets)
        ]
        columns = (found.controlled.tolist(), found.controller.tolist(), found.cited.tolist(), evidence)
        return list(zip(*columns, strict=True))

    def by_graph(self):
        words = {LinkKind.HOLDING: "shareholding", LinkKind.CONTROL: "control"}
        rows = [
            Relationship(f"R{row:03d}", f"P{source:03d}", f"P{target:03d}", words[kind], voting_bp=votes)
            for row, (source, target, kind, votes) in enumerate(self.rows)
        ]
        policy = GroupingPolicy(self.line, "off")
        graph = build_graph([f"P{party:03d}" for party in range(self.count)], rows, policy)
        ties = [(f"P{one:03d}", f"P{other:03d}") for one, other in self.ties]
        return [
            (
                _key(link.controlled_id),
                _key(link.controller_id),
                _key(link.cited),
                tuple(map(_key, link.evidence)),
            )
            for link in readable_concert_links(graph, ties, policy)
        ]

    def won(self, coalition):
        """All that a coalition wins, read literally: votes above the line of what the firm does not hold itself."""
        coalition = set(coalition)
        while True:
            new = {
                firm for firm in range(self.count) if firm not in coalition and self._is_won(firm, coalition)
            }
            if not new:
                return coalition
            coalition |= new

    def _is_won(self, firm, coalition):
        rows = [row for row in self.rows if row[1] == firm]
        if any(kind == LinkKind.CONTROL and source in coalition for source, _, kind, _ in rows):
            return True
        held = sum(
            votes for source, _, kind, votes in rows if kind == LinkKind.HOLDING and source in coalition
        )
        own = sum(votes for source, _, kind, votes in rows if kind == LinkKind.HOLDING and source == firm)
        return held * 10_000 > self.line * max(10_000 - own, 0)


def _key(name):
    return int(name[1:])


def drawn(seed):
    draw = random.Random(seed)
    count = draw.randint(2, 9)
    rows = []
    for _ in range(draw.randint(0, 4 * count)):
        kind = LinkKind.CONTROL if draw.random() < 0.1 else LinkKind.HOLDING
        source, target = draw.randrange(count), draw.randrange(count)
        votes = draw.choice([1, 1_000, 1_800, 2_600, 2_600, 3_400, 5_001]) if kind == LinkKind.HOLDING else 0
        if kind == LinkKind.HOLDING or source != target:
            rows.append((source, target, kind, votes))
    ties = tuple(tuple(draw.sample(range(count), 2)) for _ in range(draw.choice([0, 1, 1, 2, 3])))
    return Book(count, tuple(rows), ties, draw.choice([5_000, 5_000, 3_000]))


books = st.integers(0, 2**32 - 1).map(drawn)


@given(books)
@settings(max_examples=400)
def test_both_faces_find_the_same_links_with_the_same_proof(book):
    assert book.by_arrays() == book.by_graph()


@given(books)
@settings(max_examples=300)
def test_together_the_members_control_what_the_rule_gives_the_concert_and_nothing_else(book):
    links = book.by_graph()
    for concert in concerts(book.ties):
        coalition = set(concert)
        while True:
            named = {firm for firm, member, _, _ in links if member in concert}
            wider = set().union(*(book.won({party}) for party in coalition)) | coalition | named
            if wider == coalition:
                break
            coalition = wider
        assert coalition == book.won(concert)


@given(books)
@settings(max_examples=300)
def test_the_proof_of_a_link_passes_the_line_and_no_member_alone_controls_the_firm(book):
    for firm, member, cited, evidence in book.by_graph():
        concert = next(each for each in concerts(book.ties) if member in each)
        coalition = book.won(concert)
        assert set(evidence) == {
            row
            for row, (source, target, kind, _) in enumerate(book.rows)
            if kind == LinkKind.HOLDING and target == firm != source and source in coalition - {firm}
        }
        assert cited in evidence
        assert not any(firm in book.won({each}) - {each} for each in concert if each != firm)


@pytest.mark.parametrize("ties", [(), ((0, 1),)])
def test_without_a_tie_nothing_is_carried(ties):
    # 30 % each: more than half together, less apart
    book = Book(3, ((0, 2, LinkKind.HOLDING, 3_000), (1, 2, LinkKind.HOLDING, 3_000)), ties)
    both = [(2, 0, 0, (0, 1)), (2, 1, 1, (0, 1))]
    assert book.by_arrays() == book.by_graph() == (both if ties else [])
