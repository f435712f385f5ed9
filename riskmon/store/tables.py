"""The tables of the database, the same on both stores.

Instants and dates are ISO text: it sorts as time does, and reads the same in every tool. Rows are only ever added;
triggers of the migrations refuse to change or delete one.
"""

from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Dialect,
    ForeignKeyConstraint,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy import UniqueConstraint as Unique

METADATA: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Day(TypeDecorator[date]):
    """A date, kept as YYYY-MM-DD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """To text."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """From text."""
        return None if value is None else date.fromisoformat(value)


class Instant(TypeDecorator[datetime]):
    """An instant, kept in UTC to the microsecond."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """To text."""
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """From text."""
        return None if value is None else datetime.fromisoformat(value)


def _is_said(column: str) -> CheckConstraint:
    return CheckConstraint(f"trim({column}) <> ''", name=f"{column}_said")


PROPOSALS: Final = Table(
    "assessment_proposals",
    METADATA,
    Column("proposal_id", Text, primary_key=True, nullable=False),
    Column("relationship_id", Text, nullable=False),
    Column("source_party_id", Text, nullable=False),
    Column("target_party_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("basis", Text),
    Column("assessment", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("valid_until", Day),
    Column("run_id", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    CheckConstraint("assessment IN ('confirmed', 'rejected', 'doubtful')", name="assessment_known"),
    _is_said("reason"),
    _is_said("proposed_by"),
    CheckConstraint("valid_until >= substr(proposed_at, 1, 10)", name="valid_until_ahead"),
    Unique("proposal_id", "proposed_by"),
    sqlite_strict=True,
)
"""What a person proposes about one relationship, with the run in which it was seen and what it was then."""

DECISIONS: Final = Table(
    "assessment_decisions",
    METADATA,
    Column("proposal_id", Text, primary_key=True, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("note", Text),
    ForeignKeyConstraint(
        ["proposal_id", "proposed_by"],
        ["assessment_proposals.proposal_id", "assessment_proposals.proposed_by"],
    ),
    CheckConstraint("decision IN ('approved', 'declined', 'withdrawn')", name="decision_known"),
    _is_said("decided_by"),
    CheckConstraint(
        "(decision = 'withdrawn') = (lower(trim(decided_by)) = lower(trim(proposed_by)))", name="two_persons"
    ),
    sqlite_strict=True,
)
"""What became of a proposal: one row ends it. Only another person approves or declines; the proposer withdraws."""
