"""Guarantee circles: the shapes in which firms answer for one another, so that a person can read the network.

Kinds: `circle` (all that guarantees connect), `mutual` (two that guarantee each other), `ring` (three or more that all
answer, through others, for one another), `chain` (the longest of a circle), `star_out` and `star_in` (one that
guarantees many, one that many guarantee), `joint_pool` (most pairs guarantee each other), `hub` (one linked with very
many), `neighbourhood` (a readable part of a large circle). What counts as each is the early-warning book's.
"""

from typing import Final

import numpy as np
import polars as pl

from graph_models.array_types import IntArray
from graph_models.arrays import (
    Memberships,
    RingBounds,
    components,
    distinct_pairs,
    longest_chains,
    mutual_pairs,
    neighbourhoods,
    partners,
    ring_facts,
    strong_rings,
)
from riskmon.domain.money import BP, exact_sum
from riskmon.groups.circle_rows import (
    CIRCLES,
    Pairs,
    centred,
    enclosed,
    from_memberships,
    pair_amounts,
)
from riskmon.rulebook.model import GuaranteeNetwork

_SMALLEST_CIRCLE: Final = 3
"""Parties of the smallest circle: two that are linked by one guarantee are no circle."""


def guarantee_circles(links: pl.DataFrame, party_count: int, rule: GuaranteeNetwork | None) -> pl.DataFrame:
    """Every shape of the guarantee network.

    links: guarantor_key, debtor_key, amount_minor (null is unknown).
    rule: what counts as a shape; without one nothing is looked for.
    Returns the columns of `CIRCLES`, sorted by kind and members.
    """
    if rule is None:
        return pl.DataFrame(schema=CIRCLES)
    amounts = pair_amounts(links)
    pairs = Pairs(
        party_count,
        *distinct_pairs(
            party_count,
            amounts["guarantor_key"].to_numpy().astype(np.int32),
            amounts["debtor_key"].to_numpy().astype(np.int32),
        ),
    )
    whole = components(party_count, pairs.guarantor, pairs.debtor, is_strong=False)
    found = [
        enclosed(_whole_circles(whole), amounts),
        enclosed(_mutual(pairs), amounts),
        enclosed(_chains(pairs, rule), amounts),
        *(enclosed(rows, amounts) for rows in _rings(pairs, rule)),
        *_stars(amounts, rule),
        _hubs(pairs, amounts, rule),
        enclosed(_parts(pairs, whole, amounts, rule), amounts),
    ]
    smallest = (
        pl.Series(np.arange(party_count, dtype=np.int32)).to_frame("party_key").with_columns(label=whole)
    )
    within = smallest.group_by("label").agg(within_key=pl.col("party_key").min())
    place = smallest.join(within, on="label", how="left").select("party_key", "within_key")
    return (
        pl.concat([rows.select(CIRCLES.names()[:-1]) for rows in found])
        .with_columns(party_key=pl.col("member_keys").list.first())
        .join(place, on="party_key", how="left", validate="m:1")
        .select(CIRCLES.names())
        .sort("kind", "centre_key", "member_keys")
    )


def _whole_circles(whole: IntArray) -> pl.DataFrame:
    """Circles of three parties or more, whichever way the guarantees run."""
    size = np.bincount(whole)
    party = np.flatnonzero(size[whole] >= _SMALLEST_CIRCLE)
    return from_memberships("circle", Memberships(whole[party], party.astype(np.int32)))


def _mutual(pairs: Pairs) -> pl.DataFrame:
    one, other = mutual_pairs(*pairs)
    numbers = np.repeat(np.arange(len(one), dtype=np.int32), 2)
    return from_memberships("mutual", Memberships(numbers, np.stack([one, other], axis=1).ravel()))


def _chains(pairs: Pairs, rule: GuaranteeNetwork) -> pl.DataFrame:
    chains = from_memberships("chain", longest_chains(*pairs))
    return chains.filter(pl.col("member_keys").list.len() >= rule.chain_size)


