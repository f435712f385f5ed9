"""Checking deals: the answer to "may we lend this?", as JSON-ready values. Nothing is stored."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from riskmon.domain.money import decimal_text
from riskmon.operations.checks.deal import Deal, refuse_unreadable
from riskmon.operations.checks.decision_book import DecisionBook
from riskmon.operations.checks.desk import Desk
from riskmon.operations.checks.largest import largest_passing
from riskmon.operations.checks.lines import Line, LineKey
from riskmon.operations.checks.options import options
from riskmon.operations.checks.ordering import ordered
from riskmon.operations.checks.reasons import reason
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

    Returns verdict, reason, run_id, as_of, `largest_passing_amount` (of a single deal, in the deal's currency; null for a
    package), currency (of everything else), the binding limit, every limit with before and after, options, vetoes and
    the order of the package.

    Raises:
        CallerError: a deal that no answer could be given to.
    """
    refuse_unreadable(tuple(deals))
    desk = Desk(decisions, today, most_days, claims)
    measured = [desk.cells(deal) for deal in deals]
    judged = desk.judge_cells(measured)
    single = deals[0] if len(deals) == 1 else None
    largest, ways = None, []
    if single is not None:
        largest_minor = largest_passing(desk, single, judged)
        largest = decimal_text(largest_minor, single.currency)
        ways = options(desk, single, judged, largest_minor)
    order = list(deals) if single is not None else ordered(desk, deals, measured)
    said = reason(judged, decisions.manifest.currency)
    return {
        "verdict": judged.verdict.value,
        "reason": said.zh if is_chinese else said.en,
        "run_id": decisions.manifest.run_id,
        "as_of": decisions.manifest.as_of.isoformat(),
        "largest_passing_amount": largest,
        **_told(judged, decisions.manifest.currency),
        "options": [{"kind": kind, "deal": deal.model_dump(mode="json")} for kind, deal in ways],
        "vetoes": list(judged.vetoes),
        "order": [deal.deal_id for deal in order],
    }


def _told(judged: Judged, currency: str) -> Body:
    lines = sorted(judged.lines, key=lambda line: line.key)
    return {
        "currency": currency,
        "binding": None if judged.binding is None else _item(judged.binding, currency),
        "limits": [_item(line, currency) for line in lines],
    }


def _item(line: Line, currency: str) -> Body:
    return {
        "book_id": line.terms.book_id,
        "limit_id": line.terms.limit_id,
        "subject_kind": line.subject_kind,
        "subject_id": line.subject_id,
        "before": decimal_text(line.before, currency),
        "after": decimal_text(line.after, currency),
        "limit": decimal_text(line.terms.limit_minor, currency),
        "headroom_before": decimal_text(line.room_before, currency),
        "headroom_after": decimal_text(line.room_after, currency),
        "clause": line.terms.clause,
    }
