"""Standings: what each party and each group has at stake in the snapshot, under one book, as arrays."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from riskmon.domain.joint import owed_in_full
from riskmon.operations.checks.joint_debt import JointDebt
from riskmon.rulebook.select import Book

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]
Keys = np.ndarray[tuple[int], np.dtype[np.int32]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]

MEASURED = ("exposure", "loan_balance", "credit_balance")


@dataclass(frozen=True, slots=True)
class Parties:
    """Every party under one book, by party key.

    Attributes:
        amounts: by measure, what its own limits count; one that the book does not define is not there. A party without a
            row has zero.
        own: the same with each facility at its obligor alone, so that sums over parties count it once.
        joint: what joint obligors owe beside.
        cleared: what central counterparties owe from clearing, of the exposure.
        grouped: the own exposure as it counts in the sum of a group.
        is_exposed: whether it counts as a member of its groups.
        is_complete: whether all of it is known.
        is_institution: whether the book takes it for an institution.
    """

    amounts: dict[str, Ints]
    own: dict[str, Ints]
    joint: JointDebt
    cleared: dict[int, int]
    grouped: Ints
    is_exposed: Flags
    is_complete: Flags
    is_institution: Flags


class Group(NamedTuple):
    """One group of the cover as it stands, with or without a deal.

    Attributes:
        anchor_key: the anchor.
        is_tested: whether limits on groups are tested on it; one member alone is tested as an obligor.
        has_institution: whether a member that counts is an institution.
        is_complete: whether all that its members owe is known.
        amounts: by measure what its members owe, as it counts in the sum of a group.
        others: what the members that count and are no institutions owe.
        stored: by measure what the snapshot tested, where it tested the group.
    """

    anchor_key: int
    is_tested: bool
    has_institution: bool
    is_complete: bool
    amounts: dict[str, int]
    others: int
    stored: dict[str, int]


class Groups:
    """The groups of one book as the run found them, by position."""

    def __init__(
        self, members: pl.DataFrame, keys: dict[str, int], totals: pl.DataFrame, parties: Parties
    ) -> None:
        """Take the book's rows of `group_members` and of `group_exposures`, and its parties."""
        ids = members["group_id"].unique(maintain_order=True)
        positions = dict(zip(ids, range(ids.len()), strict=True))
        numbered = members.with_columns(
            group=pl.Series(_numbers(members["group_id"], positions)),
            party=pl.Series(_numbers(members["party_id"], keys)),
            anchor=pl.Series(_numbers(members["anchor_id"], keys)),
            counts=pl.col("role") != "connector",
        ).sort("group", maintain_order=True)
        group, party = numbered["group"].to_numpy(), numbered["party"].to_numpy()
        self._parties = parties
        self._member, self._counts = party, numbered["counts"].to_numpy()
        self._starts = np.searchsorted(group, np.arange(ids.len() + 1)).astype(np.int64)
        self._anchors = numbered["anchor"].to_numpy()[self._starts[:-1]]
        by_party = np.argsort(party, kind="stable")
        self._group_of = group[by_party]
        count = len(parties.is_exposed)
        self._first_of = np.searchsorted(party[by_party], np.arange(count + 1)).astype(np.int32)
        at = _numbers(totals["group_id"], positions)
        self._stored = {
            name: _placed(column, at, ids.len())
            for name, column in measured(totals.with_columns(owed_in_full())).items()
        }
        self._was_tested = _sums(self._counts.astype(np.int64), self._starts) > 1
        self._summed = self._sum()
        self._kept: dict[int, Group] = {}
        self._position_of_anchor = {int(key): n for n, key in enumerate(self._anchors)}

    def of(self, party_key: int) -> list[int]:
        """The positions of the groups that a party is in."""
        first, end = self._first_of.item(party_key), self._first_of.item(party_key + 1)
        return self._group_of[first:end].tolist() if first < end else []

    def at(self, anchor_key: int) -> int | None:
        """The position of the group of an anchor."""
        return self._position_of_anchor.get(anchor_key)

    def anchor(self, position: int) -> int:
        """The anchor of the group at a position."""
        anchor: int = self._anchors.item(position)
        return anchor

    def members(self, position: int) -> list[int]:
        """The keys of all members of the group at a position, connectors included."""
        found: list[int] = self._member[self._starts[position] : self._starts[position + 1]].tolist()
        return found

    def counting(self, position: int) -> frozenset[int]:
        """The keys of those that count."""
        rows = slice(self._starts[position], self._starts[position + 1])
        return frozenset(self._member[rows][self._counts[rows]].tolist())

    def group(self, position: int) -> Group:
        """The group at a position, kept once it was asked for."""
        found = self._kept.get(position)
        if found is None:
            complete, institution, others, amounts = self._summed
            found = self._kept[position] = Group(
                self._anchors.item(position),
                self._was_tested.item(position),
                institution.item(position),
                complete.item(position),
                {name: figures.item(position) for name, figures in amounts.items()},
                others.item(position),
                self.stored(position),
            )
        return found

    def stored(self, position: int) -> dict[str, int]:
        """By measure what the snapshot tested of the group at a position; nothing where it did not."""
        if not self._was_tested.item(position):
            return {}
        return {name: figures.item(position) for name, figures in self._stored.items()}

    def changed(self, anchor_key: int, members: frozenset[int], counting: frozenset[int]) -> Group:
        """A group of these members, of whom these count, as the parties stand in the snapshot."""
        now, everybody, those = self._parties, list(members), list(counting)
        at = self.at(anchor_key)
        outside = [key for key in those if not now.is_institution[key]]
        return Group(
            anchor_key,
            len(counting) > 1,
            len(outside) < len(those),
            bool(now.is_complete[everybody].all()),
            {
                name: int(figures[everybody].sum()) + now.joint.of(members, name)
                for name, figures in grouped_amounts(now).items()
            },
            int(now.own["exposure"][outside].sum()) + now.joint.of(frozenset(outside), "exposure"),
            {} if at is None else self.stored(at),
        )

    def _sum(self) -> tuple[Flags, Flags, Ints, dict[str, Ints]]:
        """Of every group: whether it is complete, has an institution, what those that are none owe, and all amounts."""
        now, starts, member = self._parties, self._starts, self._member
        is_institution = now.is_institution[member] & self._counts
        outside = self._counts & ~now.is_institution[member]
        others = _sums(np.where(outside, now.own["exposure"][member], 0), starts)
        amounts = {name: _sums(figures[member], starts) for name, figures in grouped_amounts(now).items()}
        for at in sorted({at for key in now.joint.signers for at in self.of(key)}):
            rows = slice(starts[at], starts[at + 1])
            everybody, those = (
                frozenset(member[rows].tolist()),
                frozenset(member[rows][outside[rows]].tolist()),
            )
            others[at] += now.joint.of(those, "exposure")
            for name, figures in amounts.items():
                figures[at] += now.joint.of(everybody, name)
        return (
            _sums((~now.is_complete[member]).astype(np.int64), starts) == 0,
            _sums(is_institution.astype(np.int64), starts) > 0,
            others,
            amounts,
        )


