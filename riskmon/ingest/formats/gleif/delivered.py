"""Files of the LEI system as frames: of each record the newest word, whatever files it came in.

Full files and deltas are read alike. Of several records with one key the one updated last counts, and of equal ones
the one in the file named last, so deltas are named after the full file, oldest first. A delta that says that a record
was deleted takes it out.
"""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from riskmon.domain.errors import CallerError
from riskmon.ingest.files import column_names, read_rows
from riskmon.ingest.formats.gleif.contents import CONTENTS, Content
from riskmon.ingest.formats.gleif.xml_records import read_xml
from riskmon.ingest.formats.imported import ImportFinding
from riskmon.ingest.formats.opened import UNREADABLE, opened, unreadable

_REMEDY = "Deliver the golden copy or a delta of the LEI system complete, as CSV or XML, plain or packed."


class Delivered:
    """The newest word on every record of each content, and what was found on the way."""

    def __init__(self, files: Sequence[Path], findings: list[ImportFinding]) -> None:
        """Read the files in this order.

        Raises:
            CallerError: a file that is missing, damaged, cut off, or holds no content of the LEI system.
        """
        self._parts: dict[str, list[pl.DataFrame]] = {}
        self._findings = findings
        for position, path in enumerate(files):
            content, rows = self._read(path)
            self._parts.setdefault(content.name, []).append(rows.with_columns(file=pl.lit(position)))

    def has(self, content: Content) -> bool:
        """Whether any file held this content."""
        return content.name in self._parts

    def newest(self, content: Content) -> pl.DataFrame:
        """The newest record of each key that has one and was not deleted; empty cells are null."""
        schema = dict.fromkeys(content.columns, pl.String)
        rows = pl.concat([pl.DataFrame(schema={**schema, "file": pl.Int32()}), *self._parts.get(content.name, [])],
                         how="vertical_relaxed")  # fmt: skip
        has_key = pl.all_horizontal(pl.col(name).is_not_null() for name in content.key)
        for row in rows.filter(~has_key).select(content.key).iter_rows():
            given = ", ".join(value for value in row if value)
            rule = f"A record without {' or '.join(content.required)} is left out."
            self._findings.append(ImportFinding("key_missing", given, "", rule))
        rows = rows.filter(has_key)
        self._note_repeated(content, rows)
        last = (
            rows.with_columns(stamp=_stamp(content))
            .sort("stamp", "file", *content.columns, nulls_last=False)
            .unique(content.key, keep="last", maintain_order=True)
        )
        return last.filter(pl.col("deleted_at").is_null()).drop("stamp", "file").sort(content.key)

    def _note_repeated(self, content: Content, rows: pl.DataFrame) -> None:
        repeated = rows.unique().group_by("file", *content.key).agg(pl.len().alias("count"))
        for row in repeated.filter(pl.col("count") > 1).select(content.key).iter_rows():
            self._findings.append(
                ImportFinding("record_conflict", "/".join(row), row[0], "One file says different things of it; the latest counts.")
            )  # fmt: skip

    def _read(self, path: Path) -> tuple[Content, pl.DataFrame]:
        try:
            with opened(path) as file:
                is_xml = file.read(256).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
            if not is_xml:
                return _read_csv(path)
            with opened(path) as file:
                content, rows, announced = read_xml(file)
        except UNREADABLE as error:
            raise unreadable(path, error, _REMEDY) from error
        if announced is not None and announced != str(rows.height):
            message = f"{path.name} announces {announced} records and holds {rows.height}; some are missing."
            self._findings.append(ImportFinding("count_differs", "", "", message))
        return content, _without_empty(rows)


def _stamp(content: Content) -> pl.Expr:
    """When a record was last updated or deleted; exceptions do not say when they were updated."""
    if "updated_at" not in content.columns:
        return pl.lit(None, dtype=pl.Datetime("us", "UTC"))
    when = pl.coalesce("deleted_at", "updated_at")
    return when.str.to_datetime("%+", time_zone="UTC", time_unit="us", strict=False)


def _read_csv(path: Path) -> tuple[Content, pl.DataFrame]:
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "records.csv"
        with opened(path) as packed, plain.open("wb") as file:
            shutil.copyfileobj(packed, file)
        headers = column_names(plain)
        content = max(CONTENTS, key=lambda one: len(set(one.columns.values()) & set(headers)))
        if not set(content.required) <= set(headers):
            raise CallerError(f"{path} has the columns of no file of the LEI system.", remedy=_REMEDY)
        deleted = [header for header in headers if header.endswith("DeletedAt")]
        rows = read_rows(plain, [*content.columns.values(), *deleted])
    names = {header: name for name, header in content.columns.items()} | dict.fromkeys(
        deleted[:1], "deleted_at"
    )
    rows = rows.rename({header: names[header] for header in rows.columns if header in names})
    missing = [
        pl.lit(None, dtype=pl.String).alias(name) for name in content.columns if name not in rows.columns
    ]
    return content, _without_empty(rows.with_columns(missing).select(*content.columns))


def _without_empty(rows: pl.DataFrame) -> pl.DataFrame:
    cell = pl.all().cast(pl.String).str.strip_chars()
    return rows.select(pl.when(cell != "").then(cell))
