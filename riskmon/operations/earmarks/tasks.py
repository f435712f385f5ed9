"""Tasks of the ledger: what is asked of one transaction that many share, decided one after the other in memory.

Endings come first, then whose time is over is ended, then claims are placed: what is given back makes room at once.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from riskmon.domain.money import decimal_text
from riskmon.operations.earmarks.answers import Answer, Once, PlaceOutcome, ResolveOutcome
from riskmon.operations.earmarks.audited import ended_entry, placed_entry
from riskmon.operations.earmarks.listing import answer_item, claim_items, earmark_item, tag_of
from riskmon.operations.earmarks.measured import Measured
from riskmon.store.earmarks import Earmark, Resolution
from riskmon.store.ledger import Claim, LineKey, Publication
from riskmon.store.outbox import Event
from riskmon.store.sheet import Sheet

EXPIRED_BY: Final = "riskmon"
"""Who ends an earmark whose time is over."""

CLOCK_TOLERANCE_SECONDS: Final = 1.0
"""Clocks of several servers differ; only more than this is told."""


@dataclass(frozen=True, slots=True)
class Placing:
    """Claim what was measured under the run that was in force, None before the first; the amount and terms are the earmark's.

    Attributes:
        terms: the deal as canonical JSON.
    """

    earmark_id: str
    obligor_id: str
    amount_minor: int
    currency: str
    terms: str
    hours: int
    by: str
    publication: Publication | None
    measured: Measured | None
    once: Once | None = None

    @property
    def outcomes(self) -> type[PlaceOutcome]:
        """What it can be answered."""
        return PlaceOutcome


@dataclass(frozen=True, slots=True)
class Ending:
    """End an earmark.

    Attributes:
        amount_minor: what is confirmed; None where it is released.
        kept: what stays claimed of each line under the run that was in force; None is all of it.
        tags: the states it may be in, as `tag_of`; None is any.
    """

    earmark_id: str
    amount_minor: int | None
    facility_id: str | None
    reason: str | None
    by: str
    publication: Publication | None
    kept: Mapping[LineKey, int] | None
    tags: frozenset[str] | None = None
    once: Once | None = None

    @property
    def outcomes(self) -> type[ResolveOutcome]:
        """What it can be answered."""
        return ResolveOutcome


@dataclass(frozen=True, slots=True)
class Keeping:
    """Keep an answer that needed no transaction under the key of its request."""

    answer: Answer
    once: Once

    @property
    def outcomes(self) -> type[PlaceOutcome] | type[ResolveOutcome]:
        """What it can be answered."""
        return type(self.answer.outcome)


@dataclass(frozen=True, slots=True)
class Sweeping:
    """End every earmark whose time is over; the answer says which."""


Task = Placing | Ending | Keeping | Sweeping


def perform(sheet: Sheet, tasks: Sequence[Task]) -> list[Answer | None]:
    """Decide tasks, and answer each in its place; None of one that was made for another run than the one in force."""
    placings = [task for task in tasks if isinstance(task, Placing)]
    endings = [task for task in tasks if isinstance(task, Ending)]
    due = sheet.due()
    asked = [task.once for task in tasks if not isinstance(task, Sweeping) and task.once is not None]
    sheet.read(
        [task.earmark_id for task in placings],
        [*(task.earmark_id for task in endings), *due],
        [(once.caller, once.key) for once in asked],
    )
    sheet.lock_lines(
        [task.measured.claims or () for task in placings if task.measured and _is_current(sheet, task)]
    )
    answers: dict[int, Answer | None] = {id(task): _once(sheet, task, _ended) for task in endings}
    ended = [name for name in due if _expired(sheet, name)]
    answers |= {id(task): _once(sheet, task, _placed) for task in placings}
    for task in tasks:
        if isinstance(task, Keeping):
            answers[id(task)] = _once(sheet, task, lambda _, each: each.answer)
        elif isinstance(task, Sweeping):
            answers[id(task)] = Answer(ResolveOutcome.TIME_OVER, swept=tuple(ended))
    return [answers[id(task)] for task in tasks]


AnyAsked = TypeVar("AnyAsked", Placing, Ending, Keeping)


def _once(sheet: Sheet, task: AnyAsked, decide: Callable[[Sheet, AnyAsked], Answer | None]) -> Answer | None:
    """Decide a task, or answer it as the same request was answered before."""
    once = task.once
    if once is None:
        return decide(sheet, task)
    known = sheet.answers.get((once.caller, once.key))
    if known is not None:
        if known.fingerprint != once.fingerprint:
            return Answer(task.outcomes.KEY_REUSED)
        told: dict[str, Any] = json.loads(known.answer)
        return Answer(task.outcomes(told["outcome"]), is_new=told["is_new"], repeated=told)
    answer = decide(sheet, task)
    if answer is not None:
        said = json.dumps(answer_item(answer), ensure_ascii=False, separators=(",", ":"))
        sheet.answer((once.caller, once.key), once.fingerprint, said)
    return answer


def _placed(sheet: Sheet, task: Placing) -> Answer | None:
    known = sheet.earmarks.get(task.earmark_id)
    if known is not None:
        is_same = (known.deal, known.hours) == (task.terms, task.hours)
        return Answer(PlaceOutcome.PLACED if is_same else PlaceOutcome.TERMS_DIFFER, known)
    if not _is_current(sheet, task):
        return None
    if sheet.publication is None or task.measured is None:
        return Answer(PlaceOutcome.NOTHING_PUBLISHED)
    measured = task.measured
    if measured.refused is not None:
        return Answer(measured.refused, currency=measured.currency, detail=measured.detail)
    claims = measured.claims or ()
    unknown = next((each.line for each in claims if each.room_minor is None), None)
    if unknown is not None:
        return Answer(PlaceOutcome.LIMIT_UNKNOWN, line=unknown, currency=measured.currency)
    earmark = _earmark(task, sheet.publication.run_id, sheet.at)
    full = sheet.place(earmark, claims)
    if full is not None:
        claim, counter = full
        return Answer(
            PlaceOutcome.LIMIT_BROKEN,
            line=claim.line,
            left_minor=counter.left_minor,
            currency=measured.currency,
        )
    sheet.tell(
        placed_entry(earmark, _claimed(sheet, claims, measured.currency)),
        Event("earmark.placed", earmark.earmark_id, earmark_item(earmark)),
    )
    return Answer(PlaceOutcome.PLACED, earmark, is_new=True, is_clock_behind=_is_clock_behind(sheet))


def _claimed(sheet: Sheet, claims: Sequence[Claim], currency: str) -> list[dict[str, object]]:
    """What was claimed of each line, with what others claimed of it and what was waived: all that it was decided on."""
    told = []
    for claim, item in zip(claims, claim_items(claims, currency), strict=True):
        counter = sheet.counter(claim.line)
        others = counter.earmarked_minor - claim.amount_minor
        waived = decimal_text(counter.waived_minor, currency)
        told.append({**item, "others": decimal_text(others, currency), "waived": waived})
    return told


def _ended(sheet: Sheet, task: Ending) -> Answer | None:
    known = sheet.earmarks.get(task.earmark_id)
    if known is None:
        return Answer(ResolveOutcome.EARMARK_UNKNOWN)
    if not _is_current(sheet, task):
        return None
    if task.tags is not None and tag_of(known) not in task.tags:
        return Answer(ResolveOutcome.STATE_CHANGED, known)
    is_confirmed = task.amount_minor is not None
    done = ResolveOutcome.CONFIRMED if is_confirmed else ResolveOutcome.RELEASED
    new = Resolution(
        "confirmed" if is_confirmed else "released",
        task.amount_minor,
        task.facility_id,
        task.reason,
        sheet.at,
        task.by,
    )
    if known.resolution is not None:
        is_same = _terms(known.resolution) == _terms(new)
        return Answer(done if is_same else ResolveOutcome.ALREADY_RESOLVED, known)
    if sheet.at >= known.expires_at:
        _expired(sheet, task.earmark_id)
        done = ResolveOutcome.TIME_OVER
    else:
        _end(sheet, task.earmark_id, new, task.kept)
    told = sheet.earmarks[task.earmark_id]
    return Answer(done, told, is_new=True, is_clock_behind=_is_clock_behind(sheet))


def _expired(sheet: Sheet, earmark_id: str) -> bool:
    """End an earmark whose time is over, if nobody has ended it meanwhile."""
    known = sheet.earmarks.get(earmark_id)
    if known is None or known.resolution is not None:
        return False
    _end(sheet, earmark_id, Resolution("expired", None, None, None, sheet.at, EXPIRED_BY), {})
    return True


def _end(sheet: Sheet, earmark_id: str, new: Resolution, kept: Mapping[LineKey, int] | None) -> None:
    entry = ended_entry(sheet.earmarks[earmark_id], new)
    ended = sheet.end(earmark_id, new, kept)
    sheet.tell(entry, Event(f"earmark.{new.outcome}", earmark_id, earmark_item(ended)))


def _is_current(sheet: Sheet, task: Placing | Ending) -> bool:
    """Whether the task was made for the run in force, and the limits that count."""
    return task.publication == sheet.publication


def _is_clock_behind(sheet: Sheet) -> bool:
    return (sheet.at - sheet.clock).total_seconds() > CLOCK_TOLERANCE_SECONDS


def _earmark(task: Placing, run_id: str, at: datetime) -> Earmark:
    return Earmark(
        earmark_id=task.earmark_id,
        obligor_id=task.obligor_id,
        amount_minor=task.amount_minor,
        currency=task.currency,
        deal=task.terms,
        hours=task.hours,
        run_id=run_id,
        placed_at=at,
        placed_by=task.by,
        expires_at=at + timedelta(hours=task.hours),
    )


def _terms(resolution: Resolution) -> tuple[object, ...]:
    """What has to be the same for two wishes to be one."""
    return resolution.outcome, resolution.amount_minor, resolution.facility_id
