"""Reading snapshots: the finished runs in a data folder, and the tables of each.

A run lives in `as_of=YYYY-MM-DD/run_id=<hex>/` with `manifest.json` and one Parquet file a table. A folder without
a manifest is a run that has not finished, and does not count. A finished snapshot never changes, so what was read
once is kept: the manifests, and the small tables up to a bound in bytes.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

import polars as pl
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from riskmon.domain.errors import NotFoundError, NotReadyError, SnapshotUnreadableError
from riskmon.frames.inputs import INPUT_TABLES
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.store.snapshot_writer import INPUTS, read_inputs

MANIFEST_NAME = "manifest.json"
ROW_NUMBER = "row_number"
"""The column that every table is read with: the row's place in the stored order, from 0."""

SCANNED_FROM_BYTES = 16 * 1024 * 1024
"""A file of this size or more is scanned for each question; a smaller one is read once and kept."""


class BookRecord(BaseModel):
    """A book as a run applied it.

    `digest` is the SHA-256 of the edition's file, `borrowed` that of every other book it measures or groups by;
    `edition` is what it says, which a bank's own book needs, since no later reader can find it in the package.
    """

    model_config = ConfigDict(frozen=True)

    book_id: str
    title: str
    title_zh: str
    effective_from: date
    document: str
    digest: str
    choices: dict[str, str]
    borrowed: dict[str, str] = Field(default_factory=dict)
    edition: dict[str, JsonValue] | None = None


