"""Export: the parties and relationships of a bank's folder, or of a run, as a package of an open standard."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from riskmon.domain.clock import now
from riskmon.domain.errors import CallerError
from riskmon.ingest.mapping import read_mapping
from riskmon.ingest.sources import read_bank
from riskmon.operations.groups import REQUIRED_TABLES
from riskmon.reports.bods import Package, Publication, bods_package
from riskmon.store.snapshots import Snapshots

_LINES_SUFFIXES = (".jsonl", ".ndjson")

_AS_DELIVERED = ("valid_from", "valid_to", "known_since", "economic_bp", "recorded_by")
"""What a run does not judge by, and keeps with the rows that it was made of."""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What an export wrote, and what it could not say: table, what, row_count, reason."""

    statements: int
    untold: tuple[dict[str, Any], ...]
    file: Path

    def as_dict(self) -> dict[str, Any]:
        """The result as plain values, for JSON."""
        return {"statements": self.statements, "untold": list(self.untold), "file": str(self.file)}


def export_bods_of_folder(
    folder: Path,
    out: Path,
    *,
    publisher: str,
    published_on: date | None = None,
    mapping_file: Path | None = None,
) -> ExportResult:
    """Write a folder's parties and relationships as statements of the Beneficial Ownership Data Standard 0.4.

    Raises:
        CallerError: a folder or table that cannot be read, a file that cannot be written.
    """
    mapping = read_mapping(mapping_file) if mapping_file else None
    tables = read_bank(folder, mapping=mapping, tables=REQUIRED_TABLES, required=REQUIRED_TABLES)
    publication = Publication(published_on or now().date(), publisher)
    return _write(bods_package(tables["parties"], tables["relationships"], publication), out)


def export_bods_of_run(
    data_dir: Path, run_id: str | None, out: Path, *, publisher: str, published_on: date | None = None
) -> ExportResult:
    """Write the parties and relationships that a run rests on, as they were on its date.

    What the run judged by is said as it was judged; periods and shares of capital as the bank delivered them.
    published_on: the day of the package; by default the run's date.

    Raises:
        CallerError: no such run, a file that cannot be written.
    """
    store = Snapshots(data_dir)
    snapshot = store.find(run_id)
    parties, relationships = (store.table(snapshot, name).collect() for name in ("parties", "relationships"))
    publication = Publication(published_on or snapshot.manifest.as_of, publisher)
    delivered = (
        store.inputs(snapshot)["relationships"]
        .select("relationship_id", *_AS_DELIVERED)
        .unique("relationship_id")
    )
    named = relationships.rename({"evidence_text": "evidence"}).join(
        delivered, on="relationship_id", how="left", maintain_order="left"
    )
    return _write(bods_package(parties, named, publication), out)


def _write(package: Package, out: Path) -> ExportResult:
    is_lines = out.suffix in _LINES_SUFFIXES
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("w", encoding="utf-8") as file:
            file.writelines(_parts(package, is_lines=is_lines))
    except OSError as error:
        raise CallerError(
            f"{out} cannot be written: {error.strerror}.", remedy="Name another file."
        ) from error
    count = package.parties.height + package.relationships.height
    return ExportResult(count, tuple(package.untold.iter_rows(named=True)), out)


def _parts(package: Package, *, is_lines: bool) -> Iterator[str]:
    """The file in pieces: one statement a line, in an array with brackets and commas around them."""
    between, before = ("\n", "") if is_lines else (",\n", "[\n")
    is_first = True
    for statement in package.statements():
        yield (before if is_first else between) + json.dumps(statement, ensure_ascii=False)
        is_first = False
    if is_lines:
        yield "" if is_first else "\n"
    else:
        yield "[]\n" if is_first else "\n]\n"
