"""The array face on books of a shape that a careless program cannot finish, or gets wrong."""

import numpy as np
import pytest

from graph_models.arrays import RelationshipArrays, control_links, cover, strong_rings, ultimate_controllers
from graph_models.terms import LONGEST_TOLD, LinkKind, Role


def book(source, target, kind=LinkKind.HOLDING, votes=6_000):
    source, target = np.asarray(source, dtype=np.int32), np.asarray(target, dtype=np.int32)
    return RelationshipArrays(
        source, target, np.full(len(source), kind, dtype=np.int8),
        np.full(len(source), votes if kind == LinkKind.HOLDING else 0, dtype=np.int64),
        np.zeros(len(source), dtype=np.bool_),
    )  # fmt: skip


def links_of(count, relationships):
    return control_links(count, relationships, votes_above_bp=5_000)


def cover_of(count, relationships, dependence="directed"):
    return cover(count, relationships, votes_above_bp=5_000, dependence=dependence)


def reason(found, member):
    return found.reason_rows[found.reason_offsets[member] : found.reason_offsets[member + 1]]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_book_without_relationships_is_all_single_parties(count):
    found = cover_of(count, book([], []))
    assert found.anchor.tolist() == found.party.tolist() == found.group.tolist() == list(range(count))
    assert found.role.tolist() == [Role.ANCHOR] * count
    assert found.reason_offsets.tolist() == [0] * (count + 1)
    links = links_of(count, book([], []))
    assert links.evidence_offsets.tolist() == [0]
    assert ultimate_controllers(count, links).offsets.tolist() == [0] * (count + 1)
    assert strong_rings(count, links.controller, links.controlled).tolist() == [-1] * count


def test_a_chain_as_long_as_a_reason_may_be_is_one_group_with_the_whole_chain_as_reason():
    count = LONGEST_TOLD + 1
    relationships = book(np.arange(count - 1), np.arange(1, count))
    found = cover_of(count, relationships)
    assert found.anchor.tolist() == [0]
    assert reason(found, count - 1).tolist() == list(range(count - 1))
    assert set(ultimate_controllers(count, links_of(count, relationships)).values.tolist()) == {0}


def test_a_ring_of_a_thousand_is_one_group_anchored_on_its_smallest_key():
    count = 1_000
    relationships = book(np.arange(count), np.roll(np.arange(count), -1))
    found = cover_of(count, relationships)
    assert (found.anchor.tolist(), len(found.party)) == ([0], count)
    tops = ultimate_controllers(count, links_of(count, relationships))
    assert tops.values.tolist() == [0] * count
    assert strong_rings(count, relationships.source, relationships.target).tolist() == [0] * count


def test_a_star_of_a_hundred_thousand_dependents_is_one_group():
    count = 100_001
    leaves = np.arange(1, count)
    found = cover_of(count, book(np.zeros(count - 1), leaves, LinkKind.DEPENDENCE))
    assert (found.anchor.tolist(), len(found.party)) == ([0], count)
    assert found.role.tolist() == [Role.ANCHOR] + [Role.DEPENDENT] * (count - 1)


def test_a_party_that_depends_on_a_hundred_thousand_others_is_in_a_group_with_each():
    count = 100_001
    found = cover_of(count, book(np.arange(1, count), np.zeros(count - 1), LinkKind.DEPENDENCE))
    assert len(found.anchor) == count - 1
    assert found.party.reshape(-1, 2).tolist() == [[0, party] for party in range(1, count)]


def test_a_firm_of_a_hundred_thousand_small_holders_has_no_controller():
    count = 100_001
    relationships = book(np.arange(1, count), np.zeros(count - 1), votes=1)
    assert len(links_of(count, relationships).controller) == 0


def test_a_ladder_in_which_each_firm_is_carried_only_by_the_two_before_it_is_controlled_from_its_foot():
    # 0 holds 60 % of 1; every later firm is held at 30 % by each of the two before it. 0 controls 1, so it carries 2
    # (its own 30 % and those of 1), so it carries 3, and so on: one round a firm.
    count = 2_000
    firms = np.arange(2, count)
    relationships = book(np.concatenate(([0], firms - 1, firms - 2)), np.concatenate(([1], firms, firms)))
    relationships.votes_bp[1:] = 3_000
    links = links_of(count, relationships)
    assert links.controller.tolist() == [0] * (count - 1)
    assert links.is_joint.tolist() == [False] + [True] * (count - 2)


def test_a_joint_link_starts_at_the_smallest_key_of_a_ring_that_only_a_later_round_closes():
    # 0 holds 1, and 1 holds 2 and 3: 1 is the lowest that pools 60 % of 4. But 2 and 3 also carry 0 for 1, so that
    # 0 and 1 control each other in the end, and the ring is named 0.
    relationships = book([0, 1, 1, 2, 3, 2, 3], [1, 2, 3, 4, 4, 0, 0])
    relationships.votes_bp[3:] = 3_000
    links = links_of(5, relationships)
    joint = links.is_joint
    assert links.controlled[joint].tolist() == [0, 4]
    assert links.controller[joint].tolist() == [1, 0]


def test_columns_of_different_length_are_refused():
    whole = book([0], [1])
    with pytest.raises(ValueError, match="differ in length"):
        RelationshipArrays(whole.source, whole.target, whole.kind, whole.votes_bp[:0], whole.is_mutual)


def test_an_unknown_choice_of_dependence_is_refused():
    with pytest.raises(ValueError, match="merge_some"):
        cover_of(2, book([0], [1]), "merge_some")
