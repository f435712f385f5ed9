"""Spells: how long a relationship held, and how long the source held it true, from all statements of one record.

A statement describes its record as a whole: what it states replaces what was stated before, from the day it begins.
Where it gives no beginning, the change is dated by the statement. What was stated before and began no earlier was a
mistake and never held; what began earlier held until the day before. Each such change is itself dated: the older
view ends on the day before the new statement was declared (`known_until`), so the past can be asked as it was known.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from riskmon.ingest.formats.bods.interests import Limb
from riskmon.ingest.formats.bods.statements import Statement

_DAY = timedelta(days=1)

_Name = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Stated:
    """One relationship as one statement gives it."""

    source: str
    target: str
    limb: Limb
    statement_id: str
    known_since: date

    @property
    def name(self) -> _Name:
        """What a later statement replaces: the same kind of link between the same parties."""
        return self.source, self.target, self.limb.name

    @property
    def period(self) -> tuple[date | None, date | None]:
        """When the relationship held."""
        return self.limb.start, self.limb.end

    @property
    def content(self) -> Limb:
        """What is said, whatever its period and words."""
        return replace(self.limb, start=None, end=None, text="")

    def says(self, other: "Stated") -> bool:
        """Whether both state the same relationship for the same time."""
        return (self.name, self.content, self.period) == (other.name, other.content, other.period)

    def within(self, start: date | None, end: date | None) -> "Stated":
        """The same, for another time."""
        return replace(self, limb=replace(self.limb, start=start, end=end))


@dataclass(frozen=True, slots=True)
class Spell:
    """A relationship for the time it held; `known_until` is the last day it was held true, none while it stands."""

    stated: Stated
    known_until: date | None = None


def spells(versions: Iterable[tuple[Statement, Sequence[Stated]]]) -> list[Spell]:
    """The spells of one record, those of the newest view first, in its order; then what was once held true.

    versions: the record's statements, oldest first, each with what it states.
    """
    view: list[Stated] = []
    superseded: list[Spell] = []
    for position, (statement, stated) in enumerate(versions):
        today = statement.declared_at.date()
        following = list(_following(view, stated, statement, is_first=position == 0))
        # What was replaced on the day it was declared was never the last word of a day.
        superseded += [
            Spell(old, today - _DAY)
            for old in view
            if old.known_since < today and not any(old.says(new) for new in following)
        ]
        view = [next((old for old in view if old.says(new)), new) for new in following]
    return [Spell(stated) for stated in view] + superseded


def _following(
    view: Sequence[Stated], stated: Sequence[Stated], statement: Statement, *, is_first: bool
) -> Iterator[Stated]:
    """The view after a statement: what it states, then what of the older view held before."""
    today = statement.declared_at.date()
    is_closed = statement.status == "closed"
    if is_closed and not stated:
        yield from _cut(view, {}, today, today)
        return
    dated = [one if is_first else _begun(one, view, today) for one in stated]
    if is_closed:
        dated = [one.within(one.limb.start, one.limb.end or today) for one in dated]
    yield from dated
    yield from _cut(view, _last_days_before(dated), today - _DAY, today)


def _begun(one: Stated, view: Sequence[Stated], today: date) -> Stated:
    """A statement without a beginning goes on with what was said before, or else begins on its own day."""
    if one.limb.start is not None:
        return one
    same = [
        old for old in view if (old.name, old.content) == (one.name, one.content) and old.limb.end is None
    ]
    return one.within(same[0].limb.start if same else today, one.limb.end)


def _last_days_before(stated: Iterable[Stated]) -> dict[_Name, date | None]:
    """By name, the day before the first of what is stated begins; None where it has always held."""
    begins: dict[_Name, date | None] = {}
    for one in stated:
        earliest = begins.setdefault(one.name, one.limb.start)
        if earliest is not None:
            begins[one.name] = one.limb.start and min(earliest, one.limb.start)
    return {name: begin and begin - _DAY for name, begin in begins.items()}


def _cut(
    view: Sequence[Stated], last_days: dict[_Name, date | None], otherwise: date, today: date
) -> Iterator[Stated]:
    """The older view up to the last day of each name, known since today; what begins after that never held."""
    for old in view:
        last = last_days.get(old.name, otherwise)
        start, end = old.period
        if last is None or (start is not None and start > last):
            continue
        is_cut = end is None or end > last
        yield replace(old.within(start, last), known_since=today) if is_cut else old
