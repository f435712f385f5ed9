"""Measuring a deal: what it adds under every book, as a shape that gives the cells of any amount.

Whatever is said here is said by the exposure stage, and a property of the tests holds the two together; what the stage learns
has to be learned here as well.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from riskmon.domain.money import BP, RATE_SCALE, currency_exponents
from riskmon.operations.checks.deal import Deal
from riskmon.operations.checks.measuring.cells import Cell
from riskmon.operations.checks.measuring.claims import BookClaims, Claim
from riskmon.operations.checks.measuring.recognition import Recognition
from riskmon.operations.checks.measuring.standing import Standings
from riskmon.operations.checks.measuring.terms import claim_terms, protection_terms
from riskmon.rulebook.select import Selection
from riskmon.validate.reporting import Rates


class _Taken(NamedTuple):
    """A recognised protection: its value, what a unit of it is worth, and who pays where it moves there, with what is exempt."""

    value: int
    worth: int
    unit: int
    provider_key: int | None
    exempt_bp: int


class _BookShape(NamedTuple):
    """What the deal is under one book."""

    book_id: str
    claim: Claim
    has_credit: bool
    taken: tuple[_Taken, ...]


class Shape(NamedTuple):
    """A deal of any amount. `rate`: numerator and denominator from its minor units to those of the reporting currency."""

    obligor_key: int
    product: str
    rate: tuple[int, int]
    books: tuple[_BookShape, ...]

    @property
    def has_protection(self) -> bool:
        """Whether some book takes protection off."""
        return any(book.taken for book in self.books)

    def book(self, book_id: str) -> _BookShape:
        """What the deal is under one book."""
        for book in self.books:
            if book.book_id == book_id:
                return book
        raise KeyError(book_id)

    def cells(self, amount: int) -> tuple[Cell, ...]:
        """What an amount, in minor units of its currency, adds under every book."""
        numerator, denominator = self.rate
        scaled, over, product, obligor = amount * numerator, denominator * BP, self.product, self.obligor_key
        found: list[Cell] = []
        for book_id, claim, has_credit, taken in self.books:
            gross = -(-scaled * claim.share_bp // over)
            left, moved = _mitigated(gross, taken) if taken else (gross, {})
            counts_loan = claim.counts_loan
            principal = None if counts_loan is None else -(-scaled // denominator) if counts_loan else 0
            exposure = left - left * claim.exempt_bp // BP
            credit = left if has_credit else None
            is_complete = claim.is_measured or amount == 0
            found.append(Cell(book_id, obligor, product, exposure, principal, credit, gross > 0, is_complete))
            for key, (into, exempt_bp) in moved.items():
                counted = into - into * exempt_bp // BP
                loan, credit = None if counts_loan is None else 0, into if has_credit else None
                found.append(
                    Cell(book_id, key, None, counted, loan, credit, is_exposed=True, is_complete=True)
                )
        return tuple(found)


def _mitigated(gross: int, taken: Sequence[_Taken]) -> tuple[int, dict[int, tuple[int, int]]]:
    """What is left of a gross exposure, and by provider what moves to it, with the share of that which is exempt.

    Protections come off in their order, each with at most what the exposure needs of it.
    """
    before = 0
    moved: dict[int, tuple[int, int]] = {}
    for value, worth, unit, provider_key, exempt_bp in taken:
        share = min(value, -(-gross * unit // worth)) if worth > 0 else 0
        adjusted = share * worth // unit
        applied = min(adjusted, max(gross - before, 0))
        before += adjusted
        if provider_key is not None and applied:
            moved[provider_key] = (moved.get(provider_key, (0, 0))[0] + applied, exempt_bp)
    return max(gross - before, 0), moved


class Measurer:
    """Measures deals against one snapshot's parties, rates and books."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], selection: Selection, rates: Rates) -> None:
        """Take the validated tables: parties, country_ratings, bank, reporting."""
        self._rates = rates
        self._stale = frozenset(rates.stale)
        self._exponent = int(tables["reporting"]["exponent"][0])
        self._as_of = selection.as_of
        self._standings = Standings(tables["parties"], tables["country_ratings"])
        bank = tables["bank"]
        bank_key = bank["party_key"][0] if bank.height else None
        self._books = [
            (
                book.id,
                BookClaims(book),
                Recognition(book, bank_key),
                book.measurement.measure == "credit_balance",
            )
            for book in selection.books
        ]

    def has_rate(self, currency: str) -> bool:
        """Whether an amount in the currency can be converted."""
        return currency in self._rates.claims

    def is_stale(self, currency: str) -> bool:
        """Whether its newest rate is too old, so that what is in it is not certain."""
        return currency in self._stale

    def shape(self, deal: Deal, obligor_key: int, providers: Sequence[int | None]) -> Shape:
        """What the deal is under every book. providers: the party of each protection, None where none is named."""
        client = self._standings.of(obligor_key)
        terms = claim_terms(deal, obligor_key, client, self._as_of)
        given = [
            (
                protection_terms(each, deal, provider, self._standings.of(provider), self._as_of),
                self._offset_minor(each.value_minor, each.currency),
            )
            for each, provider in zip(deal.protections, providers, strict=True)
        ]
        books = []
        for book_id, claims, recognition, has_credit in self._books:
            claim = claims.of(terms)
            taken = []
            for protection, value in given:
                worth = recognition.worth(protection, terms, claim)
                if worth is None:
                    continue
                moves_to = protection.provider_key if worth.is_substitution else None
                exempt = 0
                if moves_to is not None:
                    exempt = claims.moved_exempt_bp(protection.provider, is_potential=terms.is_off_balance)
                taken.append(_Taken(value, worth.worth, worth.unit, moves_to, exempt))
            books.append(_BookShape(book_id, claim, has_credit, tuple(taken)))
        return Shape(obligor_key, deal.product, self._rate(self._rates.claims, deal.currency), tuple(books))

    def reporting_minor(self, deal: Deal) -> int:
        """The amount of a deal in the reporting currency, rounded up."""
        numerator, denominator = self._rate(self._rates.claims, deal.currency)
        return -(-deal.amount_minor * numerator // denominator)

    def _offset_minor(self, amount: int, currency: str) -> int:
        """The value of a protection in the reporting currency, rounded down."""
        numerator, denominator = self._rate(self._rates.offsets, currency)
        return amount * numerator // denominator

    def _rate(self, rates: Mapping[str, int], currency: str) -> tuple[int, int]:
        """Numerator and denominator from minor units of a currency to those of the reporting one."""
        return rates[currency] * 10**self._exponent, 10 ** (currency_exponents()[currency] + RATE_SCALE)
