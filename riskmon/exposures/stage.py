"""The exposure stage: for every book the exposure rows of each facility, then the totals of each obligor."""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.finding import FINDING_KINDS
from riskmon.domain.terms import Category
from riskmon.exposures.exemption import PRODUCT_FLAGS, is_exempt
from riskmon.exposures.look_through import unidentified_to_anonymous, with_anonymous_party
from riskmon.exposures.measure import gross_parts
from riskmon.exposures.mitigation import applied_protection, covers_with_terms, grade_rank
from riskmon.exposures.totals import obligor_totals
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.rulebook.select import Book, Selection


def run(tables: Mapping[str, pl.DataFrame], selection: Selection) -> dict[str, pl.DataFrame]:
    """Exposure rows and obligor totals under every selected book, in minor units of the reporting currency.

    Tables in: parties, facilities, protections, protection_covers, capital, country_ratings, bank, reporting.
    Tables out: exposures, obligor_exposures, parties (with the anonymous party where a book needs one), findings.
    """
    parties = with_anonymous_party(tables["parties"], tables["facilities"])
    covers = covers_with_terms(
        tables["protections"],
        tables["protection_covers"],
        tables["facilities"],
        parties,
        tables["country_ratings"],
    )
    exponent = int(tables["reporting"]["exponent"][0])
    bank = tables["bank"]
    bank_key = bank["party_key"][0] if bank.height else None
    rows, totals, findings = [], [], [tables["findings"]]
    for book in selection.books:
        gross = gross_parts(tables["facilities"], book, reporting_exponent=exponent)
        gross = unidentified_to_anonymous(gross, parties, tables["capital"], book)
        applied = applied_protection(covers, gross, book, bank_key=bank_key, reporting_exponent=exponent)
        exposures = _exposure_rows(gross, applied, parties, tables, book)
        rows.append(exposures)
        totals.append(obligor_totals(exposures, gross, parties, book))
        findings += _gross_findings(gross, tables["facilities"], book)
    return {
        "exposures": pl.concat(rows),
        "obligor_exposures": pl.concat(totals),
        "parties": parties,
        "findings": pl.concat(findings),
    }


def _exposure_rows(
    gross: pl.DataFrame,
    applied: pl.DataFrame,
    parties: pl.DataFrame,
    tables: Mapping[str, pl.DataFrame],
    book: Book,
) -> pl.DataFrame:
    """The rows of one book: each facility's parts after protection, and what protection moved to its providers."""
    split = _split_over_parts(applied, gross)
    taken = split.group_by("facility_key").agg(pl.col("booked_out_minor", "potential_out_minor").sum())
    own = gross.lazy().join(taken, on="facility_key", how="left", validate="1:1")
    flags = tables["facilities"].lazy().select("facility_key", *PRODUCT_FLAGS)
    parts = [
        own.select(
            "facility_key",
            "obligor_key",
            "product",
            category=category,
            exposure_gross_minor=f"{part}_minor",
            mitigated_out_minor=pl.col(f"{part}_out_minor").fill_null(0),
            mitigated_in_minor=pl.lit(0, dtype=pl.Int64),
            is_complete=~(pl.col("is_factor_missing") | pl.col("is_partly_measured")),
            is_kept=is_kept,
        )
        for part, category, is_kept in (
            # A facility with nothing at stake keeps its row: nothing is dropped because it is zero.
            (
                "booked",
                pl.col("booked_category"),
                (pl.col("booked_minor") > 0) | (pl.col("potential_minor") == 0),
            ),
            ("potential", pl.lit(Category.POTENTIAL.value), pl.col("potential_minor") > 0),
        )
    ]
    moved = [
        split.filter(pl.col("is_substitution") & (pl.col(f"{part}_out_minor") > 0))
        .join(gross.lazy().select("facility_key", "booked_category"), on="facility_key", how="left")
        .group_by("facility_key", "provider_key", category)
        .agg(mitigated_in_minor=pl.col(f"{part}_out_minor").sum())
        .select(
            "facility_key",
            obligor_key="provider_key",
            product=pl.lit(None, dtype=pl.String),
            category=pl.col("category"),
            exposure_gross_minor=pl.lit(0, dtype=pl.Int64),
            mitigated_out_minor=pl.lit(0, dtype=pl.Int64),
            mitigated_in_minor="mitigated_in_minor",
            is_complete=pl.lit(value=True),
            is_kept=pl.lit(value=True),
        )
        for part, category in (
            ("booked", pl.col("booked_category").alias("category")),
            ("potential", pl.lit(Category.POTENTIAL.value).alias("category")),
        )
    ]
    terms = parties.lazy().select(
        obligor_key="party_key",
        obligor_kind="kind",
        obligor_country="country",
        obligor_government_level="government_level",
        obligor_is_qualifying_ccp="is_qualifying_ccp",
    )
    grades = (
        tables["country_ratings"]
        .lazy()
        .select(obligor_country="country", obligor_grade_rank=grade_rank(pl.col("grade")))
    )
    exposure = pl.col("exposure_gross_minor") - pl.col("mitigated_out_minor") + pl.col("mitigated_in_minor")
    return (
        pl.concat([*parts, *moved])
        .filter("is_kept")
        .join(flags, on="facility_key", how="left", validate="m:1")
        .join(terms, on="obligor_key", how="left", validate="m:1")
        .join(grades, on="obligor_country", how="left", validate="m:1")
        .with_columns(pl.when(pl.col("product").is_not_null()).then(pl.col(flag)).alias(flag) for flag in PRODUCT_FLAGS)
        .with_columns(book_id=pl.lit(book.id), exposure_minor=exposure)
        .with_columns(exempt_minor=pl.when(is_exempt(book)).then("exposure_minor").otherwise(0))
        .select(
            "facility_key", "obligor_key", "book_id", "category", "exposure_gross_minor", "mitigated_out_minor",
            "mitigated_in_minor", "exposure_minor", "exempt_minor", "is_complete",
        )
        .collect()
    )  # fmt: skip


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


def _gross_findings(gross: pl.DataFrame, facilities: pl.DataFrame, book: Book) -> list[pl.DataFrame]:
    """What could not be measured in full, one finding a cause."""
    causes = (("factor_missing", "is_factor_missing"), ("measure_partial", "is_partly_measured"))
    return [
        _finding(code, gross.filter(flag), facilities, book) for code, flag in causes if gross[flag].any()
    ]  # fmt: skip


def _finding(code: str, rows: pl.DataFrame, facilities: pl.DataFrame, book: Book) -> pl.DataFrame:
    kind = FINDING_KINDS[code]
    ids = rows.join(facilities.select("facility_key", "facility_id"), on="facility_key", how="left")[
        "facility_id"
    ]
    products = ", ".join(rows["product"].unique().sort())
    return OUTPUT_TABLES["findings"].shape(
        pl.DataFrame(
            {
                "finding_code": [code],
                "table": ["facilities"],
                "subject_id": [book.id],
                "row_count": [rows.height],
                "sample": [ids.sort().head(5).to_list()],
                "message": [f"{kind.message} Products: {products}."],
                "remedy": [kind.remedy],
                "owner": [kind.owner],
            }
        )
    )
