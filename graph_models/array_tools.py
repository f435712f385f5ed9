"""Small tools on sorted integer arrays."""

import numpy as np
from scipy.sparse import csr_matrix

from graph_models.array_types import BoolArray, IntArray


def pair_key(major: IntArray, minor: IntArray, minor_count: int) -> IntArray:
    """One int64 for a pair of keys, ordered by `major`, then `minor`."""
    return major.astype(np.int64) * max(minor_count, 1) + minor


def offsets_of(keys: IntArray, count: int) -> IntArray:
    """Where the rows of each of `count` keys start once rows are sorted by key, and where the last ones end."""
    return np.concatenate(([0], np.cumsum(np.bincount(keys, minlength=count), dtype=np.int64)))


def grouped(keys: IntArray, count: int) -> tuple[IntArray, IntArray]:
    """The stable order that sorts rows by one of `count` keys, and where the rows of each key start and end.

    A counting sort: several times faster than a comparing one on millions of rows.
    """
    rows = len(keys)
    one_a_row = csr_matrix(
        (np.ones(rows, dtype=np.bool_), keys.astype(np.int32), np.arange(rows + 1, dtype=np.int32)),
        shape=(rows, max(count, 1)),
    )
    by_key = one_a_row.tocsc()
    return by_key.indices, by_key.indptr[: count + 1].astype(np.int64)


def order_of_pairs(major: IntArray, minor: IntArray, count: int) -> IntArray:
    """The stable order that sorts rows by `major`, then `minor`; both below `count`."""
    by_minor, _ = grouped(minor, count)
    by_major, _ = grouped(major[by_minor], count)
    return by_minor[by_major]


def ranges(starts: IntArray, counts: IntArray) -> IntArray:
    """The integers `start, start + 1, ...` of each range, one range after another."""
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(int(counts.sum()), dtype=np.int64)


def first_of_each(*keys: IntArray) -> BoolArray:
    """Marks the first row of each run of equal keys, for rows sorted by the keys."""
    is_first = np.ones(len(keys[0]), dtype=np.bool_)
    if len(is_first):
        is_first[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return is_first


def is_in_sorted(values: IntArray, ascending: IntArray) -> BoolArray:
    """Whether each value occurs in an ascending array."""
    if not len(ascending):
        return np.zeros(len(values), dtype=np.bool_)
    at = np.minimum(np.searchsorted(ascending, values), len(ascending) - 1)
    found: BoolArray = ascending[at] == values
    return found
