"""`riskmon waiver`: ask to go beyond a limit for a time, and decide with a second person of enough authority."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console

from riskmon.cli.deciding import By, ProposalId, decision_line, refuse, refuse_undecided
from riskmon.cli.options import AsJson, DataFolder, data_folder, parse_date
from riskmon.domain.errors import CallerError
from riskmon.operations.assessments import database_place
from riskmon.operations.deciding import Decided, DecideWish
from riskmon.operations.read import Snapshots
from riskmon.operations.settings import read_settings
from riskmon.store.waivers import Waiver

waiver_app = typer.Typer(
    name="waiver",
    help="Ask to go beyond a limit for a time: one person asks, another with the authority approves.",
    no_args_is_help=True,
    add_completion=False,
)

_NOT_ASKED = {
    "name_missing": ("--by is empty.", "Name the person who asks."),
    "reason_missing": ("--reason is empty.", "Say why the limit may be passed."),
    "amount_missing": ("--amount is not above zero.", "Say how far beyond the limit."),
    "until_past": ("--until lies in the past.", "Name a last day from today on."),
    "line_unknown": (
        "The run in force tests no such limit on such a subject",
        "Write BOOK/LIMIT/KIND/SUBJECT as /v1/headroom lists them.",
    ),
    "currency_differs": ("A waiver is in the reporting currency", "Name it with --currency."),
    "not_waivable": ("The book of the limit does not let it be passed so far", "A limit of the law is kept."),
}
"""What is told of a wish to ask that changes nothing."""


@waiver_app.command("ask")
def ask(
    line: Annotated[str, typer.Argument(metavar="LINE", help="BOOK/LIMIT/KIND/SUBJECT.")],
    amount: Annotated[str, typer.Option("--amount", help="How far beyond the limit, in major units.")],
    currency: Annotated[str, typer.Option("--currency", help="The reporting currency.")],
    until: Annotated[str, typer.Option("--until", help="Last day on which it counts, YYYY-MM-DD.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    by: By,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Ask for a waiver of one limit on one subject. It counts nowhere until another person approves it."""
    from riskmon.operations.waivers.ask import AskWish, ask_waiver, minor_of

    wish = AskWish(
        _line(line), minor_of(amount, currency), currency, parse_date(until, "--until"), reason, by
    )
    folder = data_folder(data)
    answer = ask_waiver(Snapshots(folder), database_place(folder), wish)
    if answer.proposal is None:
        what, remedy = _NOT_ASKED[answer.outcome.value]
        refuse(answer.outcome, f"{what}: {answer.detail}." if answer.detail else what, remedy)
    _tell(answer.outcome, answer.proposal, as_json=as_json)


@waiver_app.command("approve")
def approve(proposal_id: ProposalId, by: By, data: DataFolder = None, as_json: AsJson = False) -> None:
    """Approve what another person asked for, with the authority that RISKMON_WAIVERS_FILE gives."""
    from riskmon.operations.waivers.authority import read_authority
    from riskmon.operations.waivers.decide import approve_waiver

    authority = read_authority(read_settings().waivers_file)
    answer = approve_waiver(database_place(data_folder(data)), authority, DecideWish(proposal_id, by))
    _tell_decided(answer, as_json=as_json)


@waiver_app.command("decline")
def decline(
    proposal_id: ProposalId,
    by: By,
    note: Annotated[str | None, typer.Option("--reason", help="Why.")] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Decline what another person asked for, or withdraw what you asked for yourself."""
    from riskmon.operations.waivers.decide import decline_waiver

    answer = decline_waiver(database_place(data_folder(data)), DecideWish(proposal_id, by, note))
    _tell_decided(answer, as_json=as_json)


@waiver_app.command("withdraw")
def withdraw(proposal_id: ProposalId, by: By, data: DataFolder = None, as_json: AsJson = False) -> None:
    """Withdraw what you asked for yourself; of another's wish it is to decline it."""
    decline(proposal_id, by, None, data, as_json)


@waiver_app.command("list")
def list_waivers(
    is_live: Annotated[
        bool | None, typer.Option("--live/--not-live", help="Only those that count now, or only the others.")
    ] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """List what was asked for and what became of it, oldest first."""
    from riskmon.operations.waivers.listing import waivers

    found = waivers(database_place(data_folder(data)), is_live=is_live)
    if as_json:
        _print_json({"items": found})
        return
    console = _console()
    if not found:
        console.print("No waiver.")
    for each in found:
        _print_waiver(console, each)


def _line(text: str) -> tuple[str, str, str, str]:
    """A line from its parts; the id of a group has a slash of its own."""
    parts = text.split("/", 3)
    if len(parts) != 4 or not all(parts):
        raise CallerError(
            f"{text!r} is no line.",
            remedy="Write BOOK/LIMIT/KIND/SUBJECT, such as bank_limits/STEEL/industry/C31.",
        )
    return parts[0], parts[1], parts[2], parts[3]


def _tell_decided(answer: Decided[Waiver], *, as_json: bool) -> None:
    from riskmon.domain.clock import now
    from riskmon.operations.waivers.listing import waiver_item

    told = waiver_item(answer.proposal, now()) if answer.proposal else None
    refuse_undecided("waiver", answer.outcome, told)
    _tell(answer.outcome, answer.proposal, as_json=as_json)


def _tell(outcome: str, proposal: Any, *, as_json: bool) -> None:  # noqa: ANN401  of either verb
    from riskmon.domain.clock import now
    from riskmon.operations.waivers.listing import waiver_item

    told = waiver_item(proposal, now())
    if as_json:
        _print_json({"outcome": outcome, "proposal": told})
    else:
        _print_waiver(_console(), told)


def _print_waiver(console: Console, told: dict[str, Any]) -> None:
    line = "/".join(str(told[name]) for name in ("book_id", "limit_id", "subject_kind", "subject_id"))
    state = ", counts now" if told["is_live"] else ""
    console.print(
        f"{told['proposal_id']}  {line}: {told['amount']} {told['currency']} beyond the limit"
        f" until {told['valid_until']}{state}: {told['reason']}",
        markup=False,
    )
    console.print(decision_line(told), markup=False)


def _print_json(body: object) -> None:
    print(json.dumps(body, ensure_ascii=False, indent=2))


def _console() -> Console:
    return Console(highlight=False, emoji=False, soft_wrap=True)
