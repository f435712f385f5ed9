"""The two tables of what one person proposes and another decides, with what the database itself holds of it."""

import sqlalchemy as sa
from alembic import op

from riskmon.store.migrations.append_only import keep_rows

_NAMES_THE_PROPOSER = """CREATE TRIGGER {kind}_decisions_proposer BEFORE INSERT ON {kind}_decisions
WHEN NOT EXISTS (
    SELECT 1 FROM {kind}_proposals AS known
    WHERE known.proposal_id = NEW.proposal_id AND known.proposed_by = NEW.proposed_by
)
BEGIN SELECT RAISE(ABORT, 'a decision names a proposal and who made it'); END"""


def make_proposals(kind: str, *content: sa.Column[str] | sa.Column[int] | sa.CheckConstraint) -> None:
    """Make the proposals of a kind, with what they are about, and the decisions on them."""
    _make_tables(kind, content)
    connection = op.get_bind()
    for table in (f"{kind}_proposals", f"{kind}_decisions"):
        keep_rows(connection, table, key="proposal_id")
    if connection.dialect.name == "sqlite":
        # A connection that has foreign keys switched off could name another proposer, and approve his own.
        op.execute(_NAMES_THE_PROPOSER.format(kind=kind))


def _make_tables(
    kind: str, content: tuple[sa.Column[str] | sa.Column[int] | sa.CheckConstraint, ...]
) -> None:
    proposals, decisions = f"{kind}_proposals", f"{kind}_decisions"
    op.create_table(
        proposals,
        _text("proposal_id"),
        *content,
        *(_text(name) for name in ("reason", "proposed_by", "proposed_at")),
        sa.PrimaryKeyConstraint("proposal_id", name=f"pk_{proposals}"),
        sa.UniqueConstraint("proposal_id", "proposed_by", name=f"uq_{proposals}_proposal_id_proposed_by"),
        sa.CheckConstraint("trim(reason) <> ''", name="reason_said"),
        sa.CheckConstraint("trim(proposed_by) <> ''", name="proposed_by_said"),
        sqlite_strict=True,
    )
    op.create_table(
        decisions,
        *(_text(name) for name in ("proposal_id", "proposed_by", "decision", "decided_by", "decided_at")),
        sa.Column("note", sa.Text()),
        sa.PrimaryKeyConstraint("proposal_id", name=f"pk_{decisions}"),
        sa.ForeignKeyConstraint(
            ["proposal_id", "proposed_by"],
            [f"{proposals}.proposal_id", f"{proposals}.proposed_by"],
            name=f"fk_{decisions}_{proposals}",
        ),
        sa.CheckConstraint("decision IN ('approved', 'declined', 'withdrawn')", name="decision_known"),
        sa.CheckConstraint("trim(decided_by) <> ''", name="decided_by_said"),
        sa.CheckConstraint(
            "(decision = 'withdrawn') = (lower(trim(decided_by)) = lower(trim(proposed_by)))",
            name="two_persons",
        ),
        sqlite_strict=True,
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)
