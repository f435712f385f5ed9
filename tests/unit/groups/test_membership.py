"""Members and connectors, and which groups say nothing that another does not say."""

import numpy as np
import polars as pl

from graph_models.arrays import RelationshipArrays, cover
from riskmon.groups.membership import membership


def members_of(party_count, controls, exposed):
    """controls: (controller, controlled) pairs."""
    source, target = (np.array(side, dtype=np.int32) for side in zip(*controls, strict=True))
    none = np.zeros(len(controls))
    arrays = RelationshipArrays(
        source, target, np.ones(len(controls), dtype=np.int8), none.astype(np.int64), none.astype(np.bool_)
    )
    links = pl.DataFrame({"relationship_key": range(len(controls))}, schema={"relationship_key": pl.Int32})
    found = cover(party_count, arrays, votes_above_bp=5000, dependence="directed")
    groups, members = membership(found, links, pl.Series(exposed, dtype=pl.Int32))
    anchors = dict(zip(groups["group_key"], groups["anchor_key"], strict=True))
    listed = {}
    for row in members.iter_rows(named=True):
        listed.setdefault(anchors[row["group_key"]], {})[row["party_key"]] = row["role"]
    return listed


def test_a_parent_without_exposure_connects_and_is_not_counted():
    assert members_of(3, [(0, 1), (0, 2)], exposed=[1, 2]) == {
        0: {0: "connector", 1: "controlled", 2: "controlled"}
    }


def test_a_group_of_connectors_is_no_group():
    assert members_of(3, [(0, 1)], exposed=[2]) == {2: {2: "anchor"}}


def test_a_joint_venture_stays_in_both_groups_where_both_have_members_of_their_own():
    found = members_of(3, [(0, 2), (1, 2)], exposed=[0, 1, 2])
    assert found == {0: {0: "anchor", 2: "controlled"}, 1: {1: "anchor", 2: "controlled"}}


def test_of_two_groups_with_the_same_exposed_members_the_smaller_anchor_stays():
    assert list(members_of(3, [(0, 2), (1, 2)], exposed=[2])) == [0]


def test_a_group_whose_exposed_members_all_sit_in_a_larger_one_is_left_out():
    assert list(members_of(4, [(0, 2), (1, 2), (1, 3)], exposed=[2, 3])) == [1]


def test_three_groups_that_only_overlap_all_stay():
    # 3 and 4 are shared pairwise, no group holds another
    assert list(members_of(6, [(0, 3), (0, 4), (1, 4), (1, 5), (2, 3), (2, 5)], exposed=[3, 4, 5])) == [
        0,
        1,
        2,
    ]