def grouped_amounts(parties: Parties) -> dict[str, Ints]:
    """By measure what each party owes as it counts in the sum of a group, each facility at its obligor alone."""
    return {**parties.own, "exposure": parties.grouped}


def parties_of(
    book: Book,
    totals: pl.DataFrame,
    joint: pl.DataFrame,
    cleared: dict[str, int],
    keys: dict[str, int],
    is_institution: Flags,
) -> Parties:
    """Every party under one book.

    totals, joint: its rows of `obligor_exposures` and `joint_exposures`. cleared: by id, what central counterparties owe
    from clearing. is_institution: by party key.
    """
    count = len(is_institution)
    at = _numbers(totals["obligor_id"], keys)

    def spread(column: pl.Series, dtype: Any, *, rest: object) -> Any:  # noqa: ANN401  an array of the type named
        figures = np.full(count, rest, dtype=dtype)
        figures[at] = column.fill_null(rest).to_numpy()
        return figures

    gross = pl.col("exposure_gross_minor") + pl.col("mitigated_in_minor") + pl.col("joint_gross_minor")
    is_exposed = totals.select((gross > 0) | ~pl.col("is_complete")).to_series()
    own, whole = (
        {
            measure: spread(column, np.int64, rest=0)
            for measure, column in measured(rows).items()
            if measure == "exposure"
            or (measure == "loan_balance" and book.measurement.loan_products)
            or (measure == "credit_balance" and book.measurement.measure == "credit_balance")
        }
        for rows in (totals, totals.with_columns(owed_in_full()))
    )
    from_clearing = {keys[party_id]: amount for party_id, amount in cleared.items()}
    in_groups = own["exposure"].copy()
    if book.grouping is not None and book.grouping.ungrouped_products:
        in_groups[list(from_clearing)] -= np.array(list(from_clearing.values()), dtype=np.int64)
    return Parties(
        amounts=whole,
        own=own,
        joint=JointDebt(joint, measured(joint), keys),
        cleared=from_clearing,
        grouped=in_groups,
        is_exposed=spread(is_exposed, np.bool_, rest=False),
        is_complete=spread(totals["is_complete"], np.bool_, rest=True),
        is_institution=is_institution,
    )


def measured(totals: pl.DataFrame) -> dict[str, pl.Series]:
    """The columns that limits are measured on, by measure."""
    return {
        "exposure": totals["exposure_minor"] - totals["exempt_minor"],
        "loan_balance": totals["loan_balance_minor"],
        "credit_balance": totals["credit_balance_minor"],
    }


def _numbers(ids: pl.Series, numbers: dict[str, int]) -> Keys:
    """The number of each id."""
    return np.fromiter((numbers[each] for each in ids), np.int32, len(ids))


def _placed(column: pl.Series, at: Keys, count: int) -> Ints:
    figures = np.zeros(count, dtype=np.int64)
    figures[at] = column.fill_null(0).to_numpy()
    return figures


def _sums(figures: Ints, starts: Ints) -> Ints:
    """The sum of each run of figures that begins at a start; integers, so that it is exact."""
    running = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(figures, dtype=np.int64)])
    sums: Ints = running[starts[1:]] - running[starts[:-1]]
    return sums
