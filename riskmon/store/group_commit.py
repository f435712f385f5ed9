"""Group commit: few threads write, and all who ask while they write share the next transaction and its wait for the disk."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final, Generic, TypeVar

from sqlalchemy.exc import IntegrityError

from riskmon.domain.errors import StoreError
from riskmon.store.database import Database
from riskmon.store.sheet import Sheet

AnyTask = TypeVar("AnyTask")
AnyResult = TypeVar("AnyResult")

MOST: Final = 128
"""How many tasks share one transaction at most."""

WRITERS: Final = 3
"""Threads that write to PostgreSQL."""

TRIES: Final = 5
"""How often a task is tried that collides with what another server writes at the same time."""


class GroupCommit(Generic[AnyTask, AnyResult]):
    """Does tasks in transactions that they share. Safe to use from any thread, until it is closed."""

    def __init__(
        self,
        database: Database,
        perform: Callable[[Sheet, Sequence[AnyTask]], Sequence[AnyResult]],
        *,
        writers: int = WRITERS,
    ) -> None:
        """Begin. perform: decides tasks on the sheet of one transaction, and answers each. writers: to PostgreSQL."""
        self._database, self._perform = database, perform
        self._queue: SimpleQueue[tuple[AnyTask, Future[AnyResult]] | None] = SimpleQueue()
        # PostgreSQL has several writers at once, who lock what they count; one waits for it while another counts.
        count = writers if database.engine.dialect.name == "postgresql" else 1
        self._threads = [Thread(target=self._work, name="ledger", daemon=True) for _ in range(count)]
        for each in self._threads:
            each.start()

    def submit(self, task: AnyTask) -> "Future[AnyResult]":
        """Have a task done. What it answers is durable once the future has it."""
        future: Future[AnyResult] = Future()
        self._queue.put((task, future))
        return future

    def close(self) -> None:
        """Do what was submitted, and end."""
        for _ in self._threads:
            self._queue.put(None)
        for each in self._threads:
            each.join()

    def _work(self) -> None:
        is_open = True
        while is_open:
            waiting = [self._queue.get()]
            while len(waiting) < MOST and waiting[-1] is not None:
                try:
                    waiting.append(self._queue.get_nowait())
                except Empty:
                    break
            is_open = None not in waiting
            together = [each for each in waiting if each is not None]
            if together:
                self._do(together)

    def _do(self, together: Sequence[tuple[AnyTask, "Future[AnyResult]"]]) -> None:
        try:
            results = self._done([task for task, _ in together])
        except StoreError as error:
            # Whether it was kept is not known: who asks again under the same id is told.
            for _, future in together:
                future.set_exception(error)
        except Exception as error:  # noqa: BLE001  one task must not spoil what it shares a transaction with
            if len(together) == 1:
                self._alone(*together[0], error)
                return
            for each in together:
                self._do([each])
        else:
            for (_, future), result in zip(together, results, strict=True):
                future.set_result(result)

    def _alone(self, task: AnyTask, future: "Future[AnyResult]", error: Exception) -> None:
        """Once more what collided with another server; anything else is told to who asked."""
        for _ in range(TRIES):
            if not isinstance(error, IntegrityError):
                break
            try:
                future.set_result(self._done([task])[0])
            except Exception as again:  # noqa: BLE001  as above
                error = again
            else:
                return
        future.set_exception(error)

    def _done(self, tasks: Sequence[AnyTask]) -> Sequence[AnyResult]:
        with self._database.writing() as connection:
            sheet = Sheet(connection, self._database.clock)
            results = self._perform(sheet, tasks)
            sheet.write()
        return results
