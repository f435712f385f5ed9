"""The ledger: what live earmarks claim of every line, counted so that no order of events lets it pass a hard limit.

Every transaction begins with `enter`: those that place or resolve share the ledger (`riskmon/store/sheet.py`), the one that
publishes a run has it for itself.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
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
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from riskmon.store.limits import approved_count
from riskmon.store.tables import BOOKINGS, CLAIMS, EARMARKS, LINE, LINES, PUBLICATIONS, RESOLUTIONS

__all__ = [
    "LINE",
    "Claim",
    "LineKey",
    "Publication",
    "add_booking",
    "booked_facilities",
    "claims_of",
    "current_publication",
    "earmarked",
    "enter",
    "insert_if_missing",
    "is_line",
    "is_published",
    "key_of",
    "limits_approved",
    "lines_over",
    "publish",
    "recorded_now",
    "recount",
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


_LAST: Final = select(
    *(
        select(func.max(column)).scalar_subquery().label(column.name)
        for column in (PUBLICATIONS.c.published_at, EARMARKS.c.placed_at, RESOLUTIONS.c.resolved_at)
    )
)
_IN_FORCE: Final = (
    select(PUBLICATIONS, approved_count().label("limits")).order_by(PUBLICATIONS.c.generation.desc()).limit(1)
)


# Made once: a statement takes longer to make than to execute.


def enter(connection: Connection, *, alone: bool = False) -> None:
    """Take part in the ledger until the transaction ends. `alone`: with nobody else."""
    if connection.dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
        connection.execute(select(lock(_LEDGER_LOCK)))


def recorded_now(connection: Connection, clock: Callable[[], datetime]) -> datetime:
    """The present instant, or the last one that was recorded where the clock has been set back behind it."""
    last: Sequence[datetime | None] = tuple(connection.execute(_LAST).one())
    return max([clock(), *(each for each in last if each is not None)])


def current_publication(connection: Connection) -> Publication | None:
    """The run in force; None before the first."""
    row = connection.execute(_IN_FORCE).mappings().first()
    return None if row is None else Publication(**{**row, "books": tuple(row["books"].split())})


def limits_approved(connection: Connection) -> int:
    """How many changes of limits have been approved."""
    return connection.execute(select(approved_count())).scalar() or 0


def is_published(connection: Connection, run_id: str) -> bool:
    """Whether a run was ever in force."""
    found = select(PUBLICATIONS.c.run_id).where(PUBLICATIONS.c.run_id == run_id)
    return connection.execute(found).first() is not None


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
        Claim(key_of(row), row["amount_minor"], row["room_minor"], is_hard=bool(row["is_hard"]))
        for row in rows
    ]


def earmarked(connection: Connection) -> dict[LineKey, int]:
    """What live earmarks claim of every line they touch, in minor units of the reporting currency."""
    rows = connection.execute(select(LINES).where(LINES.c.earmarked_minor > 0)).mappings()
    return {key_of(row): row["earmarked_minor"] for row in rows}


def lines_over(connection: Connection) -> dict[LineKey, int]:
    """The hard lines whose claims are more than their room, or whose room is unknown, with how far they are over."""
    over = LINES.c.earmarked_minor - func.coalesce(LINES.c.room_minor, 0)
    rows = connection.execute(
        select(*LINES.c, over.label("over")).where(
            LINES.c.is_hard == 1, LINES.c.earmarked_minor > 0, over > 0
        )
    ).mappings()
    return {key_of(row): row["over"] for row in rows}


def add_booking(connection: Connection, earmark_id: str, facility_id: str, run_id: str, at: datetime) -> None:
    """Keep that a facility has taken the place of a confirmed earmark."""
    values = {"earmark_id": earmark_id, "facility_id": facility_id, "run_id": run_id, "booked_at": at}
    connection.execute(insert(BOOKINGS).values(**values))


def booked_facilities(connection: Connection) -> set[str]:
    """The facilities that have taken the place of an earmark already."""
    return set(connection.execute(select(BOOKINGS.c.facility_id)).scalars())


def key_of(row: RowMapping) -> LineKey:
    """The line of a row."""
    return row["book_id"], row["limit_id"], row["subject_kind"], row["subject_id"]


def is_line(table: Table, line: LineKey) -> ColumnElement[bool]:
    """Whether a row is of a line."""
    return and_(*(table.c[name] == value for name, value in zip(LINE, line, strict=True)))


def insert_if_missing(connection: Connection, table: Table) -> Any:  # noqa: ANN401  each store has its own class
    """An insert that leaves what is there as it is."""
    makes = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return makes(table).on_conflict_do_nothing()
