"""Import: published ownership data turned into the `parties` and `relationships` of a bank's folder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from riskmon.domain.errors import CallerError
from riskmon.ingest.formats.bods import read_bods
from riskmon.ingest.formats.gleif import read_gleif
from riskmon.ingest.formats.imported import Imported
from riskmon.ingest.formats.percent_holdings import read_percent_holdings
from riskmon.ingest.formats.uk_psc import read_uk_psc

FINDINGS_FILE: Final = "import_findings.csv"

FORMATS: Final[dict[str, Callable[[Sequence[Path]], Imported]]] = {
    "bods": read_bods,
    "gleif": read_gleif,
    "percent-holdings": read_percent_holdings,
    "uk-psc": read_uk_psc,
}
"""Every format that can be imported, by the name it has on the command line."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import wrote: counts of rows, of findings by code, and the files."""

    parties: int
    relationships: int
    findings: dict[str, int]
    files: tuple[Path, ...]

    def as_dict(self) -> dict[str, Any]:
        """The result as plain values, for JSON."""
        return {
            "parties": self.parties,
            "relationships": self.relationships,
            "findings": self.findings,
            "files": [str(path) for path in self.files],
        }


def import_files(data_format: str, files: Sequence[Path], out: Path) -> ImportResult:
    """Read files of a format and write `parties.csv`, `relationships.csv` and `import_findings.csv`.

    Raises:
        CallerError: an unknown format, no file, a file that cannot be read, a folder that cannot be written.
    """
    if data_format not in FORMATS:
        raise CallerError(
            f"The format {data_format!r} is not known.", remedy=f"It is one of {', '.join(sorted(FORMATS))}."
        )
    if not files:
        raise CallerError("No file is named.", remedy="Name at least one file to import.")
    return _write(FORMATS[data_format](files), out)


def import_bods(files: Sequence[Path], out: Path) -> ImportResult:
    """Import packages of the Beneficial Ownership Data Standard 0.4."""
    return import_files("bods", files, out)


def import_percent_holdings(files: Sequence[Path], out: Path) -> ImportResult:
    """Import tables of percentages held."""
    return import_files("percent-holdings", files, out)


def _write(tables: Imported, out: Path) -> ImportResult:
    written = {
        out / "parties.csv": tables.parties,
        out / "relationships.csv": tables.relationships,
        out / FINDINGS_FILE: tables.findings,
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for path, rows in written.items():
            rows.write_csv(path)
    except OSError as error:
        raise CallerError(
            f"{out} cannot be written: {error.strerror}.", remedy="Name another folder."
        ) from error
    codes = tables.findings.group_by("finding_code").agg(pl.len()).sort("finding_code")
    return ImportResult(
        parties=tables.parties.height,
        relationships=tables.relationships.height,
        findings=dict(codes.iter_rows()),
        files=tuple(written),
    )
