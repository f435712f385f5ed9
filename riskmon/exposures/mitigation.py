"""Mitigation: which protection a book recognises, how much of it each facility takes, and who owes it instead.

Allocation is stated, conservative and deterministic. A protection that covers several facilities serves them in the
order of `rank`, then facility; each takes at most its gross exposure. A facility with several protections uses them
in the order of `rank`, then protection. What a facility cannot use is not handed on to the next one.
"""

from datetime import date
from functools import reduce

import polars as pl

from riskmon.domain.money import BP, floor_divide, in_reporting_currency
from riskmon.domain.terms import GRADES
from riskmon.rulebook.model import Mitigation
from riskmon.rulebook.select import Book

APPLIED_SCHEMA = pl.Schema(
    {
        "facility_key": pl.Int32(),
        "provider_key": pl.Int32(),
        "is_substitution": pl.Boolean(),
        "applied_minor": pl.Int64(),
        "used_before_minor": pl.Int64(),
    }
)


def covers_with_terms(
    protections: pl.DataFrame,
    covers: pl.DataFrame,
    facilities: pl.DataFrame,
    parties: pl.DataFrame,
    country_ratings: pl.DataFrame,
    *,
    as_of: date,
) -> pl.LazyFrame:
    """Each cover with what a book may ask of it: the protection, its provider, the claim it stands behind.

    A protection that has not begun or is over at `as_of` protects nothing, whatever a book says of maturities.
    Returns protection_key, facility_key, rank, covered_amount_minor, kind, value_minor, currency terms, provider_key,
    provider_kind, provider_country, provider_grade_rank, outlasts_claim, is_own_obligation.
    """
    provider = parties.lazy().select(
        provider_key="party_key", provider_kind="kind", provider_country="country"
    )
    grades = country_ratings.lazy().select(
        provider_country="country", provider_grade_rank=grade_rank(pl.col("grade"))
    )
    claim = facilities.lazy().select(
        "facility_key", "obligor_key", claim_maturity="maturity_date"
    )  # fmt: skip
    return (
        covers.lazy()
        .join(protections.lazy(), on="protection_key", how="left", validate="m:1")
        .filter(
            (pl.col("start_date") <= as_of).fill_null(value=True),
            (pl.col("maturity_date") >= as_of).fill_null(value=True),
        )
        .join(claim, on="facility_key", how="left", validate="m:1")
        .join(provider, on="provider_key", how="left", validate="m:1")
        .join(grades, on="provider_country", how="left", validate="m:1")
        .with_columns(
            # A protection without an end stands as long as the claim; a claim without an end outlasts any dated one.
            outlasts_claim=pl.col("maturity_date").is_null()
            | (pl.col("maturity_date") >= pl.col("claim_maturity")).fill_null(value=False),
            is_own_obligation=(pl.col("provider_key") == pl.col("obligor_key")).fill_null(value=False),
        )
    )


def applied_protection(
    covers: pl.LazyFrame, gross: pl.DataFrame, book: Book, *, bank_key: int | None, reporting_exponent: int
) -> pl.DataFrame:
    """The protection that each facility takes under one book.

    covers: `covers_with_terms`. gross: facility_key, booked_minor, potential_minor.
    Returns APPLIED_SCHEMA: facility_key, provider_key, is_substitution, applied_minor, and used_before_minor, the
    protection the facility had already taken when this one's turn came.
    """
    if not book.mitigations:
        return pl.DataFrame(schema=APPLIED_SCHEMA)
    rules = list(enumerate(book.mitigations))
    rule = pl.coalesce(
        *(pl.when(_is_eligible(m, bank_key)).then(pl.lit(i, dtype=pl.Int32)) for i, m in rules)
    )
    haircuts = {index: BP - mitigation.haircut_bp for index, mitigation in rules}
    substitutions = {index: mitigation.effect == "substitute" for index, mitigation in rules}
    total = gross.lazy().select(
        "facility_key", gross_minor=pl.col("booked_minor") + pl.col("potential_minor")
    )
    eligible = (
        covers.with_columns(rule=rule)
        .filter(pl.col("rule").is_not_null())
        .with_columns(
            kept_bp=pl.col("rule").replace_strict(haircuts, return_dtype=pl.Int64),
            is_substitution=pl.col("rule").replace_strict(substitutions, return_dtype=pl.Boolean),
        )
        .join(total, on="facility_key", how="left", validate="m:1")
        .with_columns(
            value_minor=_worth(pl.col("value_minor"), reporting_exponent),
            covered_minor=_worth(pl.col("covered_amount_minor"), reporting_exponent),
        )
        .with_columns(
            claim_minor=pl.min_horizontal(
                "gross_minor", pl.coalesce("covered_minor", "value_minor"), "value_minor"
            )
        )
    )
    return _allocated(eligible).collect()


