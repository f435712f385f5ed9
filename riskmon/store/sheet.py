"""A sheet: what one transaction of the ledger reads under lock, counts in memory, and writes at its end in few statements.

Every row that decides is locked before it is read, earmarks in the order of their ids and then lines in the order of their
keys, so that nobody changes it in between and no two servers wait for each other in a ring. What is refused writes nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select, tuple_, update

from riskmon.store.audit import AuditEntry, record_all
from riskmon.store.earmarks import Earmark, Resolution, add_earmarks, add_resolutions, find_earmarks
from riskmon.store.idempotency import KeptAnswer, Key, find_answers, forget_answers, keep_answers
from riskmon.store.ledger import (
    Claim,
    LineKey,
    current_publication,
    enter,
    insert_if_missing,
    key_of,
    recorded_now,
)
from riskmon.store.ledger_tables import OPEN
from riskmon.store.outbox import Event, announce_all
from riskmon.store.tables import CLAIMS, LINE, LINES
from riskmon.store.waivers import waived

MOST_LINES: Final = 4_000
"""Lines that one statement asks for: both stores take a limited number of values."""

_COLUMNS: Final = [LINES.c[name] for name in LINE]


# Made once: a statement takes longer to make than to execute.
_DUE: Final = (
    select(OPEN.c.earmark_id).where(OPEN.c.expires_at <= bindparam("now")).order_by(OPEN.c.earmark_id)
)
_LOCKED: Final = (
    select(LINES)
    .where(tuple_(*_COLUMNS).in_(bindparam("lines", expanding=True)))
    .order_by(*_COLUMNS)
    .with_for_update()
)
_OPENED: Final = insert(OPEN)
_CLAIMED: Final = insert(CLAIMS)


@dataclass(slots=True)
class Counter:
    """What a line has room for and what is claimed of it, in minor units of the reporting currency."""

    is_hard: bool
    room_minor: int | None
    waived_minor: int
    earmarked_minor: int
    is_changed: bool = False

    @property
    def left_minor(self) -> int | None:
        """What is left; None where it is unknown."""
        return None if self.room_minor is None else self.room_minor + self.waived_minor - self.earmarked_minor

    def holds(self, amount_minor: int) -> bool:
        """Whether a claim may be taken."""
        return not self.is_hard or (self.left_minor is not None and amount_minor <= self.left_minor)

    def add(self, amount_minor: int) -> None:
        """Count a claim, or give one back."""
        self.earmarked_minor += amount_minor
        self.is_changed = True


class Sheet:
    """One transaction of the ledger. `at`: its instant, never behind one that was recorded; `clock`: what the clock shows."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime]) -> None:
        """Take part in the ledger until the transaction ends."""
        enter(connection)
        self._connection = connection
        self.publication = current_publication(connection)
        self.clock = clock()
        self.at = recorded_now(connection, lambda: self.clock)
        self.earmarks: dict[str, Earmark] = {}
        self.answers: dict[Key, KeptAnswer] = {}
        self._counters: dict[LineKey, Counter] = {}
        self._claims: dict[str, dict[LineKey, int]] = {}
        self._is_stored: set[str] = set()
        self._placed: list[Earmark] = []
        self._ended: dict[str, Resolution] = {}
        self._entries: list[AuditEntry] = []
        self._events: list[Event] = []
        self._answered: dict[Key, KeptAnswer] = {}

    def due(self) -> list[str]:
        """The earmarks whose time is over and that nobody has ended."""
        return list(self._connection.execute(_DUE, {"now": self.at}).scalars())

    def read(self, named: Iterable[str], ending: Sequence[str], keys: Sequence[Key]) -> None:
        """Read earmarks and kept answers; those that may end are locked, and read with what they claim."""
        self.earmarks = find_earmarks(self._connection, sorted({*named, *ending}), locks=sorted(set(ending)))
        self.answers = find_answers(self._connection, keys, self.at)
        if ending:
            of_ending = select(CLAIMS).where(CLAIMS.c.earmark_id.in_(sorted(set(ending))))
            for row in self._connection.execute(of_ending).mappings():
                self._claims.setdefault(row["earmark_id"], {})[key_of(row)] = row["amount_minor"]
            self._is_stored = set(self._claims)

    def lock_lines(self, wished: Iterable[Sequence[Claim]]) -> None:
        """Lock the lines of claims that are wished and of what was read, and read what is counted on each."""
        new = {claim.line: claim for claims in wished for claim in claims}
        rows = [
            {**_names(line), "is_hard": int(new[line].is_hard), "room_minor": new[line].room_minor, "earmarked_minor": 0}
            for line in sorted(new)
        ]  # fmt: skip
        if rows:
            self._connection.execute(insert_if_missing(self._connection, LINES), rows)
        lines = sorted({*new, *(line for claims in self._claims.values() for line in claims)})
        if not lines:
            return
        added = waived(self._connection, self.at)
        for first in range(0, len(lines), MOST_LINES):
            wanted = {"lines": lines[first : first + MOST_LINES]}
            for row in self._connection.execute(_LOCKED, wanted).mappings():
                line = key_of(row)
                self._counters[line] = Counter(
                    bool(row["is_hard"]), row["room_minor"], added.get(line, 0), row["earmarked_minor"]
                )

    def counter(self, line: LineKey) -> Counter:
        """What is counted on a line that was locked."""
        return self._counters[line]

    def place(self, earmark: Earmark, claims: Sequence[Claim]) -> tuple[Claim, Counter] | None:
        """Count a new earmark on all of its lines, or on none: then the claim that has no room, and its line."""
        for claim in claims:
            counter = self._counters[claim.line]
            if not counter.holds(claim.amount_minor):
                return claim, counter
        for claim in claims:
            self._counters[claim.line].add(claim.amount_minor)
        self._claims[earmark.earmark_id] = {claim.line: claim.amount_minor for claim in claims}
        self._placed.append(earmark)
        self.earmarks[earmark.earmark_id] = earmark
        return None

    def end(self, earmark_id: str, resolution: Resolution, kept: Mapping[LineKey, int] | None) -> Earmark:
        """End an earmark. kept: what stays claimed of each line, never more than was; None is all of it."""
        if kept is not None:
            claims = self._claims.get(earmark_id, {})
            for line, amount in claims.items():
                self._counters[line].add(min(kept.get(line, 0), amount) - amount)
            still = {line: min(kept.get(line, 0), amount) for line, amount in claims.items()}
            self._claims[earmark_id] = {line: amount for line, amount in still.items() if amount}
        self._ended[earmark_id] = resolution
        ended = self.earmarks[earmark_id] = replace(self.earmarks[earmark_id], resolution=resolution)
        return ended

    def tell(self, entry: AuditEntry, event: Event) -> None:
        """Have what was done recorded and announced."""
        self._entries.append(entry)
        self._events.append(event)

    def answer(self, key: Key, fingerprint: str, answer: str) -> None:
        """Have an answer kept under the key of its request."""
        kept = KeptAnswer(*key, fingerprint, answer, self.at)
        self.answers[key] = self._answered[key] = kept

    def write(self) -> None:
        """Write everything, in an order that every server keeps to."""
        write = self._connection.execute
        add_earmarks(self._connection, sorted(self._placed, key=lambda each: each.earmark_id))
        add_resolutions(self._connection, self._ended)
        is_open = {
            each.earmark_id: each.expires_at for each in self._placed if each.earmark_id not in self._ended
        }
        if is_open:
            write(_OPENED, [{"earmark_id": name, "expires_at": at} for name, at in sorted(is_open.items())])
        if self._ended:
            write(delete(OPEN).where(OPEN.c.earmark_id.in_(sorted(self._ended))))
        self._write_claims()
        record_all(self._connection, self._entries, self.at)
        announce_all(self._connection, self._events, self.at)
        if self._answered:
            forget_answers(self._connection, self.at, sorted(self._answered))
            keep_answers(self._connection, self._answered)

    def _write_claims(self) -> None:
        changed = sorted({each.earmark_id for each in self._placed} | set(self._ended))
        old = [name for name in changed if name in self._is_stored]
        if old:
            self._connection.execute(delete(CLAIMS).where(CLAIMS.c.earmark_id.in_(old)))
        rows = [
            {"earmark_id": name, **_names(line), "amount_minor": amount}
            for name in changed
            for line, amount in self._claims.get(name, {}).items()
        ]
        if rows:
            self._connection.execute(_CLAIMED, rows)
        counted = [
            {
                "new_earmarked": counter.earmarked_minor,
                **{f"of_{name}": each for name, each in _names(line).items()},
            }
            for line, counter in sorted(self._counters.items())
            if counter.is_changed
        ]
        if counted:
            self._connection.execute(_COUNT, counted)


def _names(line: LineKey) -> dict[str, str]:
    return dict(zip(LINE, line, strict=True))


_COUNT = update(LINES).where(*(LINES.c[name] == bindparam(f"of_{name}") for name in LINE)).values(
    earmarked_minor=bindparam("new_earmarked")
)  # fmt: skip
