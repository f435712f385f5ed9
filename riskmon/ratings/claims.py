"""Claims: what is classified, with the triggers that a claim's own facts pull, and what of it is not known."""

from collections.abc import Callable
from datetime import date
from functools import reduce
from typing import Final

import polars as pl

from riskmon.domain.money import BP
from riskmon.domain.terms import LOAN_CLASSES, OFF_BALANCE_PRODUCTS
from riskmon.rulebook.classification import AssetScope, ClassTest, ClassTrigger

UNKNOWNS: Final = (
    "facilities.past_due_days",
    "facilities.is_credit_impaired",
    "facilities.provision",
    "the facility that was refinanced",
    "the repayment period of a restructured facility",
    "bureau_summaries.debt_overdue_90",
    "bureau_summaries.has_npl_elsewhere",
    "another claim of the obligor",
    "a refused row",
)
"""Inputs that a class may be worse for, in the order of their bits."""

Conditions = dict[ClassTest, Callable[[ClassTrigger], pl.Expr]]


def rank(loan_class: str) -> int:
    """The place of a class, the best first."""
    return LOAN_CLASSES.index(loan_class)


def bit(position: int) -> pl.Expr:
    """The flag at a position."""
    return pl.lit(1 << position, dtype=pl.Int32)


def unknown_bit(name: str) -> pl.Expr:
    """The flag of one of `UNKNOWNS`."""
    return bit(UNKNOWNS.index(name))


def flags(conditions: list[tuple[pl.Expr, pl.Expr]]) -> pl.Expr:
    """The flags, each with its condition, in one whole number; a condition that is not known sets none."""
    nothing = pl.lit(0, dtype=pl.Int32)
    set_ones = [pl.when(condition).then(flag).otherwise(nothing) for condition, flag in conditions]
    return reduce(lambda left, right: left | right, set_ones, nothing)


def pulled(triggers: tuple[ClassTrigger, ...], conditions: Conditions) -> pl.Expr:
    """The flags of the triggers whose test is among the conditions and holds; a trigger's bit is its place."""
    return flags(
        [
            (conditions[trigger.test](trigger), bit(place))
            for place, trigger in enumerate(triggers)
            if trigger.test in conditions
        ]
    )


def passes(trigger: ClassTrigger, measured: pl.Expr, whole: pl.Expr | None = None) -> pl.Expr:
    """Whether a number passes the trigger's line; with `whole` the line is its share in basis points, compared exactly."""
    line = pl.lit(trigger.line, dtype=pl.Int64)
    if whole is not None:
        measured, line = measured.cast(pl.Int128) * BP, whole.cast(pl.Int128) * line
    return (measured >= line) if trigger.boundary == "at_or_above" else (measured > line)


def classified_claims(
    facilities: pl.DataFrame, scope: AssetScope, triggers: tuple[ClassTrigger, ...], as_of: date
) -> pl.DataFrame:
    """Every claim that is classified, with the flags of what is its own.

    A balance is what is drawn with accrued interest, or the contingent amount, before provision. A facility that is
    restructured without a first payment since is still observed. Returns facility_key, obligor_key,
    joint_obligor_keys, is_contingent, balance_minor with its rate_e10 and exponent, booked_rank (null is not booked),
    triggers, unknown.
    """
    is_trading = pl.col("is_trading_book").fill_null(value=False)
    kept = facilities.filter(~is_trading & ~pl.col("product").is_in(scope.excludes_products))
    owed = pl.coalesce("drawn_minor", "commitment_minor").fill_null(0)
    claims = kept.with_columns(balance_minor=owed + pl.col("accrued_interest_minor").fill_null(0)).pipe(
        _with_refinanced, facilities
    )
    return claims.select(
        "facility_key",
        "obligor_key",
        "joint_obligor_keys",
        "balance_minor",
        "rate_e10",
        "exponent",
        is_contingent=pl.col("product").is_in(OFF_BALANCE_PRODUCTS),
        booked_rank=pl.col("loan_class").replace_strict(
            {name: rank(name) for name in LOAN_CLASSES}, return_dtype=pl.Int8
        ),
        triggers=pulled(triggers, _own_conditions(scope, as_of)),
        unknown=_own_unknowns(scope, as_of),
    )


def _with_refinanced(claims: pl.DataFrame, facilities: pl.DataFrame) -> pl.DataFrame:
    """The claims with when the facility that a restructured one refinances was restructured and first paid: previous_*."""
    asking = claims.filter(
        pl.col("restructured_on").is_not_null() & pl.col("refinances_facility_id").is_not_null()
    )
    previous = facilities.filter(
        pl.col("facility_id").is_in(asking["refinances_facility_id"].unique().implode())
    ).select(
        refinances_facility_id="facility_id",
        previous_restructured_on="restructured_on",
        previous_first_payment="first_payment_after_restructuring",
        is_previous_known=pl.lit(value=True),
    )
    found = asking.select("facility_key", "refinances_facility_id").join(
        previous, on="refinances_facility_id", validate="m:1"
    )
    return claims.join(
        found.drop("refinances_facility_id"), on="facility_key", how="left", maintain_order="left"
    )


def _own_conditions(scope: AssetScope, as_of: date) -> Conditions:
    balance = pl.col("balance_minor")
    impaired = pl.col("is_credit_impaired")
    restructured = pl.col("restructured_on") <= as_of
    is_again = (
        restructured
        & (pl.col("previous_restructured_on") <= pl.col("restructured_on"))
        & _is_observed(scope, pl.col("previous_first_payment"), pl.col("restructured_on"))
    )
    return {
        "past_due_days": lambda trigger: passes(trigger, pl.col("past_due_days")),
        "credit_impaired": lambda _: impaired,
        "provision_bp": lambda trigger: (
            impaired & (balance > 0) & passes(trigger, pl.col("provision_minor"), balance)
        ),
        "rolled_over": lambda trigger: (
            pl.col("refinances_facility_id").is_not_null()
            & ~pl.col("product").is_in(trigger.excludes_products)
        ),
        "in_observation": lambda _: (
            restructured & _is_observed(scope, pl.col("first_payment_after_restructuring"), pl.lit(as_of))
        ),
        "restructured_again": lambda _: is_again,
        "managed_as_npl": lambda _: pl.col("managed_as_npl"),
    }


def _own_unknowns(scope: AssetScope, as_of: date) -> pl.Expr:
    restructured = (pl.col("restructured_on") <= as_of).fill_null(value=False)
    is_past_the_months = ~_is_observed(scope, pl.col("first_payment_after_restructuring"), pl.lit(as_of))
    is_refinancing = pl.col("refinances_facility_id").is_not_null()
    missing = {
        "facilities.past_due_days": pl.col("past_due_days").is_null(),
        "facilities.is_credit_impaired": pl.col("is_credit_impaired").is_null(),
        "facilities.provision": pl.col("is_credit_impaired") & pl.col("provision_minor").is_null(),
        "the facility that was refinanced": restructured
        & is_refinancing
        & pl.col("is_previous_known").is_null(),
        "the repayment period of a restructured facility": restructured & is_past_the_months,
    }
    return flags([(condition, unknown_bit(name)) for name, condition in missing.items()])


def _is_observed(scope: AssetScope, first_payment: pl.Expr, on: pl.Expr) -> pl.Expr:
    """Whether the months of observation were not over on a day; without a first payment they have not begun."""
    return (first_payment.dt.offset_by(f"{scope.observation_months}mo") > on).fill_null(value=True)
