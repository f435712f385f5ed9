"""Exemption: the exposures that a book leaves out of its limits. They stay visible in every total."""

from collections.abc import Mapping
from functools import reduce

import polars as pl

from riskmon.domain.terms import GRADES
from riskmon.exposures.mitigation import grade_rank
from riskmon.rulebook.model import Exemption
from riskmon.rulebook.select import Book

PRODUCT_FLAGS = ("is_subordinated", "is_intraday", "is_settlement", "is_deducted_from_capital")
"""Flags of a facility that mark an exception; an empty one is not set."""


def with_exemption(
    rows: pl.LazyFrame, parties: pl.DataFrame, tables: Mapping[str, pl.DataFrame], book: Book
) -> pl.LazyFrame:
    """The rows with `is_exempt`: whether the book leaves them out of its limits.

    rows: facility_key, obligor_key, product; the product is null on a row that protection moved in, since that is a
    claim on the provider and no longer on the product. tables: facilities, country_ratings.
    """
    flags = tables["facilities"].lazy().select("facility_key", *PRODUCT_FLAGS)
    obligor = parties.lazy().select(
        obligor_key="party_key",
        obligor_kind="kind",
        obligor_country="country",
        obligor_government_level="government_level",
        obligor_is_qualifying_ccp="is_qualifying_ccp",
    )
    ratings = tables["country_ratings"].lazy()
    grades = ratings.select(obligor_country="country", obligor_grade_rank=grade_rank(pl.col("grade")))
    own_flags = (
        pl.when(pl.col("product").is_not_null()).then(pl.col(flag)).alias(flag) for flag in PRODUCT_FLAGS
    )
    return (
        rows.join(flags, on="facility_key", how="left", validate="m:1", maintain_order="left")
        .join(obligor, on="obligor_key", how="left", validate="m:1", maintain_order="left")
        .join(grades, on="obligor_country", how="left", validate="m:1", maintain_order="left")
        .with_columns(own_flags)
        .select(*rows.collect_schema().names(), is_exempt=is_exempt(book))
    )


def is_exempt(book: Book) -> pl.Expr:
    """Whether a book exempts a row of exposure.

    Columns in: obligor_kind, obligor_country, obligor_government_level, obligor_is_qualifying_ccp,
    obligor_grade_rank, product, PRODUCT_FLAGS.
    """
    entries = [_applies(exemption) for exemption in book.exemptions]
    return reduce(lambda left, right: left | right, entries, pl.lit(value=False)).fill_null(value=False)


def _applies(exemption: Exemption) -> pl.Expr:
    conditions = [pl.lit(value=True)]
    lists = (
        ("obligor_kind", exemption.party_kinds),
        ("obligor_country", exemption.countries),
        ("obligor_government_level", exemption.government_levels),
        ("product", exemption.products),
    )
    conditions += [pl.col(column).is_in(values) for column, values in lists if values]
    flags = (
        ("obligor_is_qualifying_ccp", exemption.is_qualifying_ccp),
        *((flag, getattr(exemption, flag)) for flag in PRODUCT_FLAGS),
    )
    conditions += [
        pl.col(column).fill_null(value=False) == wanted for column, wanted in flags if wanted is not None
    ]
    if exemption.min_grade:
        conditions.append(pl.col("obligor_grade_rank") <= GRADES.index(exemption.min_grade))
    # A condition that is not known is not met: unknown never exempts.
    return reduce(lambda left, right: left & right, conditions).fill_null(value=False)
