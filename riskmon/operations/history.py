"""Comparing a run with the earlier one in the same data folder: which groups changed, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from riskmon.domain.errors import SnapshotUnreadableError
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.groups.history import RunTables, group_changes
from riskmon.rulebook.select import Book, Selection
from riskmon.store.snapshots import ROW_NUMBER, BookRecord, Snapshot, Snapshots

_COMPARED = ("group_members", "relationships", "breaches", "headroom")
_EFFECT = "It is not known which groups merged, split, gained or lost members."
_NO_EARLIER_RUN = "an earlier run of the same perimeter in the data folder that this version can read"


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """The run that this one is compared with, if there is one."""

    snapshot: Snapshot | None
    tables: Mapping[str, pl.DataFrame]

    @property
    def run_id(self) -> str | None:
        """Its id."""
        return self.snapshot.manifest.run_id if self.snapshot else None


def earlier_run(data: Path, selection: Selection, level: str) -> EarlierRun:
    """The last completed run of the same perimeter at the newest earlier date of a data folder.

    A run that another version wrote, or that is damaged, is not compared with, and never stops this one.
    """
    snapshots = Snapshots(data)
    try:
        snapshot = snapshots.before(selection.as_of, level)
        if snapshot is None:
            return EarlierRun(None, {})
        tables = {name: snapshots.table(snapshot, name).drop(ROW_NUMBER).collect() for name in _COMPARED}
    except SnapshotUnreadableError:
        return EarlierRun(None, {})
    return EarlierRun(snapshot, tables)


def with_changes(
    outputs: Mapping[str, pl.DataFrame], earlier: EarlierRun, selection: Selection
) -> dict[str, pl.DataFrame]:
    """The output tables with `group_changes`, and with what could not be compared in `not_evaluated`."""
    records = {book.book_id: book for book in earlier.snapshot.manifest.books} if earlier.snapshot else {}
    grouping = [book for book in selection.books if book.grouping is not None]
    books = {book.id: _differs(book, records[book.id]) for book in grouping if book.id in records}
    if earlier.snapshot is None:
        changes = OUTPUT_TABLES["group_changes"].empty()
        gaps: list[tuple[str | None, str]] = [(None, _NO_EARLIER_RUN)]
    else:
        then = RunTables(earlier.tables["group_members"], earlier.tables["relationships"])
        changes = group_changes(then, RunTables(outputs["group_members"], outputs["relationships"]), books)
        gaps = [
            (book.id, f"the book in the earlier run {earlier.run_id}")
            for book in grouping
            if book.id not in books
        ]
    return {
        **outputs,
        "group_changes": changes,
        "not_evaluated": with_gaps(outputs["not_evaluated"], "group_changes", gaps, _EFFECT),
    }


def with_gaps(
    known: pl.DataFrame, item: str, gaps: Sequence[tuple[str | None, str]], effect: str
) -> pl.DataFrame:
    """`not_evaluated` with what a comparison lacked. gaps: book (None: all of them) and what is missing."""
    table = OUTPUT_TABLES["not_evaluated"]
    rows = [
        {"item": item, "book_id": book_id, "missing": missing, "effect": effect} for book_id, missing in gaps
    ]
    return table.shape(pl.concat([known, pl.DataFrame(rows, schema=table.schema)]))


def _differs(book: Book, record: BookRecord) -> bool:
    now = (book.digest, dict(book.borrowed), dict(book.choices))
    return now != (record.digest, record.borrowed, record.choices)
