"""The background's facilities: each house spreads one budget, far below every line, over its obligors."""

from dataclasses import dataclass
from datetime import date
from random import Random

from riskmon.domain.money import BP
from riskmon.domain.terms import OFF_BALANCE_PRODUCTS
from riskmon.samples.draft import FOREIGN_CURRENCIES, REPORTING_CURRENCY, Draft
from riskmon.samples.lines import whole
from riskmon.samples.ownership import House, Ownership

_PRODUCT_WEIGHTS = {
    "loan": 520, "trade_finance": 80, "bill_discount": 50, "overdraft": 40, "finance_lease": 40, "bond": 30,
    "bill_acceptance": 90, "documentary_credit": 40, "standby_credit": 20, "financing_guarantee": 20,
    "performance_guarantee": 40, "commitment": 25, "note_issuance": 5,
}  # fmt: skip

_LARGEST_SHARE_BP, _SMALL_SHARE_BP = 2_200, 1_000
"""The most a house may owe, as a share of the internal line for a group: an ordinary one, and one of a pair."""

_MEDIAN_OF_LARGEST = 0.8
_PERSON_SHARE_BP = 4_000
_PAST_DUE_BP = 40
_ROLLED_LOANS = 8
_JOINT_LOANS = 40
_MILLION = 1_000_000_00


@dataclass(frozen=True, slots=True)
class Booked:
    """What protections need to know of a facility: `amount` is nominal, in minor units of `currency`."""

    facility_id: str
    obligor_id: str
    product: str
    amount: int
    currency: str
    maturity_date: date


def write_facilities(
    draft: Draft, rng: Random, ownership: Ownership, singles: list[str], total: int
) -> list[Booked]:
    """Write the background's facilities until the bank has `total`; returns those of firms."""
    people = [
        person
        for person in (*[p for house in ownership.houses for p in house.people], *singles)
        if rng.randrange(BP) < _PERSON_SHARE_BP
    ]
    for person in people:
        _write_personal(draft, rng, person)
    counts = _spread(rng, ownership, total - len(draft.rows["facilities"]) - 2 * _ROLLED_LOANS)
    booked: list[Booked] = []
    for house in ownership.houses:
        booked += _write_house(draft, rng, house, counts)
    _write_rolled(draft, booked)
    _write_joint(draft, ownership, booked)
    return booked


def _spread(rng: Random, ownership: Ownership, total: int) -> dict[str, int]:
    """How many facilities each firm has: at least one, and `total` together."""
    firms = [firm for house in ownership.houses for firm in house.firms]
    counts = dict.fromkeys(firms, 1)
    for firm in rng.choices(firms, k=total - len(firms)):
        counts[firm] += 1
    return counts


def _write_personal(draft: Draft, rng: Random, person: str) -> None:
    if rng.random() < 0.2:
        draft.facility(
            person, "card_undrawn", rng.randint(2, 20) * 10_000_00, is_qualifying=True, purpose="card"
        )
    else:
        years = rng.randint(2, 25)
        draft.facility(
            person, "loan", rng.randint(20, 250) * 10_000_00, purpose="home", start_date=draft.day(-rng.randint(60, 900)),
            maturity_date=draft.day(365 * years),
        )  # fmt: skip


def _write_house(draft: Draft, rng: Random, house: House, counts: dict[str, int]) -> list[Booked]:
    budget = _budget(draft, rng, _SMALL_SHARE_BP if house.is_small else _LARGEST_SHARE_BP)
    obligors = [firm for firm in house.firms for _ in range(counts[firm])]
    weights = [1 + int(1_000 * rng.lognormvariate(0, 0.8)) for _ in obligors]
    return [
        _write_facility(draft, rng, obligor, max(_MILLION // 10, whole(budget * weight // sum(weights))))
        for obligor, weight in zip(obligors, weights, strict=True)
    ]


def _budget(draft: Draft, rng: Random, largest_bp: int) -> int:
    """What a house owes, nominally: skewed to the small side of the most it may, and never above."""
    while True:
        share_bp = int(largest_bp * _MEDIAN_OF_LARGEST * rng.lognormvariate(0, 0.45))
        if share_bp <= largest_bp:
            return draft.lines.share("example_policy", "group", share_bp)


def _write_facility(draft: Draft, rng: Random, obligor: str, amount: int) -> Booked:
    product = rng.choices(list(_PRODUCT_WEIGHTS), list(_PRODUCT_WEIGHTS.values()))[0]
    currency = rng.choice(FOREIGN_CURRENCIES) if rng.random() < 0.12 else REPORTING_CURRENCY
    if currency != REPORTING_CURRENCY:
        amount = max(1_000_000, int(amount / draft.rates[currency]) // 1_000_000 * 1_000_000)
    start, maturity = draft.day(-rng.randint(20, 700)), draft.day(rng.randint(40, 1_400))
    drawn = amount
    if product in ("overdraft", "loan", "trade_finance") and rng.random() < 0.35:
        drawn = amount * rng.randint(30, 95) // 100
    past_due = rng.randint(1, 25) if product == "loan" and rng.randrange(BP) < _PAST_DUE_BP else 0
    is_off_balance = product in OFF_BALANCE_PRODUCTS
    facility_id = draft.facility(
        obligor, product, amount, currency=currency, start_date=start, maturity_date=maturity,
        drawn=None if is_off_balance else drawn,
        accrued_interest=0 if is_off_balance else drawn * rng.randint(5, 60) // BP,
        provision=0 if is_off_balance else drawn * rng.randint(80, 250) // BP,
        is_cancellable=rng.random() < 0.5, past_due_days=past_due,
        loan_class="special_mention" if past_due else "normal", branch=f"Branch {rng.randint(1, 24):02d}",
        purpose=rng.choice(("working capital", "equipment", "trade", "construction")),
    )  # fmt: skip
    return Booked(facility_id, obligor, product, amount, currency, maturity)


def _write_rolled(draft: Draft, booked: list[Booked]) -> None:
    """A few small loans that renewed an older one: a small part of what the firm owes."""
    loans: dict[str, int] = {}
    for facility in booked:
        if facility.product == "loan" and facility.currency == REPORTING_CURRENCY:
            loans[facility.obligor_id] = loans.get(facility.obligor_id, 0) + facility.amount
    owing = sorted(loans, key=lambda obligor: (-loans[obligor], obligor))[:_ROLLED_LOANS]
    for obligor in owing:
        old = draft.facility(
            obligor, "loan", 0, start_date=draft.day(-700), maturity_date=draft.day(-100), status="closed"
        )
        draft.facility(
            obligor,
            "loan",
            _MILLION,
            start_date=draft.day(-100),
            refinances_facility_id=old,
            purpose="renewal",
        )


def _write_joint(draft: Draft, ownership: Ownership, booked: list[Booked]) -> None:
    """A few small loans that a person behind the firm owes with it."""
    person_of = {c.top: c.people[0] for c in ownership.houses if c.people}
    row_of = {row["facility_id"]: row for row in draft.rows["facilities"]}
    small = [
        facility
        for facility in booked
        if facility.product == "loan" and facility.amount < 3 * _MILLION and facility.obligor_id in person_of
    ]
    for facility in small[:_JOINT_LOANS]:
        row_of[facility.facility_id]["joint_obligor_ids"] = person_of[facility.obligor_id]