def grade_rank(grade: pl.Expr) -> pl.Expr:
    """Rank of an external grade, 0 the best; null where the grade is not on the scale."""
    return grade.replace_strict(
        {name: rank for rank, name in enumerate(GRADES)}, default=None, return_dtype=pl.Int32
    )


def _allocated(eligible: pl.LazyFrame) -> pl.LazyFrame:
    by_protection = ["protection_key", pl.col("rank").fill_null(_LAST), "facility_key"]
    by_facility = ["facility_key", pl.col("rank").fill_null(_LAST), "protection_key"]
    return (
        eligible.sort(by_protection)
        # One cover of several facilities is one promise: they share its amount.
        .with_columns(
            claim_minor=_taken(
                pl.col("claim_minor"), pl.coalesce("covered_minor", "value_minor"), "cover_key"
            )
        )
        .with_columns(
            share_minor=_taken(pl.col("claim_minor"), pl.col("value_minor"), "protection_key"),
        )
        .sort(by_facility)
        .with_columns(
            used_before_minor=pl.min_horizontal(_before("share_minor", "facility_key"), "gross_minor"),
            applied_minor=_taken(pl.col("share_minor"), pl.col("gross_minor"), "facility_key"),
        )
        .filter(pl.col("applied_minor") > 0)
        .select(APPLIED_SCHEMA.names())
    )


_LAST = 2**31 - 1
"""An empty rank comes after every given one."""


def _before(amount: str, owner: str) -> pl.Expr:
    return pl.col(amount).cum_sum().over(owner) - pl.col(amount)


def _taken(claim: pl.Expr, available: pl.Expr, owner: str) -> pl.Expr:
    """What each row of an owner takes from an amount that the rows draw on in order."""
    before = claim.cum_sum().over(owner) - claim
    return pl.min_horizontal(claim, (available - before).clip(lower_bound=0))


def _worth(amount: pl.Expr, reporting_exponent: int) -> pl.Expr:
    """A protection's amount after haircut in the reporting currency, rounded down."""
    numerator, denominator = in_reporting_currency(amount, reporting_exponent)
    return floor_divide(numerator * pl.col("kept_bp"), denominator * BP)


def _is_eligible(mitigation: Mitigation, bank_key: int | None) -> pl.Expr:
    """Whether a cover meets every condition of the entry; a condition that is not known is not met."""
    is_own_bank = pl.col("provider_key") == bank_key if bank_key is not None else pl.lit(value=False)
    conditions = [pl.col("kind").is_in(mitigation.protection_kinds), ~pl.col("is_own_obligation")]
    if mitigation.provider == "own_bank":
        conditions.append(is_own_bank)
    if mitigation.provider == "other":
        conditions.append(pl.col("provider_key").is_not_null() & ~is_own_bank)
    if mitigation.provider_kinds:
        conditions.append(pl.col("provider_kind").is_in(mitigation.provider_kinds))
    if mitigation.provider_countries:
        conditions.append(pl.col("provider_country").is_in(mitigation.provider_countries))
    if mitigation.min_grade:
        conditions.append(pl.col("provider_grade_rank") <= GRADES.index(mitigation.min_grade))
    if mitigation.must_outlast_claim:
        conditions.append(pl.col("outlasts_claim"))
    return reduce(lambda left, right: left & right, conditions).fill_null(value=False)
