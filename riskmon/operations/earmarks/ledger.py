"""The ledger as the verbs see it: a database with one writer, a measure for every run, and how long an earmark may stand."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from riskmon.domain.clock import now
from riskmon.operations.earmarks.answers import Answer
from riskmon.operations.earmarks.measured import Measures
from riskmon.operations.earmarks.tasks import Task, perform
from riskmon.store.database import Database, Place
from riskmon.store.group_commit import GroupCommit
from riskmon.store.ledger import Publication, current_publication, recorded_now
from riskmon.store.schema import open_to_write
from riskmon.store.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Ledger:
    """An open ledger. Safe to share between threads."""

    database: Database
    measures: Measures
    most_hours: int
    writer: GroupCommit[Task, Answer | None]
    seen: deque[tuple[Publication | None, datetime]]
    """The run in force and the instant of the last transaction."""

    def ask(self, task: Task) -> Answer | None:
        """Have a task done; None where it was made for another run than the one in force.

        Raises:
            StoreError: the database cannot be written to.
        """
        return self.writer.submit(task).result()

    def now(self, *, afresh: bool = False) -> tuple[Publication | None, datetime]:
        """The run in force, None before the first, and the instant: never behind one that was recorded.

        It is as the last transaction saw it, which the next one holds it against; afresh: as it is.
        """
        if self.seen and not afresh:
            publication, at = self.seen[-1]
            return publication, max(at, self.database.clock())
        with self.database.reading() as connection:
            return current_publication(connection), recorded_now(connection, self.database.clock)


@contextmanager
def open_ledger(
    place: Place, measures: Measures, *, most_hours: int, clock: Callable[[], datetime] = now
) -> Iterator[Ledger]:
    """The ledger in a database, which is made first if it is an embedded one that nobody has written to.

    Raises:
        StoreError: the database cannot be written to.
    """
    database = open_to_write(place, clock=clock)
    seen: deque[tuple[Publication | None, datetime]] = deque(maxlen=1)

    def performed(sheet: Sheet, tasks: Sequence[Task]) -> Sequence[Answer | None]:
        seen.append((sheet.publication, sheet.at))
        return perform(sheet, tasks)

    writer = GroupCommit(database, performed)
    try:
        yield Ledger(database, measures, most_hours, writer, seen)
    finally:
        writer.close()
        database.close()
