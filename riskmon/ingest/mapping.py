"""The bank's own names: a TOML file that says which of its columns and files are ours.

[tables]
parties = "customers"       # customers.csv, customers.parquet or customers/

[parties]
party_id = "CUST_NO"        # our column = their column
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from riskmon.domain.errors import CallerError
from riskmon.frames.inputs import INPUT_TABLES

TABLES = "tables"
"""The section that names files; every other section names the columns of one table."""

Names = Mapping[str, Mapping[str, str]]
"""Sections of a mapping, each from our name to the bank's."""


def read_mapping(path: Path) -> dict[str, dict[str, str]]:
    """The sections of a mapping file.

    Raises:
        CallerError: the file cannot be read, or it names a table or column that the data contract does not know.
    """
    try:
        sections = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CallerError(
            f"The mapping {path} cannot be read: {error}.",
            why="Without it the bank's columns cannot be told apart.",
            remedy='Give a UTF-8 TOML file with lines such as `party_id = "CUST_NO"` under `[parties]`.',
        ) from error
    for name, section in sections.items():
        _check_section(path, name, section)
    return sections


def columns_of(names: Names | None, table: str) -> Mapping[str, str]:
    """Our column names of one table to the bank's, those that differ."""
    return (names or {}).get(table, {})


def file_stem(names: Names | None, table: str) -> str:
    """The name, without its ending, of the file or folder that holds a table."""
    return columns_of(names, TABLES).get(table, table)


def _check_section(path: Path, name: str, section: object) -> None:
    if name != TABLES and name not in INPUT_TABLES:
        raise _unknown(path, f"the section [{name}]", [TABLES, *INPUT_TABLES])
    if not isinstance(section, dict) or not all(isinstance(theirs, str) for theirs in section.values()):
        raise CallerError(
            f"[{name}] of the mapping {path} is not a list of names.",
            remedy='Write each line as our name = "their name".',
        )
    known = list(INPUT_TABLES) if name == TABLES else [column.name for column in INPUT_TABLES[name].columns]
    for ours in section:
        if ours not in known:
            raise _unknown(path, f"{ours!r} in [{name}]", known)


def _unknown(path: Path, what: str, known: list[str]) -> CallerError:
    return CallerError(
        f"The mapping {path} has {what}, which the data contract does not know.",
        why="A line that maps nothing would be taken for one that does.",
        remedy=f"Our name stands on the left, theirs on the right. Known here: {', '.join(known)}.",
    )
