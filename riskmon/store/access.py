"""Keys in the database: each with its approval and its revocation, if there is one."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, RowMapping, func, insert, select

from riskmon.domain.access import Role
from riskmon.store.access_tables import APPROVALS, KEYS, REVOCATIONS
from riskmon.store.audit import AuditEntry, record

_ACCESS_LOCK: Final = 0x616363657373
"""Key of the advisory lock of PostgreSQL that one who hands out keys holds; SQLite has one writer anyway."""


class KeyState(StrEnum):
    """What a key is good for at an instant; only a live one opens anything."""

    WAITING = "waiting"
    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it was handed out, and what became of it.

    Attributes:
        key_id: the part of the key that may be seen.
        secret_sha256: the hash of the other part, as hexadecimal text.
        branches: of its holder; None is all.
        needs_approval: whether it opens nothing before a second person approved it.
    """

    key_id: str
    secret_sha256: str
    holder: str
    roles: frozenset[Role]
    branches: frozenset[str] | None
    created_by: str
    created_at: datetime
    expires_at: datetime
    needs_approval: bool
    approved_by: str | None = None
    approved_at: datetime | None = None
    revoked_by: str | None = None
    revoked_at: datetime | None = None
    reason: str | None = None

    def state(self, at: datetime) -> KeyState:
        """What it is good for at an instant."""
        if self.revoked_at is not None:
            return KeyState.REVOKED
        if at >= self.expires_at:
            return KeyState.EXPIRED
        return KeyState.WAITING if self.needs_approval and self.approved_at is None else KeyState.LIVE


def take_turn(connection: Connection) -> None:
    """Let nobody else hand out keys before this transaction ends: who may depends on the keys that there are."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_ACCESS_LOCK)))


def add_key(connection: Connection, key: Key) -> None:
    """Keep a new key."""
    connection.execute(
        insert(KEYS).values(
            key_id=key.key_id,
            secret_sha256=key.secret_sha256,
            holder=key.holder,
            roles=" ".join(sorted(key.roles)),
            branches=None if key.branches is None else json.dumps(sorted(key.branches), ensure_ascii=False),
            created_by=key.created_by,
            created_at=key.created_at,
            expires_at=key.expires_at,
            needs_approval=int(key.needs_approval),
        )
    )
    made = {
        "state": key.state(key.created_at),
        "holder": key.holder,
        "roles": sorted(key.roles),
        "branches": None if key.branches is None else sorted(key.branches),
        "expires_at": key.expires_at,
    }
    record(connection, AuditEntry("key.created", key.key_id, key.created_by, after=made), key.created_at)


def add_approval(connection: Connection, key: Key, by: str, at: datetime) -> None:
    """Keep who approved a key.

    Raises:
        IntegrityError: it has been approved, or by who made it.
    """
    values = {"key_id": key.key_id, "created_by": key.created_by, "approved_by": by, "approved_at": at}
    connection.execute(insert(APPROVALS).values(values))
    before, after = {"state": key.state(at)}, {"state": KeyState.LIVE}
    record(connection, AuditEntry("key.approved", key.key_id, by, before, after), at)


def add_revocation(connection: Connection, key: Key, by: str, at: datetime, reason: str) -> None:
    """Keep who revoked a key, and why."""
    values = {"key_id": key.key_id, "revoked_by": by, "revoked_at": at, "reason": reason}
    connection.execute(insert(REVOCATIONS).values(values))
    before, after = {"state": key.state(at)}, {"state": KeyState.REVOKED}
    record(connection, AuditEntry("key.revoked", key.key_id, by, before, after, reason), at)


def all_keys(connection: Connection) -> list[Key]:
    """Every key, the first made first."""
    approved, revoked = APPROVALS.c, REVOCATIONS.c
    asked = (
        select(
            *KEYS.c,
            approved.approved_by,
            approved.approved_at,
            revoked.revoked_by,
            revoked.revoked_at,
            revoked.reason,
        )
        .outerjoin_from(KEYS, APPROVALS, KEYS.c.key_id == approved.key_id)
        .outerjoin(REVOCATIONS, KEYS.c.key_id == revoked.key_id)
        .order_by(KEYS.c.created_at, KEYS.c.key_id)
    )
    return [_key(row) for row in connection.execute(asked).mappings()]


def changes(connection: Connection) -> int:
    """A number that grows with whatever becomes of a key: rows are only ever added."""
    counts = (
        select(func.count()).select_from(table).scalar_subquery() for table in (KEYS, APPROVALS, REVOCATIONS)
    )
    return sum(connection.execute(select(*counts)).one())


def _key(row: RowMapping) -> Key:
    values = dict(row)
    branches = values["branches"]
    values["roles"] = frozenset(Role(role) for role in values["roles"].split())
    values["branches"] = None if branches is None else frozenset(json.loads(branches))
    values["needs_approval"] = bool(values["needs_approval"])
    return Key(**values)
