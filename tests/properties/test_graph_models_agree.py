"""The array face says what the readable face says, and both say what the rules say, on random small books.

Votes are drawn so that two or three holders often pass a line together, so that votes often pass 100 %, and so that
rings, joint control, treasury shares, several controllers and doubled rows are common.
"""

import random
from dataclasses import dataclass, replace
from itertools import pairwise

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_models.arrays import (
    RelationshipArrays,
    control_links,
    cover,
    is_known_control,
    joint_ventures,
    strong_rings,
    ultimate_controllers,
)
from graph_models.build import build_graph
from graph_models.control import controlled_parties
from graph_models.control import joint_ventures as readable_joint_ventures
from graph_models.control_arrays import derived_links, find_control
from graph_models.control_links import control_links as readable_control_links
from graph_models.control_links import derived_links as readable_derived_links
from graph_models.grouping import client_groups
from graph_models.policy import GroupingPolicy
from graph_models.relationship import Relationship
from graph_models.terms import LinkKind, Role

WORDS = {
    LinkKind.HOLDING: "shareholding",
    LinkKind.CONTROL: "control",
    LinkKind.DEPENDENCE: "economic_dependence",
    LinkKind.LINKED: "acting_in_concert",
}


@dataclass(frozen=True)
class Book:
    """A small book: parties 0 to count - 1, rows of (source, target, kind, votes, is_mutual), and the choices."""

    count: int
    rows: tuple[tuple[int, int, LinkKind, int, bool], ...]
    line: int
    dependence: str

    @property
    def arrays(self):
        source, target, kind, votes, mutual = zip(*self.rows, strict=True) if self.rows else ((),) * 5
        return RelationshipArrays(
            np.array(source, dtype=np.int32), np.array(target, dtype=np.int32), np.array(kind, dtype=np.int8),
            np.array(votes, dtype=np.int64), np.array(mutual, dtype=np.bool_),
        )  # fmt: skip

    @property
    def policy(self):
        return GroupingPolicy(self.line, self.dependence, linked_kinds=frozenset({"acting_in_concert"}))

    @property
    def graph(self):
        relationships = [
            Relationship(
                f"R{row:03d}",
                f"P{source:03d}",
                f"P{target:03d}",
                WORDS[kind],
                voting_bp=votes,
                is_mutual=mutual,
            )
            for row, (source, target, kind, votes, mutual) in enumerate(self.rows)
        ]
        return build_graph([f"P{party:03d}" for party in range(self.count)], relationships, self.policy)

    def cover(self):
        return cover(self.count, self.arrays, votes_above_bp=self.line, dependence=self.dependence)

    def links(self):
        return control_links(self.count, self.arrays, votes_above_bp=self.line)


def random_book(seed, other_kinds_in_20):
    """A book drawn in plain Python from a seed: examples that grow from nothing seldom hold a joint control."""
    draw = random.Random(seed)
    count = draw.randint(1, 10)
    rows = []
    for _ in range(draw.randint(0, 4 * count)):
        is_other = draw.randrange(20) < draw.choice(other_kinds_in_20)
        kind = draw.choice(list(LinkKind)) if is_other else LinkKind.HOLDING
        votes = (
            draw.choice([0, 1, 1_000, 1_800, 2_600, 2_600, 3_400, 5_000, 5_001])
            if kind == LinkKind.HOLDING
            else 0
        )
        is_mutual = kind == LinkKind.DEPENDENCE and draw.random() < 0.3
        rows.append((draw.randrange(count), draw.randrange(count), kind, votes, is_mutual))
    line = draw.choice([5_000, 5_000, 5_000, 3_000, 0])
    return Book(count, tuple(rows), line, draw.choice(["directed", "directed", "off", "merge_all"]))


SEEDS = st.integers(0, 2**32 - 1)
control_books = SEEDS.map(lambda seed: random_book(seed, [0, 1, 1, 4]))
books = SEEDS.map(lambda seed: random_book(seed, [1, 4, 10]))


def key(party_id):
    return int(party_id[1:])


def listed(offsets, values):
    return [tuple(values[low:high].tolist()) for low, high in pairwise(offsets)]


def spelled(links):
    """Array links in the words of the readable ones."""
    return [
        (firm, controller, is_joint, evidence)
        for firm, controller, is_joint, evidence in zip(
            links.controlled.tolist(),
            links.controller.tolist(),
            links.is_joint.tolist(),
            listed(links.evidence_offsets, links.evidence_rows),
            strict=True,
        )
    ]


