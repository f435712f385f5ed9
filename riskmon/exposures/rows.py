"""Rows: each facility's parts after protection, and what protection moved to its providers, under one book."""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.terms import Category
from riskmon.exposures.exemption import with_exemption
from riskmon.rulebook.select import Book

PARTS = {"booked": pl.col("booked_category"), "potential": pl.lit(Category.POTENTIAL.value)}
"""The parts of a facility with the category each counts in; protection comes off them in this order."""

_ZERO = pl.lit(0, dtype=pl.Int64)


def exposure_rows(
    gross: pl.DataFrame,
    applied: pl.DataFrame,
    parties: pl.DataFrame,
    tables: Mapping[str, pl.DataFrame],
    book: Book,
) -> pl.DataFrame:
    """The exposure rows of one book.

    gross: `measure.gross_parts` with is_exempt. applied: `mitigation.applied_protection`. tables: facilities,
    country_ratings.
    Returns facility_key, obligor_key, book_id, category, the amounts, is_complete. A facility with nothing at stake
    keeps a row of zeros: nothing is dropped because it is zero.
    """
    split = _split_over_parts(applied, gross)
    moved = with_exemption(pl.concat(_moved_rows(gross, split)), parties, tables, book)
    rows = pl.concat([*_own_rows(gross, split), moved])
    exposure = pl.col("exposure_gross_minor") - pl.col("mitigated_out_minor") + pl.col("mitigated_in_minor")
    return (
        rows.with_columns(book_id=pl.lit(book.id), exposure_minor=exposure)
        .with_columns(exempt_minor=pl.when("is_exempt").then("exposure_minor").otherwise(_ZERO))
        .select(
            "facility_key", "obligor_key", "book_id", "category", "exposure_gross_minor", "mitigated_out_minor",
            "mitigated_in_minor", "exposure_minor", "exempt_minor", "is_complete",
        )
        .collect()
    )  # fmt: skip


def _own_rows(gross: pl.DataFrame, split: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The obligor's own side of each part."""
    taken = split.group_by("facility_key").agg(pl.col("booked_out_minor", "potential_out_minor").sum())
    own = gross.lazy().join(taken, on="facility_key", how="left", validate="1:1")
    has_part = {
        "booked": (pl.col("booked_minor") > 0) | (pl.col("potential_minor") == 0),
        "potential": pl.col("potential_minor") > 0,
    }
    return [
        own.filter(has_part[part]).select(
            "facility_key",
            "obligor_key",
            "product",
            category=category,
            exposure_gross_minor=f"{part}_minor",
            mitigated_out_minor=pl.col(f"{part}_out_minor").fill_null(0),
            mitigated_in_minor=_ZERO,
            is_complete=~(pl.col("is_factor_missing") | pl.col("is_partly_measured")),
            is_exempt="is_exempt",
        )
        for part, category in PARTS.items()
    ]


def _moved_rows(gross: pl.DataFrame, split: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The provider's side of each part: a claim on the provider, no longer on the product."""
    substituted = split.filter("is_substitution").join(
        gross.lazy().select("facility_key", "booked_category"), on="facility_key", how="left"
    )
    return [
        substituted.filter(pl.col(f"{part}_out_minor") > 0)
        .group_by("facility_key", "provider_key", category.alias("category"))
        .agg(mitigated_in_minor=pl.col(f"{part}_out_minor").sum())
        .select(
            "facility_key",
            obligor_key="provider_key",
            product=pl.lit(None, dtype=pl.String),
            category="category",
            exposure_gross_minor=_ZERO,
            mitigated_out_minor=_ZERO,
            mitigated_in_minor="mitigated_in_minor",
            is_complete=pl.lit(value=True),
        )
        for part, category in PARTS.items()
    ]


def _split_over_parts(applied: pl.DataFrame, gross: pl.DataFrame) -> pl.LazyFrame:
    """Protection comes off the booked part first, then off the potential one, in the order it was taken."""
    before, taken = pl.col("used_before_minor"), pl.col("applied_minor")
    booked_out = (pl.min_horizontal(before + taken, "booked_minor") - before).clip(lower_bound=0)
    return (
        applied.lazy()
        .join(
            gross.lazy().select("facility_key", "booked_minor"), on="facility_key", how="left", validate="m:1"
        )
        .with_columns(booked_out_minor=booked_out)
        .with_columns(potential_out_minor=taken - pl.col("booked_out_minor"))
    )
