"""The background's parties and who holds, runs and depends on whom.

Every link that joins parties stays inside one house or joins one pair of small houses, so that no background
group comes near a line. Holdings across houses never add up to control.
"""

from dataclasses import dataclass, field
from random import Random

from riskmon.samples.draft import Draft
from riskmon.samples.names import INDUSTRIES
from riskmon.samples.topology import ownership_parents, ownership_sizes

FIRMS = 1_400
_PAIRED_HOUSES = 160
_STATE_HOUSES = 6
_REGIONAL_HOUSES = 3
_LARGEST_PAIRED = 4
_OUTSIDE_BP = 4_000
"""The most votes that holders from outside a house have in one firm together: never control, however pooled."""


@dataclass
class House:
    """Firms under one roof with the people behind them; the first firm is the top."""

    firms: list[str]
    industry: str
    people: list[str] = field(default_factory=list)
    is_small: bool = False

    @property
    def top(self) -> str:
        """The firm that holds the others."""
        return self.firms[0]


@dataclass
class Ownership:
    """The background houses, and the votes of each firm that are still free for holders from outside."""

    houses: list[House] = field(default_factory=list)
    free_bp: dict[str, int] = field(default_factory=dict)


def write_houses(draft: Draft, rng: Random) -> Ownership:
    """Write the firms of the background, their ownership trees and the people behind them."""
    ownership = Ownership()
    for size in ownership_sizes(rng, FIRMS):
        industry = rng.choice(sorted(INDUSTRIES))
        house = House([draft.next_id("C") for _ in range(size)], industry)
        for firm in house.firms:
            draft.party(firm, industry=industry, owner=f"Desk {rng.randint(1, 9)}")
            ownership.free_bp[firm] = _OUTSIDE_BP
        ownership.houses.append(house)
        _write_tree(draft, rng, house, ownership)
    _write_state_owners(draft, ownership)
    for house in ownership.houses:
        if not house.is_small or len(house.firms) > 1:
            _write_people(draft, rng, house, ownership)
    return ownership


def _write_tree(draft: Draft, rng: Random, house: House, ownership: Ownership) -> None:
    parents = ownership_parents(rng, len(house.firms))
    for firm, position in zip(house.firms, parents, strict=True):
        if position is None:
            continue
        parent = house.firms[position]
        votes = rng.choice((5_100, 5_500, 6_000, 7_000, 8_000, 10_000, 10_000))
        _own(draft, ownership, parent, firm, votes)
        if rng.random() < 0.3:
            basis = rng.choice(("consolidation", "board", "contract"))
            draft.relationship(parent, firm, "control", basis=basis, evidence="annual report")
        if rng.random() < 0.05:
            draft.relationship(
                parent, firm, "economic_dependence", basis="receipts", dependence_bp=rng.randint(5_500, 9_000),
                assessment="confirmed", evidence="sales ledger",
            )  # fmt: skip


def _own(draft: Draft, ownership: Ownership, holder: str, firm: str, votes: int) -> None:
    draft.relationship(
        holder, firm, "shareholding", voting_bp=votes, economic_bp=votes, evidence="business register"
    )
    ownership.free_bp[firm] = min(ownership.free_bp[firm], 10_000 - votes)


def _write_state_owners(draft: Draft, ownership: Ownership) -> None:
    """Firms held by the central government and by a province; owners of these kinds do not join their firms.

    One book does join the firms of a province, so these houses are single small firms.
    """
    singles = [house for house in ownership.houses if len(house.firms) == 1]
    for house in singles[:_STATE_HOUSES]:
        _own(draft, ownership, "GOV-CENTRAL", house.top, 10_000)
        house.is_small = True
    for house in singles[_STATE_HOUSES : _STATE_HOUSES + _REGIONAL_HOUSES]:
        _own(draft, ownership, "GOV-PROVINCE-1", house.top, 10_000)
        house.is_small = True


