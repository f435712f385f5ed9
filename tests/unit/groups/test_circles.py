"""Guarantee circles of small networks, drawn by hand."""

from datetime import date

import polars as pl
import pytest

from riskmon.groups.circles import guarantee_circles
from riskmon.rulebook.select import select

RULE = select(["example_policy"], as_of=date(2026, 6, 30)).early_warning.guarantee_network
SCHEMA = {"guarantor_key": pl.Int32, "debtor_key": pl.Int32, "amount_minor": pl.Int64}


def links(*rows):
    """Guarantor, debtor and amount; ten if no amount is given."""
    filled = [(*row, 10)[:3] for row in rows]
    return pl.DataFrame(filled, schema=SCHEMA, orient="row")


def circles(frame, kind, **rule):
    found = guarantee_circles(frame, 200, RULE.model_copy(update=rule))
    return found.filter(pl.col("kind") == kind)


def rows(frame, kind, *columns, **rule):
    return circles(frame, kind, **rule).select(columns).rows()


# 0 and 1 guarantee each other; 1 -> 2 -> 3 -> 4 -> 2 is a ring of three behind them; 4 -> 5; 6 -> 7 is a plain pair.
SMALL = links((0, 1), (1, 0, 5), (1, 2), (2, 3), (3, 4), (4, 2, None), (4, 5), (6, 7))


def test_each_shape_of_a_small_network_is_found():
    found = guarantee_circles(SMALL, 200, RULE)
    assert found.select("kind", "centre_key", "member_keys", "amount_minor", "has_unknown_amount").rows() == [
        # 10 + 5 + 10 + 10 + 10 + 10, and one that nobody knows
        ("chain", None, [0, 1, 2, 3, 4, 5], 55, True),
        ("circle", None, [0, 1, 2, 3, 4, 5], 55, True),
        ("mutual", None, [0, 1], 15, False),
        ("ring", None, [2, 3, 4], 20, True),
    ]
    assert found["within_key"].to_list() == [0, 0, 0, 0]


def test_a_guarantee_for_one_other_party_is_no_circle():
    assert guarantee_circles(links((6, 7), (7, 7)), 200, RULE).is_empty()
    assert guarantee_circles(links(), 200, RULE).is_empty()
    assert guarantee_circles(links(), 0, RULE).is_empty()


def test_any_member_breaks_a_plain_ring_and_the_smallest_is_named():
    assert rows(SMALL, "ring", "breaker_key", "broken_count", "cycle_count", "is_truncated") == [
        (2, 2, 1, False)
    ]


def test_the_firm_that_two_rings_share_breaks_most():
    # 1 -> 2 -> 3 -> 1 and 3 -> 4 -> 5 -> 3: without 3 nobody is in a ring, without 1 the ring of 3, 4, 5 stays.
    eight = links((1, 2), (2, 3), (3, 1), (3, 4), (4, 5), (5, 3))
    assert rows(eight, "ring", "member_keys", "breaker_key", "broken_count", "cycle_count") == [
        ([1, 2, 3, 4, 5], 3, 4, 2)
    ]


def test_several_guarantees_of_one_pair_are_one_link_with_all_their_amounts():
    frame = links((0, 1, 10), (0, 1, 7), (1, 0, 1))
    assert rows(frame, "mutual", "member_keys", "amount_minor") == [([0, 1], 18)]


@pytest.mark.parametrize(
    ("kind",     "frame"),
    [
        ("star_out", links((9, 1), (9, 2), (9, 3))),
        ("star_in",  links((1, 9), (2, 9), (3, 9))),
    ],
)  # fmt: skip
def test_a_star_has_three_rays_and_the_amount_of_its_rays(kind, frame):
    # 1 -> 2 is no ray: its amount stays out
    frame = pl.concat([frame, links((1, 2, 500))])
    assert rows(frame, kind, "centre_key", "member_keys", "member_count", "amount_minor") == [
        (9, [1, 2, 3, 9], 4, 30)
    ]
    assert rows(frame.head(2), kind, "centre_key") == []


def test_a_hub_is_linked_with_ten_others_in_either_direction():
    rays = [(0, ray) for ray in range(1, 6)] + [(ray, 0) for ray in range(5, 11)]
    # 5 stands on both sides and is one of the ten others
    assert rows(links(*rays), "hub", "centre_key", "member_count", "amount_minor") == [(0, 11, 110)]
    assert rows(links(*rays[:-1]), "hub", "centre_key") == []


def test_a_joint_pool_is_dense_with_mutual_guarantees_and_leaves_out_who_only_joins_by_one():
    pool = [(a, b) for a in range(4) for b in range(4) if a != b]
    # 4 guarantees 0 and is guaranteed by it: with it 7 of 10 pairs are mutual, without it all
    frame = links(*pool, (4, 0), (0, 4))
    assert rows(frame, "joint_pool", "member_keys") == [([0, 1, 2, 3, 4],)]
    assert rows(frame, "joint_pool", "member_keys", pool_density_bp=7_001) == [([0, 1, 2, 3],)]
    # a ring of three without a mutual guarantee is no pool
    assert rows(links((0, 1), (1, 2), (2, 0)), "joint_pool", "member_keys") == []


def test_a_large_circle_is_split_around_those_who_hold_most_of_the_amount():
    # A path 0 -> 1 -> ... -> 9; the guarantees of 2 and of 7 are large. Both ends of each hold 80 % together.
    path = links(*((at, at + 1, 100 if at in (2, 7) else 1) for at in range(9)))
    found = rows(path, "neighbourhood", "centre_key", "member_keys", readable_size=4, hops=1)
    # 3 and 8 hold as much and stand in the parts of 2 and 7 already
    assert found == [(2, [1, 2, 3]), (7, [6, 7, 8])]
    assert rows(path, "neighbourhood", "centre_key", readable_size=10) == []


def test_a_part_reaches_less_far_where_it_would_be_too_large_to_read_but_never_leaves_out_a_partner():
    path = links(*((at, at + 1, 100 if at == 2 else 1) for at in range(9)))
    wide = rows(path, "neighbourhood", "centre_key", "member_keys", readable_size=5, hops=2, core_share_bp=1)
    assert wide == [(2, [0, 1, 2, 3, 4])]
    narrow = rows(
        path, "neighbourhood", "centre_key", "member_keys", readable_size=2, hops=2, core_share_bp=1
    )
    assert narrow == [(2, [1, 2, 3])]


def test_a_circle_without_a_known_amount_is_split_by_the_number_of_guarantees():
    star = links(*((0, ray, None) for ray in range(1, 8)))
    assert rows(star, "neighbourhood", "centre_key", "member_count", readable_size=4) == [(0, 8)]


def test_the_order_of_rows_changes_nothing():
    shuffled = SMALL.sample(fraction=1, shuffle=True, seed=3)
    assert guarantee_circles(shuffled, 200, RULE).equals(guarantee_circles(SMALL, 200, RULE))
