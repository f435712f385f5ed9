"""Assessments: what persons propose about relationships, and what others decide."""

import sqlalchemy as sa
from alembic import op

from riskmon.store.migrations.append_only import keep_rows

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make both tables, and let the database itself hold what the verbs promise."""
    _make_proposals()
    _make_decisions()
    connection = op.get_bind()
    for table in ("assessment_proposals", "assessment_decisions"):
        keep_rows(connection, table, key="proposal_id")
    if connection.dialect.name == "sqlite":
        # A connection that has foreign keys switched off could name another proposer, and approve his own.
        op.execute(
            """CREATE TRIGGER assessment_decisions_proposer BEFORE INSERT ON assessment_decisions
            WHEN NOT EXISTS (
                SELECT 1 FROM assessment_proposals AS known
                WHERE known.proposal_id = NEW.proposal_id AND known.proposed_by = NEW.proposed_by
            )
            BEGIN SELECT RAISE(ABORT, 'a decision names a proposal and who made it'); END"""
        )


def _make_proposals() -> None:
    op.create_table(
        "assessment_proposals",
        sa.Column("proposal_id", sa.Text(), nullable=False),
        sa.Column("relationship_id", sa.Text(), nullable=False),
        sa.Column("source_party_id", sa.Text(), nullable=False),
        sa.Column("target_party_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text()),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Text()),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("proposal_id", name="pk_assessment_proposals"),
        sa.UniqueConstraint(
            "proposal_id", "proposed_by", name="uq_assessment_proposals_proposal_id_proposed_by"
        ),
        sa.CheckConstraint(
            "assessment IN ('confirmed', 'rejected', 'doubtful')",
            name="assessment_known",
        ),
        sa.CheckConstraint("trim(reason) <> ''", name="reason_said"),
        sa.CheckConstraint("trim(proposed_by) <> ''", name="proposed_by_said"),
        sa.CheckConstraint("valid_until >= substr(proposed_at, 1, 10)", name="valid_until_ahead"),
        sqlite_strict=True,
    )


def _make_decisions() -> None:
    op.create_table(
        "assessment_decisions",
        sa.Column("proposal_id", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.PrimaryKeyConstraint("proposal_id", name="pk_assessment_decisions"),
        sa.ForeignKeyConstraint(
            ["proposal_id", "proposed_by"],
            ["assessment_proposals.proposal_id", "assessment_proposals.proposed_by"],
            name="fk_assessment_decisions_assessment_proposals",
        ),
        sa.CheckConstraint("decision IN ('approved', 'declined', 'withdrawn')", name="decision_known"),
        sa.CheckConstraint("trim(decided_by) <> ''", name="decided_by_said"),
        sa.CheckConstraint(
            "(decision = 'withdrawn') = (lower(trim(decided_by)) = lower(trim(proposed_by)))",
            name="two_persons",
        ),
        sqlite_strict=True,
    )
