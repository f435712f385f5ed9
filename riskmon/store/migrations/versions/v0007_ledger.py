"""The ledger under load: what is open, what waivers add to a line, answers kept by the key of their request."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_MINOR = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LINE = ("book_id", "limit_id", "subject_kind", "subject_id")


def upgrade() -> None:
    """Make the tables, with what is open now; an index goes that nobody asks."""
    op.create_table(
        "ledger_open",
        _text("earmark_id"),
        _text("expires_at"),
        sa.PrimaryKeyConstraint("earmark_id", name="pk_ledger_open"),
        sa.ForeignKeyConstraint(["earmark_id"], ["earmarks.earmark_id"], name="fk_ledger_open_earmarks"),
        sqlite_strict=True,
    )
    op.create_index("ix_ledger_open_expires_at", "ledger_open", ["expires_at"])
    op.execute(
        "INSERT INTO ledger_open (earmark_id, expires_at) SELECT earmark_id, expires_at FROM earmarks"
        " WHERE earmark_id NOT IN (SELECT earmark_id FROM earmark_resolutions)"
    )
    op.create_table(
        "idempotency_answers",
        *(_text(name) for name in ("caller", "key", "fingerprint", "answer", "answered_at")),
        sa.PrimaryKeyConstraint("caller", "key", name="pk_idempotency_answers"),
        sqlite_strict=True,
    )
    op.create_index("ix_idempotency_answers_answered_at", "idempotency_answers", ["answered_at"])
    op.drop_index("ix_ledger_claims_line", "ledger_claims")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)
