"""Ask the rulebooks: what a book says on a date, how two editions differ, which clauses the engine applies."""

from dataclasses import dataclass
from datetime import date

from riskmon.domain.errors import CallerError
from riskmon.rulebook.coverage import Coverage, register
from riskmon.rulebook.diff import Change, compare, readable
from riskmon.rulebook.loader import LoadedEdition, editions_of, shipped_editions
from riskmon.rulebook.model import Edition
from riskmon.rulebook.select import edition_in_force

_SHAPES = (
    "choice",
    "grouping",
    "limit",
    "threshold",
    "look_through",
    "conversion_factor",
    "exemption",
    "simplified_method",
    "mitigation",
    "risk_weight",
    "haircut",
    "holding_period",
    "nominal_share",
    "supervisory_factor",
    "signal",
    "guarantee_network",
    "data_age",
)


@dataclass(frozen=True, slots=True)
class ShownBook:
    """One edition, to be read: `content` has every entry as it stands in the file, ratios as decimal text."""

    book_id: str
    title: str
    effective_from: date
    effective_to: date | None
    digest: str
    origin: str
    content: dict[str, object]
    text: str


@dataclass(frozen=True, slots=True)
class BookSummary:
    """One shipped edition in a list."""

    book_id: str
    title: str
    title_zh: str
    document: str
    jurisdiction: str
    effective_from: date
    digest: str


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """The rows of the register with a count of each status."""

    clauses: tuple[Coverage, ...]
    counts: dict[str, int]


def shipped() -> list[BookSummary]:
    """Every edition that ships, by book and date."""
    return [
        BookSummary(
            book_id=book_id,
            title=loaded.edition.title,
            title_zh=loaded.edition.title_zh,
            document=loaded.edition.document,
            jurisdiction=loaded.edition.jurisdiction,
            effective_from=loaded.edition.effective_from,
            digest=loaded.digest,
        )
        for book_id, editions in sorted(shipped_editions().items())
        for loaded in editions
    ]


def show(book: str, as_of: date | None = None) -> ShownBook:
    """The edition of a book, by id or path, in force at `as_of`; the newest without a date.

    Raises:
        CallerError: no such book, or no edition in force on that date.
    """
    loaded = _edition(book, as_of)
    edition = loaded.edition
    later = [
        e.edition.effective_from
        for e in editions_of(book)
        if e.edition.effective_from > edition.effective_from
    ]
    return ShownBook(
        book_id=edition.id,
        title=edition.title,
        effective_from=edition.effective_from,
        effective_to=min(later, default=None),
        digest=loaded.digest,
        origin=loaded.origin,
        content=edition.model_dump(mode="json", exclude_defaults=True),
        text=_text(edition),
    )


def diff(old: str, new: str) -> list[Change]:
    """What changes from one edition to another; each is `BOOK` (the newest) or `BOOK@YYYY-MM-DD`.

    Raises:
        CallerError: no such book, not a date, or no edition in force on it.
    """
    return compare(_edition(*_book_and_date(old)).edition, _edition(*_book_and_date(new)).edition)


def coverage(book: str | None = None) -> CoverageReport:
    """The clauses of one book, or of all, with what the engine does about each.

    Raises:
        CallerError: the register has no row of that book.
    """
    clauses = tuple(row for row in register() if book in (None, row.book))
    if not clauses:
        raise CallerError(
            f"The coverage register has no book {book!r}.",
            remedy=f"Choose from {', '.join(sorted({row.book for row in register()}))}.",
        )
    statuses = [row.status for row in clauses]
    return CoverageReport(
        clauses, {status: statuses.count(status) for status in ("implemented", "partial", "not")}
    )


def _edition(book: str, as_of: date | None) -> LoadedEdition:
    return editions_of(book)[-1] if as_of is None else edition_in_force(book, as_of)


def _book_and_date(wanted: str) -> tuple[str, date | None]:
    book, at, day = wanted.rpartition("@")
    if not at or wanted.endswith(".toml"):
        return wanted, None
    try:
        return book, date.fromisoformat(day)
    except ValueError as error:
        raise CallerError(
            f"{day!r} in {wanted!r} is not a date.",
            remedy="Write BOOK@YYYY-MM-DD, or only BOOK for its newest edition.",
        ) from error


def _text(edition: Edition) -> str:
    """The edition as a page of plain text: a line an entry, its clause and certainty at the end."""
    lines = [edition.title, f"{edition.document}, in force from {edition.effective_from}"]
    borrowed = {
        "measures as": edition.measures_of,
        "groups as": edition.grouping_of,
        "measures derivatives as": edition.counterparty_of,
        "takes haircuts as": edition.haircuts_of,
    }
    lines += [f"{how} {book}" for how, book in borrowed.items() if book]
    for name in ("measurement", "maturity_mismatch", "sa_ccr"):
        if (single := getattr(edition, name)) is not None:
            lines += ["", name.replace("_", " "), f"  {readable(_values(single.model_dump()))}"]
    for shape in _SHAPES:
        entries = getattr(edition, shape)
        lines += ["", shape.replace("_", " ")] if entries else []
        for entry in entries:
            source = f"[{entry.source.clause}; {entry.source.certainty}]"
            lines.append(f"  {readable(_values(entry.model_dump()))} {source}")
    return "\n".join(lines) + "\n"


def _values(stated: dict[str, object]) -> dict[str, object]:
    """What an entry states, without its source and its Chinese title."""
    return {name: value for name, value in stated.items() if name not in ("source", "title_zh")}
