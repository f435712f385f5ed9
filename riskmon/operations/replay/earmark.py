"""An earmark made again from the record of its placing: does its deal claim what it claimed, and was there room for it?"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import polars as pl

from riskmon.domain.errors import CallerError, NotFoundError
from riskmon.operations.assessments import reading
from riskmon.operations.checks import Deal, decision_book
from riskmon.operations.earmarks.claims import RunMeasure
from riskmon.operations.earmarks.listing import claim_items
from riskmon.operations.fingerprint import code_digest
from riskmon.operations.limits.known import approved_limits
from riskmon.operations.limits.terms import declared_rows
from riskmon.operations.replay.check import Cause, Outcome, Replayed, cause_of
from riskmon.store.audit import Kept, Wanted, entries
from riskmon.store.database import Place
from riskmon.store.earmarks import Earmark, find_earmark
from riskmon.store.ledger import Claim
from riskmon.store.snapshots import Snapshots

_GIVEN: Final = ("others", "waived")
"""Of each line what the ledger said then: claimed by others, and waived. Part of the record, since the ledger has moved on."""

_ANY_AGE: Final = 10**6
"""Days: that the run was not too old is what placing has decided; the question is what was claimed of it."""


def replay_earmark(snapshots: Snapshots, place: Place, earmark_id: str) -> Replayed:
    """Measure the deal of an earmark again on the run and limits of that minute, and compare claims, room and outcome.

    Raises:
        NotFoundError: no earmark has the id, or the audit does not say that it was placed.
        StoreError: the database cannot be read.
    """
    earmark, kept = _recorded(place, earmark_id)
    declared = _declared(place, earmark.placed_at)
    try:
        decisions = decision_book(snapshots, earmark.run_id, declared)
    except CallerError as error:
        return Replayed(Outcome.IMPOSSIBLE, (cause_of(error),), str(error))
    measured = RunMeasure(decisions, _ANY_AGE)(Deal.model_validate_json(earmark.deal), earmark.placed_at)
    record = kept.entry.after or {}
    then = {"outcome": "placed", "claims": record.get("claims")}
    given = _given(then["claims"])
    items = claim_items(measured.claims or (), measured.currency)
    now = {
        "outcome": measured.refused.value
        if measured.refused
        else _outcome(measured.claims or (), items, given),
        "claims": [{**item, **given.get(_line(item), {})} for item in items],
    }
    differences = tuple((name, then[name], now[name]) for name in now if then[name] != now[name])
    other_code = () if record.get("code") == code_digest()["code"] else (Cause.CODE_DIFFERS,)
    if not differences:
        return Replayed(Outcome.IDENTICAL, other_code, again=now)
    causes = other_code or (Cause.ANSWER_OR_SNAPSHOT_CHANGED,)
    return Replayed(Outcome.DIFFERS, causes, differences=differences, again=now)


def _recorded(place: Place, earmark_id: str) -> tuple[Earmark, Kept]:
    """The earmark, and the entry of the audit that says how it was placed."""
    wanted = Wanted(action="earmark.placed", subject=earmark_id)
    earmark, found = None, []
    with reading(place) as database:
        if database is not None:
            with database.reading() as connection:
                earmark = find_earmark(connection, earmark_id)
                found = entries(connection, wanted, most=1)
    if earmark is None or not found:
        raise NotFoundError(
            f"No earmark has the id {earmark_id!r}.", remedy="List them with `riskmon earmark list`."
        )
    return earmark, found[0]


def _declared(place: Place, at: datetime) -> pl.DataFrame | None:
    """The declared limits that counted at an instant; None where none was declared."""
    approved = [
        each for each in approved_limits(place, date.max) if each.decided_at and each.decided_at <= at
    ]
    return declared_rows(approved) if approved else None


def _given(claims: object) -> dict[tuple[str, ...], dict[str, object]]:
    rows: Sequence[Mapping[str, Any]] = claims if isinstance(claims, list) else ()
    return {_line(row): {name: row[name] for name in _GIVEN if name in row} for row in rows}


def _outcome(
    claims: Sequence[Claim],
    items: Sequence[Mapping[str, Any]],
    given: Mapping[tuple[str, ...], Mapping[str, Any]],
) -> str:
    """Whether every hard line had room beside what others claimed."""
    for claim, item in zip(claims, items, strict=True):
        beside = given.get(_line(item), {})
        left = None if item["room"] is None else Decimal(item["room"])
        if claim.is_hard and left is None:
            return "limit_unknown"
        if claim.is_hard and left is not None:
            left += Decimal(beside.get("waived", 0)) - Decimal(beside.get("others", 0))
            if Decimal(item["claimed"]) > left:
                return "limit_broken"
    return "placed"


def _line(item: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(item[name]) for name in ("book_id", "limit_id", "subject_kind", "subject_id"))
