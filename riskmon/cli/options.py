"""The options that several commands share, and how their text becomes values."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from riskmon.domain.errors import CallerError
from riskmon.domain.terms import Level
from riskmon.operations.settings import read_settings
from riskmon.rulebook.select import Selection, select

DEFAULT_BOOKS = "cn_large_exposures,cn_group_credit,basel_lex,example_policy"

Input = Annotated[Path, typer.Option("--input", help="Folder with the bank's tables (CSV or Parquet).")]
AsOf = Annotated[str, typer.Option("--as-of", help="Business date of the facts, YYYY-MM-DD.")]
KnownAt = Annotated[
    str | None, typer.Option("--known-at", help="Use only what was known on this date; default: --as-of.")
]
Books = Annotated[
    str, typer.Option("--books", help="Books to apply, joined by commas; a path names a bank's own.")
]
LevelOption = Annotated[Level | None, typer.Option("--level", help="Perimeter: solo or consolidated.")]
Choose = Annotated[
    list[str] | None,
    typer.Option("--choose", help="BOOK.CHOICE=VALUE, repeatable: a reading the book offers."),
]
Mapping = Annotated[
    Path | None, typer.Option("--mapping", help="TOML file with the bank's own column names.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
DataFolder = Annotated[
    Path | None,
    typer.Option("--data", help="Data folder of past runs; default: RISKMON_DATA_DIR or ./riskmon-data."),
]


def parse_date(text: str, option: str) -> date:
    """A date of the command line."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    # Weeks and dates without hyphens are ISO as well; a slip of the pen could pass for one of them.
    if found is None or found.isoformat() != text:
        raise CallerError(
            f"{option} is not a date: {text!r}.", remedy="Write it as YYYY-MM-DD, for example 2026-06-30."
        )
    return found


def parse_choices(given: list[str] | None, folder: Path) -> dict[str, str]:
    """The choices of the command line over those of `choices.toml` in the input folder.

    The file holds one table a book: `[basel_lex]` with `collateral = "simple"`.
    """
    choices = _choices_of_file(folder / "choices.toml")
    for text in given or []:
        name, found, value = text.partition("=")
        if not found or "." not in name:
            raise CallerError(
                f"--choose {text!r} is not BOOK.CHOICE=VALUE.", remedy="Example: basel_lex.collateral=simple."
            )
        choices[name.strip()] = value.strip()
    return choices


def selection(
    books: str, as_of: str, known_at: str | None, level: Level | None, choices: dict[str, str]
) -> Selection:
    """The books of a run from the command line's words."""
    return select(
        [name.strip() for name in books.split(",") if name.strip()],
        as_of=parse_date(as_of, "--as-of"),
        known_at=parse_date(known_at, "--known-at") if known_at else None,
        level=level,
        choices=choices,
    )


def data_folder(given: Path | None) -> Path:
    """The data folder: as given, else as the environment says."""
    return given or read_settings().data_dir


def _choices_of_file(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        return {
            f"{book}.{name}": str(value) for book, values in tables.items() for name, value in values.items()
        }
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError, OSError) as error:
        raise CallerError(
            f"{path} cannot be read as choices: {error}.",
            remedy='It holds one table a book, for example [basel_lex] with collateral = "simple".',
        ) from error
