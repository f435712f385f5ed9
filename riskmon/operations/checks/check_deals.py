"""Checking deals: the answer to "may we lend this?", as JSON-ready values. Nothing is stored."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from riskmon.domain.money import currency_exponents, decimal_text, minor_text
from riskmon.operations.checks.deal import Deal, refuse_unreadable
from riskmon.operations.checks.decision_book import DecisionBook
from riskmon.operations.checks.desk import Desk
from riskmon.operations.checks.largest import largest_passing
from riskmon.operations.checks.lines import Line, LineKey
from riskmon.operations.checks.options import options
from riskmon.operations.checks.ordering import ordered
from riskmon.operations.checks.reasons import reason
from riskmon.operations.checks.receipt import check_id, receipt_of
from riskmon.operations.checks.verdict import Judged

Body = dict[str, Any]

NO_CLAIMS: Final[Mapping[LineKey, int]] = {}
"""Nothing stands between the snapshot and now."""


def check(
    decisions: DecisionBook,
    deals: Sequence[Deal],
    *,
    today: date,
    most_days: int,
    claims: Mapping[LineKey, int] = NO_CLAIMS,
    is_chinese: bool = False,
) -> Body:
    """What deals do together to every limit that they concern, and whether they may be done.

    Args:
        decisions: the snapshot to decide on.
        deals: one deal or a package.
        today: the day of the question.
        most_days: for how many days after its date the snapshot may be decided on.
        claims: by line, what stands between the snapshot and now, in minor units of the reporting currency.
        is_chinese: give the reason in Chinese.

    Returns check_id, verdict, reason, run_id, as_of, `largest_passing_amount` (of a single deal, in the deal's currency; null for a
    package), currency (of everything else), the binding limit, every limit with before and after, options, vetoes,
    the order of the package and the receipt, by which it can be asked again.

    Raises:
        CallerError: a deal that no answer could be given to.
    """
    return answer(Desk(decisions, today, most_days, claims), deals, is_chinese=is_chinese)


def answer(desk: Desk, deals: Sequence[Deal], *, is_chinese: bool = False) -> Body:
    """What `check` says, of a desk that is made for the question.

    Raises:
        CallerError: a deal that no answer could be given to.
        TakesTimeError: the desk is in haste, and parts of the book have to be grouped again.
    """
    refuse_unreadable(tuple(deals))
    manifest = desk.decisions.manifest
    measured = [desk.measure(deal) for deal in deals]
    judged = desk.judge_measured(measured)
    single = deals[0] if len(deals) == 1 else None
    largest, ways = None, []
    if single is not None:
        largest_minor = largest_passing(desk, measured[0], judged)
        largest = decimal_text(largest_minor, single.currency)
        ways = options(desk, single, measured[0], judged, largest_minor)
    order = list(deals) if single is not None else ordered(desk, deals, measured)
    receipt = receipt_of(desk, deals, is_chinese=is_chinese)
    return {
        "check_id": check_id(receipt),
        "verdict": judged.verdict.value,
        "reason": reason(judged, manifest.currency, is_chinese=is_chinese),
        "run_id": manifest.run_id,
        "as_of": manifest.as_of.isoformat(),
        "largest_passing_amount": largest,
        **_told(judged, manifest.currency),
        "options": [{"kind": kind, "deal": deal.model_dump(mode="json")} for kind, deal in ways],
        "vetoes": list(judged.vetoes),
        "order": [deal.deal_id for deal in order],
        "receipt": receipt,
    }


def _told(judged: Judged, currency: str) -> Body:
    exponent = currency_exponents().get(currency, 2)
    items = {line.key: _item(line, exponent) for line in judged.lines}
    return {
        "currency": currency,
        "binding": None if judged.binding is None else items[judged.binding.key],
        "limits": [items[key] for key in sorted(items)],
    }


def _item(line: Line, exponent: int) -> Body:
    book_id, limit_id, subject_kind, subject_id = line.key
    return {
        "book_id": book_id,
        "limit_id": limit_id,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "before": _text(line.before, exponent),
        "after": _text(line.after, exponent),
        "limit": _text(line.terms.limit_minor, exponent),
        "headroom_before": _text(line.room_before, exponent),
        "headroom_after": _text(line.room_after, exponent),
        "clause": line.terms.clause,
        "is_hard": line.terms.is_hard,
        "is_complete": line.is_complete,
    }


def _text(minor: int | None, exponent: int) -> str | None:
    return None if minor is None else minor_text(minor, exponent)