def _write_people(draft: Draft, rng: Random, house: House, ownership: Ownership) -> None:
    """An owner, sometimes with a spouse; two founders who act together; a key manager; or nobody known."""
    draw = rng.random()
    if draw < 0.38:
        owner = _person(draft, house)
        _own(draft, ownership, owner, house.top, rng.choice((5_100, 6_000, 7_500, 10_000)))
        if rng.random() < 0.3:
            draft.relationship(_person(draft, house), owner, "family", basis="spouse", is_mutual=True)
    elif draw < 0.44:
        first, second = _person(draft, house), _person(draft, house)
        for founder in (first, second):
            draft.relationship(founder, house.top, "shareholding", voting_bp=3_200, economic_bp=3_200)
        ownership.free_bp[house.top] = 3_000
        draft.relationship(first, second, "acting_in_concert", is_mutual=True, evidence="founders' agreement")
    elif draw < 0.54:
        draft.relationship(_person(draft, house), house.top, "key_person", evidence="board minutes")


def _person(draft: Draft, house: House) -> str:
    person = draft.party(draft.next_id("N"), "person", is_obligor=True)
    house.people.append(person)
    return person


def write_cross_relationships(draft: Draft, rng: Random, ownership: Ownership) -> None:
    """Links between houses: each house meets at most one other, and both are marked small.

    Some count (a dependence), some are doubtful, rejected, ended or replaceable; whatever a book makes of them, the
    two houses together stay far below every line.
    """
    candidates = [
        house for house in ownership.houses if len(house.firms) <= _LARGEST_PAIRED and not house.is_small
    ]
    chosen = rng.sample(candidates, _PAIRED_HOUSES)
    for number, (first, second) in enumerate(zip(chosen[::2], chosen[1::2], strict=True)):
        first.is_small = second.is_small = True
        _write_cross_relationship(draft, rng, (first, second), number % 5)


def _write_cross_relationship(draft: Draft, rng: Random, pair: tuple[House, House], flavour: int) -> None:
    source, target = pair[0].top, rng.choice(pair[1].firms)
    share = rng.randint(5_000, 9_000)
    if flavour == 0:
        draft.relationship(
            source, target, "economic_dependence", basis="receipts", dependence_bp=share,
            assessment="confirmed", evidence="sales ledger",
        )  # fmt: skip
    elif flavour == 1:
        draft.relationship(source, target, "control", basis="board", assessment="doubtful", evidence="press")
    elif flavour == 2:
        draft.relationship(
            source, target, "control", basis="unified_management", assessment="rejected",
            evidence="site visit: separate management",
        )  # fmt: skip
    elif flavour == 3:
        draft.relationship(
            source, target, "control", basis="contract", valid_to=draft.day(-rng.randint(30, 300)),
            evidence="contract ended",
        )  # fmt: skip
    else:
        draft.relationship(
            source, target, "economic_dependence", basis="expenditure", dependence_bp=share,
            is_replaceable=True, evidence="three other suppliers",
        )  # fmt: skip


def write_weak_dependences(draft: Draft, rng: Random, ownership: Ownership, count: int) -> None:
    """Trade links below the share from which any book counts them."""
    for _ in range(count):
        first, second = rng.sample(ownership.houses, 2)
        draft.relationship(
            rng.choice(first.firms), rng.choice(second.firms), "economic_dependence",
            basis=rng.choice(("receipts", "expenditure", "output")), dependence_bp=rng.randint(1_000, 4_500),
            evidence="sales ledger",
        )  # fmt: skip


def write_minority_holdings(draft: Draft, rng: Random, ownership: Ownership, total: int) -> None:
    """Small holdings across houses, until the bank has `total` relationships."""
    holders = [party for house in ownership.houses for party in (*house.firms, *house.people)]
    house_of = {
        party: at for at, house in enumerate(ownership.houses) for party in (*house.firms, *house.people)
    }
    firms = sorted(ownership.free_bp)
    held: set[tuple[str, str]] = set()
    while len(draft.rows["relationships"]) < total:
        holder, firm = rng.choice(holders), rng.choice(firms)
        votes = rng.randint(1, 15) * 100
        is_new = house_of[holder] != house_of[firm] and (holder, firm) not in held
        if is_new and votes <= ownership.free_bp[firm]:
            held.add((holder, firm))
            draft.relationship(holder, firm, "shareholding", voting_bp=votes, economic_bp=votes)
            ownership.free_bp[firm] -= votes
