"""Claims: what an amount of a product counts under one book before protection, and what the book exempts of it."""

from typing import NamedTuple

from riskmon.domain.money import BP
from riskmon.exposures.conversion import UNDRAWN_AS
from riskmon.exposures.exemption import PRODUCT_FLAGS
from riskmon.operations.checks.measuring.standing import Standing
from riskmon.operations.checks.measuring.terms import ClaimTerms
from riskmon.rulebook.exposure_rules import ConversionFactor, Exemption
from riskmon.rulebook.select import Book


class Claim(NamedTuple):
    """How an amount counts. `is_measured`: whether the book says how, else it counts in full and the total is a lower bound.

    `counts_loan`: whether the principal is in the loan balance; None where the book has no such measure.
    """

    share_bp: int
    factor_bp: int
    exempt_bp: int
    counts_loan: bool | None
    is_measured: bool


class BookClaims:
    """The claims of one book."""

    def __init__(self, book: Book) -> None:
        """Take the rules that decide, in the order in which they are asked."""
        self._book = book
        # Of a claim's shares the first that is known to hold; a deal says neither quality nor component.
        self._shares = [
            rule for rule in book.nominal_shares if rule.is_qualifying is None and not rule.ccp_components
        ]
        ordered = sorted(book.exemptions, key=lambda rule: (rule.used_part_is_secured, -rule.share_bp))
        self._exemptions = {
            False: [rule for rule in ordered if rule.part == "all"],
            True: ordered,
        }
        self._has_loans = bool(book.measurement.loan_products)
        self._asks_days = any(rule.days_after_due is not None for rule in book.exemptions)
        self._found: dict[tuple[object, ...], Claim] = {}
        self._moved: dict[tuple[int, bool], int] = {}

    def of(self, terms: ClaimTerms) -> Claim:
        """How an amount of a claim counts; asked once for all claims that are alike."""
        days = terms.days_after_due if self._asks_days else None
        key = (terms.client.number, terms.product, terms.is_cancellable, terms.is_short, days)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._asked(terms)
        return found

    def moved_exempt_bp(self, provider: Standing, *, is_potential: bool) -> int:
        """The share that is exempt of what protection moves to a provider."""
        key = (provider.number, is_potential)
        found = self._moved.get(key)
        if found is None:
            found = self._moved[key] = self._exempt_bp(provider, None, is_potential=is_potential)
        return found

    def _asked(self, terms: ClaimTerms) -> Claim:
        factor = self._factor_bp(terms)
        exempt = self._exempt_bp(terms.client, terms, is_potential=terms.is_off_balance)
        loan: bool | None = None
        if self._has_loans:
            is_loan = terms.product in self._book.measurement.loan_products and not terms.is_off_balance
            loan = is_loan and exempt != BP
        if terms.is_off_balance:
            share = BP if factor is None else factor
            return Claim(share, share, exempt, loan, factor is not None)
        shares = (rule.share_bp for rule in self._shares if terms.product in rule.products)
        return Claim(next(shares, BP), BP, exempt, loan, is_measured=True)

    def _exempt_bp(self, party: Standing, terms: ClaimTerms | None, *, is_potential: bool) -> int:
        """The share of a claim on a party that is exempt. terms: None of what protection moved to it."""
        for rule in self._exemptions[is_potential]:
            if party.exempts(rule, self._book) and _fits(rule, terms):
                return rule.share_bp
        return 0

    def _factor_bp(self, terms: ClaimTerms) -> int | None:
        converting = terms.product if terms.is_off_balance else UNDRAWN_AS
        factors = (
            rule.factor_bp
            for rule in self._book.conversion_factors
            if converting in rule.products and _may_apply(rule, terms)
        )
        return max(factors, default=None)


def _may_apply(rule: ConversionFactor, terms: ClaimTerms) -> bool:
    """A condition that is not known may hold; a deal never says whether it is qualifying."""
    cancellable, short = rule.is_cancellable, rule.original_maturity
    return (cancellable is None or terms.is_cancellable in (None, cancellable)) and (
        short is None or terms.is_short in (None, short == "up_to_one_year")
    )


def _fits(rule: Exemption, terms: ClaimTerms | None) -> bool:
    """Whether a claim meets what an exemption asks of it. What is not known, or no longer of a product, does not."""
    cancellable = terms is not None and bool(terms.is_cancellable)
    flags = {"is_cancellable": cancellable}
    if any(getattr(rule, name) not in (None, flags.get(name, False)) for name in PRODUCT_FLAGS):
        return False
    if terms is None:
        return (
            not rule.products
            and rule.days_after_due is None
            and not rule.original_maturity
            and rule.part == "all"
        )
    return (
        (not rule.products or terms.product in rule.products)
        and (
            rule.days_after_due is None
            or (terms.days_after_due is not None and terms.days_after_due <= rule.days_after_due)
        )
        and (not rule.original_maturity or terms.is_short == (rule.original_maturity == "up_to_one_year"))
    )
