"""Ways to make a deal fit, each of them checked: sent back as a check, it passes."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Final

from riskmon.domain.money import decimal_text
from riskmon.operations.checks.deal import Deal, DealProtection
from riskmon.operations.checks.desk import Desk, Measured
from riskmon.operations.checks.verdict import INCURABLE, Judged

LINES: Final = (
    ("loan", "trade_finance", "bill_discount", "finance_lease", "overdraft"),
    ("bill_acceptance", "documentary_credit", "standby_credit", "financing_guarantee", "performance_guarantee"),
)  # fmt: skip
"""Products that serve one purpose: a deal in one of them might be done in another."""

GUARANTORS: Final = 2
"""How many guarantors are tried, those with most room first."""


def options(
    desk: Desk, deal: Deal, measured: Measured, judged: Judged, largest_minor: int
) -> list[tuple[str, Deal]]:
    """The ways that pass, with the deal to send back. None for a deal that passes, or that nothing can cure.

    largest_minor: the largest amount that passes, which is known to.
    """
    if judged.passes or judged.outcome in INCURABLE:
        return []
    # Those that keep amount and purpose come first.
    is_covered = _can_be_covered(judged)
    proposals = {
        "collateral": _with_collateral(desk, deal, largest_minor) if is_covered else iter(()),
        "guarantor": _with_guarantor(desk, deal, largest_minor) if is_covered else iter(()),
        "another_line": _on_another_line(desk, deal),
        "maturity": _of_shorter_maturity(desk, deal),
    }
    found = []
    for kind, ways in proposals.items():
        fitting = next((each for each in ways if _fits(desk, measured, each)), None)
        if fitting is not None:
            found.append((kind, fitting))
    if largest_minor:
        found.append(("smaller_amount", deal.of_amount(largest_minor)))
    return found


def _can_be_covered(judged: Judged) -> bool:
    """Whether protection could help: principal that a limit on loans counts is owed whatever covers it."""
    return not any(
        line.terms.measure == "loan_balance" and line.is_worse and not line.is_kept for line in judged.lines
    )


def _fits(desk: Desk, asked: Measured, proposed: Deal) -> bool:
    """Whether a proposal passes. One that adds what the deal adds, at the grain at which limits ask, does not."""
    measured = desk.measure(proposed)
    if measured.refused or asked.adds_the_same(measured, by_product=desk.decisions.own_limits.asks_product):
        return False
    return desk.fits([measured.cells])


def _with_collateral(desk: Desk, deal: Deal, largest_minor: int) -> Iterator[Deal]:
    """Cash of what is too much, else of all of it; else a deposit certificate of the bank's own."""
    for kind, provider in (("cash_margin", None), ("deposit_certificate", desk.decisions.bank_party_id)):
        for value in _values(deal, largest_minor):
            yield _protected(deal, kind, provider, value)


def _values(deal: Deal, largest_minor: int) -> list[int]:
    """What is too much, and all of it."""
    return list(dict.fromkeys((deal.amount_minor - largest_minor, deal.amount_minor)))


def _with_guarantor(desk: Desk, deal: Deal, largest_minor: int) -> Iterator[Deal]:
    """A guarantee of somebody who is in no group with the obligor, for what is too much, else for all of it."""
    for provider in _guarantors(desk, deal):
        for value in _values(deal, largest_minor):
            yield _protected(deal, "guarantee", provider, value)


def _guarantors(desk: Desk, deal: Deal) -> list[str]:
    """Parties of a kind that books recognise as guarantors, outside the obligor's groups, those with most room first."""
    decisions = desk.decisions
    obligor = decisions.keys[deal.obligor_id]
    close = {obligor}
    for groups in decisions.groups.values():
        close |= {key for at in groups.of(obligor) for key in groups.members(at)}
    outside = (decisions.party_id(key) for key in decisions.guarantors if key not in close)
    return list(islice(outside, GUARANTORS))


def _protected(deal: Deal, kind: str, provider: str | None, value_minor: int) -> Deal:
    given = DealProtection(
        kind=kind,
        provider_id=provider,
        value=str(decimal_text(value_minor, deal.currency)),
        currency=deal.currency,
        maturity_date=deal.maturity_date,
    )
    return deal.model_copy(update={"protections": (*deal.protections, given)})


def _on_another_line(_desk: Desk, deal: Deal) -> Iterator[Deal]:
    """The other products of the same purpose."""
    for products in LINES:
        if deal.product in products:
            yield from (
                deal.model_copy(update={"product": other}) for other in products if other != deal.product
            )


def _of_shorter_maturity(desk: Desk, deal: Deal) -> Iterator[Deal]:
    """A year and no more, where the deal is for longer or its end is not known: some claims then count less."""
    start = deal.start_date or desk.decisions.selection.as_of
    end = date(start.year + 1, start.month, min(start.day, 28))
    if deal.maturity_date is None or deal.maturity_date > end:
        yield deal.model_copy(update={"start_date": start, "maturity_date": end})
