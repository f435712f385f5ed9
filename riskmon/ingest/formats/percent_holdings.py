"""Percent holdings: one row per filing of a holder's percentage of an issuer's voting class (Schedule 13D).

Columns read: accession_number, company_cik, owner_key, percent_of_class; for the evidence control_class,
pct_verified, pct_source. A filing is dated by its accession number, which holds the year alone: `valid_from` and
`known_since` are 1 January of that year. The newest filing of a holder about an issuer counts; an older one ends on
the day before the newer one begins, and one of the same year is replaced by it. The percentage is of a voting class
and becomes votes; nothing is said about the economic share.
"""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from riskmon.domain.errors import CallerError
from riskmon.ingest.files import read_rows
from riskmon.ingest.formats.imported import Imported, imported

_REQUIRED = ("accession_number", "company_cik", "owner_key", "percent_of_class")
_EVIDENCE = ("control_class", "pct_verified", "pct_source")

_ACCESSION = r"^\d{10}-\d{2}-\d{6}$"
_PERCENT = r"^(\d+\.?\d*|\.\d+)$"
_FIRST_TWO_DIGIT_YEAR = 93
"""Electronic filing began in 1993, so that 93 to 99 belong to the last century."""

_PAIR = ("owner_key", "company_cik")
_FILING = ("accession_number", *_PAIR)


def read_percent_holdings(files: Sequence[Path]) -> Imported:
    """Filings as shareholdings; a party's id is its CIK.

    A filing without a percentage is a holder of unknown size: it has no votes, and a finding says so. A percentage
    that is no number or above 100 leaves the row out, with a finding.

    Raises:
        CallerError: a file that is missing or damaged, or that lacks a column.
    """
    rows = _marked(_delivered(files))
    readable = rows.filter(pl.col("finding_code").is_null())
    dated = _dated(readable.unique(_FILING, keep="any"))
    kept = dated.filter(~pl.col("is_replaced"))
    findings = [
        rows.filter(pl.col("finding_code").is_not_null()),
        _repeated(readable),
        _replaced(dated),
        _unknown(kept),
    ]
    return imported(_parties(rows), _relationships(kept), pl.concat(_findings(part) for part in findings))


def _delivered(files: Sequence[Path]) -> pl.DataFrame:
    """The rows of all files, cells without surrounding spaces, each with its place."""
    return pl.concat(_read(path) for path in files)


def _read(path: Path) -> pl.DataFrame:
    rows = read_rows(path)
    missing = [name for name in _REQUIRED if name not in rows.columns]
    if missing:
        raise CallerError(
            f"{path} has no column {', '.join(missing)}.",
            why="Without it a holding cannot be read.",
            remedy=f"Deliver the columns {', '.join(_REQUIRED)}.",
        )
    cells = [
        (pl.col(name) if name in rows.columns else pl.lit(""))
        .cast(pl.String)
        .fill_null("")
        .str.strip_chars()
        .alias(name)
        for name in (*_REQUIRED, *_EVIDENCE)
    ]
    place = pl.format("row {} of {}", pl.int_range(1, pl.len() + 1), pl.lit(path.name)).alias("place")
    return rows.select(*cells, place)


