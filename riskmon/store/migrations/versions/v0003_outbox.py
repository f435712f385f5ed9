"""The outbox: events in the order of telling, and deliveries to webhook endpoints."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the two tables. Deliveries are written over with each attempt."""
    op.create_table(
        "outbox_events",
        sa.Column("sequence", _COUNTED, nullable=False, autoincrement=True),
        sa.Column("position", _COUNTED),
        *(_text(name) for name in ("event_id", "type", "subject", "data", "at")),
        sa.PrimaryKeyConstraint("sequence", name="pk_outbox_events"),
        sa.UniqueConstraint("position", name="uq_outbox_events_position"),
        sa.UniqueConstraint("event_id", name="uq_outbox_events_event_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "webhook_deliveries",
        _text("endpoint_id"),
        sa.Column("position", _COUNTED, nullable=False, autoincrement=False),
        _text("state"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _text("due_at"),
        *(sa.Column(name, sa.Text()) for name in ("last_at", "last_said")),
        sa.PrimaryKeyConstraint("endpoint_id", "position", name="pk_webhook_deliveries"),
        sa.ForeignKeyConstraint(
            ["position"], ["outbox_events.position"], name="fk_webhook_deliveries_outbox_events"
        ),
        sa.CheckConstraint("state IN ('waiting', 'delivered', 'dead')", name="state_known"),
        sa.CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        sqlite_strict=True,
    )
    op.create_index("ix_webhook_deliveries_due", "webhook_deliveries", ["state", "due_at"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)