class Manifest(BaseModel):
    """What a finished run says of itself.

    `books` are those that were named, `early_warning` is the catalogue of the signals,
    `asset_classification` the book of the asset classes where one applied. `inputs` maps each delivered
    table to the SHA-256 of its content; `sequence` orders the runs of one `as_of`.
    """

    model_config = ConfigDict(frozen=True)

    run_id: str
    as_of: date
    known_at: date
    level: str
    currency: str
    books: tuple[BookRecord, ...]
    early_warning: BookRecord
    asset_classification: BookRecord | None = None
    inputs: dict[str, str]
    code: dict[str, JsonValue]
    counts: dict[str, int]
    completed_at: AwareDatetime
    sequence: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The stored outputs of one finished run."""

    manifest: Manifest
    folder: Path


class Snapshots:
    """The finished runs of one data folder. Safe to share between threads."""

    def __init__(self, data_dir: Path, *, cache_bytes: int = 256 * 1024 * 1024) -> None:
        """Look at `data_dir`, which need not exist yet, keeping at most `cache_bytes` of tables in memory."""
        self._data_dir = data_dir
        self._cache_bytes = cache_bytes
        self._known: dict[Path, Snapshot] = {}
        self._frames: OrderedDict[Path, pl.DataFrame] = OrderedDict()
        self._lock = Lock()

    def all(self) -> tuple[Snapshot, ...]:
        """Every finished run, the newest `as_of` first, and of one date the last completed first."""
        return tuple(snapshot for day in self._days() for snapshot in self._runs_of(day))

    def find(self, run_id: str | None = None) -> Snapshot:
        """The run of that id; without one the current run: the last completed of the newest `as_of`.

        Raises:
            NotFoundError: no finished run has that id.
            NotReadyError: no run has finished yet.
            SnapshotUnreadableError: the manifest is broken.
        """
        if run_id is None:
            current = next((runs[0] for day in self._days() if (runs := self._runs_of(day))), None)
            if current is None:
                raise NotReadyError(
                    "The data folder holds no finished run.",
                    remedy="Make one with `riskmon run` or `riskmon demo`, or correct RISKMON_DATA_DIR.",
                )
            return current
        # Names are compared, never joined to a path: an id from outside cannot leave the data folder.
        folders = (
            folder for day in self._days() for folder in _finished(day) if folder.name == f"run_id={run_id}"
        )
        folder = next(folders, None)
        if folder is None:
            raise NotFoundError(
                f"No finished run has the id {run_id!r}.",
                remedy="List the runs and take an id from there, or leave the run out for the current one.",
            )
        return self._open(folder)

    def at(self, as_of: date | None, known_at: date | None) -> Snapshot:
        """The last completed run of a date, or of the newest one, that looked only at what was known on another.

        Raises:
            NotFoundError: there is no such run.
            NotReadyError: no run has finished yet.
            SnapshotUnreadableError: a manifest is broken.
        """
        runs = (run for day in self._days() for run in self._runs_of(day))
        for run in runs:
            dates = run.manifest.as_of, run.manifest.known_at
            if dates == (as_of or dates[0], known_at or dates[1]):
                return run
        named = [f"as of {as_of}"] * (as_of is not None) + [f"known at {known_at}"] * (known_at is not None)
        raise NotFoundError(
            f"No finished run stands {' and '.join(named)}.",
            remedy="Make it with `riskmon run` and the same --as-of and --known-at; it stands beside the others.",
        )

    def before(self, as_of: date, level: str) -> Snapshot | None:
        """The last completed run of one perimeter at the newest `as_of` before a date that has one.

        Raises:
            SnapshotUnreadableError: a manifest on the way there is broken.
        """
        try:
            days = self._days()
        except NotReadyError:
            return None
        earlier = (day for day in days if day.name < f"as_of={as_of}")
        runs = (run for day in earlier for run in self._runs_of(day) if run.manifest.level == level)
        return next(runs, None)

    def table(self, snapshot: Snapshot, name: str) -> pl.LazyFrame:
        """One output table of a snapshot with `row_number` before its declared columns, in the stored order.

        Raises:
            SnapshotUnreadableError: the file is missing, broken, or has other columns than were declared.
        """
        path = snapshot.folder / f"{name}.parquet"
        with self._lock:
            if path in self._frames:
                self._frames.move_to_end(path)
                return self._frames[path].lazy()
        try:
            rows = pl.scan_parquet(path, row_index_name=ROW_NUMBER, glob=False, hive_partitioning=False)
            if dict(rows.collect_schema()) != {ROW_NUMBER: pl.get_index_type(), **OUTPUT_TABLES[name].schema}:
                raise _unreadable(snapshot.folder, f"the columns of {name} are not those of this version")
            if path.stat().st_size >= SCANNED_FROM_BYTES:
                return rows
            frame = rows.collect()
        except (OSError, pl.exceptions.PolarsError) as error:
            raise _unreadable(snapshot.folder, f"the table {name} is missing or broken") from error
        self._keep(path, frame)
        return frame.lazy()

    def inputs(self, snapshot: Snapshot, only: Collection[str] | None = None) -> dict[str, pl.DataFrame]:
        """The tables that a run was made of, as they were read, by name; of those named in `only` the ones that are there.

        A column that the contract got after the run is there and empty, as of a bank that does not deliver it.

        Raises:
            SnapshotUnreadableError: the run was written without them, or a file is broken.
        """
        folder = snapshot.folder / INPUTS
        if not any(folder.glob("*.parquet")):
            raise _unreadable(snapshot.folder, "it was written without its inputs")
        try:
            return {name: _of_today(name, rows) for name, rows in read_inputs(folder, only).items()}
        except (OSError, pl.exceptions.PolarsError) as error:
            raise _unreadable(snapshot.folder, "its inputs are broken") from error

    def _keep(self, path: Path, frame: pl.DataFrame) -> None:
        """Remember a table, forgetting those that were not asked for longest until the bound holds."""
        with self._lock:
            self._frames[path] = frame
            while sum(kept.estimated_size() for kept in self._frames.values()) > self._cache_bytes:
                self._frames.popitem(last=False)

    def _days(self) -> list[Path]:
        """The folders of the dates, newest first."""
        try:
            days = [
                path for path in self._data_dir.iterdir() if path.name.startswith("as_of=") and path.is_dir()
            ]
        except OSError as error:
            raise NotReadyError(
                "The data folder cannot be read.",
                remedy="Make a run with `riskmon run` or `riskmon demo`, or correct RISKMON_DATA_DIR.",
            ) from error
        return sorted(days, reverse=True)

    def _runs_of(self, day: Path) -> list[Snapshot]:
        """The finished runs of one date, the last completed first."""
        runs = [self._open(folder) for folder in _finished(day)]
        return sorted(runs, key=lambda run: (run.manifest.sequence, run.manifest.run_id), reverse=True)

    def _open(self, folder: Path) -> Snapshot:
        if folder not in self._known:
            self._known[folder] = Snapshot(_read_manifest(folder), folder)
        return self._known[folder]


def _of_today(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of an input table with every column that it may have today."""
    known = INPUT_TABLES[name].columns if name in INPUT_TABLES else ()
    later = {each.frame_name: each.dtype for each in known if each.frame_name not in rows.columns}
    return rows.with_columns(pl.lit(None, dtype=dtype).alias(column) for column, dtype in later.items())


def _finished(day: Path) -> Iterator[Path]:
    """The folders of the finished runs of one date."""
    return (folder for folder in day.glob("run_id=*") if (folder / MANIFEST_NAME).is_file())


def _read_manifest(folder: Path) -> Manifest:
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST_NAME).read_bytes())
    except (OSError, ValidationError) as error:
        raise _unreadable(folder, "its manifest is broken") from error
    if (f"as_of={manifest.as_of}", f"run_id={manifest.run_id}") != (folder.parent.name, folder.name):
        raise _unreadable(folder, "its manifest is that of another run")
    return manifest


def _unreadable(folder: Path, fault: str) -> SnapshotUnreadableError:
    return SnapshotUnreadableError(
        f"The snapshot {folder.parent.name}/{folder.name} cannot be read: {fault}.",
        why="An answer from a damaged snapshot could be wrong without a sign.",
        remedy="Move that folder away and make the run again.",
    )
