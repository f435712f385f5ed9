"""`riskmon rulebook`: read an edition, compare two, see which clauses the engine applies."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from riskmon.operations import rulebooks

rulebook_app = typer.Typer(
    name="rulebook",
    help="Read the rulebooks: show, diff, coverage.",
    no_args_is_help=True,
    add_completion=False,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@rulebook_app.command("list")
def list_books(*, as_json: AsJson = False) -> None:
    """List every edition that ships."""
    rows = [asdict(row) for row in rulebooks.shipped()]
    _print(rows, ["book_id", "effective_from", "document", "title"], title="Rulebooks", as_json=as_json)


@rulebook_app.command()
def show(
    book: Annotated[str, typer.Argument(help="A book's id, or the path of a bank's own file.")],
    *,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The edition in force on this date; the newest if not given."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show one edition of a book, with the clause of every rule."""
    shown = rulebooks.show(book, as_of.date() if as_of else None)
    if as_json:
        body = {name: value for name, value in asdict(shown).items() if name != "text"}
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2, default=str))
    else:
        typer.echo(shown.text, nl=False)


@rulebook_app.command()
def diff(
    old: Annotated[str, typer.Argument(help="BOOK or BOOK@YYYY-MM-DD.")],
    new: Annotated[str, typer.Argument(help="BOOK or BOOK@YYYY-MM-DD.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show every field that differs between two editions."""
    rows = [asdict(change) for change in rulebooks.diff(old, new)]
    _print(rows, ["kind", "key", "field", "old", "new", "clause"], title=f"{old} to {new}", as_json=as_json)


@rulebook_app.command()
def coverage(
    book: Annotated[str | None, typer.Argument(help="A book's id; every book if not given.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show, clause by clause, what the engine applies and what it does not."""
    report = rulebooks.coverage(book)
    rows = [row.model_dump(mode="json") for row in report.clauses]
    counts = ", ".join(f"{count} {status}" for status, count in report.counts.items())
    if as_json:
        typer.echo(json.dumps({"counts": report.counts, "clauses": rows}, ensure_ascii=False, indent=2))
    else:
        _print(rows, ["book", "clause", "what", "status", "note"], title=f"Coverage: {counts}")


def _print(rows: list[dict[str, object]], columns: list[str], *, title: str, as_json: bool = False) -> None:
    """Rows as JSON, or as a table of the named columns; nothing is an empty cell."""
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return
    table = Table(*(Column(name.replace("_", " "), overflow="fold") for name in columns), title=title)
    for row in rows:
        table.add_row(*(Text("" if row[column] is None else str(row[column])) for column in columns))
    Console().print(table)
