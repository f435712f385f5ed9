"""Running the monitor: from a bank's folder to a stored snapshot with groups, exposures, limits and signals."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import polars as pl

from riskmon.domain.errors import CallerError
from riskmon.domain.money import decimal_text
from riskmon.frames.inputs import INPUT_TABLES
from riskmon.ingest.mapping import Names, read_mapping
from riskmon.ingest.original import original_rows
from riskmon.ingest.sources import read_bank
from riskmon.operations.assessments import assessments_known
from riskmon.operations.attribution.runs import with_attribution
from riskmon.operations.breaches import with_breaches
from riskmon.operations.confirmed_earmarks import earmarks_confirmed
from riskmon.operations.history import earlier_run, with_changes
from riskmon.operations.limits.known import limits_known
from riskmon.operations.manifest import run_manifest
from riskmon.operations.output import output_tables
from riskmon.pipeline import STAGES, advance
from riskmon.rulebook.select import Selection
from riskmon.store.database import Place, place_of
from riskmon.store.snapshot_writer import kept_inputs, write_snapshot
from riskmon.store.snapshots import Snapshots

Progress = Callable[[str], None]
"""Told the name of each step as it begins."""

REQUIRED_TABLES = tuple(table.name for table in INPUT_TABLES.values() if table.is_required)


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run: where it stands, what it counted, and how long each step took in seconds."""

    folder: Path
    is_new: bool
    manifest: Mapping[str, Any]
    tables: Mapping[str, pl.DataFrame]
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def has_broken_hard_limit(self) -> bool:
        """Whether some subject is over a hard limit."""
        return bool(self.tables["breaches"]["is_hard"].any())


def run_monitor(
    folder: Path,
    selection: Selection,
    data: Path,
    *,
    mapping_file: Path | None = None,
    progress: Progress | None = None,
    database: Place | None = None,
) -> RunResult:
    """Runs every stage over a bank's folder, with what persons decided by then, and stores the outcome.

    Args:
        folder: the bank's tables.
        selection: date, perimeter, books and choices.
        data: the data folder the snapshot goes to.
        mapping_file: TOML file with the bank's own table and column names.
        progress: told each step.
        database: where the assessments are; embedded in the data folder if not given.

    Raises:
        CallerError: what the bank handed in cannot be read or computed at all.
        StoreError: the database cannot be read. A data folder without one runs as it is.
    """
    seconds: dict[str, float] = {}
    tell = progress or (lambda _: None)
    mapping = read_mapping(mapping_file) if mapping_file else None
    place = database or place_of(data)
    with contextlib.ExitStack() as until_stored:
        with _timed("ingest", seconds, tell):
            tables = read_bank(folder, mapping=mapping, required=REQUIRED_TABLES)
            tables["declared_limits"] = limits_known(place, selection.known_at)
            inputs = until_stored.enter_context(kept_inputs(data, tables))
        tables["assessments"] = assessments_known(place, selection.known_at)
        tables["confirmed_earmarks"] = earmarks_confirmed(place, selection.known_at)
        for name, stage in STAGES:
            with _timed(name, seconds, tell), overflow_explained(name):
                tables = advance(tables, selection, stage)
        with _timed("compare", seconds, tell):
            earlier = earlier_run(data, selection, tables["reporting"]["level"][0])
            manifest = run_manifest(folder, selection, tables, mapping, earlier.run_id)
            outputs = with_changes(output_tables(tables), earlier, selection)
            outputs = with_attribution(outputs, earlier, Snapshots(data), selection, inputs.tables)
            outputs = with_breaches(outputs, earlier, selection)
        with _timed("store", seconds, tell):
            manifest["counts"] = _counts(tables, outputs)
            quarantine = _quarantine(folder, tables["quarantine_rows"], mapping)
            written = write_snapshot(data, manifest, outputs, quarantine, inputs)
    return RunResult(written.folder, written.is_new, manifest, outputs, seconds)


def summary(result: RunResult) -> dict[str, Any]:
    """The run as data: ids, counts, breaches, raised signals, what could not be evaluated; amounts as decimal text."""
    currency = result.manifest["currency"]
    breaches = [
        {
            "book_id": row["book_id"],
            "limit_id": row["limit_id"],
            "subject_kind": row["subject_kind"],
            "subject_id": row["subject_id"],
            "exposure": decimal_text(row["exposure_minor"], currency),
            "limit": decimal_text(row["limit_minor"], currency),
            "excess": decimal_text(row["excess_minor"], currency),
            "currency": currency,
            "clause": row["clause"],
        }
        for row in result.tables["breaches"].iter_rows(named=True)
    ]
    raised = result.tables["signals"].filter(pl.col("state") == "raised")
    return {
        "run_id": result.manifest["run_id"],
        "as_of": result.manifest["as_of"],
        "books": [book["book_id"] for book in result.manifest["books"]],
        "out": str(result.folder),
        "counts": result.manifest["counts"],
        "breaches": breaches,
        "signals": raised.select("signal_id", "subject_kind", "subject_id", "severity").to_dicts(),
        "not_evaluated": result.tables["not_evaluated"].to_dicts(),
    }


@contextlib.contextmanager
def _timed(name: str, seconds: dict[str, float], tell: Progress) -> Iterator[None]:
    tell(name)
    start = perf_counter()
    yield
    seconds[name] = perf_counter() - start


@contextlib.contextmanager
def overflow_explained(stage: str) -> Iterator[None]:
    """A sum beyond 64 bits stops the run with a message; it never wraps and never ends in a traceback."""
    try:
        yield
    except pl.exceptions.InvalidOperationError as error:
        if "i128" not in str(error):
            raise
        raise CallerError(
            f"An amount or a sum in the stage {stage!r} does not fit into 64 bits of minor units.",
            why="A total that wrapped would look small.",
            remedy="Look for amounts in the wrong unit: no bank's total has more than 18 digits of minor units.",
        ) from error


def _counts(tables: Mapping[str, pl.DataFrame], outputs: Mapping[str, pl.DataFrame]) -> dict[str, int]:
    return {
        "parties": tables["parties"].filter(pl.col("kind") != "anonymous").height,
        "obligors": tables["exposures"]["obligor_key"].n_unique(),
        "facilities": tables["facilities"].height,
        "relationships": tables["relationships"].filter(~pl.col("is_suggested")).height,
        "groups": tables["groups"].filter(pl.col("member_count") > 1).height,
        "findings": outputs["findings"].height,
        "quarantined": tables["quarantine_rows"].height,
    }


def _quarantine(folder: Path, refused: pl.DataFrame, mapping: Names | None) -> dict[str, pl.DataFrame]:
    """Refused rows as they came, with their finding codes, by input table."""
    found = {}
    for (name,), rows in sorted(refused.group_by("table")):
        codes = rows.sort("row_number").select("row_number", "finding_codes")
        original = original_rows(folder, mapping, str(name), codes["row_number"])
        # A delivered column of the same name keeps its name: the row stays as it came.
        ours = {column: _free_name(column, original.columns) for column in codes.columns}
        found[str(name)] = pl.concat([original, codes.rename(ours)], how="horizontal")
    return found


def _free_name(name: str, taken: Sequence[str]) -> str:
    """The name, with underscores after it until it is none of those taken."""
    return _free_name(f"{name}_", taken) if name in taken else name
