"""`riskmon limit`: declare limits of the bank's own: one person proposes, a preview shows what changes, another approves."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from riskmon.cli.deciding import By, ProposalId, day_of, decision_line, refuse, refuse_undecided
from riskmon.cli.options import AsJson, DataFolder, data_folder
from riskmon.cli.render_limits import print_limit_preview, print_over, term_line
from riskmon.domain.errors import CallerError
from riskmon.operations.assessments import database_place
from riskmon.operations.deciding import DecideWish
from riskmon.operations.read import Snapshots
from riskmon.operations.settings import read_settings
from riskmon.store.limits import Declared
from riskmon.store.proposals import Proposal

limit_app = typer.Typer(
    name="limit",
    help="Declare limits of the bank's own: one person proposes, another approves.",
    no_args_is_help=True,
    add_completion=False,
)

_NOT_PROPOSED = {
    "name_missing": ("--by is empty.", "Name the person who proposes."),
    "reason_missing": ("--reason is empty.", "Say what the limits rest on."),
    "until_past": ("The last day of a limit lies in the past", "Name a last day from today on, or leave it out."),
    "limit_unknown": ("What is to end is no limit", "Take ids from the table bank_limits of the run."),
    "not_testable": (
        "No run could test what is proposed", "Mend what is missing; a preview then shows every headroom that changes.",
    ),
}  # fmt: skip
"""What is told of a wish to propose that changes nothing."""


@limit_app.command("propose")
def propose(
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="What the limits rest on.")],
    file: Annotated[
        Path | None,
        typer.Argument(help="Several limits: CSV or Parquet in the shape of the table bank_limits."),
    ] = None,
    limit_id: Annotated[str | None, typer.Option("--id", help="One limit: its id.")] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="KIND:ID, such as obligor:P1, group:P1, industry:C31, bank:B.")
    ] = None,
    cells: Annotated[
        list[str] | None,
        typer.Option("--set", help="COLUMN=VALUE of the table bank_limits, repeatable: amount=500000000."),
    ] = None,
    ends: Annotated[
        str | None, typer.Option("--end", help="The limit ends: first day without it, YYYY-MM-DD.")
    ] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Propose limits, in a file or one by options. They count nowhere until another person approves."""
    from riskmon.operations.limits.propose import LimitWish, propose_limits
    from riskmon.operations.limits.terms import read_file, read_terms

    if (file is None) == (limit_id is None):
        raise CallerError(
            "Limits are named in a file, or one by --id.", remedy="Give one of them, and not both."
        )
    limits = read_file(file) if file else read_terms([_one(limit_id or "", on, cells or [], ends)])
    folder = data_folder(data)
    answer = propose_limits(Snapshots(folder), database_place(folder), LimitWish(limits, reason, by))
    if answer.proposal is None:
        what, remedy = _NOT_PROPOSED[answer.outcome.value]
        refuse(answer.outcome, f"{what}: {answer.detail}." if answer.detail else what, remedy)
    _tell(answer.outcome, _item(answer.proposal), as_json=as_json)


@limit_app.command("preview")
def preview(proposal_id: ProposalId, data: DataFolder = None, as_json: AsJson = False) -> None:
    """Show every headroom that approving would change, new breaches, and earmarks that would no longer fit."""
    from riskmon.operations.earmarks.claims import measures_under
    from riskmon.operations.limits.preview import preview_limits

    folder = data_folder(data)
    place, snapshots = database_place(folder), Snapshots(folder)
    under = measures_under(snapshots, most_days=read_settings().snapshot_max_age_days)
    body = preview_limits(snapshots, place, under, proposal_id)
    if as_json:
        _print_json(body)
    else:
        print_limit_preview(_console(), body)


@limit_app.command("approve")
def approve(proposal_id: ProposalId, by: By, data: DataFolder = None, as_json: AsJson = False) -> None:
    """Approve what another person proposed: it counts in later runs, and on the ledger at once."""
    from riskmon.operations.earmarks.claims import measures_under
    from riskmon.operations.limits.decide import approve_limits

    folder = data_folder(data)
    place = database_place(folder)
    under = measures_under(Snapshots(folder), most_days=read_settings().snapshot_max_age_days)
    answer = approve_limits(place, under, DecideWish(proposal_id, by))
    told = _item(answer.decided.proposal)
    refuse_undecided("limit", answer.decided.outcome, told)
    _tell(answer.decided.outcome, told, as_json=as_json)
    if not as_json:
        print_over(_console(), answer.over)


@limit_app.command("decline")
def decline(
    proposal_id: ProposalId,
    by: By,
    note: Annotated[str | None, typer.Option("--reason", help="Why.")] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Decline what another person proposed, or withdraw what you proposed yourself."""
    from riskmon.operations.limits.decide import decline_limits

    answer = decline_limits(database_place(data_folder(data)), DecideWish(proposal_id, by, note))
    told = _item(answer.proposal)
    refuse_undecided("limit", answer.outcome, told)
    _tell(answer.outcome, told, as_json=as_json)


@limit_app.command("withdraw")
def withdraw(proposal_id: ProposalId, by: By, data: DataFolder = None, as_json: AsJson = False) -> None:
    """Withdraw what you proposed yourself; of another's proposal it is to decline it."""
    decline(proposal_id, by, None, data, as_json)


@limit_app.command("list")
def list_proposals(
    is_open: Annotated[
        bool | None, typer.Option("--open/--decided", help="Only those that wait, or only those decided.")
    ] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """List what was proposed and what became of it, oldest first."""
    from riskmon.operations.limits.known import limit_item, limit_proposals

    found = [limit_item(each) for each in limit_proposals(database_place(data_folder(data)), is_open=is_open)]
    if as_json:
        _print_json({"items": found})
        return
    console = _console()
    if not found:
        console.print("No proposal.")
    for each in found:
        _print_proposal(console, each)


def _one(limit_id: str, on: str | None, cells: list[str], ends: str | None) -> dict[str, object]:
    """The cells of one limit."""
    said: dict[str, object] = {"limit_id": limit_id}
    if ends is not None:
        said |= {"is_ended": True, "valid_from": ends}
    if on is not None:
        kind, _, subject = on.partition(":")
        said |= {"subject_kind": kind, "subject_id": subject}
    for cell in cells:
        name, found, value = cell.partition("=")
        if not found or name in said:
            raise CallerError(
                f"--set {cell!r} is not COLUMN=VALUE, or says what another option says.",
                remedy="Example: --set amount=500000000 --set currency=CNY.",
            )
        said[name] = value
    return said


def _item(proposal: Proposal[Declared] | None) -> dict[str, Any]:
    from riskmon.operations.limits.known import limit_item

    return {} if proposal is None else limit_item(proposal)


def _tell(outcome: str, told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        _print_json({"outcome": outcome, "proposal": told})
        return
    console = _console()
    _print_proposal(console, told)
    if told["state"] == "approved":
        console.print(
            f"It counts now, and in every run that may know what was known on {day_of(told['decided_at'])}"
            " (--known-at, else --as-of)."
        )


def _print_proposal(console: Console, told: dict[str, Any]) -> None:
    console.print(f"{told['proposal_id']}  {told['reason']}", markup=False)
    for each in told["limits"]:
        console.print(f"    {term_line(each)}", markup=False)
    console.print(decision_line(told), markup=False)


def _print_json(body: object) -> None:
    print(json.dumps(body, ensure_ascii=False, indent=2))


def _console() -> Console:
    return Console(highlight=False, emoji=False, soft_wrap=True)
