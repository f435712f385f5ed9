"""`riskmon outbox`: what other systems are told, what did not reach them, and sending it again."""

import json
from dataclasses import asdict
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from riskmon.cli.options import AsJson, DataFolder, data_folder

outbox_app = typer.Typer(
    name="outbox",
    help="Tell the endpoints of RISKMON_WEBHOOKS_FILE what happened; show and repeat what did not reach them.",
    no_args_is_help=True,
    add_completion=False,
)


@outbox_app.command("send")
def send(data: DataFolder = None, as_json: AsJson = False) -> None:
    """Try every delivery that is due, once. A running server does so by itself; several may at once."""
    from riskmon.operations.webhooks import send_waiting

    done = send_waiting(data_folder(data))
    if as_json:
        print(json.dumps(asdict(done), indent=2))
    else:
        print(
            f"{done.numbered} new events; {done.delivered} delivered, {done.waiting} to be tried again, {done.dead} given up."
        )


@outbox_app.command("list")
def list_deliveries(
    state: Annotated[
        Literal["waiting", "delivered", "dead"] | None, typer.Option("--state", help="Only these.")
    ] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show what became of every delivery."""
    from riskmon.operations.assessments import database_place
    from riskmon.operations.webhooks import delivery_items

    items = delivery_items(database_place(data_folder(data)), state)
    if as_json:
        print(json.dumps({"deliveries": items}, ensure_ascii=False, indent=2))
        return
    columns = ("sequence", "type", "subject", "endpoint_id", "state", "attempts", "last_said", "due_at")
    table = Table(*columns, box=None)
    for item in items:
        table.add_row(*("" if item[name] is None else str(item[name]) for name in columns))
    Console().print(table)


@outbox_app.command("resend")
def resend_dead(
    endpoint: Annotated[str | None, typer.Option("--endpoint", help="Only to this one.")] = None,
    event: Annotated[str | None, typer.Option("--event", help="Only this event.")] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Have what was given up tried again from the beginning, with the next sending."""
    from riskmon.operations.assessments import database_place
    from riskmon.operations.webhooks import resend

    number = resend(database_place(data_folder(data)), endpoint_id=endpoint, event_id=event)
    print(json.dumps({"again": number}) if as_json else f"{number} deliveries will be tried again.")
