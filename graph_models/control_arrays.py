"""Who controls whom in the whole book: the array face of control, equal to the readable one."""

from dataclasses import dataclass

import numpy as np

from graph_models.ancestry import Ancestry
from graph_models.array_tools import first_of_each, is_in_sorted, offsets_of, order_of_pairs, pair_key, ranges
from graph_models.array_types import BoolArray, ControlLinks, IntArray, Lists, RelationshipArrays
from graph_models.joint_control import Link, coalitions, find_joint_links
from graph_models.rings import components, smallest_members, strong_rings, top_parties
from graph_models.terms import LinkKind
from graph_models.votes import Votes, pool_votes
from graph_models.walk import group_steps, plain_rows, walk


@dataclass(frozen=True, slots=True)
class FoundControl:
    """Direct links, as ascending keys of (controlled, controller), and joint ones in the order of rounds."""

    party_count: int
    relationships: RelationshipArrays
    votes: Votes
    direct: IntArray
    joint: list[Link]
    ancestry: Ancestry

    def rings(self) -> IntArray:
        """A label per party, the same for parties that control each other."""
        keys = np.concatenate((self.direct, _link_keys(self.joint, self.party_count)))
        return components(self.party_count, keys % self.party_count, keys // self.party_count, is_strong=True)


def find_control(party_count: int, relationships: RelationshipArrays, *, votes_above_bp: int) -> FoundControl:
    """Direct and joint control, found once for all that is asked of it.

    It serves every set of relationships that begins with the same holdings and records of control in the same rows.
    """
    votes = pool_votes(party_count, relationships, votes_above_bp=votes_above_bp)
    records = _record_rows(relationships)
    direct = np.sort(
        np.concatenate(
            (
                pair_key(votes.issuer[votes.is_majority], votes.holder[votes.is_majority], party_count),
                pair_key(relationships.target[records], relationships.source[records], party_count),
            )
        )
    )
    direct = direct[first_of_each(direct)]
    controlled, controller = np.divmod(direct, max(party_count, 1))
    ancestry = Ancestry(party_count, controller, controlled)
    labels = components(party_count, controller, controlled, is_strong=False)
    joint = find_joint_links(votes, ancestry, labels)
    return FoundControl(party_count, relationships, votes, direct, joint, ancestry)


def control_links(
    party_count: int, relationships: RelationshipArrays, *, votes_above_bp: int
) -> ControlLinks:
    """The fewest links that say it all: direct majorities, records, and of joint control the lowest controllers."""
    return lowest_links(find_control(party_count, relationships, votes_above_bp=votes_above_bp))


def lowest_links(found: FoundControl) -> ControlLinks:
    """`control_links` of control that is found already."""
    return _with_evidence(found, _keep_lowest(found))


def derived_links(found: FoundControl) -> ControlLinks:
    """The links as they are found, each resting on earlier ones only; the same closure as `control_links`."""
    return _with_evidence(found, found.joint)


def ultimate_controllers(party_count: int, links: ControlLinks) -> Lists:
    """The ultimate controllers of each party, ascending: parties at the top that nobody controls.

    A top ring is named by its smallest key, for its members too. A party that nobody controls has none.
    """
    party, top = _under_tops(party_count, links.controller, links.controlled)
    return Lists(offsets_of(party, party_count), top)


def joint_ventures(found: FoundControl, links: ControlLinks) -> IntArray:
    """Firms that two hold between them and nobody controls, ascending; see the readable face for the rule."""
    votes, count = found.votes, found.party_count
    tops = ultimate_controllers(count, links)
    hand = np.arange(count, dtype=np.int32)
    is_under = np.diff(tops.offsets) > 0
    hand[is_under] = tops.values[tops.offsets[:-1][is_under]]
    keys = pair_key(votes.issuer, hand[votes.holder], count)[hand[votes.holder] != votes.issuer]
    hands = np.unique(keys) // max(count, 1)
    held_bp = np.zeros(count, dtype=np.int64)
    np.add.at(held_bp, votes.issuer, np.where(hand[votes.holder] != votes.issuer, votes.votes_bp, 0))
    is_free = np.bincount(links.controlled, minlength=count) == 0
    is_venture = is_free & (np.bincount(hands, minlength=count) == 2) & (held_bp >= votes.issued_bp)
    return np.flatnonzero(is_venture)


def is_known_control(found: FoundControl, controller: IntArray, controlled: IntArray) -> BoolArray:
    """Whether each controller stands above its party already, directly, jointly or through others."""
    count = max(found.party_count, 1)
    low, high = np.divmod(np.concatenate((found.direct, _link_keys(found.joint, count))), count)
    asked = pair_key(controlled, controller, count)
    party, top = _under_tops(found.party_count, high, low)
    is_known = is_in_sorted(asked, pair_key(party, top, count))
    # Most are asked about parties at the top, which one walk down answers; the few others are climbed to.
    climbing = np.unique(controlled[~is_known])
    reached = walk(group_steps(found.party_count, plain_rows(low, high)), climbing)
    above = reached.depth > 0
    return is_known | is_in_sorted(
        asked, np.sort(pair_key(climbing[reached.start[above]], reached.party[above], count))
    )


def _under_tops(party_count: int, controller: IntArray, controlled: IntArray) -> tuple[IntArray, IntArray]:
    """Parties and their ultimate controllers, in the order of both."""
    tops = top_parties(party_count, controller, controlled)
    reached = walk(group_steps(party_count, plain_rows(controller, controlled)), tops)
    is_ring_top = strong_rings(party_count, controller, controlled)[reached.party] >= 0
    kept = np.flatnonzero((reached.depth > 0) | is_ring_top)
    kept = kept[order_of_pairs(reached.party[kept], reached.start[kept], party_count)]
    return reached.party[kept], tops[reached.start[kept]].astype(np.int32)


def _record_rows(relationships: RelationshipArrays) -> IntArray:
    is_record = relationships.kind == LinkKind.CONTROL
    return np.flatnonzero(is_record & (relationships.source != relationships.target))


def _keep_lowest(found: FoundControl) -> list[Link]:
    """The joint links of the lowest controllers; see `control_links` of the readable face for the rule."""
    if not found.joint:
        return []
    labels = found.rings()
    smallest = smallest_members(labels)
    direct = {firm: _direct_controllers(found, firm) for _, firm in found.joint}
    joint: dict[int, set[int]] = {}
    for head, firm in found.joint:
        if labels[head] == labels[firm]:
            joint.setdefault(firm, set()).add(head)
        elif all(labels[other] != labels[head] for other in direct[firm]):
            joint.setdefault(firm, set()).add(int(smallest[labels[head]]))
    return [
        (head, firm)
        for firm, heads in joint.items()
        for head in heads
        if not any(
            labels[other] not in (labels[head], labels[firm]) and found.ancestry.is_above(head, other)
            for other in heads.union(direct[firm])
        )
    ]


def _direct_controllers(found: FoundControl, firm: int) -> list[int]:
    bounds = np.searchsorted(found.direct, np.array([firm, firm + 1], dtype=np.int64) * found.party_count)
    controllers: list[int] = (found.direct[bounds[0] : bounds[1]] % found.party_count).tolist()
    return controllers


def _with_evidence(found: FoundControl, joint: list[Link]) -> ControlLinks:
    """Sort the links and hang the relationship rows on them that prove each."""
    votes, count = found.votes, found.party_count
    ordered = sorted(joint, key=lambda link: (link[1], link[0]))
    joint_keys = _link_keys(ordered, count)
    keys = np.concatenate((found.direct, joint_keys))
    order = np.argsort(keys, kind="stable")
    pairs, link_of_pair = coalitions(ordered, votes, found.ancestry)
    majority = np.flatnonzero(votes.is_majority)
    records = _record_rows(found.relationships)
    rows_of_majority, at_majority = _rows_of_pairs(votes, majority)
    rows_of_joint, at_joint = _rows_of_pairs(votes, pairs)
    link_key = np.concatenate(
        (
            pair_key(votes.issuer[majority], votes.holder[majority], count)[at_majority],
            pair_key(found.relationships.target[records], found.relationships.source[records], count),
            joint_keys[link_of_pair[at_joint]],
        )
    )
    rows = np.concatenate((rows_of_majority, records, rows_of_joint))
    link = np.searchsorted(keys[order], link_key)
    by_link = order_of_pairs(link, rows, max(len(keys), len(found.relationships.kind)))
    is_joint: BoolArray = (order >= len(found.direct)).astype(np.bool_)
    return ControlLinks(
        controller=(keys[order] % max(count, 1)).astype(np.int32),
        controlled=(keys[order] // max(count, 1)).astype(np.int32),
        is_joint=is_joint,
        evidence_offsets=offsets_of(link, len(keys)),
        evidence_rows=rows[by_link].astype(np.int32),
    )


def _link_keys(links: list[Link], party_count: int) -> IntArray:
    return np.array([firm * party_count + head for head, firm in links], dtype=np.int64)


def _rows_of_pairs(votes: Votes, pairs: IntArray) -> tuple[IntArray, IntArray]:
    """The relationship rows of pairs of holder and issuer, and for each row the position of its pair."""
    counts = votes.row_offsets[pairs + 1] - votes.row_offsets[pairs]
    return votes.rows[ranges(votes.row_offsets[pairs], counts)], np.repeat(np.arange(len(pairs)), counts)
