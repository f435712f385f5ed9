"""What a finished run was asked for, read back from its manifest."""

from riskmon.domain.errors import CallerError
from riskmon.domain.terms import Level
from riskmon.operations.read.rulebooks import applied_edition
from riskmon.rulebook.loader import LoadedEdition
from riskmon.rulebook.select import Selection, select
from riskmon.store.snapshots import Manifest


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
