"""The relationships of a loaded book: rows in slots, found by their id."""

from collections.abc import Sequence

import numpy as np

from graph_models.array_types import BoolArray, IntArray
from graph_models.live_lists import AnyArray, Column

_GONE = -1


class LiveRows:
    """Rows of some columns in the order they came; a slot is never used twice."""

    def __init__(self, ids: IntArray, columns: Sequence[AnyArray]) -> None:
        if any(len(values) != len(ids) for values in columns) or (np.diff(ids) <= 0).any():
            raise ValueError("the relationships must come with ids, and in ascending order of them")
        self._loaded = ids.astype(np.int64)
        self._moved: dict[int, int] = {}
        """Slots of the ids that came or went since the book was loaded."""
        self._ids = Column(self._loaded)
        self._columns = [Column(values) for values in columns]

    def slots(self, removed: IntArray, added_ids: IntArray) -> IntArray:
        """The slots of relationships to be removed.

        Raises:
            KeyError: one to remove is not there or named twice, or one to add is there already or named twice.
        """
        found = {one: self._slot(one) for one in removed.tolist()}
        if len(found) != len(removed) or _GONE in found.values():
            raise KeyError(f"not in the book, or named twice: one of {removed.tolist()[:10]}")
        added = set(added_ids.tolist())
        if len(added) != len(added_ids) or any(
            one not in found and self._slot(one) != _GONE for one in added
        ):
            raise KeyError(f"in the book already, or named twice: one of {added_ids.tolist()[:10]}")
        return np.array(list(found.values()), dtype=np.int32)

    def has(self, ids: IntArray) -> BoolArray:
        """Whether there is a row of each id."""
        return np.array([self._slot(one) != _GONE for one in ids.tolist()], dtype=np.bool_)

    def gathered(
        self, slots: IntArray, added: Sequence[AnyArray], added_ids: IntArray
    ) -> tuple[IntArray, IntArray, tuple[AnyArray, ...]]:
        """The order that sorts rows in some slots, then added ones, by id; these ids; the columns so."""
        ids = np.concatenate((self._ids.values[slots], added_ids))
        order = np.argsort(ids)
        columns = tuple(
            np.concatenate((column.values[slots], values))[order]
            for column, values in zip(self._columns, added, strict=True)
        )
        return order, ids[order], columns

    def change(self, removed: IntArray, added: Sequence[AnyArray], added_ids: IntArray) -> None:
        """Take rows out and put rows in."""
        first = len(self._ids)
        self._moved.update(dict.fromkeys(removed.tolist(), _GONE))
        self._moved.update(zip(added_ids.tolist(), range(first, first + len(added_ids)), strict=True))
        self._ids.append(added_ids)
        for column, values in zip(self._columns, added, strict=True):
            column.append(values)

    def _slot(self, one: int) -> int:
        if one in self._moved:
            return self._moved[one]
        at = int(np.searchsorted(self._loaded, one))
        return at if at < len(self._loaded) and self._loaded[at] == one else _GONE
