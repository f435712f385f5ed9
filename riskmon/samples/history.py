"""The background's past: ratings, statements, account behaviour, bureau reports and events. Nothing alarming."""

from collections.abc import Mapping, Sequence
from random import Random

from riskmon.domain.money import BP
from riskmon.samples.draft import REPORTING_CURRENCY, Draft

_MILLION = 1_000_000_00
_PD_BP = {"G1": 5, "G2": 12, "G3": 25, "G4": 48, "G5": 90, "G6": 160, "G7": 290, "G8": 520}
_EVENT_KINDS = ("management_change", "address_change", "capital_increase", "tax_inspection", "small_lawsuit")
_MONTHS = 12
_EVENTS = 400
_TRADING, _PARTNERS = 300, 5
_GIVEN_MULTIPLE = 3
"""Net assets are at least so many times the guarantees that a firm has given."""


def write_history(draft: Draft, rng: Random, firms: Sequence[str], given: Mapping[str, int]) -> None:
    """Write the past of the background's firms. Every guarantor has statements; of the others two in three."""
    for firm in firms:
        if firm in given or rng.random() < 0.6:
            _write_statements(draft, rng, firm, given.get(firm, 0))
        if rng.random() < 0.7:
            _write_ratings(draft, rng, firm)
        if rng.random() < 0.4:
            _write_bureau(draft, rng, firm)
        if rng.random() < 0.2:
            _write_behaviour(draft, rng, firm)
    _write_payments(draft, rng, firms[:_TRADING])
    for _ in range(_EVENTS):
        days = rng.randint(5, 365)
        draft.add(
            "events", event_id=draft.next_id("EVT"), party_id=rng.choice(firms), kind=rng.choice(_EVENT_KINDS),
            occurred_on=draft.day(-days), known_since=draft.day(3 - days), closed_on=draft.day(-1), source="registry",
        )  # fmt: skip


def _write_statements(draft: Draft, rng: Random, firm: str, given: int) -> None:
    """Statements at the two last quarter-ends, and now and then a second version that corrects the first a little."""
    net_assets = max(_GIVEN_MULTIPLE * given, rng.randint(20, 400) * _MILLION)
    liabilities = net_assets * rng.randint(40, 140) // 100
    revenue = (net_assets + liabilities) * rng.randint(30, 150) // 100
    for months_back, growth in ((6, 9_500), (3, BP)):
        items = {
            "total_assets": (net_assets + liabilities) * growth // BP,
            "total_liabilities": liabilities * growth // BP,
            "revenue": revenue * growth // BP,
            "net_profit": revenue * rng.randint(10, 90) * growth // BP // 1_000,
        }
        items["net_assets"] = items["total_assets"] - items["total_liabilities"]
        draft.statement(firm, draft.month_end(months_back), items)
        if rng.random() < 0.005:
            corrected = items | {"revenue": items["revenue"] * 1_003 // 1_000}
            draft.statement(firm, draft.month_end(months_back), corrected, version="2")


def _write_payments(draft: Draft, rng: Random, firms: Sequence[str]) -> None:
    """A year of trade in a circle: each firm buys as much from each of the next few, so that none lives on another."""
    amount = rng.randint(1, 9) * _MILLION // 10
    for at, payer in enumerate(firms):
        for step in range(1, _PARTNERS + 1):
            payee = firms[(at + step) % len(firms)]
            draft.payment(payer, payee, amount, draft.day(-rng.randint(1, 350)), purpose="services")


def _write_ratings(draft: Draft, rng: Random, firm: str) -> None:
    grade = rng.choice(sorted(_PD_BP))
    for months_back in (2, 1):
        draft.add(
            "ratings", party_id=firm, source="internal", model="corporate", grade=grade,
            pd=f"{_PD_BP[grade] / BP:.4f}", rated_on=draft.month_end(months_back),
        )  # fmt: skip


def _write_bureau(draft: Draft, rng: Random, firm: str) -> None:
    draft.add(
        "bureau_summaries", party_id=firm, as_of=draft.month_end(1), lender_count=rng.randint(1, 4),
        debt=rng.randint(10, 300) * _MILLION, debt_overdue_90=0, has_npl_elsewhere=False, enquiries=rng.randint(0, 4),
        guarantees_given=rng.randint(0, 20) * _MILLION, currency=REPORTING_CURRENCY,
    )  # fmt: skip


def _write_behaviour(draft: Draft, rng: Random, firm: str) -> None:
    inflow = rng.randint(2, 60) * _MILLION
    for months_back in range(_MONTHS):
        month_inflow = inflow * rng.randint(85, 115) // 100
        draft.add(
            "account_behaviour", party_id=firm, period_end=draft.month_end(months_back), inflow=month_inflow,
            outflow=month_inflow * rng.randint(90, 108) // 100, average_balance=inflow * rng.randint(20, 60) // 100,
            utilisation_bp=rng.randint(3_000, 8_500), overdraft_days=0, missed_interest=0, currency=REPORTING_CURRENCY,
        )  # fmt: skip
