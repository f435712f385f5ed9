"""Rows: each facility's parts after protection, and what protection moved to its providers, under one book."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from riskmon.domain.money import floor_share
from riskmon.exposures.exemption import PARTS, needs_security, with_exemption
from riskmon.exposures.mitigation import PROMISES
from riskmon.rulebook.select import Book

_ROW = (
    "facility_key", "obligor_key", "category", "exposure_gross_minor", "mitigated_out_minor", "mitigated_in_minor",
    "is_complete",
)  # fmt: skip
_ZERO = pl.lit(0, dtype=pl.Int64)


def exposure_rows(
    gross: pl.DataFrame,
    uses: pl.DataFrame,
    parties: pl.DataFrame,
    tables: Mapping[str, pl.DataFrame],
    book: Book,
    as_of: date,
) -> pl.DataFrame:
    """The exposure rows of one book.

    gross: `measure.gross_parts` with `exemption.with_exemption`. uses: `mitigation.protection_uses`. tables:
    facilities, country_ratings.
    Returns facility_key, obligor_key, book_id, category, the amounts, factor_bp (of the
    undrawn part), exemption_id, is_complete. A facility with nothing
    at stake keeps a row of zeros: nothing is dropped because it is zero.
    """
    split = _split_over_parts(uses, gross)
    moved = with_exemption(
        pl.concat(_moved_rows(gross, split)).collect(), parties, tables, book, as_of
    ).lazy()
    rows = pl.concat([*_own_rows(gross, split, needs_security(book)), *_exempted_in_parts(moved)])
    return (
        _with_amounts(rows)
        .with_columns(book_id=pl.lit(book.id))
        .select(
            "facility_key", "obligor_key", "book_id", "category", "exposure_gross_minor", "mitigated_out_minor",
            "mitigated_in_minor", "exposure_minor", "exempt_minor", "factor_bp", "exemption_id", "is_complete",
        )
        .collect()
    )  # fmt: skip


def signed_rows(signed: pl.DataFrame, gross: pl.DataFrame, uses: pl.DataFrame, book: Book) -> pl.DataFrame:
    """What each joint obligor owes of a facility after its protection, with an exemption of its own.

    signed: `joint.signed_parts` with `exemption.with_exemption`. gross, uses: of the facilities, as in `exposure_rows`.
    Returns facility_key, obligor_key (the joint obligor), the amounts, is_complete.
    """
    split = _split_over_parts(uses.join(signed, on="facility_key", how="semi"), gross)
    return _with_amounts(pl.concat(_own_rows(signed, split, needs_security(book)))).collect()


def _with_amounts(rows: pl.LazyFrame) -> pl.LazyFrame:
    exposure = pl.col("exposure_gross_minor") - pl.col("mitigated_out_minor") + pl.col("mitigated_in_minor")
    return rows.with_columns(exposure_minor=exposure).with_columns(
        exempt_minor=floor_share(pl.col("exposure_minor"), pl.col("exempt_bp"))
    )


def _own_rows(gross: pl.DataFrame, split: pl.LazyFrame, secured_ids: list[str]) -> list[pl.LazyFrame]:
    """The obligor's own side of each part.

    secured_ids: exemptions of the undrawn part that hold only where collateral covers all that is drawn.
    """
    taken = split.group_by("facility_key").agg(
        pl.col("booked_out_minor", "potential_out_minor").sum(),
        secured_minor=pl.when(~pl.col("kind").is_in(PROMISES)).then("booked_out_minor").otherwise(0).sum(),
    )
    is_secured = pl.col("secured_minor").fill_null(0) >= pl.col("booked_minor")
    holds = ~pl.col("potential_exemption_id").is_in(secured_ids).fill_null(value=False) | is_secured
    own = (
        gross.lazy()
        .join(taken, on="facility_key", how="left", validate="m:1")
        .with_columns(
            potential_exempt_bp=pl.when(holds).then("potential_exempt_bp").otherwise(0),
            potential_exemption_id=pl.when(holds).then("potential_exemption_id"),
        )
    )
    has_part = {
        "booked": (pl.col("booked_minor") > 0) | (pl.col("potential_minor") == 0),
        "potential": pl.col("potential_minor") > 0,
    }
    return [
        own.filter(has_part[part]).select(
            "facility_key",
            "obligor_key",
            category=f"{part}_category",
            exposure_gross_minor=f"{part}_minor",
            mitigated_out_minor=pl.col(f"{part}_out_minor").fill_null(0),
            mitigated_in_minor=_ZERO,
            is_complete=~(pl.col("is_factor_missing") | pl.col("is_partly_measured")),
            factor_bp="factor_bp" if part == "potential" else pl.lit(None, dtype=pl.Int32),
            exempt_bp=f"{part}_exempt_bp",
            exemption_id=f"{part}_exemption_id",
        )
        for part in PARTS
    ]


def _moved_rows(gross: pl.DataFrame, split: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The provider's side of each part: a claim on the provider, no longer on the product."""
    substituted = split.filter("is_substitution").join(
        gross.lazy().select(
            "facility_key",
            "booked_category",
            "potential_category",
            is_measured=~(pl.col("is_factor_missing") | pl.col("is_partly_measured")),
        ),
        on="facility_key",
        how="left",
    )
    return [
        substituted.filter(pl.col(f"{part}_out_minor") > 0)
        .group_by("facility_key", "provider_key", category=f"{part}_category")
        .agg(mitigated_in_minor=pl.col(f"{part}_out_minor").sum(), is_complete=pl.col("is_measured").all())
        .select(
            "facility_key",
            obligor_key="provider_key",
            product=pl.lit(None, dtype=pl.String),
            part=pl.lit(part),
            category="category",
            exposure_gross_minor=_ZERO,
            mitigated_out_minor=_ZERO,
            mitigated_in_minor="mitigated_in_minor",
            is_complete="is_complete",
        )
        for part in PARTS
    ]


def _exempted_in_parts(moved: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The provider's rows with the exemption of the part that they came from."""
    return [
        moved.filter(pl.col("part") == part).select(
            *_ROW,
            factor_bp=pl.lit(None, dtype=pl.Int32),
            exempt_bp=f"{part}_exempt_bp",
            exemption_id=f"{part}_exemption_id",
        )
        for part in PARTS
    ]


def _split_over_parts(uses: pl.DataFrame, gross: pl.DataFrame) -> pl.LazyFrame:
    """Protection comes off the booked part first, then off the potential one, in the order it was taken."""
    before, taken = pl.col("used_before_minor"), pl.col("applied_minor")
    booked_out = (pl.min_horizontal(before + taken, "booked_minor") - before).clip(lower_bound=0)
    applied = uses.lazy().filter(pl.col("applied_minor") > 0)
    # A facility that is looked through has several gross rows, and no protection.
    protected = gross.lazy().join(applied, on="facility_key", how="semi")
    return (
        applied.join(
            protected.select("facility_key", "booked_minor"), on="facility_key", how="left", validate="m:1"
        )
        .with_columns(booked_out_minor=booked_out)
        .with_columns(potential_out_minor=taken - pl.col("booked_out_minor"))
    )
