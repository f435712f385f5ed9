"""Live groups under every shipped book: what a change leaves is what the changed table, read anew, says."""

import random
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmon.domain.errors import CallerError
from riskmon.domain.terms import BASES, PARTY_KINDS, RELATIONSHIP_KINDS
from riskmon.groups.covers import CoverReader
from riskmon.groups.live import BookChange, LiveGroups
from riskmon.groups.membership import membership
from riskmon.rulebook.loader import shipped_editions

SHIPPED = [
    grouping
    for editions in shipped_editions().values()
    for loaded in editions
    for grouping in loaded.edition.grouping
]
OF_A_REGISTER = [grouping for grouping in SHIPPED if grouping.of_register]
READINGS = [grouping for grouping in SHIPPED if not grouping.of_register]
READINGS += [
    grouping.model_copy(update={"separate_parties": ("P02", "P05")})
    for grouping in READINGS
    if grouping.separate_kinds
]
ROWS = {
    "relationship_key": pl.Int32, "source_key": pl.Int32, "target_key": pl.Int32, "kind": pl.String,
    "basis": pl.String, "assessment": pl.String, "voting_bp": pl.Int32, "voting_min_bp": pl.Int32,
    "voting_max_bp": pl.Int32, "dependence_bp": pl.Int32, "is_replaceable": pl.Boolean, "is_mutual": pl.Boolean,
}  # fmt: skip


class Table:
    """A random table of relationships that changes, and the parties and exposures beside it."""

    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.grouping = self.draw.choice(READINGS)
        self.kinds = [self.kind() for _ in range(self.draw.randint(6, 12))]
        self.rows = {}
        for key in self.draw.sample(range(200), self.draw.randint(4, 30)):
            self.rows[key] = self.row()
        self.exposed = {
            party: self.draw.randrange(1, 10**9)
            for party in range(len(self.kinds))
            if self.draw.random() < 0.7
        }
        gate = self.draw.sample(range(len(self.kinds)), 3)
        self.passing = pl.Series(sorted(gate), dtype=pl.Int32) if self.grouping.gate else None

    def kind(self):
        return self.draw.choice(["corporate"] * 12 + ["person"] * 6 + list(PARTY_KINDS))

    def row(self):
        draw = self.draw
        kind = draw.choice(["shareholding"] * 8 + ["family"] * 2 + list(RELATIONSHIP_KINDS))
        is_held = kind == "shareholding"
        basis = None if is_held else draw.choice([None, "votes", "reported_ultimate", "spouse", *BASES])
        return {
            "source_key": draw.randrange(len(self.kinds)),
            "target_key": draw.randrange(len(self.kinds)),
            "kind": kind,
            "basis": basis,
            "assessment": draw.choice(["none"] * 6 + ["confirmed", "doubtful", "rejected"]),
            "voting_bp": draw.choice([None, 1_500, 2_600, 2_600, 3_400, 5_001, 10_000]) if is_held else None,
            "voting_min_bp": draw.choice([None, 2_500]) if is_held else None,
            "voting_max_bp": draw.choice([None, 5_100]) if is_held else None,
            "dependence_bp": draw.choice([None, 4_000, 5_000, 6_000]),
            "is_replaceable": draw.choice([None, None, False, True]),
            "is_mutual": draw.choice([None, False, True]),
        }

    def frame(self, keys):
        return pl.DataFrame(
            [{"relationship_key": key} | self.rows[key] for key in sorted(keys)], schema=ROWS, orient="row"
        )

    def parties(self, first=0):
        keys = range(first, len(self.kinds))
        return pl.DataFrame(
            {
                "party_key": keys,
                "party_id": [f"P{key:02d}" for key in keys],
                "kind": self.kinds[first:],
                "is_own_bank": [key == 3 for key in keys],
            },
            schema={
                "party_key": pl.Int32,
                "party_id": pl.String,
                "kind": pl.String,
                "is_own_bank": pl.Boolean,
            },
        )

    def exposures(self, keys):
        return pl.DataFrame(
            [(key, self.exposed[key]) for key in keys],
            schema={"party_key": pl.Int32, "exposure_minor": pl.Int64},
            orient="row",
        )

    def live(self):
        return LiveGroups(
            self.frame(self.rows),
            self.parties(),
            self.grouping,
            self.exposures(self.exposed),
            passing=self.passing,
        )

    def change(self):
        """A random change, made here too."""
        draw = self.draw
        first = len(self.kinds)
        self.kinds += [self.kind() for _ in range(draw.choice([0, 0, 0, 1]))]
        removed = draw.sample(sorted(self.rows), min(len(self.rows), draw.choice([0, 0, 1, 2])))
        for key in removed:
            del self.rows[key]
        changed = draw.sample(sorted(self.rows), min(len(self.rows), draw.choice([0, 1, 2])))
        free = [key for key in range(200) if key not in self.rows and key not in removed]
        changed += draw.sample(free, draw.choice([0, 1, 2]))
        for key in changed:
            self.rows[key] = self.row()
        exposed = draw.sample(range(len(self.kinds)), draw.choice([0, 0, 1]))
        self.exposed |= {party: draw.randrange(1, 10**9) for party in exposed}
        return BookChange(self.frame(changed), tuple(removed), self.parties(first), self.exposures(exposed))

    def read_anew(self):
        """Members, totals, members if doubts were confirmed, and controllers, as a run finds them."""
        whole = CoverReader(self.frame(self.rows), self.parties()).read(self.grouping, self.passing)
        exposed = pl.Series(sorted(self.exposed), dtype=pl.Int32)
        members = listed(*membership(whole.groups, whole.links, exposed))
        totals = {}
        for anchor, party, _, _ in members:
            totals[anchor] = totals.get(anchor, 0) + self.exposed.get(party, 0)
        wider = listed(*membership(whole.wider_groups, whole.wider_links, exposed))
        return members, totals, wider, whole.controllers


