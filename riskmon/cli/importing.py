"""`riskmon import`: real ownership data into the tables of a bank."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from riskmon.cli.options import AsJson


def import_data(
    data_format: Annotated[
        str, typer.Argument(metavar="FORMAT", help="bods, gleif, uk-psc or percent-holdings.")
    ],
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Files to import, plain, .gz or .zip.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for parties and relationships.")],
    as_json: AsJson = False,
) -> None:
    """Turn ownership data into `parties` and `relationships`."""
    from riskmon.operations.import_data import import_files

    result = import_files(data_format, files, out)
    if as_json:
        print(json.dumps(result.as_dict(), ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False, emoji=False)
    console.print(
        f"{result.parties} parties and {result.relationships} relationships written to {out}.",
        soft_wrap=True,
        markup=False,
    )
    for code, count in sorted(result.findings.items()):
        console.print(f"  finding {code}: {count}")
    if result.findings:
        console.print(f"  each finding stands in {out / 'import_findings.csv'}", soft_wrap=True, markup=False)
