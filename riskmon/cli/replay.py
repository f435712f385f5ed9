"""`riskmon replay`: make a past decision again, and say whether it is what it was."""

import json
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from riskmon.cli.options import AsJson, DataFolder, data_folder
from riskmon.domain.errors import ExitCode
from riskmon.operations.assessments import database_place

_CAUSES: Final[dict[str, str]] = {
    "receipt_altered": "The receipt is not the one that its check_id was made of.",
    "snapshot_missing": "The run that was decided on is not in the data folder.",
    "snapshot_unreadable": "The run that was decided on is damaged, or was written by another version.",
    "rules_or_limits_gone": "The rules or the limits that counted then are not at hand:",
    "code_differs": "riskmon is of another version than then.",
    "answer_or_snapshot_changed": "The code is the same: the answer in the file, or the stored run, was changed since.",
}


def replay(
    what: Annotated[
        str,
        typer.Argument(
            metavar="FILE|ID",
            help="File with the answer of a check, receipt included; or the id of an earmark.",
        ),
    ],
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Make a past decision again from the run, the limits, the claims and the rules of that minute.

    Exit codes: 0 identical; 3 it differs or cannot be made again; 2 the caller's mistake; 1 a fault of riskmon.
    """
    from riskmon.operations.read import Snapshots
    from riskmon.operations.replay import Outcome, read_answer, replay_check, replay_earmark, replay_item

    folder = data_folder(data)
    snapshots, place, file = Snapshots(folder), database_place(folder), Path(what)
    if file.is_file():
        done = replay_check(snapshots, place, read_answer(file))
    else:
        done = replay_earmark(snapshots, place, what)
    if as_json:
        print(json.dumps(replay_item(done), ensure_ascii=False, indent=2))
    else:
        console = Console(highlight=False, emoji=False, soft_wrap=True)
        console.print(f"{done.outcome.value.capitalize()}.", markup=False)
        for cause in done.causes:
            console.print(f"  {_CAUSES[cause]} {done.detail}".rstrip(), markup=False)
        for name, then, now in done.differences:
            console.print(f"  {name}: then {json.dumps(then, ensure_ascii=False)}", markup=False)
            console.print(f"  {' ' * len(name)}  now  {json.dumps(now, ensure_ascii=False)}", markup=False)
    raise typer.Exit(ExitCode.DONE if done.outcome is Outcome.IDENTICAL else ExitCode.NOT_AS_RECORDED)
