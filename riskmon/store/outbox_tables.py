"""The tables of what is told to others: events in the order of telling, and what became of each delivery."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy import UniqueConstraint as Unique

from riskmon.store.tables import METADATA, Instant

_COUNTED: Final = BigInteger().with_variant(Integer(), "sqlite")

EVENTS: Final = Table(
    "outbox_events",
    METADATA,
    Column("sequence", _COUNTED, primary_key=True, autoincrement=True),
    Column("position", _COUNTED),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Unique("position"),
    Unique("event_id"),
    sqlite_strict=True,
)
"""What happened, written with what it tells of. data: JSON. sequence: counts writing, which is not the order of commits.

position: the order of telling, given afterwards; it has no holes, and nobody who saw one sees a lower one come later.
"""

DELIVERIES: Final = Table(
    "webhook_deliveries",
    METADATA,
    Column("endpoint_id", Text, primary_key=True, nullable=False),
    Column("position", _COUNTED, primary_key=True, nullable=False, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("last_at", Instant),
    Column("last_said", Text),
    ForeignKeyConstraint(["position"], ["outbox_events.position"]),
    CheckConstraint("state IN ('waiting', 'delivered', 'dead')", name="state_known"),
    CheckConstraint("attempts >= 0", name="attempts_not_negative"),
    Index("ix_webhook_deliveries_due", "state", "due_at"),
    sqlite_strict=True,
)
"""What became of telling one endpoint of one event. last_said: the status it answered, or why it did not."""
