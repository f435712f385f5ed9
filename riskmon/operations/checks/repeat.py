"""Asking a check again: what it rested on is put together as its receipt says."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from riskmon.domain.errors import CallerError
from riskmon.operations.assessments import reading
from riskmon.operations.checks.check_deals import Body, answer
from riskmon.operations.checks.decision_book import decision_book
from riskmon.operations.checks.desk import Desk
from riskmon.operations.checks.reading import declared_digest
from riskmon.operations.checks.receipt import Receipt
from riskmon.operations.limits.known import approved_limits
from riskmon.operations.limits.terms import declared_rows
from riskmon.store.database import Place
from riskmon.store.snapshots import Snapshots
from riskmon.store.waivers import Allowance, allowances


def repeat_check(snapshots: Snapshots, place: Place, receipt: Receipt) -> Body:
    """The answer of a check once more, from the snapshot, limits and claims that it rested on.

    It is the same bit for bit as long as the program is: `code` in the receipt of the new answer says whether it is.

    Raises:
        NotFoundError: the run is not there any more.
        CallerError: the limits that counted cannot be found, or the rules of the run are not at hand.
        StoreError: the database cannot be read.
    """
    declared = None if receipt.limits is None else _declared(place, receipt.limits)
    decisions = decision_book(snapshots, receipt.run_id, declared)
    claims = {
        (each.book_id, each.limit_id, each.subject_kind, each.subject_id): each.amount_minor
        for each in receipt.claims
    }
    allowed = _allowances(place, receipt.waivers)
    desk = Desk(decisions, receipt.today, receipt.most_days, claims, allowances=allowed)
    return answer(desk, receipt.deals, is_chinese=receipt.lang == "zh")


def _allowances(place: Place, ids: Sequence[str]) -> list[Allowance]:
    """What these waivers allowed."""
    if not ids:
        return []
    with reading(place) as database:
        found = []
        if database is not None:
            with database.reading() as connection:
                found = [each for each in allowances(connection, date.min) if each.proposal_id in ids]
    if len(found) < len(set(ids)):
        raise CallerError(
            "The waivers that counted then are not in this database.",
            why="Without them another answer would be given.",
            remedy="Name the database that the check was answered from.",
        )
    return found


def _declared(place: Place, digest: str) -> pl.DataFrame:
    """The declared limits as they were when they had this digest. They only ever grow by approvals, one after the other."""
    approved = approved_limits(place, date.max)
    for count in range(len(approved), -1, -1):
        rows = declared_rows(approved[:count])
        if declared_digest(rows) == digest:
            return rows
    raise CallerError(
        "The limits that counted then are not in this database.",
        why="Under other limits another answer would be given.",
        remedy="Name the database that the check was answered from.",
    )
