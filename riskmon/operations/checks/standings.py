"""Standings: what each party and each group has at stake in the snapshot, under one book, as arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from riskmon.rulebook.select import Book

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]

MEASURED = ("exposure", "loan_balance", "credit_balance")


@dataclass(frozen=True, slots=True)
class Parties:
    """Every party under one book, by party key.

    Attributes:
        amounts: by measure; one that the book does not define is not there. A party without a row has zero.
        cleared: what central counterparties owe from clearing, of the exposure.
        grouped: the exposure as it counts in the sum of a group.
        is_exposed: whether it counts as a member of its groups.
        is_complete: whether all of it is known.
    """

    amounts: dict[str, Ints]
    cleared: dict[int, int]
    grouped: Ints
    is_exposed: Flags
    is_complete: Flags


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the cover: its anchor, and its members with what each is in it.

    Attributes:
        anchor_key: the anchor.
        exposed: keys of the members that count.
        member_keys: keys of all, connectors included.
    """

    anchor_key: int
    exposed: frozenset[int]
    member_keys: frozenset[int]

    @property
    def is_tested(self) -> bool:
        """Whether limits on groups are tested on it; one member alone is tested as an obligor."""
        return len(self.exposed) > 1


class Groups:
    """The groups of one book as the run found them."""

    def __init__(self, members: pl.DataFrame, keys: dict[str, int], totals: pl.DataFrame) -> None:
        """Take the book's rows of `group_members` and of `group_exposures`."""
        ids = members["group_id"].unique(maintain_order=True)
        position = dict(zip(ids, range(len(ids)), strict=True))
        group = np.fromiter((position[each] for each in members["group_id"]), np.int32, members.height)
        party = np.fromiter((keys[each] for each in members["party_id"]), np.int32, members.height)
        exposed = (members["role"] != "connector").to_numpy()
        anchors = members.unique("group_id", keep="first", maintain_order=True)["anchor_id"]
        self._anchors = np.fromiter((keys[each] for each in anchors), np.int32, len(ids))
        by_party, by_group = np.argsort(party, kind="stable"), np.argsort(group, kind="stable")
        self._group_of, self._party_sorted = group[by_party], party[by_party]
        self._member_of, self._exposed_of = party[by_group], exposed[by_group]
        self._starts = np.searchsorted(group[by_group], np.arange(len(ids) + 1))
        at = np.fromiter((position[each] for each in totals["group_id"]), np.int64, totals.height)
        self._totals: dict[str, Ints] = {}
        for measure, column in _amounts(totals).items():
            figures = np.zeros(len(ids), dtype=np.int64)
            figures[at] = column.fill_null(0).to_numpy()
            self._totals[measure] = figures
        self._is_complete = np.ones(len(ids), dtype=np.bool_)
        self._is_complete[at] = totals["is_complete"].to_numpy()
        self._position_of_anchor = {int(key): n for n, key in enumerate(self._anchors)}

    def of(self, party_key: int) -> list[int]:
        """The positions of the groups that a party is in."""
        left, right = np.searchsorted(self._party_sorted, [party_key, party_key + 1])
        return [int(each) for each in self._group_of[left:right]]

    def at(self, anchor_key: int) -> int | None:
        """The position of the group of an anchor."""
        return self._position_of_anchor.get(anchor_key)

    def group(self, position: int) -> Group:
        """The group at a position."""
        rows = slice(self._starts[position], self._starts[position + 1])
        members, exposed = self._member_of[rows], self._exposed_of[rows]
        return Group(
            int(self._anchors[position]),
            frozenset(int(key) for key in members[exposed]),
            frozenset(int(key) for key in members),
        )

    def anchor(self, position: int) -> int:
        """The anchor of the group at a position."""
        return int(self._anchors[position])

    def size(self, position: int) -> int:
        """How many members of the group at a position count."""
        return int(self._exposed_of[self._starts[position] : self._starts[position + 1]].sum())

    def amount(self, position: int, measure: str) -> int | None:
        """What the group at a position has at stake; None where the book does not define the measure."""
        found = self._totals.get(measure)
        return None if found is None else int(found[position])

    def is_complete(self, position: int) -> bool:
        """Whether all of it is known."""
        return bool(self._is_complete[position])


def parties_of(
    book: Book, totals: pl.DataFrame, cleared: dict[str, int], keys: dict[str, int], count: int
) -> Parties:
    """Every party under one book.

    totals: its rows of `obligor_exposures`. cleared: by id, what central counterparties owe from clearing. count: how many
    parties there are.
    """
    at = np.fromiter((keys[each] for each in totals["obligor_id"]), np.int64, totals.height)

    def spread(column: pl.Series, dtype: Any, *, rest: object) -> Any:  # noqa: ANN401  an array of the type named
        figures = np.full(count, rest, dtype=dtype)
        figures[at] = column.fill_null(rest).to_numpy()
        return figures

    is_exposed = totals.select(
        (pl.col("exposure_gross_minor") + pl.col("mitigated_in_minor") > 0) | ~pl.col("is_complete")
    ).to_series()
    amounts = {
        measure: spread(column, np.int64, rest=0)
        for measure, column in _amounts(totals).items()
        if measure == "exposure"
        or (measure == "loan_balance" and book.measurement.loan_products)
        or (measure == "credit_balance" and book.measurement.measure == "credit_balance")
    }
    from_clearing = {keys[party_id]: amount for party_id, amount in cleared.items()}
    in_groups = amounts["exposure"].copy()
    if book.grouping is not None and book.grouping.ungrouped_products:
        in_groups[list(from_clearing)] -= np.array(list(from_clearing.values()), dtype=np.int64)
    return Parties(
        amounts=amounts,
        cleared=from_clearing,
        grouped=in_groups,
        is_exposed=spread(is_exposed, np.bool_, rest=False),
        is_complete=spread(totals["is_complete"], np.bool_, rest=True),
    )


def _amounts(totals: pl.DataFrame) -> dict[str, pl.Series]:
    return {
        "exposure": totals["exposure_minor"] - totals["exempt_minor"],
        "loan_balance": totals["loan_balance_minor"],
        "credit_balance": totals["credit_balance_minor"],
    }