def keyed(links):
    """Readable links as keys and row numbers."""
    return [
        (
            key(link.controlled_id),
            key(link.controller_id),
            link.is_joint,
            tuple(key(each) for each in link.evidence),
        )
        for link in links
    ]


def closure(count, links):
    graph = nx.DiGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(zip(links.controller.tolist(), links.controlled.tolist(), strict=True))
    return {party: nx.descendants(graph, party) - {party} for party in graph}


def memberships(found):
    reasons = listed(found.reason_offsets, found.reason_rows)
    anchors = found.anchor[found.group].tolist()
    return list(zip(anchors, found.party.tolist(), found.role.tolist(), reasons, strict=True))


@given(control_books)
@settings(max_examples=300)
def test_the_closure_of_the_links_is_everything_that_each_party_controls(book):
    graph, links = book.graph, closure(book.count, book.links())
    for party in range(book.count):
        literal = controlled_parties(graph, f"P{party:03d}", book.policy)
        assert links[party] == {key(each) for each in literal}


@given(control_books)
@settings(max_examples=300)
def test_both_faces_find_the_same_links_with_the_same_evidence(book):
    assert spelled(book.links()) == keyed(readable_control_links(book.graph, book.policy))
    derived = derived_links(find_control(book.count, book.arrays, votes_above_bp=book.line))
    assert spelled(derived) == keyed(readable_derived_links(book.graph, book.policy))


@given(control_books)
@settings(max_examples=300)
def test_a_joint_link_comes_from_the_lowest_controllers_and_is_proved_by_its_coalition(book):
    links = book.links()
    reach = closure(book.count, links)
    by_firm = {}
    for firm, controller, is_joint, evidence in spelled(links):
        by_firm.setdefault(firm, []).append((controller, is_joint))
        treasury = sum(v for s, t, k, v, _ in book.rows if k == LinkKind.HOLDING and s == t == firm)
        votes = sum(book.rows[row][3] for row in evidence if book.rows[row][2] == LinkKind.HOLDING)
        has_record = any(book.rows[row][2] == LinkKind.CONTROL for row in evidence)
        passes = votes * 10_000 > book.line * max(10_000 - treasury, 0)
        assert passes or has_record
        coalition = {controller} | (reach[controller] if is_joint else set())
        assert {book.rows[row][0] for row in evidence} <= coalition
    for firm, found in by_firm.items():
        for controller, is_joint in found:
            lower = {
                other
                for other, _ in found
                if other in reach[controller] and controller not in reach[other] and other not in reach[firm]
            }
            assert not (is_joint and lower)


@given(control_books)
@settings(max_examples=300)
def test_both_faces_find_the_same_joint_ventures(book):
    found = find_control(book.count, book.arrays, votes_above_bp=book.line)
    readable = readable_joint_ventures(book.graph, book.policy)
    assert joint_ventures(found, book.links()).tolist() == sorted(map(key, readable))


@given(control_books)
@settings(max_examples=300)
def test_what_is_known_control_is_the_closure_of_the_links(book):
    reach = closure(book.count, book.links())
    upper, lower = (side.ravel() for side in np.indices((book.count, book.count)))
    apart = upper != lower
    found = find_control(book.count, book.arrays, votes_above_bp=book.line)
    known = is_known_control(found, upper[apart], lower[apart])
    expected = [low in reach[up] for up, low in zip(upper[apart], lower[apart], strict=True)]
    assert known.tolist() == expected


@given(books)
@settings(max_examples=300)
def test_both_faces_find_the_same_groups_with_the_same_reasons(book):
    readable = [
        (key(group.anchor_id), key(member.party_id), int(member.role),
         tuple(key(each.relationship_id) for each in member.reason))
        for group in client_groups(book.graph, book.policy)
        for member in group.members
    ]  # fmt: skip
    assert memberships(book.cover()) == readable


@given(books, SEEDS)
@settings(max_examples=300)
def test_the_order_of_rows_never_changes_anything(book, seed):
    order = list(range(len(book.rows)))
    random.Random(seed).shuffle(order)
    shuffled = replace(book, rows=tuple(book.rows[row] for row in order))

    def content(row_of, found):
        return [
            (anchor, party, role, tuple((*sorted(row_of[row][:2]), *row_of[row][2:4]) for row in reason))
            for anchor, party, role, reason in found
        ]

    assert content(shuffled.rows, memberships(shuffled.cover())) == content(
        book.rows, memberships(book.cover())
    )
    assert [
        (*link[:3], tuple(sorted(order[row] for row in link[3]))) for link in spelled(shuffled.links())
    ] == [(*link[:3], link[3]) for link in spelled(book.links())]


