"""What the audit keeps of an earmark and of a publication: states before and after, amounts as decimal text."""

from collections.abc import Mapping, Sequence

from riskmon.domain.money import decimal_text
from riskmon.operations.fingerprint import code_digest
from riskmon.store.audit import AuditEntry, State
from riskmon.store.earmarks import Earmark, Resolution
from riskmon.store.ledger import Publication


def placed_entry(earmark: Earmark, claims: Sequence[Mapping[str, object]]) -> AuditEntry:
    """The entry of an earmark that was placed. claims: of each line, with what the run left room for and what others claimed."""
    placed = {
        **_counted(earmark),
        "obligor_id": earmark.obligor_id,
        "run_id": earmark.run_id,
        "expires_at": earmark.expires_at,
        "claims": list(claims),
        "code": code_digest()["code"],
    }
    return AuditEntry("earmark.placed", earmark.earmark_id, earmark.placed_by, after=placed)


def ended_entry(earmark: Earmark, end: Resolution) -> AuditEntry:
    """The entry of an earmark that was confirmed, released or has expired. earmark: as it was before."""
    after = {
        "state": end.outcome,
        "amount": decimal_text(end.amount_minor or 0, earmark.currency),
        "currency": earmark.currency,
        "facility_id": end.facility_id,
    }
    return AuditEntry(
        f"earmark.{end.outcome}", earmark.earmark_id, end.resolved_by, _counted(earmark), after, end.reason
    )


def booked_entry(earmark_id: str, facility_id: str, publication: Publication) -> AuditEntry:
    """The entry of a confirmed earmark whose facility has taken its place."""
    after = {"state": "booked", "facility_id": facility_id, "run_id": publication.run_id}
    before = {"state": "confirmed"}
    return AuditEntry("earmark.booked", earmark_id, publication.published_by, before, after)


def published_entry(current: Publication | None, new: Publication) -> AuditEntry:
    """The entry of a run that was put in force. current: the one that was before it."""
    before = None if current is None else _in_force(current)
    return AuditEntry("run.published", new.run_id, new.published_by, before, _in_force(new))


def _counted(earmark: Earmark) -> State:
    return {
        "state": earmark.state,
        "amount": decimal_text(earmark.counted_minor, earmark.currency),
        "currency": earmark.currency,
    }


def _in_force(publication: Publication) -> State:
    return {
        "run_id": publication.run_id,
        "as_of": publication.as_of,
        "generation": publication.generation,
        "level": publication.level,
        "books": list(publication.books),
    }
