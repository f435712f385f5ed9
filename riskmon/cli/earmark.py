"""`riskmon earmark`: claim headroom for a deal, and say what became of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from riskmon.cli.check import text_of
from riskmon.cli.options import AsJson, DataFolder, data_folder
from riskmon.cli.render_earmark import (
    print_earmark,
    print_expired,
    print_published,
    published_item,
    refusal_of,
)
from riskmon.domain.errors import CallerError, ExitCode
from riskmon.operations.assessments import database_place
from riskmon.operations.read import Snapshots
from riskmon.operations.settings import read_settings

earmark_app = typer.Typer(
    name="earmark",
    help="Claim headroom for a deal for some hours, confirm or release it; put the run in force that it is counted against.",
    no_args_is_help=True,
    add_completion=False,
)

EarmarkId = Annotated[str, typer.Argument(metavar="ID", help="Your own id of the earmark.")]
By = Annotated[str, typer.Option("--by", help="Who says so; taken as given, there is no sign-in.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why.")]


@earmark_app.command("place")
def place(
    earmark_id: EarmarkId,
    by: By,
    hours: Annotated[int, typer.Option("--hours", help="Hours after which it ends by itself.")],
    deal: Annotated[
        Path | None,
        typer.Option("--deal", help="JSON file with the deal, protections and guarantors included."),
    ] = None,
    obligor: Annotated[str | None, typer.Option("--obligor", help="Who would owe.")] = None,
    amount: Annotated[
        str | None, typer.Option("--amount", help="Amount in major units, such as 50000000.")
    ] = None,
    currency: Annotated[str | None, typer.Option("--currency", help="Currency of the amount.")] = None,
    product: Annotated[str, typer.Option("--product", help="Product of the facility.")] = "loan",
    start: Annotated[str | None, typer.Option("--start", help="Contractual beginning, YYYY-MM-DD.")] = None,
    maturity: Annotated[str | None, typer.Option("--maturity", help="Contractual end, YYYY-MM-DD.")] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Claim what a deal takes of every limit it adds to. The same call again is answered the same.

    Exit codes: 0 placed; 3 refused by a limit or a veto; 2 the caller's mistake; 1 a fault of riskmon.
    """
    from riskmon.operations.checks.request import read_deal
    from riskmon.operations.earmarks import PlaceWish, place_earmark

    options = {
        "obligor_id": obligor,
        "product": product,
        "amount": amount,
        "currency": currency,
        "start_date": start,
        "maturity_date": maturity,
    }
    said = read_deal(
        text_of(deal) if deal else json.dumps({k: v for k, v in options.items() if v is not None})
    )
    with _ledger(data) as (ledger, _):
        _tell(place_earmark(ledger, PlaceWish(earmark_id, said, hours, by)), as_json=as_json)


