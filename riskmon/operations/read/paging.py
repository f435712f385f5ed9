"""Pages of a list. A cursor names the run, the list and the last row given.

A stored table never changes, so its row numbers are a key that is unique and never null, whatever the table: a page
can neither repeat nor skip a row. A cursor stays with its run when a newer one arrives.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from riskmon.domain.errors import CallerError
from riskmon.operations.read.items import Item, items, stamp
from riskmon.store.snapshots import ROW_NUMBER, Snapshot, Snapshots

Body = dict[str, object]

Where = Mapping[str, str | bool]
"""Filters by name. Several hold together."""

_LAST_ROW_NUMBER = 2**32 - 2


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list is asked for: the run (None: the current one), where to go on, how many items.

    branches: those that the caller sees; None is all.
    """

    run_id: str | None = None
    cursor: str | None = None
    limit: int = 50
    branches: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: the run, the list, the number of its first row that may be given."""

    snapshot: Snapshot
    list_name: str
    first: int
    limit: int

    def take(self, rows: pl.LazyFrame) -> tuple[pl.DataFrame, str | None]:
        """The rows of the page, and the cursor of the next one if there is a next one.

        Columns in: row_number, rising.
        """
        page = rows.filter(pl.col(ROW_NUMBER) >= self.first).head(self.limit + 1).collect()
        if page.height <= self.limit:
            return page, None
        return page.head(self.limit), self._cursor(page.item(self.limit, ROW_NUMBER))

    def take_items(self, listed: list[Item]) -> Body:
        """The body of the page of a short list that is at hand in full."""
        end = self.first + self.limit
        following = self._cursor(end) if end < len(listed) else None
        return self.body(listed[self.first : end], following)

    def table_body(self, rows: pl.DataFrame, following: str | None) -> Body:
        """The body of a page of table rows."""
        return self.body(items(rows, self.snapshot.manifest.currency), following)

    def body(self, listed: list[Item], following: str | None) -> Body:
        """The body of a page: the run, the items, the cursor of the next page."""
        return {**stamp(self.snapshot.manifest), "items": listed, "next": following}

    def _cursor(self, first: int) -> str:
        return encode([self.snapshot.manifest.run_id, self.list_name, first])


def open_list(snapshots: Snapshots, page: PageRequest, list_name: str) -> Place:
    """The place where the page begins.

    Raises:
        CallerError: the cursor is not one of this list and run.
        NotFoundError: there is no such run.
    """
    if page.cursor is None:
        return Place(snapshots.find(page.run_id), list_name, 0, page.limit)
    run_id, first = decode(page.cursor, list_name)
    if page.run_id not in (None, run_id):
        raise _bad_cursor("belongs to another run")
    return Place(snapshots.find(run_id), list_name, first, page.limit)


def encode(place: list[str | int]) -> str:
    """A cursor: opaque to the caller, safe in an address."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def decode(cursor: str, list_name: str) -> tuple[str, int]:
    """The run and the row number that a cursor of this list names."""
    try:
        place = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _bad_cursor("is not one that was given out") from error
    match place:
        case [str(run_id), str(name), int(first)] if run_id.isascii() and 0 <= first <= _LAST_ROW_NUMBER:
            if name != list_name:
                raise _bad_cursor("belongs to another list")
            return run_id, first
        case _:
            raise _bad_cursor("is not one that was given out")


def _bad_cursor(fault: str) -> CallerError:
    return CallerError(
        f"The cursor {fault}.",
        remedy="Send `next` of the page before as it came, or leave the cursor out to begin again.",
    )
