"""Files of a bank's folder: which file holds which table, and its rows as they were delivered.

A table is `<name>.csv`, `<name>.parquet`, or a folder `<name>/` of Parquet parts. CSV cells stay text.
"""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from polars.exceptions import PanicException, PolarsError

from riskmon.domain.errors import CallerError
from riskmon.frames.inputs import INPUT_TABLES
from riskmon.ingest.mapping import TABLES, Names, columns_of, file_stem

_NO_SEPARATOR = "\x1f"
"""A byte that separates nothing, so that a line is read as one cell."""


def find_tables(folder: Path, names: Names | None) -> dict[str, Path]:
    """The file or folder of every table of the data contract that the bank delivered, by table name.

    Raises:
        CallerError: no such folder, no table in it, a table delivered twice, a mapped file that is not there.
    """
    if not folder.is_dir():
        raise CallerError(
            f"There is no folder {folder}.",
            remedy="Name the folder that holds the bank's tables, one file a table.",
        )
    found = {}
    for table in INPUT_TABLES:
        path = _find_table(folder, file_stem(names, table))
        if path is not None:
            found[table] = path
        elif table in columns_of(names, TABLES):
            raise CallerError(
                f"The mapping says that {table} is in {file_stem(names, table)!r}, which is not in {folder}.",
                remedy="Correct the name under [tables], without its ending.",
            )
    if not found:
        raise CallerError(
            f"The folder {folder} holds no table.",
            why="An empty delivery cannot be told from a lost one.",
            remedy="Put parties, facilities and capital there, as .csv or .parquet; a table without rows has its header.",
        )
    return found


def read_rows(path: Path, columns: Iterable[str] | None = None) -> pl.DataFrame:
    """The rows of a table as delivered, with these columns (those of them that exist) or all.

    Blank lines of a CSV file are no rows.

    Raises:
        CallerError: the file is not what its ending says, or is damaged.
    """
    with _readable(path):
        rows = _scan(path)
        delivered = rows.collect_schema().names()
        wanted = set(delivered if columns is None else columns)
        return rows.select(name for name in delivered if name in wanted).collect()


def column_names(path: Path) -> list[str]:
    """The columns of a table as delivered."""
    with _readable(path):
        return _scan(path).collect_schema().names()


def _find_table(folder: Path, stem: str) -> Path | None:
    candidates = [folder / f"{stem}.csv", folder / f"{stem}.parquet", folder / stem]
    present = [path for path in candidates if path.exists()]
    if len(present) > 1:
        raise CallerError(
            f"{folder} holds {' and '.join(path.name for path in present)}.",
            why="It cannot be told which of them counts.",
            remedy="Leave one of them.",
        )
    return present[0] if present else None


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (PolarsError, PanicException, OSError, UnicodeError, csv.Error) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise CallerError(
            f"{path} cannot be read: {reason}.",
            why="A table that is read in part would make exposures look smaller.",
            remedy="Deliver CSV in UTF-8 with a header and commas, or a Parquet file, complete.",
        ) from error


def _scan(path: Path) -> pl.LazyFrame:
    return _scan_csv(path) if path.suffix == ".csv" else pl.scan_parquet(_parts(path))


def _parts(path: Path) -> list[Path]:
    parts = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not parts:
        raise CallerError(
            f"The folder {path} holds no Parquet part.",
            why="An empty delivery cannot be told from a lost one.",
            remedy="Put the parts there; a table without rows is one part without rows.",
        )
    return parts


def _scan_csv(path: Path) -> pl.LazyFrame:
    header = _header(path)
    lines = _look_at_lines(path, len(header))
    if lines["has_other_width"]:
        _check_widths(path, len(header))
    rows = pl.scan_csv(path, infer_schema=False, empty_string_is_null=False)
    if lines["has_blank"] and not lines["has_row_of_nothing"]:
        return rows.filter(~pl.all_horizontal(pl.all() == ""))
    # Blank lines cannot be told from rows of nothing once read: with both there, they are refused rather than lost.
    return rows


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file, strict=True), [])
    repeated = sorted({name for name in header if header.count(name) > 1})
    if not header or repeated:
        what = (
            f"has the column {repeated[0]!r} twice"
            if repeated
            else "is empty; not even a header stands in it"
        )
        raise CallerError(
            f"{path} {what}.",
            why="Its cells cannot be told apart."
            if repeated
            else "An empty file cannot be told from a lost one.",
            remedy="Deliver a header with each column once; a table without rows has its header.",
        )
    return header


def _look_at_lines(path: Path, width: int) -> dict[str, bool]:
    """What the lines of a CSV file look like, each on its own: has_other_width, has_blank, has_row_of_nothing.

    A quoted cell that runs over several lines makes them look of another width.
    """
    line = pl.col("line").str.strip_chars_end("\r")
    has_quote = line.str.contains('"', literal=True)
    unquoted = pl.when(has_quote).then(line.str.replace_all('"[^"]*"', "")).otherwise(line)
    is_other_width = unquoted.str.count_matches(",", literal=True) + 1 != width
    lines = pl.scan_csv(
        path,
        has_header=False,
        schema={"line": pl.String},
        separator=_NO_SEPARATOR,
        quote_char=None,
        empty_string_is_null=False,
    )
    return (
        lines.select(
            has_other_width=((line != "") & is_other_width).any(),
            has_blank=(line == "").any(),
            has_row_of_nothing=line.str.contains('^[,"]+$').any(),
        )
        .collect()
        .row(0, named=True)
    )


def _check_widths(path: Path, width: int) -> None:
    """Refuse a file with a record that has fewer or more cells than the header: it was cut off or is damaged."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        for cells in reader:
            if cells and len(cells) != width:
                raise CallerError(
                    f"Line {reader.line_num} of {path} has {len(cells)} cells, its header {width}.",
                    why="The file was cut off, or a text with a comma is not in quotes.",
                    remedy="Deliver the complete file, with quotes around texts that hold commas.",
                )
