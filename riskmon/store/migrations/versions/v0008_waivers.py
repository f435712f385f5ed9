"""Waivers: what persons ask to be allowed beyond limits."""

import sqlalchemy as sa

from riskmon.store.migrations.two_persons import make_proposals

revision = "0008"
down_revision = "0007"

_MINOR = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the proposals and the decisions on them."""
    names = ("book_id", "limit_id", "subject_kind", "subject_id")
    make_proposals(
        "waiver",
        *(_text(name) for name in names),
        sa.Column("amount_minor", _MINOR, nullable=False),
        *(_text(name) for name in ("currency", "valid_until", "groups", "run_id")),
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.CheckConstraint("valid_until >= substr(proposed_at, 1, 10)", name="valid_until_ahead"),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)
