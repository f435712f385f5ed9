"""Reading editions: the ones that ship in the package, and a bank's own by path.

An edition is a TOML file; fractions are read as exact decimals. Shipped editions live in
`books/<book id>/<effective from>.toml`.
"""

import hashlib
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from riskmon.domain.errors import CallerError
from riskmon.rulebook.model import Edition

BOOKS_FOLDER = Path(__file__).parent / "books"


@dataclass(frozen=True, slots=True)
class LoadedEdition:
    """An edition with the hash of its file, which a run's manifest records, and where it was read from."""

    edition: Edition
    digest: str
    origin: str


def parse_edition(text: str, *, origin: str) -> LoadedEdition:
    """Read one edition from TOML text; `origin` names it in errors."""
    try:
        edition = Edition.model_validate(tomllib.loads(text, parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        raise CallerError(
            f"The rulebook {origin} is not valid TOML: {error}.",
            why="A limit cannot be checked against a rule that cannot be read.",
            remedy="Correct the file at the place named.",
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the edition"
        raise CallerError(
            f"The rulebook {origin} is broken at {place}: {first['msg']} ({error.error_count()} faults in all).",
            why="A rule that does not fit the model would be applied wrongly or not at all.",
            remedy="Compare the entry with a shipped edition, for example `riskmon rulebook show example_policy`.",
        ) from error
    return LoadedEdition(edition, hashlib.sha256(text.encode()).hexdigest(), origin)


@cache
def shipped_editions() -> dict[str, tuple[LoadedEdition, ...]]:
    """Every edition in the package by book id, oldest first."""
    books: dict[str, list[LoadedEdition]] = {}
    for path in sorted(BOOKS_FOLDER.glob("*/*.toml")):
        loaded = parse_edition(path.read_bytes().decode(), origin=f"{path.parent.name}/{path.name}")
        books.setdefault(loaded.edition.id, []).append(loaded)
    return {
        book_id: tuple(sorted(editions, key=lambda e: e.edition.effective_from))
        for book_id, editions in books.items()
    }


def editions_of(name: str) -> tuple[LoadedEdition, ...]:
    """The editions of a shipped book by its id, or of a bank's own file by its path."""
    if name in shipped_editions():
        return shipped_editions()[name]
    path = Path(name)
    if path.suffix == ".toml":
        try:
            return (parse_edition(path.read_bytes().decode(), origin=name),)
        except (OSError, UnicodeDecodeError) as error:
            raise CallerError(
                f"The rulebook file {name} cannot be read: {error}.",
                remedy="Check the path; the file is UTF-8 TOML.",
            ) from error
    raise CallerError(
        f"There is no book {name!r}.",
        why="A run applies exactly the books that are named.",
        remedy=f"Choose from {', '.join(sorted(shipped_editions()))}, or give the path of a .toml file.",
    )
