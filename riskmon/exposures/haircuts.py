"""Haircuts: what is kept off the value of a protection, and what one that ends before the claim is worth.

Day counts are 30/360 (a month has 30 days, the 31st counts as the 30th). A haircut for a longer holding period is that
of the standard one times the square root of the ratio of days, rounded up to a whole basis point.
"""

from datetime import date
from itertools import product
from math import isqrt

import polars as pl

from riskmon.domain.money import BP
from riskmon.rulebook.exposure_rules import Mitigation
from riskmon.rulebook.select import Book

MONTH_DAYS = 30
_DAYS_ROOM = 1_000
"""A haircut and a number of days make one whole number, the key of a scaled haircut."""


def days_360(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Days from start to end, every month of 30 days."""
    years, months = end.dt.year() - start.dt.year(), end.dt.month().cast(pl.Int32) - start.dt.month()
    days = _month_day(end) - _month_day(start)
    return years * 12 * MONTH_DAYS + months * MONTH_DAYS + days


def days_left(as_of: date, end: pl.Expr) -> pl.Expr:
    """Days from the run's date to the end, every month of 30 days."""
    return days_360(pl.lit(as_of), end)


def kept_bp(mitigation: Mitigation, book: Book) -> pl.Expr:
    """The share of a protection's value that is left after its haircuts.

    Columns in: haircut_class, is_mismatched (protection and claim are in different currencies), claim_product.
    """
    classes = class_haircuts(book)
    # A class that no haircut states is worth nothing.
    own = pl.lit(classes.get(mitigation.default_class, BP) if mitigation.default_class else 0)
    if mitigation.haircut_class != "ignored":
        own = pl.coalesce(
            pl.col("haircut_class").replace_strict(classes, default=None, return_dtype=pl.Int32), own
        )
    other_currency = mismatch_bp(book) if mitigation.mismatch_haircut else 0
    mismatch = pl.when("is_mismatched").then(other_currency).otherwise(0)
    if mitigation.scales_with_holding and book.holding_periods:
        own, mismatch = _scaled(own, book), _scaled(mismatch, book)
    return (BP - own - mismatch).clip(lower_bound=0).cast(pl.Int64)


def class_haircuts(book: Book) -> dict[str, int]:
    """The haircut of each class of collateral that the book knows, in basis points."""
    return {name: rule.haircut_bp for rule in book.haircuts for name in rule.classes}


def maturity_share(mitigation: Mitigation, book: Book) -> tuple[pl.Expr, pl.Expr]:
    """Numerator and denominator of what is left of a protection that ends before its claim; 1 over 1 otherwise.

    Columns in: outlasts_claim, left_days, claim_left_days (null: open-ended, taken as the longest).
    """
    one = pl.lit(1, dtype=pl.Int64)
    rule = book.maturity_mismatch
    if mitigation.maturity != "adjusted" or rule is None:
        return one, one
    floor, longest = rule.floor_months * MONTH_DAYS, rule.longest_months * MONTH_DAYS
    claim = pl.col("claim_left_days").fill_null(longest).clip(upper_bound=longest)
    left = pl.min_horizontal("left_days", claim)
    is_shorter = ~pl.col("outlasts_claim") & (left < claim)
    return (
        pl.when(is_shorter).then(left - floor).otherwise(1).cast(pl.Int64),
        pl.when(is_shorter).then(claim - floor).otherwise(1).cast(pl.Int64),
    )


def scaled_bp(haircut_bp: int, product: str, book: Book) -> int:
    """A haircut for the holding period of a claim's product; as it is where the book scales none."""
    if not book.holding_periods:
        return haircut_bp
    named, default, standard = _holding_days(book)
    return _root_scaled(haircut_bp, named.get(product, default), standard)


def mismatch_bp(book: Book) -> int:
    """The haircut of a protection in another currency than its claim."""
    return max((rule.haircut_bp for rule in book.haircuts if rule.is_currency_mismatch), default=0)


def _scaled(haircut_bp: pl.Expr, book: Book) -> pl.Expr:
    """The haircut for the holding period of the claim's product, of products that no entry names the longest."""
    named, default, standard = _holding_days(book)
    known = {rule.haircut_bp for rule in book.haircuts} | {0, BP}
    table = {
        haircut * _DAYS_ROOM + days: _root_scaled(haircut, days, standard)
        for haircut, days in product(known, {*named.values(), default})
    }
    days = pl.col("claim_product").replace_strict(named, default=default, return_dtype=pl.Int32)
    return (haircut_bp.cast(pl.Int32) * _DAYS_ROOM + days).replace_strict(table, return_dtype=pl.Int32)


def _holding_days(book: Book) -> tuple[dict[str, int], int, int]:
    """Days by product, those of a product that no entry names, and those that haircuts are stated for."""
    periods = book.holding_periods
    named = {name: period.days for period in periods for name in period.products}
    standard = periods[0].standard_days
    return named, max([period.days for period in periods if not period.products], default=standard), standard


def _root_scaled(haircut_bp: int, days: int, standard_days: int) -> int:
    """The smallest whole number that is not below haircut times the root of days over standard days."""
    square = -(-(haircut_bp**2 * days) // standard_days)
    root = isqrt(square)
    return root if root * root == square else root + 1


def _month_day(day: pl.Expr) -> pl.Expr:
    return day.dt.day().cast(pl.Int32).clip(upper_bound=MONTH_DAYS)
