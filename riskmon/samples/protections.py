"""The background's protections: pledges, margins, bank guarantees, and the guarantees that firms give each other."""

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

from riskmon.domain.money import BP
from riskmon.samples.draft import OWN_BANK, REPORTING_CURRENCY, Draft
from riskmon.samples.facilities import Booked
from riskmon.samples.institutions import DOMESTIC_BANKS, FOREIGN_BANK, POLICY_BANKS
from riskmon.samples.topology import guarantee_pairs, guarantee_sizes

_TRADE_PRODUCTS = ("bill_acceptance", "documentary_credit", "financing_guarantee", "performance_guarantee")
_LOAN_KINDS = {
    "property": 130, "receivable": 25, "inventory": 20, "equity_stake": 8, "deposit_certificate": 30,
    "government_bond": 12, "policy_bank_bond": 6, "gold": 4, "accepted_draft": 10, "guarantee": 14, "none": 741,
}  # fmt: skip
_BANK_PAYERS = ("deposit_certificate", "accepted_draft", "guarantee")
_ASSETS = {
    "property": "LAND", "inventory": "STOCK", "receivable": "RECV", "equity_stake": "EQUITY", "gold": "GOLD",
}  # fmt: skip

_PAYER_SHARE_BP = 1_000
"""The most that protection moves to one payer, as a share of the internal line for banks."""

_LARGEST_MOVED = 5_000_000_00
_GIVEN_TO_BANK_BP = 4_000
"""How many of the guarantees among firms are given to this bank; the others stand in the relationship table."""


def write_protections(draft: Draft, rng: Random, booked: Sequence[Booked]) -> None:
    """Write pledges, margins and bank guarantees. Every pledged asset is pledged once."""
    room = draft.lines.share("example_policy", "interbank", _PAYER_SHARE_BP)
    moved: Counter[str] = Counter()
    for facility in booked:
        if facility.product in _TRADE_PRODUCTS and rng.random() < 0.6:
            margin = facility.amount * rng.randint(20, 50) // 100
            draft.protection(
                "cash_margin", facility.facility_id, margin, currency=facility.currency,
                title_holder_id=facility.obligor_id, provider_id=OWN_BANK,
            )  # fmt: skip
        elif facility.product == "loan":
            kind = rng.choices(list(_LOAN_KINDS), list(_LOAN_KINDS.values()))[0]
            payer = _payer(rng, kind)
            if payer and payer != OWN_BANK:
                moved[payer] += _moved(draft, facility)
                kind = kind if moved[payer] <= room else "none"
            if kind != "none":
                _write_pledge(draft, rng, facility, kind, payer)


def _payer(rng: Random, kind: str) -> str | None:
    """Who pays under a protection that has a payer; one certificate in two is the bank's own."""
    if kind == "government_bond":
        return "GOV-CENTRAL"
    if kind == "policy_bank_bond":
        return rng.choice(POLICY_BANKS)
    if kind == "deposit_certificate" and rng.random() < 0.5:
        return OWN_BANK
    return rng.choice((*DOMESTIC_BANKS, FOREIGN_BANK)) if kind in _BANK_PAYERS else None


def _moved(draft: Draft, facility: Booked) -> int:
    """The most that a protection of this facility moves to its payer, in the reporting currency."""
    rate = draft.rates.get(facility.currency, 1)
    return min(_LARGEST_MOVED, int(facility.amount * rate) + 1)


def _write_pledge(draft: Draft, rng: Random, facility: Booked, kind: str, payer: str | None) -> None:
    value = facility.amount * rng.randint(130, 220) // 100
    if payer:
        value = min(facility.amount, _LARGEST_MOVED) // (1 if facility.currency == REPORTING_CURRENCY else 10)
    # A few end before the claim: then they protect nothing under the rules on large exposures.
    ends = -20 if rng.random() < 0.1 else rng.choice((0, 0, 30, 365))
    reference = draft.next_id(_ASSETS[kind]) if kind in _ASSETS else None
    draft.protection(
        kind, facility.facility_id, value, currency=facility.currency, provider_id=payer,
        title_holder_id=None if kind == "guarantee" else facility.obligor_id, asset_reference=reference,
        maturity_date=draft.day((facility.maturity_date - draft.as_of).days + ends),
    )  # fmt: skip


def write_guarantees(
    draft: Draft, rng: Random, firms: Sequence[str], booked: Sequence[Booked]
) -> Mapping[str, int]:
    """Write the guarantees among firms; returns what each guarantor has given, in the reporting currency."""
    first_loan: dict[str, Booked] = {}
    for facility in booked:
        if facility.product == "loan" and facility.currency == REPORTING_CURRENCY:
            first_loan.setdefault(facility.obligor_id, facility)
    given: Counter[str] = Counter()
    shuffled = rng.sample(firms, len(firms))
    start = 0
    for size in guarantee_sizes(rng):
        members = shuffled[start : start + size]
        start += size
        for guarantor_at, debtor_at in guarantee_pairs(rng, size):
            guarantor, debtor = members[guarantor_at], members[debtor_at]
            loan = first_loan.get(debtor)
            if loan and rng.randrange(BP) < _GIVEN_TO_BANK_BP:
                amount = loan.amount
                draft.protection("guarantee", loan.facility_id, amount, provider_id=guarantor)
            else:
                amount = rng.randint(2, 25) * 1_000_000_00
                draft.relationship(
                    guarantor, debtor, "guarantee", amount=amount, currency=REPORTING_CURRENCY,
                    evidence="credit bureau",
                )  # fmt: skip
            given[guarantor] += amount
    return given
