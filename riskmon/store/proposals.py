"""Proposals of any kind, each with the decision that ended it: one person proposes, another decides, nothing is changed."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from secrets import token_hex
from typing import Any, Final, Generic, Literal, TypeVar

from sqlalchemy import Connection, RowMapping, Select, Table, insert, select

from riskmon.store.audit import AuditEntry, record
from riskmon.store.outbox import Event, announce

Decision = Literal["approved", "declined", "withdrawn"]
Content = TypeVar("Content")
Transaction = Connection
"""What a verb passes on of its own transaction, and asks nothing of."""

_ID_BYTES: Final = 6


@dataclass(frozen=True, slots=True)
class Proposal(Generic[Content]):
    """A proposal; `state` is open until one decision ends it."""

    proposal_id: str
    content: Content
    proposed_by: str
    proposed_at: datetime
    state: Literal["open"] | Decision
    decided_by: str | None
    decided_at: datetime | None
    note: str | None

    def is_approved_by(self, known_at: date) -> bool:
        """Whether it was approved on or before a day (of UTC)."""
        return (
            self.state == "approved"
            and self.decided_at is not None
            and self.decided_at.astimezone(UTC).date() <= known_at
        )


@dataclass(frozen=True, slots=True)
class Proposals(Generic[Content]):
    """Where proposals of one kind are kept.

    Attributes:
        table: the proposals, see `store.tables.proposal_tables`.
        decisions: what became of each.
        content: a dataclass; each field is a column of the table.
    """

    table: Table
    decisions: Table
    content: Callable[..., Content]

    @property
    def noun(self) -> str:
        """What is proposed, in a word: what the table is named after."""
        return self.table.name.removesuffix("_proposals")

    def add(self, connection: Connection, content: Content, by: str, at: datetime) -> Proposal[Content]:
        """Keep a proposal under a new id, which no slip of the pen turns into that of another."""
        proposal_id = token_hex(_ID_BYTES)
        said = {name: getattr(content, name) for name in self._names(content)}
        new = {"proposal_id": proposal_id, "proposed_by": by, "proposed_at": at}
        connection.execute(insert(self.table).values(**said, **new))
        reason = said.get("reason")
        entry = AuditEntry(f"{self.noun}.proposed", proposal_id, by, after=said, reason=reason)
        record(connection, entry, at)
        return Proposal(proposal_id, content, by, at, "open", None, None, None)

    def find(
        self, connection: Connection, proposal_id: str, *, locks: bool = False
    ) -> Proposal[Content] | None:
        """A proposal by its id. `locks`: nobody else decides it before this transaction ends."""
        is_it = self.table.c.proposal_id == proposal_id
        if locks:
            # The decision is read by a statement of its own: one that began before the lock was free would not see it.
            connection.execute(select(self.table.c.proposal_id).where(is_it).with_for_update())
        row = connection.execute(self._with_decisions().where(is_it)).mappings().first()
        return None if row is None else self._proposal(row)

    def decide(
        self,
        connection: Connection,
        proposal: Proposal[Content],
        decision: Decision,
        by: str,
        at: datetime,
        note: str | None,
    ) -> Proposal[Content]:
        """Keep what became of a proposal, which is returned as it stands now. An approval is told to others.

        Raises:
            IntegrityError: it has been decided, or by whom the two-person rule does not allow.
        """
        connection.execute(
            insert(self.decisions).values(
                proposal_id=proposal.proposal_id,
                proposed_by=proposal.proposed_by,
                decision=decision,
                decided_by=by,
                decided_at=at,
                note=note,
            )
        )
        action, before, after = f"{self.noun}.{decision}", {"state": proposal.state}, {"state": decision}
        entry = AuditEntry(action, proposal.proposal_id, by, before, after, note)
        record(connection, entry, at)
        if decision == "approved":
            announce(connection, self._approved(proposal, by), at)
        return Proposal(
            proposal.proposal_id,
            proposal.content,
            proposal.proposed_by,
            proposal.proposed_at,
            decision,
            by,
            at,
            note,
        )

    def all(self, connection: Connection) -> list[Proposal[Content]]:
        """Every proposal, oldest first."""
        ordered = self._with_decisions().order_by(self.table.c.proposed_at, self.table.c.proposal_id)
        return [self._proposal(row) for row in connection.execute(ordered).mappings()]

    def approved(self, connection: Connection, known_at: date) -> list[Proposal[Content]]:
        """Those approved on or before a day (of UTC), in the order of approval."""
        found = [each for each in self.all(connection) if each.is_approved_by(known_at)]
        return sorted(found, key=lambda each: (each.decided_at or each.proposed_at, each.proposal_id))

    def _approved(self, proposal: Proposal[Content], by: str) -> Event:
        """What others are told of an approval: which proposal, and who the two persons are. Its terms are in the list."""
        data = {
            "proposal_id": proposal.proposal_id,
            "proposed_by": proposal.proposed_by,
            "approved_by": by,
        }
        return Event(f"{self.noun}.approved", proposal.proposal_id, data)

    def _with_decisions(self) -> Select[Any]:
        decided = [column for column in self.decisions.c if column.name not in ("proposal_id", "proposed_by")]
        return select(*self.table.c, *decided).join_from(
            self.table,
            self.decisions,
            self.table.c.proposal_id == self.decisions.c.proposal_id,
            isouter=True,
        )

    def _proposal(self, row: RowMapping) -> Proposal[Content]:
        return Proposal(
            proposal_id=row["proposal_id"],
            content=self.content(**{name: row[name] for name in self._names(self.content)}),
            proposed_by=row["proposed_by"],
            proposed_at=row["proposed_at"],
            state=row["decision"] or "open",
            decided_by=row["decided_by"],
            decided_at=row["decided_at"],
            note=row["note"],
        )

    @staticmethod
    def _names(content: Any) -> tuple[str, ...]:  # noqa: ANN401
        return tuple(each.name for each in fields(content))
