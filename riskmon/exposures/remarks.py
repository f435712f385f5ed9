"""Remarks of the exposure stage: what counts twice, and what could not be measured in full or not at all."""

from dataclasses import dataclass, field

import polars as pl

from riskmon.domain.finding import FINDING_KINDS
from riskmon.exposures.rest import Rest
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.rulebook.select import Book, Selection

_CAUSES = {"is_factor_missing": "factor_missing", "is_partly_measured": "measure_partial"}


@dataclass(slots=True)
class Remarks:
    """What is said of the parts of a bank; the same is said once, whatever parts it was found in.

    `unsure`: rows of `not_evaluated` on simplified methods.
    """

    unsure: list[dict[str, str]]
    _found: list[pl.DataFrame] = field(default_factory=list)
    _of_structures: list[pl.DataFrame] = field(default_factory=list)
    _unresolved: list[pl.DataFrame] = field(default_factory=list)

    def add_part(
        self, facilities: pl.DataFrame, others: pl.DataFrame, rest: Rest | None, selection: Selection
    ) -> None:
        """What no book is needed for. others: the agreements that are no facility."""
        self._found.append(_doubled(facilities, others))
        if rest and any(book.look_through for book in selection.books):
            self._of_structures += rest.findings()
            self._unresolved.append(rest.unresolved())

    def add_gross(self, gross: pl.DataFrame, agreements: pl.DataFrame, book: Book) -> None:
        """What one book could not measure in full."""
        named = agreements.select("facility_key", "facility_id", "source")
        for flag, code in _CAUSES.items():
            if gross[flag].any():
                rows = gross.filter(flag).join(named, on="facility_key", how="left")
                self._found.append(_occurrences(rows, code, pl.col("source"), book.id))

    def findings(self) -> list[pl.DataFrame]:
        """One finding for each code, book and table, and those of structures."""
        groups = pl.concat(self._found).group_by("code", "book_id", "table")
        return [
            *(_finding(rows.row(0, named=True), rows) for _, rows in groups),
            *self._of_structures,
        ]

    def not_evaluated(self) -> list[pl.DataFrame]:
        """What a book could not be sure of, and what looking through could not resolve."""
        schema = OUTPUT_TABLES["not_evaluated"].schema
        return [pl.DataFrame(self.unsure, schema=schema), *self._unresolved]


def _doubled(facilities: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Facilities of an obligor that has agreements of the same kind from a table of its own; both count."""
    is_trading = pl.col("is_trading_book").fill_null(value=False)
    kinds = (
        (pl.col("product") == "derivative", "netting_sets"),
        (pl.col("product") == "securities_financing", "securities_financing"),
        (is_trading, "trading_positions"),
    )
    found = [
        facilities.filter(is_of_kind).join(
            others.filter(pl.col("source") == source), on="obligor_key", how="semi"
        )
        for is_of_kind, source in kinds
    ]
    return _occurrences(pl.concat(found).unique("facility_key"), "counted_twice", pl.lit("facilities"), None)


def _occurrences(rows: pl.DataFrame, code: str, table: pl.Expr, book_id: str | None) -> pl.DataFrame:
    return rows.select(
        "facility_id", "product", code=pl.lit(code), table=table, book_id=pl.lit(book_id, dtype=pl.String)
    )


def _finding(about: dict[str, str], rows: pl.DataFrame) -> pl.DataFrame:
    kind = FINDING_KINDS[about["code"]]
    products = ", ".join(rows["product"].drop_nulls().unique().sort())
    return OUTPUT_TABLES["findings"].shape(
        pl.DataFrame(
            {
                "finding_code": [about["code"]],
                "table": [about["table"]],
                "subject_id": [about["book_id"]],
                "row_count": [rows.height],
                "sample": [rows["facility_id"].sort().head(5).to_list()],
                "message": [f"{kind.message} Products: {products}."],
                "remedy": [kind.remedy],
                "owner": [kind.owner],
            },
            schema_overrides={"subject_id": pl.String},
        )
    )
