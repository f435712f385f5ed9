"""The tables of the database, the same on both stores.

Instants and dates are ISO text: it sorts as time does, and reads the same in every tool. Rows are only ever added, and
triggers of the migrations refuse to change or delete one; only what the ledger counts anew with every run is written over.
"""

from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.schema import SchemaItem

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


def is_said(column: str) -> CheckConstraint:
    """A text that is not only blanks."""
    return CheckConstraint(f"trim({column}) <> ''", name=f"{column}_said")


def two_persons(proposed_by: str, approved_by: str) -> CheckConstraint:
    """Who approves is another person than who proposed. `hold_proposer` keeps the first name true on SQLite."""
    return CheckConstraint(f"lower(trim({approved_by})) <> lower(trim({proposed_by}))", name="two_persons")


def proposal_tables(kind: str, *content: SchemaItem) -> tuple[Table, Table]:
    """The proposals of one kind with what they are about, and the decisions on them, one for each.

    One row ends a proposal. Only another person approves or declines; the proposer withdraws.
    """
    proposals = Table(
        f"{kind}_proposals",
        METADATA,
        Column("proposal_id", Text, primary_key=True, nullable=False),
        *content,
        Column("reason", Text, nullable=False),
        Column("proposed_by", Text, nullable=False),
        Column("proposed_at", Instant, nullable=False),
        is_said("reason"),
        is_said("proposed_by"),
        Unique("proposal_id", "proposed_by"),
        sqlite_strict=True,
    )
    decisions = Table(
        f"{kind}_decisions",
        METADATA,
        Column("proposal_id", Text, primary_key=True, nullable=False),
        Column("proposed_by", Text, nullable=False),
        Column("decision", Text, nullable=False),
        Column("decided_by", Text, nullable=False),
        Column("decided_at", Instant, nullable=False),
        Column("note", Text),
        ForeignKeyConstraint(
            ["proposal_id", "proposed_by"],
            [proposals.c.proposal_id, proposals.c.proposed_by],
        ),
        CheckConstraint("decision IN ('approved', 'declined', 'withdrawn')", name="decision_known"),
        is_said("decided_by"),
        CheckConstraint(
            "(decision = 'withdrawn') = (lower(trim(decided_by)) = lower(trim(proposed_by)))",
            name="two_persons",
        ),
        sqlite_strict=True,
    )
    return proposals, decisions


PROPOSALS, DECISIONS = proposal_tables(
    "assessment",
    Column("relationship_id", Text, nullable=False),
    Column("source_party_id", Text, nullable=False),
    Column("target_party_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("basis", Text),
    Column("assessment", Text, nullable=False),
    Column("valid_until", Day),
    Column("run_id", Text, nullable=False),
    CheckConstraint("assessment IN ('confirmed', 'rejected', 'doubtful')", name="assessment_known"),
    CheckConstraint("valid_until >= substr(proposed_at, 1, 10)", name="valid_until_ahead"),
)
"""What a person proposes about one relationship, with the run in which it was seen and what it was then."""

MINOR: Final = BigInteger().with_variant(Integer(), "sqlite")
"""Minor units, 64 bits on both stores."""

PUBLICATIONS: Final = Table(
    "ledger_publications",
    METADATA,
    Column("generation", Integer, primary_key=True, nullable=False, autoincrement=False),
    Column("run_id", Text, nullable=False),
    Column("as_of", Day, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("level", Text, nullable=False),
    Column("books", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("published_by", Text, nullable=False),
    is_said("published_by"),
    Unique("run_id"),
    sqlite_strict=True,
)
"""The runs that earmarks were counted against, one after the other; the last is the one in force. books: blank between ids."""

EARMARKS: Final = Table(
    "earmarks",
    METADATA,
    Column("earmark_id", Text, primary_key=True, nullable=False),
    Column("obligor_id", Text, nullable=False),
    Column("amount_minor", MINOR, nullable=False),
    Column("currency", Text, nullable=False),
    Column("deal", Text, nullable=False),
    Column("hours", Integer, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("placed_at", Instant, nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
    CheckConstraint("amount_minor > 0", name="amount_positive"),
    CheckConstraint("expires_at > placed_at", name="expires_later"),
    is_said("earmark_id"),
    is_said("placed_by"),
    Index("ix_earmarks_placed_at", "placed_at"),
    sqlite_strict=True,
)
"""Claims on headroom as they were placed, under the caller's own id. deal: canonical JSON; amount: in the deal's currency."""

RESOLUTIONS: Final = Table(
    "earmark_resolutions",
    METADATA,
    Column("earmark_id", Text, primary_key=True, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("amount_minor", MINOR),
    Column("facility_id", Text),
    Column("reason", Text),
    Column("resolved_at", Instant, nullable=False),
    Column("resolved_by", Text, nullable=False),
    ForeignKeyConstraint(["earmark_id"], ["earmarks.earmark_id"]),
    CheckConstraint("outcome IN ('confirmed', 'released', 'expired')", name="outcome_known"),
    CheckConstraint("(outcome = 'confirmed') = (amount_minor IS NOT NULL)", name="amount_of_confirmed"),
    CheckConstraint("amount_minor > 0", name="amount_positive"),
    CheckConstraint("outcome = 'confirmed' OR facility_id IS NULL", name="facility_of_confirmed"),
    is_said("resolved_by"),
    Index("ix_earmark_resolutions_resolved_at", "resolved_at"),
    sqlite_strict=True,
)
"""How an earmark ended: one row, once. amount: what was confirmed, in the deal's currency."""

BOOKINGS: Final = Table(
    "earmark_bookings",
    METADATA,
    Column("earmark_id", Text, primary_key=True, nullable=False),
    Column("facility_id", Text, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("booked_at", Instant, nullable=False),
    ForeignKeyConstraint(["earmark_id"], ["earmark_resolutions.earmark_id"]),
    Unique("facility_id"),
    sqlite_strict=True,
)
"""The facility that took the place of a confirmed earmark, and the run that it arrived in: one for one."""


LINE: Final = ("book_id", "limit_id", "subject_kind", "subject_id")
"""What tells a line, one limit on one subject, from every other."""


def _line() -> list[Column[str]]:
    return [Column(name, Text, primary_key=True, nullable=False) for name in LINE]


LINES: Final = Table(
    "ledger_lines",
    METADATA,
    *_line(),
    Column("is_hard", Integer, nullable=False),
    Column("room_minor", MINOR),
    Column("earmarked_minor", MINOR, nullable=False),
    CheckConstraint("is_hard IN (0, 1)", name="is_hard_known"),
    CheckConstraint("earmarked_minor >= 0", name="earmarked_not_negative"),
    sqlite_strict=True,
)
"""Lines that live earmarks touch. room: limit less exposure of the published run, null where it is unknown; earmarked: the sum of the claims."""

CLAIMS: Final = Table(
    "ledger_claims",
    METADATA,
    Column("earmark_id", Text, primary_key=True, nullable=False),
    *_line(),
    Column("amount_minor", MINOR, nullable=False),
    ForeignKeyConstraint(["earmark_id"], ["earmarks.earmark_id"]),
    CheckConstraint("amount_minor > 0", name="amount_positive"),
    sqlite_strict=True,
)
"""What each live earmark claims of each line, in minor units of the reporting currency."""
