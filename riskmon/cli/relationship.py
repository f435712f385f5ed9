"""`riskmon relationship`: assess a relationship, and decide with a second person what was proposed."""

import json
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from riskmon.cli.deciding import By, ProposalId, day_of, decision_line, refuse, refuse_undecided
from riskmon.cli.options import AsJson, DataFolder, data_folder, parse_date
from riskmon.cli.render_preview import print_preview
from riskmon.operations.assess_relationship import (
    ProposeOutcome,
    Wish,
    approve,
    decline,
    propose,
)
from riskmon.operations.assessments import Item, database_place, item, proposals
from riskmon.operations.deciding import Decided, DecideOutcome
from riskmon.operations.preview_assessment import preview
from riskmon.operations.read import Snapshots
from riskmon.store.assessments import Assessed

relationship_app = typer.Typer(
    name="relationship",
    help="Confirm, reject or doubt a relationship: one person proposes, another approves.",
    no_args_is_help=True,
    add_completion=False,
)

_NOT_PROPOSED = {
    ProposeOutcome.NAME_MISSING: ("--by is empty.", "Name the person who proposes."),
    ProposeOutcome.REASON_MISSING: ("--reason is empty.", "Say what the assessment rests on."),
    ProposeOutcome.UNTIL_PAST: ("--until lies in the past.", "Name a last day from today on, or leave it out."),
    ProposeOutcome.RELATIONSHIP_UNKNOWN: (
        "The run shows no relationship of that id.",
        "Take an id from `riskmon explain` or from /v1/relationships, or name another run with --run.",
    ),
}  # fmt: skip
"""What is told of a wish to propose that changes nothing."""


class Verdict(StrEnum):
    """What a person can find."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    DOUBTFUL = "doubtful"


@relationship_app.command("assess")
def assess(
    relationship_id: Annotated[str, typer.Argument(metavar="ID", help="The relationship's id.")],
    verdict: Annotated[Verdict, typer.Option("--as", help="What the relationship is found to be.")],
    reason: Annotated[str, typer.Option("--reason", help="What the assessment rests on.")],
    by: By,
    until: Annotated[
        str | None, typer.Option("--until", help="Last day on which it counts, YYYY-MM-DD; none if left out.")
    ] = None,
    run: Annotated[str | None, typer.Option("--run", help="The run that shows it; default: current.")] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Propose an assessment. It counts in no run until another person approves it."""
    folder = data_folder(data)
    last = parse_date(until, "--until") if until else None
    wish = Wish(relationship_id, verdict.value, reason, by, last)
    answer = propose(Snapshots(folder), database_place(folder), wish, run_id=run)
    if answer.proposal is None:
        refuse(answer.outcome, *_NOT_PROPOSED[answer.outcome])
    _tell(answer.outcome, item(answer.proposal), as_json=as_json)


@relationship_app.command("approve")
def approve_proposal(
    proposal_id: ProposalId, by: By, data: DataFolder = None, as_json: AsJson = False
) -> None:
    """Approve what another person proposed. It counts in every run that may know it from today on."""
    _tell_decided(approve(database_place(data_folder(data)), proposal_id, by), as_json=as_json)


@relationship_app.command("decline")
def decline_proposal(
    proposal_id: ProposalId,
    by: By,
    note: Annotated[str | None, typer.Option("--reason", help="Why.")] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Decline what another person proposed, or withdraw what you proposed yourself."""
    _tell_decided(decline(database_place(data_folder(data)), proposal_id, by, note=note), as_json=as_json)


@relationship_app.command("list")
def list_proposals(
    is_open: Annotated[
        bool | None, typer.Option("--open/--decided", help="Only those that wait, or only those decided.")
    ] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """List what was proposed and what became of it, oldest first."""
    found = proposals(database_place(data_folder(data)), is_open=is_open)
    if as_json:
        print(json.dumps({"items": [item(each) for each in found]}, ensure_ascii=False, indent=2))
        return
    console = _console()
    if not found:
        console.print("No proposal.")
    for each in found:
        _print_proposal(console, item(each))


@relationship_app.command("preview")
def preview_proposal(
    proposal_id: ProposalId,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show every group, exposure and limit of the current run that approving a proposal would change."""
    folder = data_folder(data)
    body = preview(Snapshots(folder), database_place(folder), proposal_id)
    if as_json:
        print(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        print_preview(_console(), body)


def _tell_decided(answer: Decided[Assessed], *, as_json: bool) -> None:
    told = item(answer.proposal) if answer.proposal else None
    refuse_undecided("relationship", answer.outcome, told)
    _tell(answer.outcome, told or {}, as_json=as_json)


def _tell(outcome: ProposeOutcome | DecideOutcome, told: Item, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"outcome": outcome, "proposal": told}, ensure_ascii=False, indent=2))
        return
    console = _console()
    _print_proposal(console, told)
    if told["state"] == "approved":
        console.print(
            f"It counts in every run that may know what was known on {day_of(told['decided_at'])}"
            " (--known-at, else --as-of)."
        )


def _print_proposal(console: Console, told: Item) -> None:
    basis = f" by {str(told['basis']).replace('_', ' ')}" if told["basis"] else ""
    until = f", until {told['valid_until']}" if told["valid_until"] else ""
    lines = (
        f"{told['proposal_id']}  {told['relationship_id']} is {told['assessment']}{until}: {told['reason']}",
        f"    {told['source_party_id']} to {told['target_party_id']}, {str(told['kind']).replace('_', ' ')}{basis}",
        decision_line(told),
    )
    for line in lines:
        console.print(line, markup=False)


def _console() -> Console:
    return Console(highlight=False, emoji=False, soft_wrap=True)
