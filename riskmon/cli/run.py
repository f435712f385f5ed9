"""`riskmon run`: from a bank's tables to a stored snapshot."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from riskmon.cli.options import (
    DEFAULT_BOOKS,
    AsJson,
    AsOf,
    Books,
    Choose,
    Input,
    KnownAt,
    LevelOption,
    Mapping,
    data_folder,
    parse_choices,
    selection,
)
from riskmon.cli.render import print_summary
from riskmon.domain.errors import ExitCode
from riskmon.operations.assessments import database_place
from riskmon.operations.run_monitor import RunResult, run_monitor, summary
from riskmon.rulebook.select import Selection

STEPS = {
    "ingest": "Reading the tables",
    "validate": "Checking the rows",
    "exposures": "Measuring exposures",
    "ratings": "Classifying claims",
    "search": "Searching for dependence",
    "groups": "Building groups",
    "limits": "Testing limits",
    "signals": "Raising signals",
    "compare": "Comparing with the run before",
    "store": "Writing the snapshot",
}
TIMINGS_VARIABLE = "RISKMON_TIMINGS"


def run(
    input_folder: Input,
    as_of: AsOf,
    books: Books = DEFAULT_BOOKS,
    out: Annotated[Path | None, typer.Option("--out", help="Data folder the snapshot is written to.")] = None,
    known_at: KnownAt = None,
    level: LevelOption = None,
    choose: Choose = None,
    mapping: Mapping = None,
    as_json: AsJson = False,
) -> None:
    """Work out groups, exposures, limits, breaches and signals of a bank on a date.

    Exit codes: 0 done; 3 done, and a hard limit is broken; 2 the caller's mistake; 1 a fault of riskmon.
    """
    chosen = selection(books, as_of, known_at, level, parse_choices(choose, input_folder))
    result = run_with_progress(input_folder, chosen, data_folder(out), mapping)
    if as_json:
        print(json.dumps(summary(result), ensure_ascii=False, indent=2))
    else:
        print_summary(Console(highlight=False, emoji=False), result)
    raise typer.Exit(ExitCode.LIMIT_BROKEN if result.has_broken_hard_limit else ExitCode.DONE)


def run_with_progress(folder: Path, chosen: Selection, data: Path, mapping: Path | None) -> RunResult:
    """Runs the monitor with a progress line on a terminal, and quietly in a pipe."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Starting", total=len(STEPS))

        def tell(step: str) -> None:
            progress.update(task, description=STEPS[step], advance=1)

        database = database_place(data)
        result = run_monitor(folder, chosen, data, mapping_file=mapping, progress=tell, database=database)
    if TIMINGS_VARIABLE in os.environ:
        timings = {"stages": dict(result.seconds), "total": sum(result.seconds.values())}
        Path(os.environ[TIMINGS_VARIABLE]).write_text(json.dumps(timings), encoding="utf-8")
    return result
