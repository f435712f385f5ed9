"""Lines: one limit on one subject, with what it counts before a deal and after."""

from typing import NamedTuple

from riskmon.operations.checks.measuring.cells import CLEARING, Cell

LineKey = tuple[str, str, str, str]
"""book_id, limit_id, subject_kind, subject_id."""


class Terms(NamedTuple):
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


class Line(NamedTuple):
    """One limit on one subject, before and after a deal, in minor units of the reporting currency.

    Attributes:
        key: what tells it from every other line.
        before: the snapshot's amount and what is claimed since; None where it cannot be known.
        after: with the deal.
        is_complete: whether all of it is measured.
        waived: how far live waivers let the limit be passed.
        waivers: their ids.
    """

    terms: Terms
    key: LineKey
    before: int | None
    after: int | None
    is_complete: bool
    waived: int = 0
    waivers: tuple[str, ...] = ()

    @property
    def subject_kind(self) -> str:
        """What it is about."""
        return self.key[2]

    @property
    def subject_id(self) -> str:
        """Whom it is about."""
        return self.key[3]

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
    def is_waived(self) -> bool:
        """Whether live waivers cover all by which the limit is exceeded."""
        room = self.room_after
        return room is not None and bool(self.waivers) and room + self.waived >= 0

    @property
    def is_kept(self) -> bool:
        """Whether there is nothing to say against what it counts with the deal, of a line that the deal adds to."""
        limit, after = self.terms.limit_minor, self.after
        return (
            limit is not None
            and after is not None
            and after <= limit
            and self.is_complete
            and not self.terms.is_frozen
            and self.new_level is None
        )

    @property
    def new_level(self) -> str | None:
        """The warning level that the deal reaches and that was not reached before."""
        if not self.terms.levels or (self.after or 0) < self.terms.levels[0][1]:
            return None
        before, after = self._level(self.before), self._level(self.after)
        return self.terms.levels[after - 1][0] if after > before else None

    @property
    def most(self) -> int:
        """The most that it may count for a deal to pass, all that it counts already included."""
        before, limit = self.before or 0, self.terms.limit_minor
        if limit is None or not self.is_complete or self.terms.is_frozen:
            return before
        lines = [limit, *(amount - 1 for _, amount in self.terms.levels if amount > before)]
        return max(before, min(lines))

    def _level(self, amount: int | None) -> int:
        reached = (n for n, (_, line) in enumerate(self.terms.levels, 1) if (amount or 0) >= line)
        return 0 if amount is None else max(reached, default=0)


class Standing(NamedTuple):
    """A line as it stands before a deal, and which of the deal's cells it counts.

    Attributes:
        before: what the snapshot says; None where it cannot be known.
        today: what the cells are added to: another amount where the deal brings parties together that were tested apart.
        cells: positions of the cells.
        cleared: of a limit that counts clearing and the rest each for itself, what is owed from clearing.
    """

    terms: Terms
    key: LineKey
    before: int | None
    today: int | None
    is_complete: bool
    cells: tuple[int, ...]
    cleared: int | None = None

    def with_deal(self, cells: tuple[Cell, ...], claim: int) -> Line:
        """The line with a deal. claim: what stands between the snapshot and now."""
        after, is_complete, measure = self.today, self.is_complete, self.terms.measure
        for n in self.cells:
            cell = cells[n]
            added = cell.exposure if measure == "exposure" else cell.of(measure)
            after = None if after is None or added is None else after + added
            is_complete = is_complete and cell.is_complete
        before = self.before
        if self.cleared is not None:
            before, after = self._larger(before, after, cells)
        if claim and before is not None:
            before, after = before + claim, None if after is None else after + claim
        return Line(self.terms, self.key, before, after, is_complete)

    def lets_pass(self, cells: tuple[Cell, ...], claim: int) -> bool:
        """Whether the line with a deal lets it pass without a word."""
        line = self.with_deal(cells, claim)
        return not line.is_worse or line.is_kept

    def _larger(
        self, before: int | None, after: int | None, cells: tuple[Cell, ...]
    ) -> tuple[int | None, int | None]:
        """The larger of what is owed from clearing and of the rest."""
        today = self.cleared or 0
        own = [cells[n] for n in self.cells if cells[n].product == CLEARING]
        then = today + sum(cell.of(self.terms.measure) or 0 for cell in own)
        return (
            None if before is None else max(today, before - today),
            None if after is None else max(then, after - then),
        )


def _room(limit: int | None, amount: int | None) -> int | None:
    return None if limit is None or amount is None else limit - amount
