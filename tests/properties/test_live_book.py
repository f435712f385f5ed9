"""A loaded book after any changes is the book grouped anew: groups, roles, reasons and totals."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_models.array_types import RelationshipArrays
from graph_models.arrays import Separate, cover
from graph_models.live_book import Changes, LiveBook
from tests.properties.test_graph_models_agree import memberships, random_book

EMPTY = np.zeros(0, dtype=np.int64)


def arrays(rows):
    source, target, kind, votes, mutual = zip(*rows, strict=True) if rows else ((),) * 5
    return RelationshipArrays(
        np.array(source, dtype=np.int32), np.array(target, dtype=np.int32), np.array(kind, dtype=np.int8),
        np.array(votes, dtype=np.int64), np.array(mutual, dtype=np.bool_),
    )  # fmt: skip


def keys(values):
    return np.array(values, dtype=np.int64)


class Drawn:
    """A random book that changes: rows by id, exposures by party, and who stands apart."""

    def __init__(self, seed):
        self.draw = random.Random(seed)
        book = random_book(self.draw.randrange(2**32), [1, 4, 10])
        ids = self.draw.sample(range(1_000), len(book.rows))
        self.rows = dict(zip(sorted(ids), book.rows, strict=True))
        self.line, self.dependence = book.line, book.dependence
        self.exposures = [self.exposure() for _ in range(book.count)]
        hubs = [self.draw.random() < 0.2 for _ in range(book.count)]
        self.hubs = hubs if self.draw.random() < 0.3 else None
        self.named = [self.draw.random() < 0.7 for _ in range(book.count)]

    def exposure(self):
        return self.draw.choice([0, 0, 1, 7, -3, 2**62, 2**63 - 1, self.draw.randrange(10**12)])

    @property
    def separate(self):
        if self.hubs is None:
            return None
        return Separate(np.array(self.hubs, dtype=np.bool_), np.array(self.named, dtype=np.bool_))

    def reading(self):
        return {"votes_above_bp": self.line, "dependence": self.dependence, "separate": self.separate}

    def live(self):
        return LiveBook(
            arrays(list(self.rows.values())), keys(list(self.rows)), keys(self.exposures), **self.reading()
        )

    def rebuilt(self):
        """Anchor, party, role and reason of each member, and the totals, of the book grouped anew."""
        ids = list(self.rows)
        found = cover(len(self.exposures), arrays(list(self.rows.values())), **self.reading())
        members = [
            (anchor, party, role, tuple(ids[row] for row in reason))
            for anchor, party, role, reason in memberships(found)
        ]
        totals = dict.fromkeys(found.anchor.tolist(), 0)
        for anchor, party, _, _ in members:
            totals[anchor] += self.exposures[party]
        return members, totals

    def changes(self):
        """One random change, made here too: rows removed, changed and added, and now and then a new party."""
        draw = self.draw
        new = [self.exposure() for _ in range(draw.choice([0, 0, 0, 1, 2]))]
        self.exposures += new
        if self.hubs is not None:
            self.hubs += [False] * len(new)
            self.named += [False] * len(new)
        gone = draw.sample(sorted(self.rows), min(len(self.rows), draw.choice([0, 1, 1, 2, 4])))
        back = [one for one in gone if draw.random() < 0.5]
        fresh = draw.sample(
            [one for one in range(1_000) if one not in self.rows], draw.choice([0, 1, 1, 2, 4])
        )
        for one in gone:
            del self.rows[one]
        pool = random_book(draw.randrange(2**32), [1, 4, 10]).rows
        added = {}
        for one in back + fresh:
            row = draw.choice(pool) if pool else (0, 0, 0, 3_000, False)
            ends = [draw.randrange(len(self.exposures)) for _ in range(2)]
            added[one] = (*ends, *row[2:])
        self.rows = dict(sorted((self.rows | added).items()))
        return Changes(keys(gone), arrays(list(added.values())), keys(list(added)), keys(new))


def groups_of(members):
    found = {}
    for anchor, *member in members:
        found.setdefault(anchor, []).append(tuple(member))
    return found


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=300)
def test_any_sequence_of_changes_equals_a_full_rebuild(seed):
    book = Drawn(seed)
    live = book.live()
    before = book.rebuilt()[0]
    for _ in range(6):
        regrouped = live.apply(book.changes())
        after, totals = book.rebuilt()
        assert memberships(live.cover()) == after
        assert dict(zip(live.cover().anchor.tolist(), live.totals(), strict=True)) == totals
        assert (
            dict(zip(regrouped.after.anchor.tolist(), regrouped.totals, strict=True)).items()
            <= totals.items()
        )
        old, new = groups_of(before), groups_of(after)
        assert regrouped.vanished.tolist() == sorted(old.keys() - new.keys())
        assert regrouped.appeared.tolist() == sorted(new.keys() - old.keys())
        assert regrouped.changed.tolist() == sorted(
            anchor for anchor in old.keys() & new.keys() if old[anchor] != new[anchor]
        )
        before = after


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=200)
def test_a_preview_says_what_the_change_would_do_and_does_nothing(seed):
    book = Drawn(seed)
    live = book.live()
    as_it_was = book.rebuilt()
    changes = book.changes()
    if len(changes.exposures):
        with pytest.raises(ValueError, match="previewed"):
            live.preview(changes)
        return
    preview = live.preview(changes)
    assert memberships(live.cover()) == as_it_was[0]
    applied = live.apply(changes)
    assert memberships(preview.after) == memberships(applied.after)
    assert preview.totals == applied.totals


def test_what_cannot_be_done_changes_nothing():
    holding = (0, 1, 0, 6_000, False)
    live = LiveBook(arrays([holding]), keys([5]), keys([10, 20]), votes_above_bp=5_000, dependence="off")
    wrong = (
        Changes(removed=keys([6])),
        Changes(removed=keys([5, 5])),
        Changes(added=arrays([holding]), added_ids=keys([5])),
        Changes(added=arrays([(0, 2, 0, 6_000, False)]), added_ids=keys([6])),
    )
    for changes in wrong:
        with pytest.raises((KeyError, ValueError)):
            live.apply(changes)
    assert memberships(live.cover()) == [(0, 0, 0, ()), (0, 1, 1, (5,))]
    assert live.totals() == (30,)


def test_a_sold_majority_splits_a_group_and_its_total():
    """0 owns 60 % of 1, which owns 60 % of 2. When 0 sells, 1 and 2 are a group of their own: 20 + 40 of 70."""
    rows = [(0, 1, 0, 6_000, False), (1, 2, 0, 6_000, False)]
    live = LiveBook(arrays(rows), keys([1, 2]), keys([10, 20, 40]), votes_above_bp=5_000, dependence="off")
    assert live.totals() == (70,)
    regrouped = live.apply(Changes(removed=keys([1])))
    assert regrouped.appeared.tolist() == [1]
    assert regrouped.changed.tolist() == [0]
    assert regrouped.after.anchor.tolist() == [0, 1]
    assert regrouped.totals == (10, 60)
