"""Concerts: parties that act together vote as one. The readable reference.

The members of a concert and all that they control are one coalition. A firm that only this coalition carries is
controlled by the members together: by those that hold in it, themselves or through what each controls alone; by all
of them where only firms hold that they control together.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import networkx as nx

from graph_models.control import controlled_parties, share_registers
from graph_models.control_links import control_links
from graph_models.policy import GroupingPolicy
from graph_models.relationship import Relationship
from graph_models.terms import LinkKind

Tie = tuple[str, str]
"""Two parties whose votes are one."""


@dataclass(frozen=True, slots=True, order=True)
class ConcertLink:
    """A member of a concert controls a firm together with the others, and not without them.

    Attributes:
        controlled_id: the firm.
        controller_id: the member.
        cited: the relationship id of the member's own holding in the firm, or of one of what it controls.
        evidence: relationship ids of all holdings by which the concert carries the firm, sorted.
    """

    controlled_id: str
    controller_id: str
    cited: str
    evidence: tuple[str, ...]


def concerts(ties: Iterable[Tie]) -> tuple[frozenset[str], ...]:
    """The sets of parties that ties connect, in the order of their smallest ids."""
    return tuple(sorted(map(frozenset, nx.connected_components(nx.Graph(ties))), key=min))


def concert_links(
    graph: "nx.MultiDiGraph[str]", ties: Iterable[Tie], policy: GroupingPolicy
) -> tuple[ConcertLink, ...]:
    """What concerts carry that no member controls alone, sorted.

    A concert is put into the graph as a party that controls every member. What it then controls only jointly is what
    its members carry together.
    """
    found = []
    voices = {f"voice of {min(concert)}\0": concert for concert in concerts(ties)}
    extended = _with_voices(graph, voices)
    holdings = {
        each.relationship_id: each
        for register in share_registers(graph).values()
        for each in register.holdings
    }
    for link in control_links(extended, policy):
        if link.controller_id not in voices or not link.is_joint:
            continue
        held = [holdings[each] for each in link.evidence]
        below = {
            member: controlled_parties(extended, member, policy) for member in voices[link.controller_id]
        }
        if any(link.controlled_id in reach for reach in below.values()):
            continue  # in a ring with the member that controls it alone
        own = {member: _through(member, below[member], held) for member in below}
        anybody = any(own.values())
        found += [
            ConcertLink(
                link.controlled_id, member, (through if anybody else held)[0].relationship_id, link.evidence
            )
            for member, through in own.items()
            if through or not anybody
        ]
    return tuple(sorted(found))


def _with_voices(graph: "nx.MultiDiGraph[str]", voices: dict[str, frozenset[str]]) -> "nx.MultiDiGraph[str]":
    extended: nx.MultiDiGraph[str] = nx.MultiDiGraph(graph)
    for voice, concert in voices.items():
        for member in concert:
            record = Relationship(f"{voice}{member}", voice, member, "control")
            extended.add_edge(
                voice, member, key=record.relationship_id, relationship=record, kind=LinkKind.CONTROL
            )
    return extended


def _through(member: str, below: frozenset[str], held: list[Relationship]) -> list[Relationship]:
    """The holdings of the member and of what it controls; its own first, then by id."""
    return sorted(
        (each for each in held if each.source_id == member or each.source_id in below),
        key=lambda each: (each.source_id != member, each.relationship_id),
    )
