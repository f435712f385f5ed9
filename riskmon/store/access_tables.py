"""The tables of keys: each as it was handed out, who approved it, and who took it back."""

from typing import Final

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Integer, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from riskmon.store.tables import METADATA, Instant, is_said, two_persons

KEYS: Final = Table(
    "access_keys",
    METADATA,
    Column("key_id", Text, primary_key=True, nullable=False),
    Column("secret_sha256", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("branches", Text),
    Column("created_by", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("needs_approval", Integer, nullable=False),
    CheckConstraint("length(secret_sha256) = 64", name="secret_hashed"),
    CheckConstraint("expires_at > created_at", name="expires_later"),
    CheckConstraint("needs_approval IN (0, 1)", name="needs_approval_known"),
    is_said("holder"),
    is_said("roles"),
    is_said("created_by"),
    Unique("key_id", "created_by"),
    sqlite_strict=True,
)
"""Keys as they were handed out. The secret itself is nowhere. roles: blank between them; branches: JSON list, null is all."""

APPROVALS: Final = Table(
    "access_key_approvals",
    METADATA,
    Column("key_id", Text, primary_key=True, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("approved_at", Instant, nullable=False),
    ForeignKeyConstraint(["key_id", "created_by"], ["access_keys.key_id", "access_keys.created_by"]),
    is_said("approved_by"),
    two_persons("created_by", "approved_by"),
    sqlite_strict=True,
)
"""Keys that needed a second person, and who that was."""

REVOCATIONS: Final = Table(
    "access_key_revocations",
    METADATA,
    Column("key_id", Text, primary_key=True, nullable=False),
    Column("revoked_by", Text, nullable=False),
    Column("revoked_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    ForeignKeyConstraint(["key_id"], ["access_keys.key_id"]),
    is_said("revoked_by"),
    is_said("reason"),
    sqlite_strict=True,
)
"""Keys taken back before their time: for ever."""
