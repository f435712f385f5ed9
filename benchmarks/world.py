"""Made-up parties and the relationships between them: heavy-tailed groups of firms and the persons behind them.

Sizes of groups follow s^-2.05 with 64 % of them single parties. Inside a group the parties stand in the order of
a random recursive tree, each firm held by one of the parties before it, so a party's place in the array is also a
topological order; the ids given to the parties later scatter them again.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]

SINGLE_SHARE: Final = 0.64
TAIL_EXPONENT: Final = 2.05
LARGEST_GROUP: Final = 20_000
LARGEST_GROUP_SHARE: Final = 70
"""The largest group is at most one party in so many."""

RELATIONSHIPS_PER_PARTY: Final = 1.5
WHOLE_BP: Final = 10_000
CONTROL_BP: Final = 5_000

_PERSON_SHARE: Final = 0.09
_GUARANTEE_SHARE: Final = 0.175
_DEPENDENCE_SHARE: Final = 0.05
_BACKWARD_SHARE: Final = 0.02


@dataclass(frozen=True, slots=True)
class World:
    """Parties by their position in the array.

    Attributes:
        start: position of the first party of each party's group.
        size: number of parties in each party's group.
        parent: position of the main holder, or of the person's firm; the party itself where it is the first.
        main_bp: votes of the main holder in the party, zero where there is none.
        is_person: natural persons, who are never owned.
    """

    start: Ints
    size: Ints
    parent: Ints
    main_bp: Ints
    is_person: npt.NDArray[np.bool_]

    @property
    def anchor(self) -> Ints:
        """The topmost position above each party through majority holdings and the ties of persons."""
        is_tied = (self.main_bp > CONTROL_BP) | self.is_person
        top = np.where(is_tied, self.parent, np.arange(len(self.parent)))
        while True:
            above = top[top]
            if np.array_equal(above, top):
                return top
            top = above


def build(party_count: int, rng: np.random.Generator) -> World:
    """A world of `party_count` parties."""
    size_of_group = _group_sizes(party_count, rng)
    size = np.repeat(size_of_group, size_of_group)
    start = np.repeat(np.cumsum(size_of_group) - size_of_group, size_of_group)
    offset = np.arange(party_count) - start
    parent = start + np.floor(rng.random(party_count) * offset).astype(np.int64)
    is_person = rng.random(party_count) < _PERSON_SHARE
    main_bp = np.where((offset == 0) | is_person, 0, _main_votes(party_count, rng))
    return World(start, size, parent, main_bp, is_person)


def relationships(
    world: World, rng: np.random.Generator, *, per_party: float = RELATIONSHIPS_PER_PARTY
) -> pl.DataFrame:
    """So many relationships a party, one and a half unless told otherwise.

    Columns: source, target (positions), kind, basis, voting_bp, dependence_bp, amount (minor units), is_mutual.
    """
    total = round(per_party * len(world.parent))
    parts = [
        _main_holdings(world),
        _ties_of_persons(world),
        _guarantees(world, round(_GUARANTEE_SHARE * total), rng),
        _dependences(world, round(_DEPENDENCE_SHARE * total), rng),
    ]
    parts.append(_extra_holdings(world, total - sum(part.height for part in parts), rng))
    return pl.concat(parts, how="diagonal")


def _group_sizes(party_count: int, rng: np.random.Generator) -> Ints:
    largest = max(2, min(LARGEST_GROUP, party_count // LARGEST_GROUP_SHARE))
    several = np.arange(2, largest + 1, dtype=np.float64) ** -TAIL_EXPONENT
    chance = np.concatenate([[SINGLE_SHARE], (1 - SINGLE_SHARE) * several / several.sum()])
    drawn = 1 + np.searchsorted(np.cumsum(chance), rng.random(party_count) * (1 - 1e-12))
    reached = np.cumsum(drawn)
    last = int(np.searchsorted(reached, party_count))
    sizes = drawn[: last + 1].astype(np.int64)
    sizes[last] -= reached[last] - party_count
    return sizes


def _main_votes(count: int, rng: np.random.Generator) -> Ints:
    """45 % whole, 35 % a majority of 50.5 % to 99 %, 20 % a minority."""
    which = rng.random(count)
    majority = rng.integers(5_050, 9_900, count, endpoint=True)
    minority = rng.integers(1_000, CONTROL_BP, count, endpoint=True)
    return np.where(which < 0.45, WHOLE_BP, np.where(which < 0.80, majority, minority))


def _main_holdings(world: World) -> pl.DataFrame:
    target = np.flatnonzero(world.main_bp)
    return pl.DataFrame(
        {"source": world.parent[target], "target": target, "voting_bp": world.main_bp[target]}
    ).with_columns(kind=pl.lit("shareholding"))


def _ties_of_persons(world: World) -> pl.DataFrame:
    """A person inside a group is a relative of the person, or a key person of the firm, that it stands under."""
    source = np.flatnonzero(world.is_person & (world.parent != np.arange(len(world.parent))))
    is_family = world.is_person[world.parent[source]]
    return pl.DataFrame(
        {"source": source, "target": world.parent[source], "is_mutual": is_family}
    ).with_columns(
        kind=pl.when("is_mutual").then(pl.lit("family")).otherwise(pl.lit("key_person")),
        basis=pl.when("is_mutual").then(
            pl.lit(["spouse", "direct_1", "collateral_1"]).list.get(pl.col("source") % 3)
        ),
        is_mutual=pl.when("is_mutual").then(pl.lit(value=True)),
    )


def _guarantees(world: World, count: int, rng: np.random.Generator) -> pl.DataFrame:
    """Guarantees between firms of one group; both directions occur, so circles occur."""
    pool = np.flatnonzero(world.size > 1)
    source = rng.choice(pool, count)
    amount = np.round(rng.lognormal(15.5, 1.0, count)).astype(np.int64) * 100
    return pl.DataFrame(
        {"source": source, "target": _fellow(world, source, rng), "amount": amount}
    ).with_columns(kind=pl.lit("guarantee"))


def _dependences(world: World, count: int, rng: np.random.Generator) -> pl.DataFrame:
    """Half inside a group, half from one group to another; half of each above 50 %."""
    firms = np.flatnonzero(~world.is_person)
    target = rng.choice(firms, count)
    stranger = rng.choice(firms, count)
    stranger = np.where(
        stranger == target, firms[(np.searchsorted(firms, target) + 1) % len(firms)], stranger
    )
    is_inside = (rng.random(count) < 0.5) & (world.size[target] > 1)
    source = np.where(is_inside, _fellow(world, target, rng), stranger)
    bases = np.array(["receipts", "expenditure", "output", "repayment_source", "funding_source"])
    return pl.DataFrame(
        {
            "source": source,
            "target": target,
            "basis": rng.choice(bases, count),
            "dependence_bp": rng.integers(1_000, 9_000, count, endpoint=True),
        }
    ).with_columns(kind=pl.lit("economic_dependence"))


def _extra_holdings(world: World, count: int, rng: np.random.Generator) -> pl.DataFrame:
    """Minority holdings inside a group, sharing what the main holder left; a few run backwards and close circles."""
    offset = np.arange(len(world.start)) - world.start
    has_float = ~world.is_person & (world.main_bp < WHOLE_BP)
    backward_count = round(_BACKWARD_SHARE * count)
    forward = rng.choice(np.flatnonzero(has_float & (offset > 1)), count - backward_count)
    # One of the parties before it that is not the main holder: the parent's place is stepped over.
    before = (
        np.floor(rng.random(len(forward)) * (offset[forward] - 1)).astype(np.int64) + world.start[forward]
    )
    before += before >= world.parent[forward]
    backward = rng.choice(np.flatnonzero(has_float & (offset < world.size - 1)), backward_count)
    room_after = world.size[backward] - 1 - offset[backward]
    after = backward + 1 + np.floor(rng.random(backward_count) * room_after).astype(np.int64)
    target = np.concatenate([forward, backward])
    weight = rng.random(count)
    slack = 0.2 + rng.random(len(world.start))
    whole = np.bincount(target, weights=weight, minlength=len(world.start)) + slack
    votes = np.floor((WHOLE_BP - world.main_bp[target]) * weight / whole[target]).astype(np.int64)
    return pl.DataFrame(
        {"source": np.concatenate([before, after]), "target": target, "voting_bp": votes}
    ).with_columns(kind=pl.lit("shareholding"))


def _fellow(world: World, party: Ints, rng: np.random.Generator) -> Ints:
    """Another party of each party's group; the party itself where it is alone."""
    step = 1 + np.floor(rng.random(len(party)) * (world.size[party] - 1)).astype(np.int64)
    return world.start[party] + (party - world.start[party] + step) % world.size[party]
