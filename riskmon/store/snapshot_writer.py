"""Writing a run: one folder of Parquet tables and a manifest, complete or not there at all.

`DATA/as_of=YYYY-MM-DD/run_id=<hash>/`, with the refused rows as they came in `quarantine/` and all that was read
in `inputs/`. The folder is written under a temporary name beside its place and renamed when everything in it is on disk,
so that a reader never sees half a run. The inputs are written as soon as they are read, and taken in at the end.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from riskmon.domain.clock import now
from riskmon.domain.errors import CallerError, SnapshotUnreadableError
from riskmon.frames.outputs import OUTPUT_TABLES

MANIFEST = "manifest.json"
QUARANTINE = "quarantine"
INPUTS = "inputs"


@dataclass(frozen=True, slots=True)
class Written:
    """Where a run stands, and whether it had been there before."""

    folder: Path
    is_new: bool


def run_folder(data: Path, as_of: str, run_id: str) -> Path:
    """The place of a run."""
    return data / f"as_of={as_of}" / f"run_id={run_id}"


def read_inputs(folder: Path, only: Collection[str] | None = None) -> dict[str, pl.DataFrame]:
    """The tables in a folder of inputs, by name; of those named in `only` the ones that are there."""
    return {
        path.stem: pl.read_parquet(path, glob=False, hive_partitioning=False)
        for path in sorted(folder.glob("*.parquet"))
        if only is None or path.stem in only
    }


@dataclass(frozen=True, slots=True)
class KeptInputs:
    """The tables that a run is made of, on disk while it goes on, so that it need not hold them."""

    folder: Path

    def tables(self) -> dict[str, pl.DataFrame]:
        """The tables once more, as they were read."""
        return read_inputs(self.folder)


@contextmanager
def kept_inputs(data: Path, tables: Mapping[str, pl.DataFrame]) -> Iterator[KeptInputs]:
    """Keeps the tables in the data folder until `write_snapshot` takes them into its run; what no run takes is deleted.

    They stand in a hidden folder that no reader looks into. Only a process that is killed leaves it behind.
    """
    with _written_to(data):
        data.mkdir(parents=True, exist_ok=True)
        scratch = TemporaryDirectory(prefix=".inputs-", dir=data, ignore_cleanup_errors=True)
    with scratch as name:
        kept = KeptInputs(Path(name, INPUTS))
        with _written_to(data):
            _write_tables(kept.folder, tables)
        yield kept


def write_snapshot(
    data: Path,
    manifest: Mapping[str, Any],
    tables: Mapping[str, pl.DataFrame],
    quarantine: Mapping[str, pl.DataFrame],
    inputs: KeptInputs,
) -> Written:
    """Writes every output table, the quarantine, the inputs and the manifest. An identical run finds its folder and keeps it.

    Args:
        data: the data folder.
        manifest: what was run, with as_of and run_id; `sequence` and `completed_at` are stamped here.
        tables: every table of OUTPUT_TABLES in its shape.
        quarantine: refused rows as they came, by input table.
        inputs: the tables as they were read, refused rows included, so that the run can be made again without the
            bank's folder; they become part of the run.
    """
    place = run_folder(data, manifest["as_of"], manifest["run_id"])
    with _written_to(data), _only_writer(place.parent):
        if (place / MANIFEST).is_file():
            return Written(place, is_new=False)
        workplace = place.with_name(f".{place.name}.writing")
        shutil.rmtree(workplace, ignore_errors=True)
        _write_tables(workplace, {name: tables[name] for name in OUTPUT_TABLES})
        _write_tables(workplace / QUARANTINE, quarantine)
        inputs.folder.rename(workplace / INPUTS)
        stamped = {
            **manifest,
            "sequence": _next_sequence(place.parent),
            "completed_at": now().isoformat(),
        }
        text = json.dumps(stamped, ensure_ascii=False, indent=2, sort_keys=True)
        (workplace / MANIFEST).write_text(text + "\n", encoding="utf-8")
        shutil.rmtree(place, ignore_errors=True)
        workplace.rename(place)
    return Written(place, is_new=True)


@contextmanager
def _written_to(data: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CallerError(
            f"The run cannot be written to {data}: {error}.",
            why="A run that is not stored cannot be read or replayed.",
            remedy="Check that the folder is writable and has room, or name another with --out.",
        ) from error


@contextmanager
def _only_writer(day: Path) -> Iterator[None]:
    """Waits until no other process writes a run of the date; the lock ends with the process that holds it."""
    day.mkdir(parents=True, exist_ok=True)
    handle = os.open(day, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write_tables(folder: Path, frames: Mapping[str, pl.DataFrame]) -> None:
    folder.mkdir(parents=True)
    for name, rows in frames.items():
        # Statistics cost writing time and prune nothing: what readers ask for stands in every part.
        rows.write_parquet(
            folder / f"{name}.parquet", compression="zstd", compression_level=1, statistics=False
        )


def _next_sequence(day: Path) -> int:
    """One more than the last completed run of the date."""
    return max((_sequence(path) for path in day.glob(f"run_id=*/{MANIFEST}")), default=0) + 1


def _sequence(manifest: Path) -> int:
    try:
        return int(json.loads(manifest.read_text(encoding="utf-8"))["sequence"])
    except (ValueError, KeyError, TypeError) as error:
        raise SnapshotUnreadableError(
            f"The manifest {manifest} is broken.",
            why="Which run of the date is the current one cannot be told.",
            remedy="Move that folder away and make the run again.",
        ) from error
