"""Findings: what is wrong with the data, one row for each code and table, with a sample and a remedy."""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.finding import FINDING_KINDS
from riskmon.domain.terms import OFF_BALANCE_PRODUCTS
from riskmon.frames.inputs import INPUT_TABLES
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.rulebook.select import Selection
from riskmon.validate.identifiers import is_lei_wrong, is_uscc_wrong

SAMPLE_SIZE = 5

_OCCURRENCES = pl.Schema({"finding_code": pl.String(), "table": pl.String(), "row_id": pl.String()})


def occurrences(code: str, table: str, rows: pl.DataFrame, row_id: pl.Expr | None = None) -> pl.DataFrame:
    """One row for each row of a table that shows a finding: finding_code, table, row_id (null without an id)."""
    return rows.select(
        pl.lit(code).alias("finding_code"),
        pl.lit(table).alias("table"),
        (id_of(table) if row_id is None else row_id).alias("row_id"),
    )


def id_of(table: str) -> pl.Expr:
    """What a reader would call a row: its key, parts joined by a slash; null where every part is empty."""
    parts = [pl.col(name).cast(pl.String) for name in INPUT_TABLES[table].key]
    joined = pl.concat_str(parts, separator="/", ignore_nulls=True)
    return pl.when(joined != "").then(joined)


def refused_occurrences(delivered: Mapping[str, pl.DataFrame], refusals: pl.DataFrame) -> list[pl.DataFrame]:
    """One row for each refused row and code. refusals: table, row_number, code."""
    return [
        refusals.filter(pl.col("table") == table)
        .join(rows.select("row_number", row_id=id_of(table)), on="row_number", how="left")
        .select("table", "row_id", finding_code="code")
        .select(_OCCURRENCES.names())
        for table, rows in delivered.items()
    ]


def suspicious_facilities(facilities: pl.DataFrame, selection: Selection) -> list[pl.DataFrame]:
    """Facilities that can be computed but should be looked at."""
    is_off_balance = pl.col("product").is_in(OFF_BALANCE_PRODUCTS)
    carries = (pl.col("drawn_minor").fill_null(0) > 0) | (pl.col("commitment_minor").fill_null(0) > 0)
    checks = {
        "drawn_above_commitment": ~is_off_balance & (pl.col("drawn_minor") > pl.col("commitment_minor")),
        "not_yet_begun": (pl.col("start_date") > selection.as_of) & carries,
        "past_due_negative": pl.col("past_due_days") < 0,
        "past_maturity": (pl.col("maturity_date") < selection.as_of) & carries,
        "parent_missing": ~pl.col("parent_facility_id").is_in(facilities["facility_id"].implode()),
    }
    rows = facilities.select(
        "facility_id",
        "product",
        "drawn_minor",
        "commitment_minor",
        "start_date",
        "maturity_date",
        "past_due_days",
        "parent_facility_id",
    )
    return [occurrences(code, "facilities", rows.filter(is_shown)) for code, is_shown in checks.items()]


def suspicious_parties(parties: pl.DataFrame) -> list[pl.DataFrame]:
    """Parties without a known kind, or with a wrong check digit in an identifier."""
    is_wrong = is_uscc_wrong(parties["uscc"]) | is_lei_wrong(parties["lei"])
    return [
        occurrences("kind_unknown", "parties", parties.filter(pl.col("kind").is_null())),
        occurrences("identifier_invalid", "parties", parties.filter(is_wrong)),
    ]


def unknown_columns(delivered: pl.DataFrame) -> pl.DataFrame:
    """The columns that are not ours, one row a column. delivered: table, unknown_columns."""
    columns = delivered.explode("unknown_columns").drop_nulls("unknown_columns")
    return columns.select(finding_code=pl.lit("column_unknown"), table="table", row_id="unknown_columns")


def assembled(found: list[pl.DataFrame]) -> pl.DataFrame:
    """The findings table: for each code and table how many rows show it, and up to five of their ids."""
    counted = (
        pl.concat([pl.DataFrame(schema=_OCCURRENCES), *found])
        .group_by("finding_code", "table")
        .agg(
            row_count=pl.len(),
            sample=pl.col("row_id").drop_nulls().unique().sort().head(SAMPLE_SIZE),
        )
    )
    told = {
        "message": {code: kind.message for code, kind in FINDING_KINDS.items()},
        "remedy": {code: kind.remedy for code, kind in FINDING_KINDS.items()},
        "owner": {code: kind.owner for code, kind in FINDING_KINDS.items()},
    }
    texts = {
        name: pl.col("finding_code").replace_strict(text, return_dtype=pl.String)
        for name, text in told.items()
    }
    named = counted.with_columns(**texts, subject_id=pl.lit(None, dtype=pl.String)).with_columns(
        message=pl.col("table") + ": " + pl.col("message")
    )
    return OUTPUT_TABLES["findings"].shape(named)
