"""The table of the audit: every write, chained by hashes in one order."""

from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from riskmon.store.tables import METADATA, Instant

_COUNTED: Final = BigInteger().with_variant(Integer(), "sqlite")

AUDIT_ENTRIES: Final = Table(
    "audit_entries",
    METADATA,
    Column("sequence", _COUNTED, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("reason", Text),
    Column("position", _COUNTED),
    Column("previous_hash", Text),
    Column("hash", Text),
    Unique("position"),
    CheckConstraint("trim(\"by\") <> ''", name="by_said"),
    CheckConstraint("trim(action) <> ''", name="action_said"),
    CheckConstraint(
        "(position IS NULL) = (hash IS NULL) AND (position IS NULL) = (previous_hash IS NULL)",
        name="seal_whole",
    ),
    sqlite_strict=True,
)
"""What was written, by whom, when and why, with its state before and after as canonical JSON.

sequence: counts writing, which is not the order of commits. position, previous_hash, hash: the seal, given afterwards and
once; positions have no holes, and each hash covers the entry, its position and the hash before it.
"""

WRITTEN: Final = ("sequence", "at", "by", "action", "subject", "before", "after", "reason")
"""The columns that are there from the first, the others are the seal."""

SEAL: Final = ("position", "previous_hash", "hash")
