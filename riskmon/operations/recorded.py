"""What a finished run was asked for, read back from its manifest."""

from pydantic import ValidationError

from riskmon.domain.errors import CallerError, NotFoundError
from riskmon.domain.terms import Level
from riskmon.rulebook.loader import LoadedEdition, shipped_editions
from riskmon.rulebook.model import Edition
from riskmon.rulebook.select import Selection, select
from riskmon.store.snapshots import BookRecord, Manifest


def selection_of(manifest: Manifest) -> Selection:
    """What a run was asked for: its dates and perimeter, its books as they were and the choices made.

    Raises:
        CallerError: a book that others lean on is not the one of the run any more.
        NotFoundError: the text of a book is not at hand.
    """
    books = [LoadedEdition(applied_edition(book), book.digest, book.book_id) for book in manifest.books]
    choices = {f"{b.book_id}.{name}": value for b in manifest.books for name, value in b.choices.items()}
    selection = select(
        books,
        as_of=manifest.as_of,
        known_at=manifest.known_at,
        level=Level(manifest.level),
        choices=choices,
    )
    then = {b.book_id: (b.digest, b.borrowed) for b in (*manifest.books, manifest.early_warning)}
    now = {b.id: (b.digest, dict(b.borrowed)) for b in (*selection.books, selection.early_warning)}
    changed = sorted(name for name in then if then[name] != now[name])
    if changed:
        raise CallerError(
            f"What the books {', '.join(changed)} lean on is not the same as in the run {manifest.run_id}.",
            why="A change of the rules would be taken for another change.",
            remedy="Run again and ask of the new run.",
        )
    return selection


def applied_edition(book: BookRecord) -> Edition:
    """What the run applied: as its manifest keeps it, else the shipped edition with the same hash.

    Raises:
        NotFoundError: it is not at hand, or was kept by a program that wrote rules in another shape.
    """
    if book.edition is not None:
        try:
            return Edition.model_validate(book.edition)
        except ValidationError as error:
            raise NotFoundError(
                f"The text of the book {book.book_id!r} is kept with the run in a shape that this program does not read.",
                why="A rule that is read wrongly would be applied wrongly.",
                remedy="Run again, or ask the version of riskmon that made the run.",
            ) from error
    for loaded in shipped_editions().get(book.book_id, ()):
        if loaded.digest == book.digest:
            return loaded.edition
    raise NotFoundError(
        f"The text of the book {book.book_id!r} that the run applied is not at hand.",
        why="Another edition of the same book could show other rules than those that were applied.",
        remedy="Read it in the file with the hash that the run names.",
    )
