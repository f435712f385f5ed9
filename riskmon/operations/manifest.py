"""The manifest: what a run was made of, so that it can be told from any other and made again."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from riskmon.ingest.files import find_tables
from riskmon.ingest.mapping import Names
from riskmon.operations.fingerprint import code_digest, digest_of, file_digest
from riskmon.rulebook.select import Book, Selection


def run_manifest(
    folder: Path,
    selection: Selection,
    tables: Mapping[str, pl.DataFrame],
    mapping: Names | None,
    compared_with: str | None,
) -> dict[str, Any]:
    """What the run was made of: `run_id` is the hash of inputs, assessments, declared limits, confirmed earmarks, choices, editions, code, earlier run.

    The run compared with is part of it because `group_changes` is made of it: one id, one content. Each book is kept
    with everything it says, each assessment and each declared limit in full: a bank's own file may be gone when an auditor asks. tables: `reporting`, `assessments`, `declared_limits` and `confirmed_earmarks`.
    """
    perimeter = tables["reporting"].row(0, named=True)
    classes = selection.asset_classification
    made_of = {
        "as_of": selection.as_of.isoformat(),
        "known_at": selection.known_at.isoformat(),
        "level": perimeter["level"],
        "books": [_record(book) for book in selection.books],
        "early_warning": _record(selection.early_warning),
        "asset_classification": _record(classes) if classes else None,
        "inputs": {name: file_digest(path) for name, path in find_tables(folder, mapping).items()},
        "assessments": approved_items(tables["assessments"]),
        "declared_limits": approved_items(tables["declared_limits"].drop("row_number", "faults")),
        "confirmed_earmarks": tables["confirmed_earmarks"].to_dicts(),
        "mapping": {section: dict(names) for section, names in (mapping or {}).items()},
        "code": code_digest(),
        "compared_with": compared_with,
    }
    return {
        **made_of,
        "run_id": digest_of(made_of)[:32],
        "currency": perimeter["currency"],
        "books": [_record(book) | _text(book) for book in selection.books],
        "early_warning": _record(selection.early_warning) | _text(selection.early_warning),
        "asset_classification": _record(classes) | _text(classes) if classes else None,
    }


def approved_items(assessments: pl.DataFrame) -> list[dict[str, Any]]:
    """What two persons approved, as JSON-ready rows."""
    return [
        {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
        for row in assessments.iter_rows(named=True)
    ]


def _record(book: Book) -> dict[str, Any]:
    return {
        "book_id": book.id,
        "title": book.edition.title,
        "title_zh": book.edition.title_zh,
        "effective_from": book.edition.effective_from.isoformat(),
        "document": book.edition.document,
        "digest": book.digest,
        "borrowed": dict(book.borrowed),
        "choices": dict(book.choices),
    }


def _text(book: Book) -> dict[str, Any]:
    return {"edition": book.edition.model_dump(mode="json")}
