"""A part of a book read by itself: its groups, totals and controllers as they stand in the whole."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from riskmon.domain.money import exact_sum
from riskmon.groups.covers import CoverReader
from riskmon.groups.membership import membership
from riskmon.rulebook.model import Grouping

Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stakes:
    """What the bank has at stake with each party of the part.

    Attributes:
        exposure: int64 minor units.
        is_exposed: who counts as a member; others are connectors.
        is_passing: who opens the gate; None opens it to all.
    """

    exposure: npt.NDArray[np.int64]
    is_exposed: Marks
    is_passing: Marks | None


@dataclass(frozen=True, slots=True)
class TouchedGroups:
    """The groups of the parties that a change touches, in the place of all groups anchored at one of them.

    Attributes:
        parties: party keys, ascending.
        groups: anchor_key, member_count, exposure_minor (exact, minor units of the reporting currency).
        members: anchor_key, party_key, role, reason; as in a run, reasons are relationship keys.
        if_confirmed_groups: the groups as they would be if every doubt were confirmed.
        if_confirmed_members: their members.
        controllers: who controls whom, as in a run.
        vanished: anchors of groups that are no more.
    """

    parties: pl.Series
    groups: pl.DataFrame
    members: pl.DataFrame
    if_confirmed_groups: pl.DataFrame
    if_confirmed_members: pl.DataFrame
    controllers: pl.DataFrame
    vanished: pl.Series


def read_part(
    rows: pl.DataFrame, parties: pl.DataFrame, grouping: Grouping, stakes: Stakes, *, was_anchor: Marks
) -> TouchedGroups:
    """The groups of a part that no relationship that can count connects with the rest.

    Args:
        rows: its relationships; their party keys are places among `parties`.
        parties: party_key (of the whole book, ascending), party_id, kind, is_own_bank.
        grouping: the book's grouping.
        stakes: at the same places.
        was_anchor: whose group there was before.
    """
    keys = parties["party_key"]
    local = parties.with_columns(party_key=pl.int_range(pl.len(), dtype=pl.Int32))
    passing = None if stakes.is_passing is None else _where(stakes.is_passing)
    whole = CoverReader(rows, local).read(_within(grouping, parties["party_id"]), passing)
    exposed = _where(stakes.is_exposed)
    groups, members = _told(membership(whole.groups, whole.links, exposed), keys, stakes)
    wider, wider_members = _told(membership(whole.wider_groups, whole.wider_links, exposed), keys, stakes)
    stays = groups["anchor_key"].implode()
    return TouchedGroups(
        parties=keys,
        groups=groups,
        members=members,
        if_confirmed_groups=wider,
        if_confirmed_members=wider_members,
        controllers=_controllers(whole.controllers, keys),
        vanished=keys.filter(pl.Series(was_anchor) & ~keys.is_in(stays)),
    )


def _told(
    found: tuple[pl.DataFrame, pl.DataFrame], keys: pl.Series, stakes: Stakes
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Groups with their totals, and members, by the keys of the whole book."""
    amounts = pl.Series(stakes.exposure[found[1]["party_key"].to_numpy()], dtype=pl.Int64)
    totals = (
        found[1]
        .with_columns(exposure_minor=amounts)
        .group_by("group_key")
        .agg(exact_sum(pl.col("exposure_minor")))
    )
    groups = found[0].join(totals, on="group_key", how="left", maintain_order="left")
    groups = groups.with_columns(anchor_key=keys.gather(groups["anchor_key"]))
    members = found[1].join(
        groups.select("group_key", "anchor_key"), on="group_key", how="left", maintain_order="left"
    )
    party = keys.gather(members["party_key"])
    return groups.drop("group_key"), members.select("anchor_key", party, "role", "reason")


def _controllers(found: pl.DataFrame, party_keys: pl.Series) -> pl.DataFrame:
    def keys(name: str) -> pl.Expr:
        return pl.col(name).list.eval(pl.lit(party_keys).gather(pl.element()))

    return found.with_columns(
        keys("controlled_by"),
        keys("ultimate_controllers"),
        party_key=party_keys.gather(found["party_key"]),
        lowest_controller=party_keys.gather(found["lowest_controller"]),
    )


def _within(grouping: Grouping, party_ids: pl.Series) -> Grouping:
    """The grouping as it reads where only some parties are in sight: those that it names may be elsewhere."""
    if not grouping.separate_parties:
        return grouping
    named = tuple(sorted(set(grouping.separate_parties).intersection(party_ids)))
    kinds = grouping.separate_kinds if named else ()
    return grouping.model_copy(update={"separate_parties": named, "separate_kinds": kinds})


def _where(marks: Marks) -> pl.Series:
    return pl.Series(np.flatnonzero(marks), dtype=pl.Int32)
