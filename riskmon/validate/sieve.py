"""The sieve: the rows of every table that still stand, and every refusal with its reason. No row leaves otherwise."""

from collections.abc import Mapping

import polars as pl

from riskmon.frames.inputs import INPUT_TABLES, InputTable
from riskmon.validate.duplicates import duplicate_rows
from riskmon.validate.rows import broken_rules

_REFUSALS = pl.Schema({"table": pl.String(), "row_number": pl.Int64(), "code": pl.String()})


class Sieve:
    """Rows that stand, by table, and what was refused.

    Every input table is there, empty if it was not delivered. Rules that see one row alone, and the search for
    duplicates, have been applied to all rows as delivered; later refusals look only at rows that still stand.
    """

    def __init__(self, tables: Mapping[str, pl.DataFrame]) -> None:
        """Apply to each ingested table what can be said without another table."""
        self.delivered = {name: tables.get(name, _empty(table)) for name, table in INPUT_TABLES.items()}
        self.standing: dict[str, pl.DataFrame] = {}
        self._refusals: list[pl.DataFrame] = []
        for name, table in INPUT_TABLES.items():
            rows = self.delivered[name]
            self.standing[name] = rows
            if rows.height:
                verdicts = [_unread_cells(rows), broken_rules(rows, table), duplicate_rows(rows, table)]
                self._remove(name, pl.concat(verdicts))

    def refuse(self, table: str, reasons: Mapping[str, pl.Expr]) -> None:
        """Refuse the standing rows of a table for which a reason holds (null does not), by finding code."""
        rows = self.standing[table]
        if rows.height:
            held = rows.select(
                "row_number", **{code: holds.fill_null(value=False) for code, holds in reasons.items()}
            )
            verdicts = [held.filter(code).select("row_number", code=pl.lit(code)) for code in reasons]
            self._remove(table, pl.concat(verdicts))

    def refuse_duplicates(self, table: str) -> None:
        """Refuse the standing rows that share a key since their parties were found to be one."""
        self._remove(table, duplicate_rows(self.standing[table], INPUT_TABLES[table]))

    def refusals(self) -> pl.DataFrame:
        """Every refusal: table, row_number, code; one row a code, sorted."""
        return pl.concat([pl.DataFrame(schema=_REFUSALS), *self._refusals]).unique().sort(_REFUSALS.names())

    def _remove(self, table: str, verdicts: pl.DataFrame) -> None:
        if verdicts.height:
            self._refusals.append(verdicts.select(pl.lit(table).alias("table"), "row_number", "code"))
            self.standing[table] = self.standing[table].join(
                verdicts, on="row_number", how="anti", maintain_order="left"
            )


def _empty(table: InputTable) -> pl.DataFrame:
    declared = {column.frame_name: column.dtype for column in table.columns}
    return pl.DataFrame(schema={"row_number": pl.Int64(), **declared, "faults": pl.List(pl.String())})


def _unread_cells(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select("row_number", code="faults").filter(pl.col("code").list.len() > 0).explode("code")
