"""What the commands share that let one person propose and another decide."""

from typing import Annotated, NoReturn

import typer

from riskmon.domain.errors import CallerError
from riskmon.operations.deciding import DecideOutcome

ProposalId = Annotated[str, typer.Argument(metavar="PROPOSAL", help="The proposal's id.")]
By = Annotated[str, typer.Option("--by", help="Who says so; taken as given, there is no sign-in.")]

_NOT_DECIDED = {
    DecideOutcome.NAME_MISSING: ("--by is empty.", "Name the person who decides."),
    DecideOutcome.PROPOSAL_UNKNOWN: ("There is no such proposal.", "List them with `riskmon {} list`."),
    DecideOutcome.ALREADY_DECIDED: ("The proposal is decided already", "Propose anew to change what was decided."),
    DecideOutcome.SAME_PERSON: (
        "Nobody approves a proposal of his own.",
        "Let another person approve it, or withdraw it with `riskmon {} decline`.",
    ),
    DecideOutcome.NOT_PROPOSER: ("Only who proposed it withdraws it.", "Decline it with `riskmon {} decline`."),
    DecideOutcome.UNTIL_PAST: (
        "The proposal's last day is over.", "Decline it, and propose anew with a later day."
    ),
    DecideOutcome.AUTHORITY_LACKING: (
        "This person has no authority for the amount.", "Ask somebody whom RISKMON_WAIVERS_FILE names for it.",
    ),
    DecideOutcome.BUDGET_SPENT: (
        "The live waivers of this person leave no budget for it.", "Let another person approve, or wait until one lapses.",
    ),
    DecideOutcome.GROUP_BUDGET_SPENT: (
        "The live waivers of the group leave no budget for it.", "Bring the group back within its limits first.",
    ),
}  # fmt: skip
"""What is told of a wish to decide that changes nothing."""


def refuse_undecided(command: str, outcome: DecideOutcome, told: dict[str, object] | None) -> None:
    """Tell why a wish to decide changed nothing; nothing of one that did. told: the proposal as an item.

    Raises:
        CallerError: nothing was changed.
    """
    if outcome not in _NOT_DECIDED:
        return
    what, remedy = _NOT_DECIDED[outcome]
    if told and outcome is DecideOutcome.ALREADY_DECIDED:
        what = f"{what}: {told['state']} by {told['decided_by']}."
    refuse(outcome, what, remedy.format(command))


def refuse(outcome: str, what: str, remedy: str) -> NoReturn:
    """Tell that nothing was changed.

    Raises:
        CallerError: always.
    """
    raise CallerError(what, why=f"Nothing was changed ({outcome}).", remedy=remedy)


def day_of(instant: object) -> str:
    """The day (of UTC) of an instant as ISO text."""
    return str(instant)[:10]


def decision_line(told: dict[str, object]) -> str:
    """Who proposed, and what became of it."""
    note = f": {told['note']}" if told["note"] else ""
    decided = f" by {told['decided_by']} on {day_of(told['decided_at'])}{note}" if told["decided_by"] else ""
    return f"    proposed by {told['proposed_by']} on {day_of(told['proposed_at'])}; {told['state']}{decided}"
