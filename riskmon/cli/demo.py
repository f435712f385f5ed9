"""`riskmon demo`: a sample bank, its run, a summary, and the API over it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from riskmon.cli.options import AsJson, data_folder, selection
from riskmon.cli.render import print_summary
from riskmon.cli.run import run_with_progress
from riskmon.cli.serve import listen
from riskmon.operations.assessments import database_place
from riskmon.operations.run_monitor import summary
from riskmon.operations.settings import read_settings

if TYPE_CHECKING:
    from riskmon.operations.access import FirstKey


def demo(
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Data folder of the run; the bank stands in its `sample-bank`."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the sample bank.")] = 7,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the API after the summary.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Write a sample bank, run it, show what was found, and serve it.

    Ends with 0 although the sample bank breaks limits: that is its point.
    """
    from riskmon.operations.access import first_keys
    from riskmon.operations.sample import SAMPLE_AS_OF, SAMPLE_BOOKS, write_sample

    data = data_folder(out)
    bank = data / "sample-bank"
    write_sample(bank, seed=seed, as_of=SAMPLE_AS_OF)
    result = run_with_progress(
        bank, selection(",".join(SAMPLE_BOOKS), SAMPLE_AS_OF.isoformat(), None, None, {}), data, None
    )
    made = first_keys(database_place(data), creates=serve and not as_json)
    if as_json:
        shown = [{"holder": each.holder, "role": each.role, "key": str(each.credential)} for each in made]
        print(json.dumps(summary(result) | {"keys": shown}, ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False, emoji=False)
    print_summary(console, result)
    console.print(
        f"\nThe bank's tables and the stories planted in them: {bank}", soft_wrap=True, markup=False
    )
    first = result.tables["breaches"].filter(result.tables["breaches"]["is_hard"]).head(1)
    if first.height:
        subject = first.row(0, named=True)
        command = f"riskmon explain {subject['subject_kind']} {subject['subject_id']} --data {data}"
        console.print(f"Why the first breach is one: {command}", soft_wrap=True, markup=False)
    _print_keys(console, made)
    if not serve:
        return
    settings = read_settings()
    console.print(
        f"\nServing on http://{settings.host}:{settings.port} until Ctrl+C; begin at /v1/breaches, with a key, or /openapi.json"
    )
    listen(data)


def _print_keys(console: Console, made: "Sequence[FirstKey]") -> None:
    """Show the keys of the users that were made, this once."""
    if not made:
        return
    console.print(
        "\nA user of every role; the keys are shown this once, send one as `Authorization: Bearer KEY`:"
    )
    for each in made:
        console.print(f"  {each.role:<20} {each.credential}", soft_wrap=True, markup=False)
