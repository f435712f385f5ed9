"""Limits that persons declare."""

import sqlalchemy as sa

from riskmon.store.migrations.two_persons import make_proposals

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the proposals and the decisions on them."""
    make_proposals(
        "limit",
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
    )
