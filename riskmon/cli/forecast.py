"""`riskmon forecast`: headroom and breaches of the months ahead."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console

from riskmon.cli.options import AsJson, DataFolder, data_folder
from riskmon.operations.assessments import database_place
from riskmon.operations.read import Snapshots


def forecast(
    months: Annotated[int, typer.Option("--months", help="How many months ahead.")] = 12,
    subject: Annotated[
        str | None, typer.Option("--subject", help="Every limit on this party or group, broken or not.")
    ] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show which limits break or lose headroom as deals mature, protection ends, earmarks are booked and limits change."""
    from riskmon.operations.forecast import forecast as ahead

    folder = data_folder(data)
    body: dict[str, Any] = ahead(Snapshots(folder), database_place(folder), months=months, subject_id=subject)
    if as_json:
        print(json.dumps(body, ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False, emoji=False, soft_wrap=True)
    for month in body["months"]:
        console.print(f"{month['date']}  {month['breach_count']} breaches, {month['new_breach_count']} new")
    for line in body["lines"]:
        console.print(_line(line), markup=False)
    for said in body["assumptions"]:
        console.print(said, style="dim", markup=False)


def _line(line: dict[str, Any]) -> str:
    """One limit on one subject: its headroom month by month, and when it first breaks."""
    name = "/".join(line[part] for part in ("book_id", "limit_id", "subject_kind", "subject_id"))
    figures = ", ".join("unknown" if each is None else each for each in line["headroom"])
    broken = f"; BROKEN from {line['first_breach_date']}" if line["first_breach_date"] else ""
    return f"{name}: {figures} {line['currency']}{broken}"