def listed(groups, members):
    named = members.join(groups.select("group_key", "anchor_key"), on="group_key")
    return sorted(map(plain, named.select("anchor_key", "party_key", "role", "reason").rows()))


def plain(row):
    return (*row[:-1], tuple(row[-1]))


class Kept:
    """What a caller keeps of live groups: the touched ones in the place of those they had."""

    def __init__(self, touched):
        self.members, self.totals, self.wider, self.controllers = [], {}, [], []
        self.put(touched)

    def put(self, touched):
        parties = set(touched.parties)
        before = {anchor for anchor in self.totals if anchor in parties}
        after = dict(zip(touched.groups["anchor_key"], touched.groups["exposure_minor"], strict=True))
        assert sorted(touched.vanished) == sorted(before - after.keys())
        self.totals = {one: total for one, total in self.totals.items() if one not in parties} | after
        self.members = self._put(self.members, parties, touched.members)
        self.wider = self._put(self.wider, parties, touched.if_confirmed_members)
        stays = [row for row in self.controllers if row["party_key"] not in parties]
        self.controllers = sorted(stays + touched.controllers.to_dicts(), key=lambda row: row["party_key"])

    def _put(self, rows, parties, touched):
        return sorted([row for row in rows if row[0] not in parties] + list(map(plain, touched.rows())))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_any_sequence_of_changes_equals_the_changed_table_read_anew(seed):
    table = Table(seed)
    live = table.live()
    kept = Kept(live.loaded)
    for _ in range(4):
        kept.put(live.apply(table.change()))
        members, totals, wider, controllers = table.read_anew()
        assert kept.members == members
        assert kept.totals == totals
        assert kept.wider == wider
        assert kept.controllers == controllers.to_dicts()


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_a_preview_says_what_the_change_would_do_and_does_nothing(seed):
    table = Table(seed)
    live = table.live()
    change = replace(table.change(), parties=table.parties(len(table.kinds)))
    if len(table.kinds) > len(live.loaded.parties):
        return  # a change with a new party cannot be previewed
    previewed, again, applied = live.preview(change), live.preview(change), live.apply(change)
    for name in ("groups", "members", "if_confirmed_members", "controllers"):
        assert getattr(previewed, name).equals(getattr(again, name))
        assert getattr(previewed, name).equals(getattr(applied, name))


def test_a_book_that_groups_by_a_register_is_refused():
    table = Table(1)
    table.grouping = OF_A_REGISTER[0]
    with pytest.raises(CallerError):
        table.live()