@given(books)
@settings(max_examples=300)
def test_every_reason_is_a_path_of_given_rows_from_the_anchor_to_the_party(book):
    found = memberships(book.cover())
    for anchor, party, role, reason in found:
        at = anchor
        for row in reason:
            source, target, kind, _, is_mutual = book.rows[row]
            both_ways = kind == LinkKind.LINKED or (
                kind == LinkKind.DEPENDENCE and (is_mutual or book.dependence == "merge_all")
            )
            assert at == source or (both_ways and at == target)
            at = target if at == source else source
        assert at == party
        assert (role == Role.ANCHOR) == (party == anchor) == (not reason)


@given(books)
@settings(max_examples=300)
def test_every_party_is_in_a_group_and_no_group_is_within_another(book):
    groups = {}
    for anchor, party, _, _ in memberships(book.cover()):
        groups.setdefault(anchor, set()).add(party)
    assert set().union(*groups.values()) == set(range(book.count))
    assert not any(one < other for one in groups.values() for other in groups.values())
    assert len({frozenset(group) for group in groups.values()}) == len(groups)


@given(books)
@settings(max_examples=300)
def test_the_groups_are_those_of_the_rules_read_literally(book):
    """Seeds at the top of control, then whoever depends on a member with all it controls, then drop subsets."""
    graph, parties = book.graph, [f"P{party:03d}" for party in range(book.count)]
    controls = {party: controlled_parties(graph, party, book.policy) for party in parties}
    dependents = {party: set() for party in parties}
    for source, target, kind, _, is_mutual in book.rows:
        is_link = kind == LinkKind.LINKED
        if is_link or (kind == LinkKind.DEPENDENCE and book.dependence != "off"):
            dependents[f"P{source:03d}"].add(f"P{target:03d}")
            if is_link or is_mutual or book.dependence == "merge_all":
                dependents[f"P{target:03d}"].add(f"P{source:03d}")

    closed = set()
    for head in parties:
        controllers = {party for party in parties if head in controls[party] and party != head}
        if not controllers <= controls[head]:
            continue  # somebody outside its ring controls it
        members = {head} | controls[head]
        while True:
            joining = {dependent for party in members for dependent in dependents[party]}
            grown = members.union(joining, *(controls[dependent] for dependent in joining))
            if grown == members:
                break
            members = grown
        closed.add(frozenset(members))
    literal = {group for group in closed if not any(group < other for other in closed)}

    groups = {}
    for anchor, party, _, _ in memberships(book.cover()):
        groups.setdefault(anchor, set()).add(f"P{party:03d}")
    assert {frozenset(group) for group in groups.values()} == literal


@given(control_books)
@settings(max_examples=300)
def test_ultimate_controllers_are_controllers_whom_nobody_outside_their_ring_controls(book):
    links = book.links()
    reach = closure(book.count, links)
    found = listed(*(lambda lists: (lists.offsets, lists.values))(ultimate_controllers(book.count, links)))
    for party in range(book.count):
        rings = {}
        for controller in range(book.count):
            outside = {other for other in range(book.count) if controller in reach[other]} - reach[controller]
            is_own_ring = controller == party and any(party in reach[other] for other in reach[party])
            if (party in reach[controller] or is_own_ring) and not outside - {controller}:
                ring = {controller} | {o for o in reach[controller] if controller in reach[o]}
                rings[min(ring)] = True
        assert list(found[party]) == sorted(rings)


@given(st.integers(1, 12).flatmap(lambda count: st.tuples(
    st.just(count), st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=30),
)))  # fmt: skip
@settings(max_examples=300)
def test_strong_rings_are_the_strong_components_of_two_or_more_by_smallest_member(drawn):
    count, edges = drawn
    graph = nx.DiGraph(edges)
    rings = sorted(sorted(ring) for ring in nx.strongly_connected_components(graph) if len(ring) > 1)
    expected = [next((at for at, ring in enumerate(rings) if party in ring), -1) for party in range(count)]
    source, target = np.array(edges, dtype=np.int32).reshape(-1, 2).T
    assert strong_rings(count, source, target).tolist() == expected
