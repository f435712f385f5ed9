"""`riskmon export`: parties and relationships in an open standard."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from riskmon.cli.options import AsJson, DataFolder, Mapping, data_folder, parse_date
from riskmon.domain.errors import CallerError

export_app = typer.Typer(help="Write parties and relationships in an open standard.", no_args_is_help=True)


@export_app.callback()
def standards() -> None:
    """Write parties and relationships in an open standard."""


@export_app.command("bods")
def bods(
    out: Annotated[Path, typer.Option("--out", help="File to write: .json is one array, .jsonl JSON Lines.")],
    folder: Annotated[
        Path | None, typer.Option("--input", help="Folder with parties and relationships.")
    ] = None,
    run_id: Annotated[
        str | None, typer.Option("--run", help="A run instead of a folder; latest: the newest.")
    ] = None,
    data: DataFolder = None,
    mapping: Mapping = None,
    date: Annotated[
        str | None,
        typer.Option("--date", help="Day of publication, YYYY-MM-DD; default: today, of a run its date."),
    ] = None,
    publisher: Annotated[str, typer.Option("--publisher", help="Who publishes the package.")] = "riskmon",
    as_json: AsJson = False,
) -> None:
    """Write statements of the Beneficial Ownership Data Standard 0.4, and tell what it cannot say."""
    from riskmon.operations.export_data import export_bods_of_folder, export_bods_of_run

    if (folder is None) == (run_id is None):
        raise CallerError(
            "Name either --input or --run.", remedy="--input DIR is a folder, --run ID a past run."
        )
    day = parse_date(date, "--date") if date else None
    if folder is not None:
        result = export_bods_of_folder(
            folder, out, publisher=publisher, published_on=day, mapping_file=mapping
        )
    else:
        wanted = None if run_id == "latest" else run_id
        result = export_bods_of_run(data_folder(data), wanted, out, publisher=publisher, published_on=day)
    if as_json:
        print(json.dumps(result.as_dict(), ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False, emoji=False)
    console.print(f"{result.statements} statements written to {result.file}.", soft_wrap=True, markup=False)
    for untold in result.untold:
        console.print(
            f"  not said: {untold['table']} {untold['what']}: {untold['row_count']} ({untold['reason']})",
            soft_wrap=True, markup=False,
        )  # fmt: skip
