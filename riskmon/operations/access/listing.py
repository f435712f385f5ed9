"""A key as JSON-ready values, without anything of its secret."""

from datetime import UTC, datetime
from typing import Any

from riskmon.store.access import Key

Item = dict[str, Any]


def item(key: Key, at: datetime) -> Item:
    """A key as it stands at an instant: ISO text for instants, null is nothing; `branches` null is all of them."""
    return {
        "key_id": key.key_id,
        "holder": key.holder,
        "roles": sorted(key.roles),
        "branches": None if key.branches is None else sorted(key.branches),
        "state": key.state(at),
        "created_by": key.created_by,
        "created_at": _instant(key.created_at),
        "expires_at": _instant(key.expires_at),
        "needs_approval": key.needs_approval,
        "approved_by": key.approved_by,
        "approved_at": _instant(key.approved_at),
        "revoked_by": key.revoked_by,
        "revoked_at": _instant(key.revoked_at),
        "reason": key.reason,
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
