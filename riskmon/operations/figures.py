"""The figures that a monitoring system watches: how old the run is, what is broken, what is left, what waits.

They are for alarms and pictures. Amounts are floating-point major units here, as such systems keep them; a decision is
never taken on them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import polars as pl

from riskmon.domain.errors import NotReadyError
from riskmon.domain.money import currency_exponents
from riskmon.operations.assessments import reading
from riskmon.store.database import Place
from riskmon.store.ledger import earmarked
from riskmon.store.outbox import queue_lengths
from riskmon.store.snapshots import Snapshot, Snapshots


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its name without a prefix, its meaning, and its values by labels."""

    name: str
    meaning: str
    labels: tuple[str, ...]
    values: tuple[tuple[tuple[str, ...], float], ...]


class Figures:
    """The figures of one installation. What a run says is read once, since it never changes."""

    def __init__(self, snapshots: Snapshots, place: Place) -> None:
        """Read from these when asked."""
        self._snapshots = snapshots
        self._place = place
        self._kept: tuple[str, tuple[Figure, ...]] | None = None

    def now(self) -> Iterator[Figure]:
        """Every figure as it stands. Without a run or a database, those that need it are left out.

        Raises:
            SnapshotUnreadableError, StoreError: it is there and cannot be read.
        """
        try:
            snapshot = self._snapshots.find()
        except NotReadyError:
            pass
        else:
            yield from self._of_run(snapshot)
        yield from self._of_database()

    def _of_run(self, snapshot: Snapshot) -> tuple[Figure, ...]:
        run_id = snapshot.manifest.run_id
        if self._kept is None or self._kept[0] != run_id:
            self._kept = (run_id, tuple(_run_figures(self._snapshots, snapshot)))
        return self._kept[1]

    def _of_database(self) -> Iterator[Figure]:
        with reading(self._place) as database:
            if database is None:
                return
            with database.reading() as connection:
                queue, claims = queue_lengths(connection), earmarked(connection)
        lines: dict[tuple[str, ...], float] = {}
        for book_id, limit_id, _, _ in claims:
            lines[book_id, limit_id] = lines.get((book_id, limit_id), 0) + 1
        yield Figure(
            "earmarked_lines",
            "Subjects of a limit that live earmarks claim headroom of.",
            ("book", "limit"),
            tuple(sorted(lines.items())),
        )
        yield Figure(
            "outbox_entries",
            "Events that wait for their place (unnumbered), and deliveries by state.",
            ("state",),
            tuple(((state,), float(number)) for state, number in sorted(queue.items())),
        )


def _run_figures(snapshots: Snapshots, snapshot: Snapshot) -> Iterator[Figure]:
    manifest = snapshot.manifest
    by_limit = (
        snapshots.table(snapshot, "headroom")
        .group_by("book_id", "limit_id")
        .agg(
            least=pl.col("headroom_minor").min(),
            breaches=pl.col("is_breach").fill_null(value=False).sum(),
            unknown=pl.col("headroom_minor").is_null().sum(),
            incomplete=(~pl.col("is_complete")).sum(),
        )
        .sort("book_id", "limit_id")
        .collect()
    )
    unit = 10 ** currency_exponents()[manifest.currency]
    about = ("book", "limit")
    yield Figure(
        "run_as_of_timestamp_seconds",
        "Midnight UTC of the business date of the current run.",
        ("run_id",),
        (((manifest.run_id,), _midnight(manifest.as_of)),),
    )
    yield Figure(
        "run_completed_timestamp_seconds",
        "When the current run was completed.",
        ("run_id",),
        (((manifest.run_id,), manifest.completed_at.timestamp()),),
    )
    meanings = {
        "least": ("headroom_least", f"Least headroom of any subject, in {manifest.currency}."),
        "breaches": ("breaches", "Subjects over the limit."),
        "unknown": ("headroom_unknown", "Subjects whose headroom is not known."),
        "incomplete": ("headroom_incomplete", "Subjects whose exposure is not complete."),
    }
    for column, (name, meaning) in meanings.items():
        divisor = unit if column == "least" else 1
        rows = by_limit.filter(pl.col(column).is_not_null()).select("book_id", "limit_id", column).iter_rows()
        values = tuple(((book_id, limit_id), found / divisor) for book_id, limit_id, found in rows)
        yield Figure(name, meaning, about, values)


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp()