def _marked(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with their votes, and the finding that leaves one out: `finding_code`, `message`."""
    percent = pl.col("percent_of_class")
    code = (
        pl.when(pl.any_horizontal(pl.col(name) == "" for name in _FILING))
        .then(pl.lit("key_missing"))
        .when(~pl.col("accession_number").str.contains(_ACCESSION))
        .then(pl.lit("accession_invalid"))
        .when((percent != "") & (~percent.str.contains(_PERCENT) | _is_above_100(percent)))
        .then(pl.lit("share_invalid"))
    )
    marked = rows.with_columns(finding_code=code, voting_bp=_basis_points(percent))
    is_conflict = pl.col("finding_code").is_null() & (pl.col("percent_of_class").n_unique().over(_FILING) > 1)
    return marked.with_columns(
        finding_code=pl.when(is_conflict).then(pl.lit("id_conflict")).otherwise("finding_code"),
        message=pl.format(
            "Left out: {}, percentage {}.", "place", pl.concat_str(pl.lit("'"), percent, pl.lit("'"))
        ),
    )


def _whole(percent: pl.Expr) -> pl.Expr:
    return percent.str.extract(r"^0*(\d*)", 1)


def _decimals(percent: pl.Expr) -> pl.Expr:
    return percent.str.extract(r"\.(\d*)", 1).fill_null("")


def _is_above_100(percent: pl.Expr) -> pl.Expr:
    whole = _whole(percent)
    is_longer = whole.str.len_chars() > 3
    number = pl.when(is_longer).then(None).otherwise(whole).cast(pl.Int32, strict=False)
    return is_longer | (number > 100) | ((number == 100) & _decimals(percent).str.contains("[1-9]"))


def _basis_points(percent: pl.Expr) -> pl.Expr:
    """Percent text as basis points, null where it is empty, digit by digit so that it is exact, a finer share rounded up."""
    digits = pl.concat_str(_whole(percent), _decimals(percent).str.slice(0, 2).str.pad_end(2, "0"))
    is_finer = _decimals(percent).str.slice(2).str.contains("[1-9]")
    rounded_up = digits.cast(pl.Int32, strict=False) + is_finer.cast(pl.Int32)
    return pl.when(percent != "").then(rounded_up)


def _dated(rows: pl.DataFrame) -> pl.DataFrame:
    """The filings with `valid_from`, `valid_to`, and `is_replaced` by a newer one of the same year."""
    two_digits = pl.col("accession_number").str.slice(11, 2).cast(pl.Int32)
    century = pl.when(two_digits >= _FIRST_TWO_DIGIT_YEAR).then(1900).otherwise(2000)
    ordered = rows.with_columns(year=century + two_digits).sort(*_PAIR, "year", "accession_number")
    next_year = pl.col("year").shift(-1).over(_PAIR)
    return ordered.with_columns(
        valid_from=pl.date("year", 1, 1),
        valid_to=pl.date(next_year, 1, 1).dt.offset_by("-1d"),
        is_replaced=(next_year == pl.col("year")).fill_null(value=False),
    )


def _relationships(filings: pl.DataFrame) -> pl.DataFrame:
    """Rows of `relationships`, from the holder to the issuer."""
    percent = pl.col("percent_of_class").replace("", "unknown")
    said = pl.concat_str(*(pl.col(name).replace("", "unknown") for name in _EVIDENCE), separator=", ")
    return filings.select(
        "voting_bp",
        "valid_from",
        "valid_to",
        relationship_id=pl.concat_str(*_FILING, separator="/"),
        source_party_id="owner_key",
        target_party_id="company_cik",
        kind=pl.lit("shareholding"),
        assessment=pl.lit("none"),
        known_since="valid_from",
        evidence=pl.format("{}: percent of class {} ({})", "accession_number", percent, said),
    )


def _parties(rows: pl.DataFrame) -> pl.DataFrame:
    """Everybody who is named, also in a row that is left out."""
    named = pl.concat([rows.select(party_id=name) for name in _PAIR])
    return named.filter(pl.col("party_id") != "").unique().with_columns(kind=pl.lit("corporate"))


def _repeated(rows: pl.DataFrame) -> pl.DataFrame:
    return (
        rows.group_by(_FILING)
        .agg(pl.len().alias("count"))
        .filter(pl.col("count") > 1)
        .with_columns(
            finding_code=pl.lit("id_duplicate"),
            message=pl.format("The same row was delivered {} times; it is counted once.", "count"),
        )
    )


def _replaced(dated: pl.DataFrame) -> pl.DataFrame:
    return dated.filter("is_replaced").with_columns(
        finding_code=pl.lit("filing_replaced"),
        message=pl.lit("A newer filing of the same year replaces it; its own day is not known."),
    )


def _unknown(kept: pl.DataFrame) -> pl.DataFrame:
    return kept.filter(pl.col("voting_bp").is_null()).with_columns(
        finding_code=pl.lit("share_unknown"),
        message=pl.format("{} states no percentage; the holding carries no votes.", "place"),
    )


def _findings(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "finding_code", "message", statement_id="accession_number", record_id=pl.format("{} in {}", *_PAIR)
    )
