"""The files of the sample bank: one CSV a table, sorted by key, and `stories.json`."""

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from riskmon.frames.inputs import INPUT_TABLES, InputTable
from riskmon.samples.draft import REPORTING_CURRENCY, Draft
from riskmon.samples.lines import BOOKS, OTHER_BOOKS
from riskmon.samples.story import Story

STORIES_FILE = "stories.json"


def write_tables(folder: Path, draft: Draft) -> dict[str, int]:
    """Write every table that has a row; returns the number of rows by table, in the contract's order."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [table for table in INPUT_TABLES.values() if draft.rows[table.name]]
    for table in written:
        _write_table(folder / f"{table.name}.csv", table, draft)
    return {table.name: len(draft.rows[table.name]) for table in written}


def write_stories(folder: Path, draft: Draft, stories: Sequence[Story], *, seed: int) -> None:
    """Write what a run must find: the stories with their expected answers."""
    body = {
        "seed": seed,
        "as_of": draft.as_of.isoformat(),
        "books": sorted((*BOOKS, *OTHER_BOOKS)),
        "currency": REPORTING_CURRENCY,
        "stories": [asdict(story) for story in stories],
    }
    text = json.dumps(body, ensure_ascii=False, indent=2)
    (folder / STORIES_FILE).write_text(text + "\n", encoding="utf-8", newline="\n")


def _write_table(path: Path, table: InputTable, draft: Draft) -> None:
    """The columns that the contract requires or a row fills, in the contract's order, planted ones last."""
    rows = draft.rows[table.name]
    filled = {name for row in rows for name, text in row.items() if text}
    columns = [column.name for column in table.columns if column.is_required or column.name in filled]
    columns += [name for name in [draft.unknown_columns.get(table.name)] if name]
    lines = [[row.get(name, "") for name in columns] for row in rows]
    keys = [columns.index(name) for name in table.key if name in columns]

    def sort_key(line: list[str]) -> tuple[list[str], list[str]]:
        return [line[at] for at in keys], line

    ordered = sorted(lines, key=sort_key)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(ordered)
