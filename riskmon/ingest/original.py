"""Original rows: refused rows re-read exactly as they were delivered, for the quarantine."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from riskmon.ingest.files import find_tables, read_rows
from riskmon.ingest.mapping import Names


def original_rows(
    folder: Path, mapping: Names | None, table: str, row_numbers: Sequence[int] | pl.Series
) -> pl.DataFrame:
    """The rows at these positions (`row_number` of the frames), in this order, untouched.

    Every delivered column is there under the bank's own name, CSV cells as text, Parquet cells as they are.
    """
    return read_rows(find_tables(folder, mapping)[table])[list(row_numbers)]
