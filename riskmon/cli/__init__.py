"""The command line: one verb a module, each a thin door to one operation.

A command imports its operation when it is called, so that no command waits for the libraries of another.
"""

import sys
import traceback

import typer
from rich.console import Console

from riskmon.cli import (
    check,
    control,
    demo,
    explain,
    exporting,
    forecast,
    groups,
    importing,
    match,
    replay,
    run,
    serve,
)
from riskmon.cli.audit import audit_app
from riskmon.cli.db import db_app
from riskmon.cli.earmark import earmark_app
from riskmon.cli.key import key_app
from riskmon.cli.limit import limit_app
from riskmon.cli.outbox import outbox_app
from riskmon.cli.relationship import relationship_app
from riskmon.cli.rulebook import rulebook_app
from riskmon.cli.waiver import waiver_app
from riskmon.domain.errors import CallerError, ExitCode

app = typer.Typer(
    name="riskmon",
    help="Who is one risk with whom, how much is at stake, and what may still be lent.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run.run)
app.command("demo")(demo.demo)
app.command("groups")(groups.groups)
app.command("control")(control.control)
app.command("explain")(explain.explain)
app.command("import")(importing.import_data)
app.command("check")(check.check)
app.command("replay")(replay.replay)
app.command("forecast")(forecast.forecast)
app.command("match")(match.match)
app.command("serve")(serve.serve)
app.add_typer(exporting.export_app, name="export")
app.add_typer(earmark_app, name="earmark")
app.add_typer(outbox_app, name="outbox")
app.add_typer(limit_app, name="limit")
app.add_typer(relationship_app, name="relationship")
app.add_typer(rulebook_app, name="rulebook")
app.add_typer(audit_app, name="audit")
app.add_typer(key_app, name="key")
app.add_typer(waiver_app, name="waiver")
app.add_typer(db_app, name="db")


def main() -> None:
    """Runs the command line; a caller's mistake ends with one clear message and exit code 2."""
    try:
        app()
    except CallerError as error:
        console = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)
        console.print("Error:", error.what, style="red", markup=False)
        for line in (error.why, error.remedy):
            if line:
                console.print(f"  {line}", markup=False)
        sys.exit(ExitCode.CALLER_MISTAKE)
    except Exception:  # noqa: BLE001  the last door: what is not the caller's mistake is ours, and says so
        traceback.print_exc()
        Console(stderr=True).print(
            "This is a fault of riskmon, not of your data. Please report it with the lines above."
        )
        sys.exit(ExitCode.OUR_FAULT)
