"""The ledger: what live earmarks claim of every line, counted so that no order of events lets it pass a hard limit.

Every transaction begins with `enter`: those that place or resolve share the ledger, the one that publishes a run has it
for itself. Whoever changes lines does so in the order of their keys, so that no two wait for each other in a ring.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from riskmon.store.limits import approved_count
from riskmon.store.tables import BOOKINGS, CLAIMS, EARMARKS, LINE, LINES, PUBLICATIONS, RESOLUTIONS

__all__ = [
    "LINE",
    "Claim",
    "LineFullError",
    "LineKey",
    "Publication",
    "add_booking",
    "booked_facilities",
    "claim",
    "claims_of",
    "current_publication",
    "earmarked",
    "enter",
    "give_back",
    "is_published",
    "limits_approved",
    "lines_over",
    "publish",
    "recorded_now",
    "recount",
    "shrink",
]

LineKey = tuple[str, str, str, str]
"""book_id, limit_id, subject_kind, subject_id."""

_LEDGER_LOCK: Final = 0x6C6564676572
"""Key of the advisory lock of PostgreSQL; SQLite has one writer anyway."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What an earmark takes of one line, in minor units of the reporting currency.

    Attributes:
        amount_minor: what it takes, above zero.
        room_minor: limit less exposure of the run it was measured on; None where it is unknown.
    """

    line: LineKey
    amount_minor: int
    room_minor: int | None
    is_hard: bool


@dataclass(frozen=True, slots=True)
class Publication:
    """A run that earmarks are counted against; `generation` counts them, `limits` the changes of limits approved so far."""

    generation: int
    run_id: str
    as_of: date
    sequence: int
    level: str
    books: tuple[str, ...]
    published_at: datetime
    published_by: str
    limits: int = 0


class LineFullError(Exception):
    """A hard line has no room for a claim; the transaction has to be given up.

    Attributes:
        left_minor: what the line has left; None where its room is unknown.
    """

    def __init__(self, claim: Claim, left_minor: int | None) -> None:
        super().__init__(claim.line)
        self.claim = claim
        self.left_minor = left_minor


def enter(connection: Connection, *, alone: bool = False) -> None:
    """Take part in the ledger until the transaction ends. `alone`: with nobody else."""
    if connection.dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
        connection.execute(select(lock(_LEDGER_LOCK)))


def recorded_now(connection: Connection, clock: Callable[[], datetime]) -> datetime:
    """The present instant, or the last one that was recorded where the clock has been set back behind it."""
    last: list[datetime | None] = [
        connection.execute(select(func.max(column))).scalar()
        for column in (PUBLICATIONS.c.published_at, EARMARKS.c.placed_at, RESOLUTIONS.c.resolved_at)
    ]
    return max([clock(), *(each for each in last if each is not None)])


def current_publication(connection: Connection) -> Publication | None:
    """The run in force; None before the first."""
    ordered = (
        select(PUBLICATIONS, approved_count().label("limits"))
        .order_by(PUBLICATIONS.c.generation.desc())
        .limit(1)
    )
    row = connection.execute(ordered).mappings().first()
    return None if row is None else Publication(**{**row, "books": tuple(row["books"].split())})


def limits_approved(connection: Connection) -> int:
    """How many changes of limits have been approved."""
    return connection.execute(select(approved_count())).scalar() or 0


def is_published(connection: Connection, run_id: str) -> bool:
    """Whether a run was ever in force."""
    found = select(PUBLICATIONS.c.run_id).where(PUBLICATIONS.c.run_id == run_id)
    return connection.execute(found).first() is not None


def claim(connection: Connection, earmark_id: str, claims: Iterable[Claim]) -> None:
    """Take what an earmark claims, line by line.

    Raises:
        LineFullError: a hard line has no room for it.
    """
    for each in sorted(claims, key=lambda claim: claim.line):
        key = dict(zip(LINE, each.line, strict=True))
        new = {**key, "is_hard": int(each.is_hard), "room_minor": each.room_minor, "earmarked_minor": 0}
        connection.execute(_insert_if_missing(connection, LINES, new))
        after = LINES.c.earmarked_minor + each.amount_minor
        fits = or_(LINES.c.is_hard == 0, after <= LINES.c.room_minor)
        taken = connection.execute(
            update(LINES).where(_is_line(LINES, each.line), fits).values(earmarked_minor=after)
        )
        if taken.rowcount != 1:
            left = select(LINES.c.room_minor - LINES.c.earmarked_minor).where(_is_line(LINES, each.line))
            raise LineFullError(each, connection.execute(left).scalar())
        connection.execute(
            insert(CLAIMS).values(**key, earmark_id=earmark_id, amount_minor=each.amount_minor)
        )


def give_back(connection: Connection, earmark_ids: Sequence[str]) -> None:
    """Give back everything that earmarks claim."""
    shrink(connection, earmark_ids, {})


def shrink(connection: Connection, earmark_ids: Sequence[str], kept: Mapping[LineKey, int]) -> None:
    """Give back what earmarks claim but for what is kept of each line, which is never more than was claimed."""
    rows = connection.execute(select(CLAIMS).where(CLAIMS.c.earmark_id.in_(earmark_ids))).mappings()
    back: dict[LineKey, int] = defaultdict(int)
    still: list[dict[str, object]] = []
    for row in rows:
        line = _key_of(row)
        amount = min(kept.get(line, 0), row["amount_minor"])
        back[line] += row["amount_minor"] - amount
        if amount:
            still.append({**row, "amount_minor": amount})
    for line in sorted(back):
        rest = LINES.c.earmarked_minor - back[line]
        connection.execute(update(LINES).where(_is_line(LINES, line)).values(earmarked_minor=rest))
    connection.execute(delete(CLAIMS).where(CLAIMS.c.earmark_id.in_(earmark_ids)))
    if still:
        connection.execute(insert(CLAIMS), still)


def publish(connection: Connection, publication: Publication, claims: Mapping[str, Sequence[Claim]]) -> None:
    """Put a run in force, with what every live earmark claims under it. To be alone in the ledger is for the caller."""
    values = {column.name: getattr(publication, column.name) for column in PUBLICATIONS.c}
    connection.execute(insert(PUBLICATIONS).values(**{**values, "books": " ".join(publication.books)}))
    recount(connection, claims)


def recount(connection: Connection, claims: Mapping[str, Sequence[Claim]]) -> None:
    """Count anew what every live earmark claims under the run in force. To be alone in the ledger is for the caller."""
    connection.execute(delete(CLAIMS))
    connection.execute(delete(LINES))
    lines: dict[LineKey, dict[str, object]] = {}
    sums: dict[LineKey, int] = defaultdict(int)
    rows: list[dict[str, object]] = []
    for earmark_id, own in claims.items():
        for each in own:
            key = dict(zip(LINE, each.line, strict=True))
            lines[each.line] = {**key, "is_hard": int(each.is_hard), "room_minor": each.room_minor}
            sums[each.line] += each.amount_minor
            rows.append({**key, "earmark_id": earmark_id, "amount_minor": each.amount_minor})
    if rows:
        connection.execute(
            insert(LINES), [{**row, "earmarked_minor": sums[line]} for line, row in lines.items()]
        )
        connection.execute(insert(CLAIMS), rows)


def claims_of(connection: Connection, earmark_id: str) -> list[Claim]:
    """What one earmark claims as the lines stand."""
    is_of = and_(*(LINES.c[name] == CLAIMS.c[name] for name in LINE))
    rows = connection.execute(
        select(CLAIMS, LINES.c.is_hard, LINES.c.room_minor)
        .join_from(CLAIMS, LINES, is_of)
        .where(CLAIMS.c.earmark_id == earmark_id)
    ).mappings()
    return [
        Claim(_key_of(row), row["amount_minor"], row["room_minor"], is_hard=bool(row["is_hard"]))
        for row in rows
    ]


def earmarked(connection: Connection) -> dict[LineKey, int]:
    """What live earmarks claim of every line they touch, in minor units of the reporting currency."""
    rows = connection.execute(select(LINES).where(LINES.c.earmarked_minor > 0)).mappings()
    return {_key_of(row): row["earmarked_minor"] for row in rows}


def lines_over(connection: Connection) -> dict[LineKey, int]:
    """The hard lines whose claims are more than their room, or whose room is unknown, with how far they are over."""
    over = LINES.c.earmarked_minor - func.coalesce(LINES.c.room_minor, 0)
    rows = connection.execute(
        select(*LINES.c, over.label("over")).where(
            LINES.c.is_hard == 1, LINES.c.earmarked_minor > 0, over > 0
        )
    ).mappings()
    return {_key_of(row): row["over"] for row in rows}


def add_booking(connection: Connection, earmark_id: str, facility_id: str, run_id: str, at: datetime) -> None:
    """Keep that a facility has taken the place of a confirmed earmark."""
    values = {"earmark_id": earmark_id, "facility_id": facility_id, "run_id": run_id, "booked_at": at}
    connection.execute(insert(BOOKINGS).values(**values))


def booked_facilities(connection: Connection) -> set[str]:
    """The facilities that have taken the place of an earmark already."""
    return set(connection.execute(select(BOOKINGS.c.facility_id)).scalars())


def _key_of(row: RowMapping) -> LineKey:
    return row["book_id"], row["limit_id"], row["subject_kind"], row["subject_id"]


def _is_line(table: Table, line: LineKey) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in zip(LINE, line, strict=True)))


def _insert_if_missing(connection: Connection, table: Table, row: Mapping[str, object]) -> Any:  # noqa: ANN401
    makes = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return makes(table).values(**row).on_conflict_do_nothing()
