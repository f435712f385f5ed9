"""The forecast of a run: every limit on its subjects at the end of each month ahead, by the stages that measure today."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Final

import polars as pl

from riskmon import exposures, limits, validate
from riskmon.domain.clock import now
from riskmon.domain.errors import CallerError
from riskmon.domain.money import decimal_text
from riskmon.operations.assessments import Item, reading
from riskmon.operations.forecast.groups import with_groups
from riskmon.operations.forecast.tables import Tables, tables_on
from riskmon.operations.limits.known import limits_now
from riskmon.operations.limits.preview import run_in_force
from riskmon.operations.read.items import stamp
from riskmon.operations.recorded import selection_of
from riskmon.rulebook.select import Selection
from riskmon.store.database import Place
from riskmon.store.earmarks import Earmark, live_earmarks
from riskmon.store.snapshots import ROW_NUMBER, Snapshots

MOST_MONTHS: Final = 24
LINE: Final = ["book_id", "limit_id", "subject_kind", "subject_id"]

ASSUMPTIONS: Final = (
    "Facilities, commitments and trades end on their maturity and are not renewed; what has none, or is past it, stays.",
    "Protection counts until it ends; what it covered counts in full from then on.",
    "Earmarks are booked as their deals say; those that are only placed count until they expire.",
    "Exchange rates, ratings, groups and rulebooks stay as they are in the run.",
    "Capital is that of the row of `capital` that is newest on each date; limits hold on the days of their validity.",
)
"""What the forecast takes for granted."""


def forecast(
    snapshots: Snapshots,
    place: Place,
    *,
    months: int = 12,
    subject_id: str | None = None,
    clock: Callable[[], datetime] = now,
) -> Item:
    """Headroom and breaches of the months ahead, of the run in force, or of the current one where none is.

    subject_id: every limit on this subject; without it those that some month breaks, or that change to be the less.

    Returns the run, `assumptions`, `months` (date, breach_count, new_breach_count against the month before) and `lines`, each with
    `headroom` as decimal text a month, null where it is unknown or there is no such line, and `first_breach_date`. The
    first of the months is the run's own date.

    Raises:
        CallerError: a number of months that is not from 1 to 24, or the rules of the run are not at hand any more.
        NotReadyError: there is no run.
        SnapshotUnreadableError: the tables of the run are damaged.
        StoreError: the database cannot be read.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise CallerError(
            f"A forecast of {months} months is not made.", remedy=f"Ask for 1 to {MOST_MONTHS} months."
        )
    snapshot = snapshots.find(run_in_force(place))
    manifest = snapshot.manifest
    selection = selection_of(manifest)
    tables = snapshots.inputs(snapshot) | {"declared_limits": limits_now(place).rows}
    members = snapshots.table(snapshot, "group_members").drop(ROW_NUMBER).collect()
    earmarks = _earmarks(place)
    days = [month_end(manifest.as_of, number) for number in range(months + 1)]
    found = [_headroom(tables, members, earmarks, selection, day) for day in days]
    return {
        **stamp(manifest),
        "assumptions": list(ASSUMPTIONS),
        "months": _months(days, found),
        "lines": _lines(days, found, subject_id, manifest.currency),
    }


def month_end(as_of: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    day = pl.Series([as_of]).dt.offset_by(f"{months}mo")[0]
    assert isinstance(day, date)
    return day


def _earmarks(place: Place) -> list[Earmark]:
    with reading(place) as database:
        if database is None:
            return []
        with database.reading() as connection:
            return live_earmarks(connection)


def _headroom(
    tables: Tables, members: pl.DataFrame, earmarks: list[Earmark], selection: Selection, day: date
) -> pl.DataFrame:
    """The limits on their subjects on a day: LINE, headroom_minor, is_breach, is_hard, limit_minor, exposure_minor."""
    then = replace(selection, as_of=day)
    on_day: dict[str, pl.DataFrame] = tables_on(tables, earmarks, selection.as_of, day)
    for stage in (validate.run, exposures.run):
        on_day = {**on_day, **stage(on_day, then)}
    grouped = with_groups(on_day, members, then)
    tested = limits.run(grouped, then)["headroom"]
    parties = on_day["parties"].select(subject_key="party_key", of_party="party_id")
    groups = grouped["groups"].join(
        on_day["parties"].select(anchor_key="party_key", anchor_id="party_id"), on="anchor_key", how="left"
    )
    named = groups.select(subject_key="group_key", of_group=pl.format("{}/{}", "book_id", "anchor_id"))
    kind = pl.col("subject_kind")
    subject = (
        pl.when(kind == "obligor")
        .then("of_party")
        .when(kind == "group")
        .then("of_group")
        .otherwise("subject_id")
    )
    return (
        tested.join(parties, on="subject_key", how="left")
        .join(named, on="subject_key", how="left")
        .with_columns(subject_id=subject, is_breach=pl.col("is_breach").fill_null(value=False))
        .select(*LINE, "headroom_minor", "is_breach", "is_hard")
        .sort(LINE)
    )


def _months(days: list[date], found: list[pl.DataFrame]) -> list[Item]:
    broken = [rows.filter("is_breach").select(LINE) for rows in found]
    before = [broken[0].clear(), *broken[:-1]]
    return [
        {
            "date": day.isoformat(),
            "breach_count": rows.height,
            "new_breach_count": rows.join(earlier, on=LINE, how="anti").height if at else 0,
        }
        for at, (day, rows, earlier) in enumerate(zip(days, broken, before, strict=True))
    ]


def _lines(days: list[date], found: list[pl.DataFrame], subject_id: str | None, currency: str) -> list[Item]:
    whole = pl.concat(rows.with_columns(month=pl.lit(at)) for at, rows in enumerate(found))
    of_line = whole.group_by(LINE).agg(
        breaks=pl.col("is_breach").any(),
        first_breach=pl.col("month").filter(pl.col("is_breach")).min(),
        is_hard=pl.col("is_hard").first(),
        month="month",
        headroom_minor="headroom_minor",
    )
    least, today = pl.col("headroom_minor").list.min(), pl.col("headroom_minor").list.first()
    falls = (least < today).fill_null(value=True)
    wanted = pl.col("subject_id") == subject_id if subject_id else pl.col("breaks") | falls
    return [
        {
            **{name: row[name] for name in (*LINE, "is_hard")},
            "headroom": _each(row, len(days), currency),
            "first_breach_date": None
            if row["first_breach"] is None
            else days[row["first_breach"]].isoformat(),
            "currency": currency,
        }
        for row in of_line.filter(wanted).sort(LINE).iter_rows(named=True)
    ]


def _each(row: dict[str, list[int]], count: int, currency: str) -> list[str | None]:
    by_month = dict(zip(row["month"], row["headroom_minor"], strict=True))
    return [decimal_text(by_month.get(at), currency) for at in range(count)]
