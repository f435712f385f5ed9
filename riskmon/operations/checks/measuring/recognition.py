"""Recognition: which entry of a book recognises a protection of a deal, and what a unit of its value is worth for the claim."""

from typing import NamedTuple

from riskmon.domain.money import BP
from riskmon.exposures.haircuts import MONTH_DAYS, class_haircuts, mismatch_bp, scaled_bp
from riskmon.operations.checks.measuring.claims import Claim
from riskmon.operations.checks.measuring.terms import ClaimTerms, ProtectionTerms
from riskmon.rulebook.exposure_rules import Mitigation
from riskmon.rulebook.select import Book


class Worth(NamedTuple):
    """What a protection is worth: `worth` over `unit` of its value; whether what it covers moves to the provider."""

    worth: int
    unit: int
    is_substitution: bool


class Recognition:
    """The protections that one book recognises."""

    def __init__(self, book: Book, bank_key: int | None) -> None:
        """Take the book, and the bank itself where it is told."""
        self._book = book
        self._bank_key = bank_key
        self._classes = class_haircuts(book)
        self._mismatch_bp = mismatch_bp(book)

    def worth(self, given: ProtectionTerms, terms: ClaimTerms, claim: Claim) -> Worth | None:
        """What a protection is worth by the first entry whose conditions all hold; None where there is none."""
        for rule in self._book.mitigations:
            if given.kind in rule.protection_kinds and self._holds(rule, given, terms):
                left, whole = self._maturity_share(rule, given, terms)
                converted = claim.factor_bp if rule.before_conversion and terms.is_off_balance else BP
                return Worth(
                    self._kept_bp(rule, given, terms) * left * converted,
                    whole * BP * BP,
                    rule.effect == "substitute",
                )
        return None

    def _holds(self, rule: Mitigation, given: ProtectionTerms, terms: ClaimTerms) -> bool:
        return (
            given.is_in_force
            and given.provider_key != terms.client_key
            and (given.is_used_for_capital or not self._book.measurement.follows_capital_use)
            and self._is_suitable(rule, given)
            and given.provider.provides(rule)
            and (not rule.client_kinds or terms.client.kind in rule.client_kinds)
            and not rule.requires_trade  # a deal names no trade
            and self._has_class(rule, given)
            and self._lasts(rule, given)
            and (rule.provider_weight == "any" or self._has_weight(rule, given, terms))
        )

    def _is_suitable(self, rule: Mitigation, given: ProtectionTerms) -> bool:
        is_bank = given.provider_key is not None and given.provider_key == self._bank_key
        if rule.provider == "own_bank":
            return is_bank
        return rule.provider == "any" or (given.provider_key is not None and not is_bank)

    def _has_class(self, rule: Mitigation, given: ProtectionTerms) -> bool:
        if rule.haircut_class == "ignored":
            return True
        if given.haircut_class is None:
            return rule.haircut_class == "used"
        return given.haircut_class in self._classes

    def _lasts(self, rule: Mitigation, given: ProtectionTerms) -> bool:
        mismatch = self._book.maturity_mismatch
        if rule.maturity == "ignored" or given.outlasts_claim:
            return True
        if rule.maturity == "must_outlast" or mismatch is None:
            return False
        least, floor = mismatch.least_original_months * MONTH_DAYS, mismatch.floor_months * MONTH_DAYS
        return (
            given.original_days is not None
            and given.original_days >= least
            and given.left_days is not None
            and given.left_days > floor
        )

    def _has_weight(self, rule: Mitigation, given: ProtectionTerms, terms: ClaimTerms) -> bool:
        provider, client = given.provider.weight(self._book), terms.client.weight(self._book)
        if rule.provider_weight == "not_above_client" and provider == 0:
            return True  # no client has a weight below zero
        if provider is None or client is None:
            return False
        return provider < client or (rule.provider_weight == "not_above_client" and provider == client)

    def _kept_bp(self, rule: Mitigation, given: ProtectionTerms, terms: ClaimTerms) -> int:
        # A class that no haircut states is worth nothing.
        own = self._classes.get(rule.default_class, BP) if rule.default_class else 0
        if rule.haircut_class != "ignored" and given.haircut_class is not None:
            own = self._classes.get(given.haircut_class, own)
        mismatch = self._mismatch_bp if rule.mismatch_haircut and given.is_mismatched else 0
        if rule.scales_with_holding:
            own, mismatch = (scaled_bp(each, terms.product, self._book) for each in (own, mismatch))
        return max(BP - own - mismatch, 0)

    def _maturity_share(self, rule: Mitigation, given: ProtectionTerms, terms: ClaimTerms) -> tuple[int, int]:
        """Numerator and denominator of what is left of a protection that ends before its claim; 1 over 1 otherwise."""
        mismatch = self._book.maturity_mismatch
        if rule.maturity != "adjusted" or mismatch is None or given.outlasts_claim:
            return 1, 1
        floor, longest = mismatch.floor_months * MONTH_DAYS, mismatch.longest_months * MONTH_DAYS
        claim = longest if terms.left_days is None else min(terms.left_days, longest)
        left = claim if given.left_days is None else min(given.left_days, claim)
        return (left - floor, claim - floor) if left < claim else (1, 1)
