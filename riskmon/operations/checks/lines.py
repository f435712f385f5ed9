"""Lines: one limit on one subject, with what it counts before a deal and after."""

from dataclasses import dataclass

LineKey = tuple[str, str, str, str]
"""book_id, limit_id, subject_kind, subject_id."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a limit says, the same for every subject of a class.

    Attributes:
        limit_minor: the most allowed; None where it is not known.
        levels: warning levels with the amount from which each is reached, mildest first.
        counts: what of the measure it counts, as `Limit.counts` says.
    """

    book_id: str
    limit_id: str
    measure: str
    limit_minor: int | None
    clause: str
    is_hard: bool
    levels: tuple[tuple[str, int], ...] = ()
    counts: str = "all"
    is_frozen: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One limit on one subject, before and after a deal, in minor units of the reporting currency.

    Attributes:
        before: the snapshot's amount and what is claimed since; None where it cannot be known.
        after: with the deal.
        is_complete: whether all of it is measured.
    """

    terms: Terms
    subject_kind: str
    subject_id: str
    before: int | None
    after: int | None
    is_complete: bool

    @property
    def key(self) -> LineKey:
        """What tells it from every other line."""
        return self.terms.book_id, self.terms.limit_id, self.subject_kind, self.subject_id

    @property
    def is_known(self) -> bool:
        """Whether it can be said if the limit is kept."""
        return self.terms.limit_minor is not None and self.after is not None

    @property
    def is_worse(self) -> bool:
        """Whether the deal adds to it; what is not known may add."""
        return self.before is None or self.after is None or self.after > self.before

    @property
    def room_before(self) -> int | None:
        """Headroom before the deal."""
        return _room(self.terms.limit_minor, self.before)

    @property
    def room_after(self) -> int | None:
        """Headroom with the deal; negative where it breaks the limit."""
        return _room(self.terms.limit_minor, self.after)

    @property
    def is_broken(self) -> bool:
        """Whether the limit is exceeded with the deal."""
        room = self.room_after
        return room is not None and room < 0

    @property
    def new_level(self) -> str | None:
        """The warning level that the deal reaches and that was not reached before."""
        before = self._level(self.before)
        after = self._level(self.after)
        return self.terms.levels[after - 1][0] if after > before else None

    def _level(self, amount: int | None) -> int:
        reached = (n for n, (_, line) in enumerate(self.terms.levels, 1) if (amount or 0) >= line)
        return 0 if amount is None else max(reached, default=0)


def _room(limit: int | None, amount: int | None) -> int | None:
    return None if limit is None or amount is None else limit - amount
