"""Parties that stand in a set of their own beside each linked party: both faces agree, and the hub connects nobody."""

import random
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_models.arrays import Separate, cover
from graph_models.grouping import client_groups
from tests.properties.test_graph_models_agree import books, key, memberships


def drawn(book, seed):
    """Hubs and named parties of a book; in half of the books every link of a hub is separate."""
    draw = random.Random(seed)
    hubs = {party for party in range(book.count) if draw.random() < 0.3}
    named = set(range(book.count))
    return hubs, named if draw.random() < 0.5 else {p for p in named if draw.random() < 0.3}


def separate_cover(book, hubs, named):
    marks = Separate(
        is_hub=np.isin(np.arange(book.count), list(hubs)),
        is_named=np.isin(np.arange(book.count), list(named)),
    )
    return cover(
        book.count, book.arrays, votes_above_bp=book.line, dependence=book.dependence, separate=marks
    )


@given(books, st.integers(0, 2**32 - 1))
@settings(max_examples=600)
def test_both_faces_find_the_same_sets_with_the_same_reasons(book, seed):
    hubs, named = drawn(book, seed)
    policy = replace(
        book.policy,
        separate_ids=frozenset(f"P{hub:03d}" for hub in hubs),
        named_ids=frozenset(f"P{party:03d}" for party in named),
    )
    readable = [
        (key(group.anchor_id), key(member.party_id), int(member.role),
         tuple(key(each.relationship_id) for each in member.reason))
        for group in client_groups(book.graph, policy)
        for member in group.members
    ]  # fmt: skip
    assert memberships(separate_cover(book, hubs, named)) == readable


@given(books, st.integers(0, 2**32 - 1))
@settings(max_examples=300)
def test_every_party_is_in_a_set_and_each_set_has_one_anchor(book, seed):
    found = memberships(separate_cover(book, *drawn(book, seed)))
    assert {party for _, party, _, _ in found} == set(range(book.count))
    assert len({(anchor, party) for anchor, party, _, _ in found}) == len(found)
    assert {party for anchor, party, _, _ in found if anchor == party} == {
        anchor for anchor, _, _, _ in found
    }


@given(books, st.integers(0, 2**32 - 1))
@settings(max_examples=300)
def test_no_reason_leads_through_a_hub_whose_links_are_all_separate(book, seed):
    hubs, _ = drawn(book, seed)
    for anchor, _, _, reason in memberships(separate_cover(book, hubs, set(range(book.count)))):
        at, passed = anchor, []
        for row in reason:
            source, target = book.rows[row][:2]
            at = target if at == source else source
            passed.append(at)
        assert hubs.isdisjoint(passed[:-1])


@given(books)
@settings(max_examples=200)
def test_without_a_hub_nothing_changes(book):
    assert memberships(separate_cover(book, set(), set())) == memberships(book.cover())
