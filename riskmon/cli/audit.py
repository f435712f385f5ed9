"""`riskmon audit`: who wrote what, and whether the record of it is untouched."""

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from riskmon.cli.options import AsJson, DataFolder, data_folder, parse_date
from riskmon.domain.errors import CallerError, ExitCode
from riskmon.operations.assessments import database_place

audit_app = typer.Typer(
    name="audit",
    help="Who wrote what, when and why; whether the record of it is untouched.",
    no_args_is_help=True,
    add_completion=False,
)


@audit_app.command("verify")
def verify(
    head: Annotated[
        list[Path] | None,
        typer.Option("--head", help="A head taken before; repeatable. Without one the end could be missing."),
    ] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Look at every entry: was one changed, taken out, put in or moved since it was sealed?

    Exit codes: 0 untouched; 3 not; 2 the caller's mistake; 1 a fault of riskmon.
    """
    from riskmon.cli.render_audit import examined_item, print_examined
    from riskmon.operations.audit import examine_audit, read_head

    heads = [read_head(file) for file in head or ()]
    found = examine_audit(database_place(data_folder(data)), heads)
    if as_json:
        _print_json(examined_item(found))
    else:
        print_examined(_console(), found, heads=len(heads))
    raise typer.Exit(ExitCode.NOT_AS_RECORDED if found.broken else ExitCode.DONE)


@audit_app.command("head")
def take(
    out: Annotated[
        Path,
        typer.Option("--out", help="File to write; keep it where nobody who keeps the database can write."),
    ],
    data: DataFolder = None,
) -> None:
    """Take the head of the audit out of the house: whoever holds it can tell that nothing before it was touched."""
    from riskmon.operations.audit import take_head

    taken = take_head(database_place(data_folder(data)))
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(taken.model_dump_json(indent=2) + "\n")
    except OSError as error:
        raise CallerError(
            f"{out} cannot be written: {error.strerror}.",
            why="A head that was taken before is never written over.",
            remedy="Name a new file in a folder that can be written to.",
        ) from error
    _console().print(f"{out}: position {taken.position}, {taken.hash}.", markup=False)


@audit_app.command("list")
def list_entries(
    action: Annotated[
        str | None, typer.Option("--action", help="earmark.placed, or earmark for all of its kind.")
    ] = None,
    subject: Annotated[str | None, typer.Option("--subject", help="The id of what was written.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who wrote.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="First day (UTC), YYYY-MM-DD.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Last day (UTC), YYYY-MM-DD.")] = None,
    after: Annotated[int | None, typer.Option("--after", help="Sequence behind which to go on.")] = None,
    most: Annotated[int, typer.Option("--most", min=1, max=10_000, help="Most entries.")] = 100,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """List entries of the audit in the order of writing."""
    from riskmon.cli.render_audit import print_entry
    from riskmon.operations.audit import audit_entries, audit_item
    from riskmon.operations.audit.listing import Wanted

    wanted = Wanted(
        action=action,
        subject=subject,
        by=by,
        since=_midnight(since, "--since"),
        until=_midnight(until, "--until", days=1),
        after=after,
    )
    items = [audit_item(each) for each in audit_entries(database_place(data_folder(data)), wanted, most=most)]
    if as_json:
        _print_json({"items": items})
        return
    console = _console()
    if not items:
        console.print("No entry.")
    for item in items:
        print_entry(console, item)


def _midnight(day: str | None, option: str, *, days: int = 0) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(parse_date(day, option) + timedelta(days=days), time(), UTC)


def _print_json(body: object) -> None:
    print(json.dumps(body, ensure_ascii=False, indent=2))


def _console() -> Console:
    return Console(highlight=False, emoji=False, soft_wrap=True)
