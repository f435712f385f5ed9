"""The sample bank as a whole: the stories first, then a background that cannot disturb them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from riskmon.samples import facilities, history, institutions, ownership, protections
from riskmon.samples.draft import Draft, new_draft
from riskmon.samples.stories import STORIES
from riskmon.samples.story import Story
from riskmon.samples.writer import write_stories, write_tables

PARTIES, RELATIONSHIPS, FACILITIES = 2_000, 3_500, 6_000
_WEAK_DEPENDENCES = 120
_LIMITED = 5


@dataclass(frozen=True, slots=True)
class SampleBank:
    """What was written: where, for which date, how many rows a table, and the planted stories."""

    folder: Path
    as_of: date
    seed: int
    row_counts: Mapping[str, int]
    stories: tuple[Story, ...]


def write_sample_bank(folder: Path, *, seed: int = 7, as_of: date = date(2026, 6, 30)) -> SampleBank:
    """Write a fictional bank as input tables, with `stories.json` saying what a run must find in it.

    The same seed and date give the same bytes. All dates move with `as_of`, which is on or after 2019-01-01, when the
    youngest of the four books came into force. Net capital is 6.2 billion yuan, tier 1 capital 5.0 billion, loans
    about 40 billion. The planted answers hold for any seed.
    """
    draft = new_draft(seed, as_of)
    stories = tuple(tell(draft, Random(f"{seed}/{tell.__name__}")) for tell in STORIES)
    _write_background(draft, seed)
    row_counts = write_tables(folder, draft)
    write_stories(folder, draft, stories, seed=seed)
    return SampleBank(folder, as_of, seed, row_counts, stories)


def _write_background(draft: Draft, seed: int) -> None:
    """Everything that is not a story. Each part has a stream of chance of its own, so that one can change alone."""
    institutions.write_bank(draft)
    institutions.write_institutions(draft)
    institutions.write_institution_facilities(draft, Random(f"{seed}/institutions"))
    institutions.write_institution_statements(draft)
    owners = ownership.write_houses(draft, Random(f"{seed}/houses"))
    singles = [
        draft.party(draft.next_id("N"), "person", is_obligor=True)
        for _ in range(PARTIES - len(draft.rows["parties"]))
    ]
    ownership.write_cross_relationships(draft, Random(f"{seed}/cross"), owners)
    ownership.write_weak_dependences(draft, Random(f"{seed}/weak"), owners, _WEAK_DEPENDENCES)
    booked = facilities.write_facilities(draft, Random(f"{seed}/facilities"), owners, singles, FACILITIES)
    protections.write_protections(draft, Random(f"{seed}/protections"), booked)
    firms = [firm for house in owners.houses for firm in house.firms]
    given = protections.write_guarantees(draft, Random(f"{seed}/guarantees"), firms, booked)
    ownership.write_minority_holdings(draft, Random(f"{seed}/minority"), owners, RELATIONSHIPS)
    history.write_history(draft, Random(f"{seed}/history"), firms, given)
    anchors = [c.top for c in owners.houses if len(c.firms) > 1 and not c.people and not c.is_small]
    institutions.write_bank_limits(draft, firms[:_LIMITED], anchors[:_LIMITED])
