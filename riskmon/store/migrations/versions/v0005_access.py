"""Access: keys as they were handed out, approved and revoked."""

import sqlalchemy as sa
from alembic import op

from riskmon.store.migrations.append_only import hold_proposer, keep_rows

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the three tables; rows are only ever added."""
    _make_keys()
    _make_approvals()
    _make_revocations()
    connection = op.get_bind()
    for table in ("access_keys", "access_key_approvals", "access_key_revocations"):
        keep_rows(connection, table, key="key_id")
    hold_proposer(connection, "access_key_approvals", "access_keys", key="key_id", proposer="created_by")


def _make_keys() -> None:
    op.create_table(
        "access_keys",
        *(_text(name) for name in ("key_id", "secret_sha256", "holder", "roles")),
        sa.Column("branches", sa.Text()),
        *(_text(name) for name in ("created_by", "created_at", "expires_at")),
        sa.Column("needs_approval", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name="pk_access_keys"),
        sa.UniqueConstraint("key_id", "created_by", name="uq_access_keys_key_id_created_by"),
        sa.CheckConstraint("length(secret_sha256) = 64", name="secret_hashed"),
        sa.CheckConstraint("expires_at > created_at", name="expires_later"),
        sa.CheckConstraint("needs_approval IN (0, 1)", name="needs_approval_known"),
        *(_said(name) for name in ("holder", "roles", "created_by")),
        sqlite_strict=True,
    )


def _make_approvals() -> None:
    op.create_table(
        "access_key_approvals",
        *(_text(name) for name in ("key_id", "created_by", "approved_by", "approved_at")),
        sa.PrimaryKeyConstraint("key_id", name="pk_access_key_approvals"),
        sa.ForeignKeyConstraint(
            ["key_id", "created_by"],
            ["access_keys.key_id", "access_keys.created_by"],
            name="fk_access_key_approvals_access_keys",
        ),
        _said("approved_by"),
        sa.CheckConstraint("lower(trim(approved_by)) <> lower(trim(created_by))", name="two_persons"),
        sqlite_strict=True,
    )


def _make_revocations() -> None:
    op.create_table(
        "access_key_revocations",
        *(_text(name) for name in ("key_id", "revoked_by", "revoked_at", "reason")),
        sa.PrimaryKeyConstraint("key_id", name="pk_access_key_revocations"),
        sa.ForeignKeyConstraint(
            ["key_id"], ["access_keys.key_id"], name="fk_access_key_revocations_access_keys"
        ),
        *(_said(name) for name in ("revoked_by", "reason")),
        sqlite_strict=True,
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _said(name: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"trim({name}) <> ''", name=f"{name}_said")
