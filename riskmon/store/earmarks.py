"""Earmarks in the database: claims as they were placed, how each ended, and the facility that took its place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Literal

import polars as pl
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    bindparam,
    insert,
    literal,
    not_,
    or_,
    select,
    tuple_,
)

from riskmon.domain.earmark import CONFIRMED_SCHEMA
from riskmon.store.database import Database
from riskmon.store.tables import BOOKINGS, EARMARKS, RESOLUTIONS, Instant

Ended = Literal["confirmed", "released", "expired"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """How an earmark ended. `amount_minor` is what was confirmed, in the deal's currency."""

    outcome: Ended
    amount_minor: int | None
    facility_id: str | None
    reason: str | None
    resolved_at: datetime
    resolved_by: str


@dataclass(frozen=True, slots=True)
class Earmark:
    """An earmark. `deal` is canonical JSON, the amount is in its currency; `booked_as` took its place."""

    earmark_id: str
    obligor_id: str
    amount_minor: int
    currency: str
    deal: str
    hours: int
    run_id: str
    placed_at: datetime
    placed_by: str
    expires_at: datetime
    resolution: Resolution | None = None
    booked_as: str | None = None
    booked_at: datetime | None = None

    @property
    def state(self) -> Literal["placed", "booked"] | Ended:
        """Placed until it ended; a confirmed one is booked once its facility has arrived."""
        if self.booked_as is not None:
            return "booked"
        return self.resolution.outcome if self.resolution else "placed"

    @property
    def counted_minor(self) -> int:
        """The amount that counts, in the deal's currency."""
        if self.state == "placed":
            return self.amount_minor
        confirmed = self.resolution.amount_minor if self.resolution and self.state == "confirmed" else None
        return confirmed or 0


_OWN: Final = tuple(column.name for column in EARMARKS.c)


def add_earmarks(connection: Connection, earmarks: Sequence[Earmark]) -> None:
    """Keep earmarks.

    Raises:
        IntegrityError: another server has just taken one of their ids.
    """
    if earmarks:
        connection.execute(
            insert(EARMARKS), [{name: getattr(each, name) for name in _OWN} for each in earmarks]
        )


def add_resolutions(connection: Connection, ended: Mapping[str, Resolution]) -> None:
    """Keep how earmarks ended, by their ids.

    Raises:
        IntegrityError: one has ended already.
    """
    if ended:
        rows = [
            {"earmark_id": name, **{part: getattr(ended[name], part) for part in Resolution.__slots__}}
            for name in sorted(ended)
        ]
        connection.execute(insert(RESOLUTIONS), rows)


def find_earmark(connection: Connection, earmark_id: str) -> Earmark | None:
    """An earmark by its id."""
    return find_earmarks(connection, [earmark_id]).get(earmark_id)


def find_earmarks(
    connection: Connection, earmark_ids: Sequence[str], *, locks: Sequence[str] = ()
) -> dict[str, Earmark]:
    """Earmarks by their ids. locks: nobody else ends these before this transaction does."""
    if locks and connection.dialect.name == "postgresql":
        # What became of it is read by a statement of its own: one that began before the lock was free would not see it.
        own = select(EARMARKS.c.earmark_id).where(EARMARKS.c.earmark_id.in_(locks))
        connection.execute(own.order_by(EARMARKS.c.earmark_id).with_for_update())
    if not earmark_ids:
        return {}
    rows = connection.execute(_TOLD_BY_ID, {"ids": earmark_ids}).mappings()
    return {row["earmark_id"]: _earmark(row) for row in rows}


_IS_LIVE: Final = or_(
    RESOLUTIONS.c.outcome.is_(None),
    and_(RESOLUTIONS.c.outcome == "confirmed", BOOKINGS.c.facility_id.is_(None)),
)
"""Placed and not ended, or confirmed and not booked."""


def live_earmarks(connection: Connection) -> list[Earmark]:
    """Everything that counts: placed and not ended, or confirmed and not booked. Oldest first."""
    return _all(connection, _IS_LIVE)


def earmarks_after(
    connection: Connection,
    last: Earmark | None,
    most: int,
    obligor_id: str | None = None,
    *,
    is_live: bool | None = None,
) -> list[Earmark]:
    """Earmarks placed after one, oldest first: of an obligor, only those that count, or only those that do not."""
    conditions = []
    if last is not None:
        conditions.append(
            tuple_(EARMARKS.c.placed_at, EARMARKS.c.earmark_id)
            > tuple_(literal(last.placed_at, Instant), literal(last.earmark_id))
        )
    if obligor_id is not None:
        conditions.append(EARMARKS.c.obligor_id == obligor_id)
    if is_live is not None:
        conditions.append(_IS_LIVE if is_live else not_(_IS_LIVE))
    ordered = _told().where(*conditions).order_by(EARMARKS.c.placed_at, EARMARKS.c.earmark_id).limit(most)
    return [_earmark(row) for row in connection.execute(ordered).mappings()]


def all_earmarks(database: Database) -> list[Earmark]:
    """Every earmark, oldest first."""
    with database.reading() as connection:
        return _all(connection)


def confirmed_earmarks(database: Database, known_at: date) -> pl.DataFrame:
    """The earmarks confirmed on or before a day and not booked before it (days of UTC), as `CONFIRMED_SCHEMA`."""
    with database.reading() as connection:
        found = _all(connection, RESOLUTIONS.c.outcome == "confirmed")
    return confirmed_rows(
        each
        for each in found
        if each.resolution is not None
        and _day(each.resolution.resolved_at) <= known_at
        and (each.booked_at is None or _day(each.booked_at) >= known_at)
    )


def confirmed_rows(earmarks: Iterable[Earmark]) -> pl.DataFrame:
    """Confirmed earmarks in the shape of `CONFIRMED_SCHEMA`, sorted."""
    rows = [
        {
            "earmark_id": each.earmark_id,
            "obligor_id": each.obligor_id,
            "facility_id": each.resolution and each.resolution.facility_id,
        }
        for each in earmarks
    ]
    return pl.DataFrame(rows, schema=CONFIRMED_SCHEMA).sort("earmark_id")


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _all(connection: Connection, *conditions: ColumnElement[bool]) -> list[Earmark]:
    ordered = _told().where(*conditions).order_by(EARMARKS.c.placed_at, EARMARKS.c.earmark_id)
    return [_earmark(row) for row in connection.execute(ordered).mappings()]


def _told() -> Select[Any]:
    ended = [RESOLUTIONS.c[name].label(f"ended_{name}") for name in Resolution.__slots__]
    return (
        select(*EARMARKS.c, *ended, BOOKINGS.c.facility_id.label("booked_as"), BOOKINGS.c.booked_at)
        .join_from(EARMARKS, RESOLUTIONS, EARMARKS.c.earmark_id == RESOLUTIONS.c.earmark_id, isouter=True)
        .join(BOOKINGS, EARMARKS.c.earmark_id == BOOKINGS.c.earmark_id, isouter=True)
    )


_TOLD_BY_ID: Final = _told().where(EARMARKS.c.earmark_id.in_(bindparam("ids", expanding=True)))
"""Made once: a statement takes longer to make than to execute."""


def _earmark(row: RowMapping) -> Earmark:
    ended = {name: row[f"ended_{name}"] for name in Resolution.__slots__}
    return Earmark(
        **{name: row[name] for name in _OWN},
        resolution=Resolution(**ended) if ended["outcome"] else None,
        booked_as=row["booked_as"],
        booked_at=row["booked_at"],
    )
