"""Long, wide, round and dense shapes end with the answer that a look at them gives."""

import numpy as np

from benchmarks.shapes import chain, ladder, ring, star, web
from graph_models.arrays import control_links, cover, ultimate_controllers
from graph_models.terms import Role


def control(count, relationships):
    links = control_links(count, relationships, votes_above_bp=5_000)
    return links, ultimate_controllers(count, links)


def groups(count, relationships):
    return cover(count, relationships, votes_above_bp=5_000, dependence="off")


def is_one_group_under_the_first(found, count):
    is_anchor = found.role == Role.ANCHOR
    return (
        found.anchor.tolist() == [0]
        and found.party.tolist() == list(range(count))
        and np.flatnonzero(is_anchor).tolist() == [0]
        and bool((found.role[1:] == Role.CONTROLLED).all())
    )


def reason(found, party):
    return found.reason_rows[found.reason_offsets[party] : found.reason_offsets[party + 1]].tolist()


def test_in_a_chain_of_100_000_firms_each_is_controlled_by_the_one_before_and_in_the_end_by_the_first():
    links, tops = control(100_000, chain(100_000))
    assert (links.controlled == np.arange(1, 100_000)).all()
    assert (links.controller == links.controlled - 1).all()
    assert not links.is_joint.any()
    # The first has nobody above it, every other firm has the first and nobody else.
    assert np.diff(tops.offsets).tolist() == [0] + [1] * 99_999
    assert not tops.values.any()


def test_a_chain_of_100_000_firms_is_one_group_whose_reasons_lead_on_to_each_other():
    found = groups(100_000, chain(100_000))
    assert is_one_group_under_the_first(found, 100_000)
    assert reason(found, 100) == list(range(100))  # the whole way from the first firm
    # Further down the last hundred steps: they begin at a firm whose own reason goes on.
    assert reason(found, 101) == list(range(1, 101))
    assert reason(found, 99_999) == list(range(99_899, 99_999))


def test_on_a_ladder_of_3_000_the_first_controls_every_firm_with_the_two_before_it():
    """Half of a firm is no majority: firm 1 does not control firm 2. Firm 0 owns 1, with it carries 2, then 3, and on."""
    links, tops = control(3_000, ladder(3_000))
    assert links.controlled.tolist() == list(range(1, 3_000))
    assert not links.controller.any()
    assert links.is_joint.tolist() == [False] + [True] * 2_998
    assert tops.values.tolist() == [0] * 2_999
    found = groups(3_000, ladder(3_000))
    assert is_one_group_under_the_first(found, 3_000)
    # Row 0 is firm 0 in firm 1; rows 2 999 and on are the holdings from two steps above, firm 2's first.
    assert reason(found, 2) == [2_999]


def test_in_a_star_of_100_000_the_middle_controls_all_others():
    links, _ = control(100_000, star(100_000))
    assert not links.controller.any()
    found = groups(100_000, star(100_000))
    assert is_one_group_under_the_first(found, 100_000)
    assert (found.reason_rows == np.arange(99_999)).all()


def test_a_ring_of_1_000_goes_by_its_smallest_firm_which_also_controls_itself():
    _, tops = control(1_000, ring(1_000))
    assert tops.values.tolist() == [0] * 1_000
    found = groups(1_000, ring(1_000))
    assert is_one_group_under_the_first(found, 1_000)
    assert reason(found, 100) == list(range(100))
    assert reason(found, 999) == list(range(899, 999))


def test_in_a_dense_web_every_firm_is_carried_by_those_before_it_together():
    """Nobody but firm 0 in firm 1 has a majority.

    Firm 0 controls 1 and holds half of 2 with it the other half, so it carries 2; of each later firm all holders are
    firms that it controls already.
    """
    links, tops = control(1_000, web(1_000, 100))
    assert links.controlled[~links.is_joint].tolist() == [1]
    assert sorted(set(links.controlled.tolist())) == list(range(1, 1_000))
    assert set(tops.values.tolist()) == {0}
    assert is_one_group_under_the_first(groups(1_000, web(1_000, 100)), 1_000)
