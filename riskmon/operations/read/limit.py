"""One limit with what it asks and the subjects nearest to it."""

import polars as pl

from riskmon.domain.errors import NotFoundError
from riskmon.operations.read.items import items, stamp
from riskmon.operations.read.paging import Body, PageRequest
from riskmon.operations.read.rulebooks import limits
from riskmon.store.snapshots import ROW_NUMBER, Snapshot, Snapshots

NEAREST = 20
"""How many subjects are shown; all of them stand in the headroom list."""


def limit(snapshots: Snapshots, limit_reference: str, run_id: str | None = None) -> Body:
    """A limit by `book_id/limit_id`: its measure, base, ratio and clause, the subjects that use most of it, and its breaches.

    Raises:
        NotFoundError: the run did not test such a limit.
    """
    snapshot = snapshots.find(run_id)
    book_id, _, limit_id = limit_reference.partition("/")
    found = limits(snapshots, PageRequest(run_id), {"book_id": book_id, "limit_id": limit_id})["items"]
    if not isinstance(found, list) or not found:
        raise NotFoundError(
            f"The run {snapshot.manifest.run_id} tested no limit {limit_reference!r}.",
            remedy="A limit is named BOOK/LIMIT, for example cn_large_exposures/group; list the limits for their ids.",
        )
    rows = snapshots.table(snapshot, "headroom").filter(book_id=book_id, limit_id=limit_id)
    counts = rows.select(tested=pl.len(), over=pl.col("is_breach").sum()).collect()
    order = ["utilisation_ratio", "subject_kind", "subject_id"]
    nearest = (
        rows.sort(order, descending=[True, False, False], nulls_last=True).head(NEAREST).drop(ROW_NUMBER)
    )
    return {
        **stamp(snapshot.manifest),
        "limit": found[0],
        "subject_count": counts["tested"][0],
        "breach_count": counts["over"][0],
        "headroom": items(nearest.collect(), snapshot.manifest.currency),
        "breaches": items(_breaches(snapshots, snapshot, book_id, limit_id), snapshot.manifest.currency),
    }


def _breaches(snapshots: Snapshots, snapshot: Snapshot, book_id: str, limit_id: str) -> pl.DataFrame:
    """The greatest breaches of a limit, as facts of the run."""
    rows = snapshots.table(snapshot, "breaches").filter(book_id=book_id, limit_id=limit_id)
    order = ["excess_minor", "subject_kind", "subject_id"]
    return rows.sort(order, descending=[True, False, False]).head(NEAREST).drop(ROW_NUMBER).collect()