def _rings(pairs: Pairs, rule: GuaranteeNetwork) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rings of three or more with what a search in them finds, and the joint pools."""
    ring = strong_rings(*pairs)
    size = np.bincount(ring[ring >= 0])
    # A mutual guarantee is a kind of its own.
    is_kept = size >= _SMALLEST_CIRCLE
    number = np.where(is_kept, np.cumsum(is_kept) - 1, -1)
    ring = np.where(ring >= 0, number[ring], -1).astype(np.int32) if len(number) else ring
    bounds = RingBounds(
        cycle_length=rule.cycle_length,
        cycle_count=rule.cycle_count,
        search_steps=rule.search_steps,
        removal_steps=rule.removal_steps,
        pool_size=rule.pool_size,
        pool_density_bp=rule.pool_density_bp,
    )
    facts = ring_facts(ring, pairs.guarantor, pairs.debtor, bounds)
    party = np.flatnonzero(ring >= 0).astype(np.int32)
    rings = from_memberships("ring", Memberships(ring[party], party)).with_columns(
        breaker_key=pl.Series(facts.breaker, dtype=pl.Int32),
        broken_count=pl.Series(facts.broken, dtype=pl.Int32),
        cycle_count=pl.Series(facts.cycles, dtype=pl.Int32),
        is_truncated=pl.Series(facts.is_truncated, dtype=pl.Boolean),
    )
    return rings, from_memberships("joint_pool", facts.pools)


def _stars(amounts: pl.DataFrame, rule: GuaranteeNetwork) -> list[pl.DataFrame]:
    """Parties that guarantee many, and parties that many guarantee."""
    ends = {"star_out": ("guarantor_key", "debtor_key"), "star_in": ("debtor_key", "guarantor_key")}
    return [
        centred(kind, amounts.rename({centre: "centre_key", ray: "ray_key"}), rule.star_size)
        for kind, (centre, ray) in ends.items()
    ]


def _hubs(pairs: Pairs, amounts: pl.DataFrame, rule: GuaranteeNetwork) -> pl.DataFrame:
    """Parties linked with very many others, as guarantor or as debtor."""
    centre, _ = partners(*pairs)
    links = np.bincount(centre, minlength=pairs.party_count)
    many = pl.Series(np.flatnonzero(links >= rule.hub_size), dtype=pl.Int32)
    ways = pl.concat(
        [
            amounts.rename({"guarantor_key": "centre_key", "debtor_key": "ray_key"}),
            amounts.rename({"debtor_key": "centre_key", "guarantor_key": "ray_key"}),
        ],
        how="diagonal",
    )
    return centred("hub", ways.filter(pl.col("centre_key").is_in(many.implode())), rule.hub_size)


def _parts(pairs: Pairs, whole: IntArray, amounts: pl.DataFrame, rule: GuaranteeNetwork) -> pl.DataFrame:
    """Circles too large to read, split around the parties that hold most of the guaranteed amount.

    A party holds what it guarantees and what is guaranteed for it. Where no amount is known each guarantee counts as
    one.
    """
    size = np.bincount(whole, minlength=1)
    labels = pl.DataFrame({"party_key": np.arange(len(whole), dtype=np.int32), "label": whole})
    large = pl.Series(np.flatnonzero(size > rule.readable_size), dtype=pl.Int32)
    held = (
        pl.concat([amounts.select("amount_minor", party_key=end) for end in ("guarantor_key", "debtor_key")])
        .group_by("party_key")
        .agg(held=exact_sum(pl.col("amount_minor")), count=pl.len().cast(pl.Int64))
        .join(labels, on="party_key", how="left", validate="1:1")
        .filter(pl.col("label").is_in(large.implode()))
        .with_columns(held=pl.when(pl.col("held").sum().over("label") > 0).then("held").otherwise("count"))
        .sort("label", -pl.col("held"), "party_key")
        .with_columns(pl.col("held").cast(pl.Int128))
        .with_columns(before=pl.col("held").cum_sum().over("label") - pl.col("held"))
    )
    core = held.filter(pl.col("before") * BP < pl.col("held").sum().over("label") * rule.core_share_bp)
    centres, members = neighbourhoods(
        pairs.party_count,
        (pairs.guarantor, pairs.debtor),
        core["party_key"].to_numpy(),
        hops=rule.hops,
        readable_size=rule.readable_size,
    )
    return from_memberships("neighbourhood", members).with_columns(
        centre_key=pl.Series(centres, dtype=pl.Int32)
    )
