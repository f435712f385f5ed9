"""Waivers as JSON-ready items, with what became of each and whether it counts."""

from collections.abc import Callable
from datetime import UTC, datetime

from riskmon.domain.clock import now
from riskmon.domain.money import decimal_text
from riskmon.operations.assessments import Item, decision_item, reading
from riskmon.store.database import Place
from riskmon.store.proposals import Proposal
from riskmon.store.waivers import WAIVERS, Waiver


def waivers(place: Place, *, is_live: bool | None = None, clock: Callable[[], datetime] = now) -> list[Item]:
    """Every waiver that was asked for, oldest first; only those that count now, or only those that do not.

    Raises:
        StoreError: the database cannot be read.
    """
    with reading(place) as database:
        if database is None:
            return []
        with database.reading() as connection:
            found = [waiver_item(each, clock()) for each in WAIVERS.all(connection)]
    return [each for each in found if is_live is None or each["is_live"] == is_live]


def waiver_item(proposal: Proposal[Waiver], at: datetime) -> Item:
    """A waiver as JSON-ready values. `is_live`: approved and not lapsed at an instant."""
    content = proposal.content
    has_lapsed = content.valid_until < at.astimezone(UTC).date()
    return {
        "proposal_id": proposal.proposal_id,
        "book_id": content.book_id,
        "limit_id": content.limit_id,
        "subject_kind": content.subject_kind,
        "subject_id": content.subject_id,
        "amount": decimal_text(content.amount_minor, content.currency),
        "currency": content.currency,
        "valid_until": content.valid_until.isoformat(),
        "groups": content.groups.split(),
        "run_id": content.run_id,
        "reason": content.reason,
        "is_live": proposal.state == "approved" and not has_lapsed,
        **decision_item(proposal),
    }