@earmark_app.command("confirm")
def confirm(
    earmark_id: EarmarkId,
    by: By,
    amount: Annotated[str | None, typer.Option("--amount", help="Of a part: how much is confirmed.")] = None,
    facility: Annotated[str | None, typer.Option("--facility", help="The facility it is booked as.")] = None,
    reason: Reason = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """The deal is done: it counts until its facility arrives in a published run, and then no more."""
    from riskmon.operations.earmarks import ResolveWish, confirm_earmark

    with _ledger(data) as (ledger, _):
        wish = ResolveWish(earmark_id, by, reason, amount, facility)
        _tell(confirm_earmark(ledger, wish), as_json=as_json)


@earmark_app.command("release")
def release(
    earmark_id: EarmarkId, by: By, reason: Reason = None, data: DataFolder = None, as_json: AsJson = False
) -> None:
    """The deal is not done: give back everything."""
    from riskmon.operations.earmarks import ResolveWish, release_earmark

    with _ledger(data) as (ledger, _):
        _tell(release_earmark(ledger, ResolveWish(earmark_id, by, reason)), as_json=as_json)


@earmark_app.command("expire")
def expire(data: DataFolder = None, as_json: AsJson = False) -> None:
    """End every earmark whose time is over. Placing does the same; this is for a timetable."""
    from riskmon.operations.earmarks import expire_earmarks

    with _ledger(data) as (ledger, _):
        ended = expire_earmarks(ledger)
    if as_json:
        _print_json({"expired": ended})
    else:
        print_expired(_console(), ended)


@earmark_app.command("publish")
def publish(
    by: By,
    run: Annotated[
        str | None, typer.Option("--run", help="The run to put in force; default: current.")
    ] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Count every earmark against a run, under its groups and limits, and stop counting what it holds as booked."""
    from riskmon.operations.earmarks import publish_run

    with _ledger(data) as (ledger, snapshots):
        answer = publish_run(ledger, snapshots, by, run)
    refused = refusal_of(answer.outcome)
    if refused is not None:
        raise CallerError(
            f"{refused[0]} {answer.detail}".strip(),
            why=f"Nothing was changed ({answer.outcome}).",
            remedy=refused[1],
        )
    if as_json:
        _print_json(published_item(answer))
    else:
        print_published(_console(), answer)


@earmark_app.command("list")
def list_earmarks(
    is_live: Annotated[
        bool | None, typer.Option("--live/--ended", help="Only those that count, or only those that do not.")
    ] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """List the earmarks and what became of them, oldest first."""
    from riskmon.operations.earmarks import claimed_lines, earmark_item, earmarks

    place = database_place(data_folder(data))
    items = [earmark_item(each) for each in earmarks(place, is_live=is_live)]
    if as_json:
        _print_json({"items": items, "lines": claimed_lines(place)})
        return
    console = _console()
    if not items:
        console.print("No earmark.")
    for each in items:
        print_earmark(console, each)


@contextmanager
def _ledger(data: Path | None) -> Iterator[tuple[Any, Snapshots]]:
    """The ledger of a data folder, counted by the check of deals, and the runs beside it."""
    from riskmon.operations.checks import Decisions
    from riskmon.operations.earmarks import open_ledger
    from riskmon.operations.earmarks.claims import measures_of

    folder, settings = data_folder(data), read_settings()
    snapshots = Snapshots(folder)
    place = database_place(folder)
    measures = measures_of(Decisions(snapshots, place), most_days=settings.snapshot_max_age_days)
    with open_ledger(place, measures, most_hours=settings.earmark_hours_max) as ledger:
        yield ledger, snapshots


def _tell(answer: Any, *, as_json: bool) -> None:  # noqa: ANN401  an answer, imported when first needed
    from riskmon.operations.earmarks import earmark_item

    told = None if answer.earmark is None else earmark_item(answer.earmark)
    refused = refusal_of(answer.outcome)
    about = "/".join(answer.line) if answer.line else answer.detail
    if refused is not None and not refused[2]:
        state = f" It is {told['state']}." if told else ""
        raise CallerError(
            f"{refused[0]} {about}".strip() + state,
            why=f"Nothing was changed ({answer.outcome}).",
            remedy=refused[1],
        )
    if as_json:
        _print_json(
            {
                "outcome": answer.outcome,
                "about": about or None,
                "left_minor": answer.left_minor,
                "is_clock_behind": answer.is_clock_behind,
                "earmark": told,
            }
        )
    elif refused is not None:
        left = "" if answer.left_minor is None else f" (left: {answer.left_minor} minor units)"
        _console().print(f"Refused, {answer.outcome}: {refused[0]} {about}{left}. {refused[1]}", markup=False)
    elif told:
        print_earmark(_console(), told)
    if answer.is_clock_behind:
        Console(stderr=True).print("The clock is behind what was recorded; the recorded time was used.")
    if refused is not None:
        raise typer.Exit(ExitCode.LIMIT_BROKEN)


def _print_json(body: object) -> None:
    print(json.dumps(body, ensure_ascii=False, indent=2))


def _console() -> Console:
    return Console(highlight=False, emoji=False, soft_wrap=True)
