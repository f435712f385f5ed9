"""The cover of the whole book: the array face of grouping, equal to the readable one.

Groups are the reach sets of the components that nothing enters; why that is what the rules ask for is shown in
`grouping`.
"""

from typing import get_args

import numpy as np

from graph_models.array_tools import order_of_pairs, pair_key
from graph_models.array_types import BoolArray, ControlLinks, Cover, IntArray, RelationshipArrays
from graph_models.control_arrays import FoundControl, derived_links, find_control
from graph_models.rings import top_parties
from graph_models.separate_arrays import Copies, Separate, separated, with_copies
from graph_models.terms import LONGEST_TOLD, ROLE_OF, Dependence, LinkKind, Role
from graph_models.walk import StepRows, Walk, group_steps, plain_rows, reached_from, walk

_ROLE_OF_KIND = np.array([ROLE_OF[kind] for kind in LinkKind], dtype=np.int8)


def cover(
    party_count: int,
    relationships: RelationshipArrays,
    *,
    votes_above_bp: int,
    dependence: Dependence,
    found: FoundControl | None = None,
    separate: Separate | None = None,
) -> Cover:
    """The overlapping groups of all parties, single parties included, each member with the path that put it there.

    `found` is what `find_control` gave for the same relationships, where it is at hand. With `separate`, a group may
    lie within another, and a hub joins the groups of the parties that it stands beside.
    """
    if dependence not in get_args(Dependence):
        raise ValueError(f"dependence must be one of {get_args(Dependence)}, got {dependence!r}")
    links = derived_links(found or find_control(party_count, relationships, votes_above_bp=votes_above_bp))
    rows = _step_rows(relationships, links, dependence=dependence)
    if separate is None:
        return _as_cover(party_count, *_groups(party_count, rows, links)[1:], relationships.kind)
    rows, copies = separated(rows, separate, party_count)
    tops, starts, reached = _groups(party_count + len(copies.hub), rows, links, copies)
    reached, is_beside = with_copies(reached, tops, starts, rows, copies)
    return _as_cover(party_count, starts, reached, relationships.kind, is_beside)


def _groups(
    node_count: int, rows: StepRows, links: ControlLinks, copies: Copies | None = None
) -> tuple[IntArray, IntArray, Walk]:
    """The nodes that nothing enters, the parties that groups start at, and all that each start reaches."""
    source = np.where(rows.head >= 0, rows.head, rows.source)
    tops = top_parties(node_count, source, rows.target)
    starts = tops if copies is None else np.unique(copies.start_of(tops))
    is_head = np.zeros(node_count, dtype=np.bool_)
    is_head[links.controller[links.is_joint]] = True
    open_heads = _heads_of_groups(starts, is_head, plain_rows(source, rows.target))
    return tops, starts, walk(group_steps(node_count, rows), starts, open_heads=open_heads)


def _step_rows(relationships: RelationshipArrays, links: ControlLinks, *, dependence: Dependence) -> StepRows:
    """Every relationship row along which distress travels; a coalition's holding only where its head is."""
    link = np.repeat(np.arange(len(links.controller)), np.diff(links.evidence_offsets))
    proof = links.evidence_rows
    head = np.where(links.is_joint, links.controller, -1)[link]
    forward = _travels(relationships, dependence=dependence)
    is_two_way = (
        (relationships.kind == LinkKind.LINKED) | relationships.is_mutual | (dependence == "merge_all")
    )
    backward = forward[is_two_way[forward]]
    row = np.concatenate((proof, forward, backward))
    return StepRows(
        source=np.concatenate(
            (relationships.source[proof], relationships.source[forward], relationships.target[backward])
        ),
        target=np.concatenate(
            (relationships.target[proof], relationships.target[forward], relationships.source[backward])
        ),
        row=row,
        rank=_ranks(relationships)[row],
        head=np.concatenate((head, np.full(len(forward) + len(backward), -1))),
    )


def _travels(relationships: RelationshipArrays, *, dependence: Dependence) -> IntArray:
    """Rows of dependence, unless it is off, and of links both ways."""
    is_travelling: BoolArray = relationships.kind == LinkKind.LINKED
    if dependence != "off":
        is_travelling = is_travelling | (relationships.kind == LinkKind.DEPENDENCE)
    return np.flatnonzero(is_travelling & (relationships.source != relationships.target))


def _ranks(relationships: RelationshipArrays) -> IntArray:
    """Which of several relationships is cited first: by kind, more votes first, then the first row."""
    count, most = max(len(relationships.kind), 1), int(relationships.votes_bp.max(initial=0)) + 1
    if len(LinkKind) * most * count < np.iinfo(np.int64).max:
        strength = relationships.kind.astype(np.int64) * most + (most - 1 - relationships.votes_bp)
        return strength * count + np.arange(len(relationships.kind))
    order = np.lexsort((-relationships.votes_bp, relationships.kind))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _heads_of_groups(anchors: IntArray, is_head: BoolArray, steps: StepRows) -> IntArray:
    """The heads of coalitions that each group holds, as ascending keys of (group, head)."""
    if not is_head.any():
        return np.zeros(0, dtype=np.int64)
    # Only what stands above a head has to be walked: most of the book does not.
    upwards = group_steps(len(is_head), plain_rows(steps.target, steps.source))
    is_above = reached_from(upwards, np.flatnonzero(is_head))
    leads_on = is_above[steps.source] & is_above[steps.target]
    groups = np.flatnonzero(is_above[anchors])
    near = plain_rows(steps.source[leads_on], steps.target[leads_on])
    reached = walk(group_steps(len(is_head), near), anchors[groups])
    kept = is_head[reached.party]
    return np.sort(pair_key(groups[reached.start[kept]], reached.party[kept], len(is_head)))


def _as_cover(
    party_count: int, anchors: IntArray, reached: Walk, kinds: IntArray, is_beside: BoolArray | None = None
) -> Cover:
    order = order_of_pairs(reached.start, reached.party, party_count)
    depth = reached.depth[order]
    offsets = np.concatenate(([0], np.cumsum(np.minimum(depth, LONGEST_TOLD), dtype=np.int64)))
    role = np.full(len(order), Role.ANCHOR, dtype=np.int8)
    role[depth > 0] = _ROLE_OF_KIND[kinds[reached.row[order[depth > 0]]]]
    if is_beside is not None:
        role[is_beside[order]] = Role.LINKED
    return Cover(
        anchor=anchors.astype(np.int32),
        group=reached.start[order].astype(np.int32),
        party=reached.party[order].astype(np.int32),
        role=role,
        reason_offsets=offsets,
        reason_rows=_reason_rows(reached, order, offsets),
    )


def _reason_rows(reached: Walk, order: IntArray, offsets: IntArray) -> IntArray:
    """Walk every membership back towards its anchor at once, one step a round, filling its reason from the end."""
    rows = np.empty(int(offsets[-1]), dtype=np.int32)
    at = np.flatnonzero(reached.depth[order] > 0)
    pair, slot, first = order[at], offsets[at + 1] - 1, offsets[at]
    while len(pair):
        rows[slot] = reached.row[pair]
        goes_on = slot > first
        pair, slot, first = reached.previous[pair[goes_on]], slot[goes_on] - 1, first[goes_on]
    return rows
