"""The audit: every write, unsealed at first, sealed into one chain once."""

import sqlalchemy as sa
from alembic import op

from riskmon.store.migrations.append_only import keep_rows_once_sealed

revision = "0004"
down_revision = "0003"

_COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, and let the database itself refuse to change what was written or sealed."""
    op.create_table(
        "audit_entries",
        sa.Column("sequence", _COUNTED, nullable=False, autoincrement=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("at", "by", "action", "subject")),
        *(sa.Column(name, sa.Text()) for name in ("before", "after", "reason")),
        sa.Column("position", _COUNTED),
        *(sa.Column(name, sa.Text()) for name in ("previous_hash", "hash")),
        sa.PrimaryKeyConstraint("sequence", name="pk_audit_entries"),
        sa.UniqueConstraint("position", name="uq_audit_entries_position"),
        sa.CheckConstraint("trim(\"by\") <> ''", name="by_said"),
        sa.CheckConstraint("trim(action) <> ''", name="action_said"),
        sa.CheckConstraint(
            "(position IS NULL) = (hash IS NULL) AND (position IS NULL) = (previous_hash IS NULL)",
            name="seal_whole",
        ),
        sqlite_strict=True,
    )
    keep_rows_once_sealed(
        op.get_bind(),
        "audit_entries",
        key="sequence",
        written=("at", "by", "action", "subject", "before", "after", "reason"),
    )
