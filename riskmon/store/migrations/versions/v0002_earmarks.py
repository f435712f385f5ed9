"""Earmarks: what is claimed of headroom, how each claim ended, and what the live ones come to on every line."""

import sqlalchemy as sa
from alembic import op

from riskmon.store.migrations.append_only import keep_rows

revision = "0002"
down_revision = "0001"

_MINOR = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LINE = ("book_id", "limit_id", "subject_kind", "subject_id")


def upgrade() -> None:
    """Make the records, which are kept as they are, and the counters, which are counted anew with every run."""
    _make_publications()
    _make_earmarks()
    _make_resolutions()
    _make_bookings()
    _make_counters()
    keep_rows(op.get_bind(), "ledger_publications", key="generation")
    for table in ("earmarks", "earmark_resolutions", "earmark_bookings"):
        keep_rows(op.get_bind(), table, key="earmark_id")


def _text(name: str, *, is_nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=is_nullable)


def _is_said(column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"trim({column}) <> ''", name=f"{column}_said")


def _make_publications() -> None:
    op.create_table(
        "ledger_publications",
        sa.Column("generation", sa.Integer(), nullable=False, autoincrement=False),
        *(_text(name) for name in ("run_id", "as_of")),
        sa.Column("sequence", sa.Integer(), nullable=False),
        *(_text(name) for name in ("level", "books", "published_at", "published_by")),
        sa.PrimaryKeyConstraint("generation", name="pk_ledger_publications"),
        sa.UniqueConstraint("run_id", name="uq_ledger_publications_run_id"),
        _is_said("published_by"),
        sqlite_strict=True,
    )


def _make_earmarks() -> None:
    op.create_table(
        "earmarks",
        *(_text(name) for name in ("earmark_id", "obligor_id")),
        sa.Column("amount_minor", _MINOR, nullable=False),
        *(_text(name) for name in ("currency", "deal")),
        sa.Column("hours", sa.Integer(), nullable=False),
        *(_text(name) for name in ("run_id", "placed_at", "placed_by", "expires_at")),
        sa.PrimaryKeyConstraint("earmark_id", name="pk_earmarks"),
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.CheckConstraint("expires_at > placed_at", name="expires_later"),
        _is_said("earmark_id"),
        _is_said("placed_by"),
        sqlite_strict=True,
    )
    op.create_index("ix_earmarks_placed_at", "earmarks", ["placed_at"])


def _make_resolutions() -> None:
    table = "earmark_resolutions"
    op.create_table(
        table,
        *(_text(name) for name in ("earmark_id", "outcome")),
        sa.Column("amount_minor", _MINOR),
        *(_text(name, is_nullable=True) for name in ("facility_id", "reason")),
        *(_text(name) for name in ("resolved_at", "resolved_by")),
        sa.PrimaryKeyConstraint("earmark_id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["earmark_id"], ["earmarks.earmark_id"], name=f"fk_{table}_earmarks"),
        sa.CheckConstraint("outcome IN ('confirmed', 'released', 'expired')", name="outcome_known"),
        sa.CheckConstraint(
            "(outcome = 'confirmed') = (amount_minor IS NOT NULL)", name="amount_of_confirmed"
        ),
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.CheckConstraint("outcome = 'confirmed' OR facility_id IS NULL", name="facility_of_confirmed"),
        _is_said("resolved_by"),
        sqlite_strict=True,
    )
    op.create_index(f"ix_{table}_resolved_at", table, ["resolved_at"])


def _make_bookings() -> None:
    table = "earmark_bookings"
    op.create_table(
        table,
        *(_text(name) for name in ("earmark_id", "facility_id", "run_id", "booked_at")),
        sa.PrimaryKeyConstraint("earmark_id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["earmark_id"], ["earmark_resolutions.earmark_id"], name=f"fk_{table}_earmark_resolutions"
        ),
        sa.UniqueConstraint("facility_id", name=f"uq_{table}_facility_id"),
        sqlite_strict=True,
    )


def _make_counters() -> None:
    op.create_table(
        "ledger_lines",
        *(_text(name) for name in _LINE),
        sa.Column("is_hard", sa.Integer(), nullable=False),
        sa.Column("room_minor", _MINOR),
        sa.Column("earmarked_minor", _MINOR, nullable=False),
        sa.PrimaryKeyConstraint(*_LINE, name="pk_ledger_lines"),
        sa.CheckConstraint("is_hard IN (0, 1)", name="is_hard_known"),
        sa.CheckConstraint("earmarked_minor >= 0", name="earmarked_not_negative"),
        sqlite_strict=True,
    )
    op.create_table(
        "ledger_claims",
        *(_text(name) for name in ("earmark_id", *_LINE)),
        sa.Column("amount_minor", _MINOR, nullable=False),
        sa.PrimaryKeyConstraint("earmark_id", *_LINE, name="pk_ledger_claims"),
        sa.ForeignKeyConstraint(["earmark_id"], ["earmarks.earmark_id"], name="fk_ledger_claims_earmarks"),
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sqlite_strict=True,
    )
    op.create_index("ix_ledger_claims_line", "ledger_claims", list(_LINE))
