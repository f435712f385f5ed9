"""Terms: what books ask of a deal besides its amount, and of each of its protections besides its value."""

from calendar import isleap
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from riskmon.domain.terms import OFF_BALANCE_PRODUCTS
from riskmon.operations.checks.deal import Deal, DealProtection
from riskmon.operations.checks.measuring.standing import Standing

_MONTH_DAYS = 30
_WORKING_DAYS = 5
_OFF_BALANCE = frozenset(OFF_BALANCE_PRODUCTS)


class ClaimTerms(NamedTuple):
    """The claim. `is_short`: agreed for up to one year; `left_days` at the run's date; None is unknown, or open-ended.

    `days_after_due`: working days since it fell due, none before.
    """

    product: str
    currency: str
    is_off_balance: bool
    is_cancellable: bool | None
    is_short: bool | None
    left_days: int | None
    days_after_due: int | None
    client_key: int
    client: Standing


class ProtectionTerms(NamedTuple):
    """A protection beside its claim. `original_days`: for how long it was agreed; None is unknown, or open-ended."""

    kind: str
    haircut_class: str | None
    is_mismatched: bool
    is_used_for_capital: bool
    is_in_force: bool
    outlasts_claim: bool
    left_days: int | None
    original_days: int | None
    provider_key: int | None
    provider: Standing


def claim_terms(deal: Deal, client_key: int, client: Standing, as_of: date) -> ClaimTerms:
    """What books ask of a deal."""
    due = deal.maturity_date
    return ClaimTerms(
        deal.product,
        deal.currency,
        deal.product in _OFF_BALANCE,
        deal.is_cancellable,
        _is_short(deal.start_date, due),
        None if due is None else days_360(as_of, due),
        None if due is None else 0 if due >= as_of else _working_days(due, as_of),
        client_key,
        client,
    )


def protection_terms(
    given: DealProtection, deal: Deal, provider_key: int | None, provider: Standing, as_of: date
) -> ProtectionTerms:
    """What books ask of a protection of a deal."""
    begin, end = given.start_date, given.maturity_date
    first_end = given.original_maturity_date or end
    return ProtectionTerms(
        given.kind,
        given.haircut_class,
        given.currency != deal.currency,
        given.is_used_for_capital is not False,
        (begin is None or begin <= as_of) and (end is None or end >= as_of),
        # A claim without an end outlasts any dated protection.
        end is None or (deal.maturity_date is not None and end >= deal.maturity_date),
        None if end is None else days_360(as_of, end),
        None if begin is None or first_end is None else days_360(begin, first_end),
        provider_key,
        provider,
    )


def days_360(start: date, end: date) -> int:
    """Days from start to end, every month of 30 days."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months * _MONTH_DAYS + min(end.day, _MONTH_DAYS) - min(start.day, _MONTH_DAYS)


def _is_short(start: date | None, end: date | None) -> bool | None:
    if start is None or end is None:
        return None
    day = 28 if (start.month, start.day) == (2, 29) and not isleap(start.year + 1) else start.day
    return (end.year, end.month, end.day) <= (start.year + 1, start.month, day)


def _working_days(after: date, until: date) -> int:
    """Days from Monday to Friday after one day up to another, which is not earlier."""
    weeks, rest = divmod((until - after).days, 7)
    days = (after + timedelta(days=weeks * 7 + n) for n in range(1, rest + 1))
    return weeks * _WORKING_DAYS + sum(day.weekday() < _WORKING_DAYS for day in days)


Protections = Sequence[tuple[ProtectionTerms, int]]
"""Protections of a deal in order, each with its value in minor units of the reporting currency."""
