"""Who wrote what: entries of the audit as JSON-ready items."""

from datetime import UTC, datetime

from riskmon.operations.assessments import Item, reading
from riskmon.store.audit import Kept, Wanted, entries
from riskmon.store.database import Place

__all__ = ["Wanted", "audit_entries", "audit_item"]


def audit_entries(place: Place, wanted: Wanted, *, most: int) -> list[Kept]:
    """The entries that are wanted, in the order of writing.

    Raises:
        StoreError: the database cannot be read.
    """
    with reading(place) as database:
        if database is None:
            return []
        with database.reading() as connection:
            return entries(connection, wanted, most=most)


def audit_item(kept: Kept) -> Item:
    """An entry as JSON-ready values: instants are ISO text, null is nothing; a position only once it is sealed."""
    entry = kept.entry
    return {
        "sequence": kept.sequence,
        "at": _instant(kept.at),
        "by": entry.by,
        "action": entry.action,
        "subject": entry.subject,
        "before": entry.before,
        "after": entry.after,
        "reason": entry.reason,
        "position": kept.position,
        "hash": kept.hash,
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
