"""Proposing limits: what the bank's own limits are to be, looked at on a run before anybody else sees it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

import polars as pl

from riskmon.domain.clock import now
from riskmon.domain.person import person
from riskmon.operations.limits.known import approved_limits
from riskmon.operations.limits.own_headroom import own_headroom
from riskmon.operations.limits.terms import LimitTerms, as_content, declared_rows
from riskmon.store.database import Place
from riskmon.store.limits import DECLARATIONS, Declared
from riskmon.store.proposals import Proposal
from riskmon.store.schema import open_to_write
from riskmon.store.snapshots import Snapshot, Snapshots


class ProposeLimitOutcome(StrEnum):
    """What became of the wish to propose; the order is that of precedence: of several that hold, the first."""

    NAME_MISSING = "name_missing"
    REASON_MISSING = "reason_missing"
    UNTIL_PAST = "until_past"
    LIMIT_UNKNOWN = "limit_unknown"
    NOT_TESTABLE = "not_testable"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class LimitWish:
    """The limits that a person wants to count together, each as of its own dates."""

    limits: tuple[LimitTerms, ...]
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """The outcome, the proposal that was kept, if it was, and what else the outcome is about."""

    outcome: ProposeLimitOutcome
    proposal: Proposal[Declared] | None = None
    detail: str = ""


def propose_limits(
    snapshots: Snapshots, place: Place, wish: LimitWish, *, clock: Callable[[], datetime] = now
) -> Proposed:
    """Propose limits that the current run could test. wish: as `terms.read_terms` gives them.

    Raises:
        StoreError: the database cannot be written to. One that is embedded is made where there is none.
        NotReadyError: there is no run to look at them on.
    """
    by, reason = person(wish.by), wish.reason.strip()
    if not by:
        return Proposed(ProposeLimitOutcome.NAME_MISSING)
    if not reason:
        return Proposed(ProposeLimitOutcome.REASON_MISSING)
    today = clock().astimezone(UTC).date()
    over = [each.limit_id for each in wish.limits if each.valid_to is not None and each.valid_to < today]
    if over:
        return Proposed(ProposeLimitOutcome.UNTIL_PAST, detail=", ".join(over))
    snapshot = snapshots.find()
    content = Declared(as_content(wish.limits), reason, snapshot.manifest.run_id)
    unknown, untested = _gaps(snapshots, snapshot, place, content, wish.limits)
    if unknown:
        return Proposed(ProposeLimitOutcome.LIMIT_UNKNOWN, detail=", ".join(unknown))
    if untested:
        return Proposed(ProposeLimitOutcome.NOT_TESTABLE, detail="; ".join(untested))
    database = open_to_write(place, clock=clock)
    try:
        with database.writing() as connection:
            kept = DECLARATIONS.add(connection, content, by, database.clock())
        return Proposed(ProposeLimitOutcome.PROPOSED, kept)
    finally:
        database.close()


def as_if_approved(proposed: Declared, at: datetime) -> Proposal[Declared]:
    """The content of a proposal as it would stand once somebody had approved it."""
    return Proposal("", proposed, "", at, "approved", None, at, None)


def _gaps(
    snapshots: Snapshots,
    snapshot: Snapshot,
    place: Place,
    content: Declared,
    limits: tuple[LimitTerms, ...],
) -> tuple[list[str], list[str]]:
    """The limits that are to end and are none, and what could not be tested, on any day that it is to count."""
    approved = approved_limits(place, date.max)
    stands = own_headroom(snapshots, snapshot, declared_rows(approved))
    delivered = snapshots.table(snapshot, "bank_limits").select("limit_id").collect()["limit_id"]
    known = {*delivered, *declared_rows(approved)["limit_id"]}
    unknown = [each.limit_id for each in limits if each.is_ended and each.limit_id not in known]
    # Looked at as if they counted today: what is wrong with a limit must not come out only when it begins.
    rows = declared_rows([*approved, as_if_approved(content, snapshot.manifest.completed_at)])
    is_new = pl.col("proposal_id") == ""
    undated = pl.when(is_new & ~pl.col("is_ended")).then(None)
    looked = own_headroom(
        snapshots,
        snapshot,
        rows.with_columns(
            valid_from=undated.otherwise("valid_from"), valid_to=undated.otherwise("valid_to")
        ).cast(rows.schema),
    )
    before = set(stands.not_evaluated.select("item", "missing").iter_rows())
    gaps = [
        f"{row['item'].removeprefix('bank_limits/')}: {row['effect']} Missing: {row['missing']}"
        for row in looked.not_evaluated.iter_rows(named=True)
        if (row["item"], row["missing"]) not in before
    ]
    refused = set(stands.findings.select("finding_code", "row_count").iter_rows())
    faults = [
        f"{', '.join(row['sample'])}: {row['message']}"
        for row in looked.findings.filter(
            pl.col("finding_code").is_in(["reference_missing", "rate_missing"])
        ).iter_rows(named=True)
        if (row["finding_code"], row["row_count"]) not in refused
    ]
    return unknown, gaps + faults
