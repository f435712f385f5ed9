"""The finished runs, and whether there is one to answer from."""

from riskmon.domain.errors import NotFoundError
from riskmon.operations.read.items import Item, items, stamp
from riskmon.operations.read.paging import Body, PageRequest, decode, encode
from riskmon.operations.read.rulebooks import book_item
from riskmon.store.snapshots import Manifest, Snapshots

_LIST = "runs"


def runs(snapshots: Snapshots, page: PageRequest) -> Body:
    """Every finished run, the newest date first and of one date the last completed first.

    A run that finishes between two pages stands before them: the cursor names the run to go on with.
    """
    manifests = [snapshot.manifest for snapshot in snapshots.all()]
    first = 0 if page.cursor is None else _position(manifests, decode(page.cursor, _LIST)[0])
    end = first + page.limit
    return {
        "items": [_overview(m, is_current=m is manifests[0]) for m in manifests[first:end]],
        "next": encode([manifests[end].run_id, _LIST, 0]) if end < len(manifests) else None,
    }


def run(snapshots: Snapshots, run_id: str) -> Body:
    """One run: its books, the hashes of its inputs and code, and what it could not evaluate.

    Raises:
        NotFoundError: there is no such run.
    """
    snapshot = snapshots.find(run_id)
    manifest = snapshot.manifest
    not_evaluated = snapshots.table(snapshot, "not_evaluated").collect()
    return {
        **_overview(manifest, is_current=manifest == snapshots.find().manifest),
        **manifest.model_dump(mode="json", include={"inputs", "code"}),
        "books": [book_item(book) for book in manifest.books],
        "early_warning": book_item(manifest.early_warning),
        "asset_classification": book_item(classes) if (classes := manifest.asset_classification) else None,
        "not_evaluated": items(not_evaluated, manifest.currency),
    }


def readiness(snapshots: Snapshots) -> Body:
    """The run that answers now.

    Raises:
        NotReadyError: no run has finished, or the data folder cannot be read.
        SnapshotUnreadableError: the current run is damaged.
    """
    manifest = snapshots.find().manifest
    return {"status": "ready", "run_id": manifest.run_id, "as_of": manifest.as_of.isoformat()}


def _overview(manifest: Manifest, *, is_current: bool) -> Item:
    said = manifest.model_dump(mode="json", include={"known_at", "level", "completed_at", "counts"})
    return {
        **stamp(manifest),
        **said,
        "book_ids": [book.book_id for book in manifest.books],
        "is_current": is_current,
    }


def _position(manifests: list[Manifest], run_id: str) -> int:
    for position, manifest in enumerate(manifests):
        if manifest.run_id == run_id:
            return position
    raise NotFoundError(
        "The run that the cursor goes on with is gone.", remedy="List the runs from the beginning."
    )
