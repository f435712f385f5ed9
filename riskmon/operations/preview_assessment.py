"""What would change if a proposal were approved: the stages run without it and with it, and what differs is told."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import polars as pl

from riskmon.domain.clock import now
from riskmon.groups.history import RunTables, group_changes
from riskmon.operations.assessments import assessments_known, item
from riskmon.operations.differing import differing, differing_limits
from riskmon.operations.open_proposal import open_proposal
from riskmon.operations.read.items import Item, items, stamp
from riskmon.operations.recorded import selection_of
from riskmon.operations.rerun import Tables, outputs_with
from riskmon.rulebook.select import Selection
from riskmon.store.assessments import ASSESSMENTS, Assessed, approved_rows
from riskmon.store.database import Place
from riskmon.store.proposals import Proposal
from riskmon.store.snapshots import Snapshots

_SUBJECT: Final = ["book_id", "subject_kind", "subject_id"]
_NOBODY = "(not approved yet)"


def preview(
    snapshots: Snapshots,
    place: Place,
    proposal_id: str,
    *,
    clock: Callable[[], datetime] = now,
) -> Item:
    """What the current run would say otherwise if an open proposal were approved.

    Both sides are computed anew on the tables that the run kept: without the proposal, under every assessment approved by
    today, and with it. Everything else is as the run knew it.

    Returns the run, `proposal`, `assessment_before` and `assessment_after` of its relationship (null where the run
    does not show it), and what differs: `group_changes` as a run tells them; `exposures` of obligors and groups;
    `limits` with exposure, limit and headroom on both sides and `breach` (new, cured, stays, gone with its subject, or
    null). Amounts are decimal text; null stands where there is no such subject or it is unknown.

    Raises:
        NotFoundError: there is no such proposal.
        CallerError: it is decided, or the rules of the run are not at hand any more.
        SnapshotUnreadableError: the tables of the run are damaged.
    """
    proposal = open_proposal(place, ASSESSMENTS, proposal_id, command="relationship")
    snapshot = snapshots.find()
    manifest = snapshot.manifest
    selection = selection_of(manifest)
    tables = snapshots.inputs(snapshot)
    approved = assessments_known(place, clock().astimezone(UTC).date())
    before = outputs_with(tables, selection, approved)
    after = outputs_with(tables, selection, pl.concat([approved, _as_if_approved(proposal, clock())]))
    currency = manifest.currency
    relationship_id = proposal.content.relationship_id
    return {
        **stamp(manifest),
        "proposal": item(proposal),
        "assessment_before": _assessment(before, relationship_id),
        "assessment_after": _assessment(after, relationship_id),
        "group_changes": items(_group_changes(before, after, selection), currency),
        "exposures": items(_exposures(before, after), currency),
        "limits": items(differing_limits(before["headroom"], after["headroom"]), currency),
    }


def _as_if_approved(proposal: Proposal[Assessed], at: datetime) -> pl.DataFrame:
    content = approved_rows([proposal])
    return content.with_columns(
        approved_by=pl.lit(_NOBODY), approved_at=pl.lit(at).cast(content.schema["approved_at"])
    )


def _assessment(tables: Tables, relationship_id: str) -> str | None:
    return next(iter(tables["relationships"].filter(relationship_id=relationship_id)["assessment"]), None)


def _group_changes(before: Tables, after: Tables, selection: Selection) -> pl.DataFrame:
    books = {book.id: False for book in selection.books if book.grouping is not None}
    then, now_ = (RunTables(side["group_members"], side["relationships"]) for side in (before, after))
    return group_changes(then, now_, books)


def _exposures(before: Tables, after: Tables) -> pl.DataFrame:
    """Subjects whose exposure differs, now or if every doubt were confirmed."""
    sides = [
        pl.concat(
            side[f"{kind}_exposures"].select(
                "book_id",
                pl.lit(kind).alias("subject_kind"),
                pl.col(f"{kind}_id").alias("subject_id"),
                "exposure_minor",
                "if_confirmed_minor",
                "is_complete",
            )
            for kind in ("obligor", "group")
        )
        for side in (before, after)
    ]
    return differing(sides, _SUBJECT)
