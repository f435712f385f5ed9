"""Lists of integers per key in arrays that grow: a list is replaced whole, and all others stay where they are."""

from typing import Any

import numpy as np
import numpy.typing as npt

from graph_models.array_tools import grouped, ranges
from graph_models.array_types import IntArray

AnyArray = npt.NDArray[Any]

_SPARE = 4
"""A loaded column has room for one row more in so many, so that the first changes move nothing."""

_SLACK = 8
"""A list that moves gets room for one value more in so many, and stays where it is until that is used up."""


class Column:
    """An array that rows are appended to; its room doubles, so that appending costs no more than the rows."""

    def __init__(self, values: AnyArray) -> None:
        self._room = np.empty(len(values) + len(values) // _SPARE + 1, dtype=values.dtype)
        self._length = 0
        self.append(values)

    def __len__(self) -> int:
        return self._length

    @property
    def values(self) -> AnyArray:
        """The rows so far; a view, to be read and assigned to."""
        return self._room[: self._length]

    def append(self, values: AnyArray) -> None:
        """Add rows at the end."""
        first = self._length
        self.extend(len(values))
        self._room[first : self._length] = values

    def extend(self, count: int) -> None:
        """Add rows of any content at the end."""
        length = self._length + count
        if length > len(self._room):
            room = np.empty(2 * length, dtype=self._room.dtype)
            room[: self._length] = self.values
            self._room = room
        self._length = length


class LiveLists:
    """A list of integers for each key from 0."""

    def __init__(self, keys: IntArray, values: AnyArray, key_count: int) -> None:
        """Value i belongs to the list of key i; each list keeps the order of its values."""
        order, offsets = grouped(keys, key_count)
        self._values = Column(values[order])
        self._start = Column(offsets[:-1])
        self._count = Column(np.diff(offsets))
        self._fits = Column(np.diff(offsets))

    def of(self, keys: IntArray) -> AnyArray:
        """The lists of the keys, one after the other."""
        return self._values.values[ranges(self._start.values[keys], self._count.values[keys])]

    def counts(self, keys: IntArray) -> IntArray:
        """How long the list of each key is."""
        return self._count.values[keys]

    def replace(self, keys: IntArray, counts: IntArray, values: AnyArray) -> None:
        """Give each of some distinct keys a new list; `values` holds the lists one after the other."""
        is_short = counts > self._fits.values[keys]
        moved, fits = keys[is_short], counts[is_short] + counts[is_short] // _SLACK
        self._start.values[moved] = len(self._values) + np.cumsum(fits) - fits
        self._fits.values[moved] = fits
        self._values.extend(int(fits.sum()))
        self._count.values[keys] = counts
        self._values.values[ranges(self._start.values[keys], counts)] = values

    def add_keys(self, count: int) -> None:
        """More keys, with empty lists."""
        nothing = np.zeros(count, dtype=np.int64)
        self._start.append(nothing)
        self._count.append(nothing)
        self._fits.append(nothing)
