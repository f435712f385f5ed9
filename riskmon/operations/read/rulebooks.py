"""The books of a run, their limits and every other entry, each with the place where it is written."""

from contextlib import suppress

from riskmon.domain.errors import NotFoundError
from riskmon.operations.citations import Said
from riskmon.operations.read.items import Item, stamp
from riskmon.operations.read.paging import Body, PageRequest, Where, open_list
from riskmon.operations.recorded import applied_edition
from riskmon.rulebook.base import Entry
from riskmon.rulebook.model import Edition, Limit, choice_value
from riskmon.store.snapshots import BookRecord, Manifest, Snapshots


def rulebooks(snapshots: Snapshots, page: PageRequest) -> Body:
    """The books that the run applied; the catalogue of the signals comes last."""
    place = open_list(snapshots, page, "rulebooks")
    return place.take_items([book_item(book) for book in _applied(place.snapshot.manifest)])


def rulebook(snapshots: Snapshots, book_id: str, run_id: str | None = None) -> Body:
    """One book of the run with every entry of its edition.

    Raises:
        NotFoundError: the run did not apply the book, or its text is not at hand.
    """
    manifest = snapshots.find(run_id).manifest
    book = next((book for book in _applied(manifest) if book.book_id == book_id), None)
    if book is None:
        raise NotFoundError(
            f"The run {manifest.run_id} did not apply a book {book_id!r}.",
            remedy=f"It applied: {', '.join(book.book_id for book in _applied(manifest))}.",
        )
    edition = applied_edition(book)
    return {
        **stamp(manifest),
        "book": book_item(book),
        "entries": [_entry(edition, entry, book) for entry in edition.entries()],
    }


def limits(snapshots: Snapshots, page: PageRequest, where: Where) -> Body:
    """The limits in force in the run, by book and in the book's order.

    Filters: `book_id`, `limit_id`, `capital_base`, `measure`, `is_hard`.
    """
    place = open_list(snapshots, page, "limits")
    return place.take_items(_listed(place.snapshot.manifest, where))


def titles(snapshots: Snapshots, run_id: str | None = None) -> dict[str, Said]:
    """What the books of a run are called, by `book_id`, and their limits, by `book_id/limit_id`.

    Limits of a book whose text is not at hand are left out.
    """
    found = {}
    for book in _applied(snapshots.find(run_id).manifest):
        found[book.book_id] = Said(book.title, book.title_zh or book.title)
        with suppress(NotFoundError):
            for limit in applied_edition(book).limit:
                found[f"{book.book_id}/{limit.id}"] = Said(limit.title, limit.title_zh)
            for trigger in applied_edition(book).class_trigger:
                found[f"{book.book_id}/{trigger.id}"] = Said(trigger.title, trigger.title_zh)
    return found


def _is_in_force(entry: Entry, book: BookRecord) -> bool:
    return all(choice_value(book.choices.get(name, "")) == value for name, value in entry.when.items())


def _applied(manifest: Manifest) -> tuple[BookRecord, ...]:
    named = (*manifest.books, manifest.early_warning)
    classes = manifest.asset_classification
    return named if classes is None or classes in manifest.books else (*named, classes)


def book_item(book: BookRecord) -> Item:
    """A book as the run applied it, without its entries."""
    return book.model_dump(mode="json", exclude={"edition", "borrowed"})


def _listed(manifest: Manifest, where: Where) -> list[Item]:
    """The limits in force for which every filter holds. Only the books that can hold one are opened."""
    books = [book for book in manifest.books if where.get("book_id") in (None, book.book_id)]
    listed = [
        _limit(edition, limit)
        for book, edition in ((book, applied_edition(book)) for book in books)
        for limit in edition.limit
        if _is_in_force(limit, book)
    ]
    return [item for item in listed if all(item[name] == value for name, value in where.items())]


def _limit(edition: Edition, limit: Limit) -> Item:
    return {
        "book_id": edition.id,
        "limit_id": limit.id,
        "title": limit.title,
        "title_zh": limit.title_zh,
        "subject_kinds": list(limit.subjects),
        "applies_to": limit.applies_to,
        "measure": limit.measure,
        "capital_base": limit.base,
        "ratio": str(limit.ratio),
        "is_hard": limit.is_hard,
        "warning_lines": [
            {"warning_level": level, "share": str(share)} for level, share in limit.warning.lines()
        ],
        "clause": edition.clause(limit),
        "certainty": limit.source.certainty,
    }


def _entry(edition: Edition, entry: Entry, book: BookRecord) -> Item:
    rule = entry.model_dump(mode="json", exclude={"source", "when"}, exclude_defaults=True)
    return {
        "shape": type(entry).__name__,
        "clause": edition.clause(entry),
        "certainty": entry.source.certainty,
        "note": entry.source.note,
        "when": entry.when,
        "is_in_force": _is_in_force(entry, book),
        "rule": rule,
    }
