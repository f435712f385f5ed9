"""Waivers in the database: what a person asks to be allowed beyond a limit, and what another approved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, Column, Connection, Text, select

from riskmon.store.proposals import Proposal, Proposals
from riskmon.store.tables import LINE, MINOR, Day, proposal_tables

LineKey = tuple[str, str, str, str]
"""book_id, limit_id, subject_kind, subject_id."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """What is asked: on which line, how far beyond the limit, for how long and why.

    Attributes:
        amount_minor: in minor units of `currency`, the reporting currency of the run.
        valid_until: the last day (of UTC) on which it counts; it lapses by itself.
        groups: the parties whose groups it is counted against, blank between them.
    """

    book_id: str
    limit_id: str
    subject_kind: str
    subject_id: str
    amount_minor: int
    currency: str
    valid_until: date
    groups: str
    run_id: str
    reason: str

    @property
    def line(self) -> LineKey:
        """What it is on."""
        return self.book_id, self.limit_id, self.subject_kind, self.subject_id


WAIVER_PROPOSALS, WAIVER_DECISIONS = proposal_tables(
    "waiver",
    *(Column(name, Text, nullable=False) for name in LINE),
    Column("amount_minor", MINOR, nullable=False),
    Column("currency", Text, nullable=False),
    Column("valid_until", Day, nullable=False),
    Column("groups", Text, nullable=False),
    Column("run_id", Text, nullable=False),
    CheckConstraint("amount_minor > 0", name="amount_positive"),
    CheckConstraint("valid_until >= substr(proposed_at, 1, 10)", name="valid_until_ahead"),
)
"""What a person asks to be allowed beyond one limit on one subject."""

WAIVERS: Final = Proposals(WAIVER_PROPOSALS, WAIVER_DECISIONS, Waiver)
"""What persons ask for beyond limits."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How far an approved waiver lets a line be passed, and until when."""

    line: LineKey
    amount_minor: int
    valid_until: date
    proposal_id: str


def allowances(connection: Connection, day: date) -> list[Allowance]:
    """What approved waivers that have not lapsed on a day allow, by line and id."""
    columns = [WAIVER_PROPOSALS.c[name] for name in (*LINE, "amount_minor", "valid_until", "proposal_id")]
    approved = (
        select(*columns)
        .join_from(
            WAIVER_PROPOSALS,
            WAIVER_DECISIONS,
            WAIVER_PROPOSALS.c.proposal_id == WAIVER_DECISIONS.c.proposal_id,
        )
        .where(WAIVER_DECISIONS.c.decision == "approved", WAIVER_PROPOSALS.c.valid_until >= day)
    )
    rows = connection.execute(approved.order_by(*columns[:4], columns[-1]))
    return [Allowance((row[0], row[1], row[2], row[3]), *row[4:]) for row in rows]


def waived(connection: Connection, at: datetime) -> dict[LineKey, int]:
    """By line, how far live waivers let it be passed together, in minor units."""
    return summed(allowances(connection, _day(at)))


def summed(found: Iterable[Allowance]) -> dict[LineKey, int]:
    """By line, how far allowances let it be passed together."""
    sums: dict[LineKey, int] = {}
    for each in found:
        sums[each.line] = sums.get(each.line, 0) + each.amount_minor
    return sums


def live_waivers(connection: Connection, at: datetime) -> list[Proposal[Waiver]]:
    """The waivers that are approved and have not lapsed, in the order of approval."""
    found = WAIVERS.approved(connection, date.max)
    return [each for each in found if each.content.valid_until >= _day(at)]


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
