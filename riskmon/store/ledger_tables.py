"""Tables of the ledger beside its records: what is open, and answers that were given."""

from typing import Final

from sqlalchemy import Column, ForeignKeyConstraint, Index, Table, Text

from riskmon.store.tables import METADATA, Instant

OPEN: Final = Table(
    "ledger_open",
    METADATA,
    Column("earmark_id", Text, primary_key=True, nullable=False),
    Column("expires_at", Instant, nullable=False),
    ForeignKeyConstraint(["earmark_id"], ["earmarks.earmark_id"]),
    Index("ix_ledger_open_expires_at", "expires_at"),
    sqlite_strict=True,
)
"""The earmarks that nobody has ended, and when each ends by itself: so many rows as are open, however many there were."""

ANSWERS: Final = Table(
    "idempotency_answers",
    METADATA,
    Column("caller", Text, primary_key=True, nullable=False),
    Column("key", Text, primary_key=True, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_at", Instant, nullable=False),
    Index("ix_idempotency_answers_answered_at", "answered_at"),
    sqlite_strict=True,
)
"""What a request with a key of the caller's own was answered. fingerprint: of its method, path and body; answer: JSON."""
