"""What each outcome of proposing and deciding is over HTTP: one table, and the answer that follows from it."""

from collections.abc import Mapping
from typing import Final

from fastapi import Response
from pydantic_core import to_json

from api.problems import PROBLEMS, problem
from riskmon.operations.assessments import Item
from riskmon.operations.deciding import DecideOutcome
from riskmon.operations.limits.propose import ProposeLimitOutcome
from riskmon.operations.waivers.ask import AskOutcome

DONE: Final = frozenset(
    {
        ProposeLimitOutcome.PROPOSED,
        AskOutcome.ASKED,
        DecideOutcome.APPROVED,
        DecideOutcome.DECLINED,
        DecideOutcome.WITHDRAWN,
    }
)
"""The outcomes that were wished."""

REFUSALS: Final[dict[str, tuple[str, str]]] = {
    DecideOutcome.NAME_MISSING: ("bad_request", "Sign in with a key that has a name."),
    AskOutcome.REASON_MISSING: ("reason_missing", "Say what it rests on."),
    AskOutcome.AMOUNT_MISSING: ("amount_missing", "Say how far beyond the limit."),
    DecideOutcome.UNTIL_PAST: ("until_past", "Propose it with a last day from today on."),
    ProposeLimitOutcome.LIMIT_UNKNOWN: ("no_such_limit", "Take ids from the limits of the run."),
    ProposeLimitOutcome.NOT_TESTABLE: ("not_testable", "Mend what is missing."),
    AskOutcome.LINE_UNKNOWN: ("no_such_line", "Name a line as /v1/headroom lists them."),
    AskOutcome.CURRENCY_DIFFERS: ("currency_differs", "Name the amount in that currency."),
    AskOutcome.NOT_WAIVABLE: ("not_waivable", "Ask for less; a limit of the law is kept."),
    DecideOutcome.PROPOSAL_UNKNOWN: ("not_found", "List the proposals."),
    DecideOutcome.ALREADY_DECIDED: ("already_decided", "Propose anew to change what was decided."),
    DecideOutcome.SAME_PERSON: ("same_person", "Let another person approve it, or withdraw it."),
    DecideOutcome.NOT_PROPOSER: ("not_proposer", "Have it declined."),
    DecideOutcome.AUTHORITY_LACKING: ("authority_lacking", "Ask somebody who has the authority."),
    DecideOutcome.BUDGET_SPENT: ("budget_spent", "Let another person approve, or wait until one lapses."),
    DecideOutcome.GROUP_BUDGET_SPENT: ("group_budget_spent", "Bring the group back within its limits first."),
}
"""The problem of each other outcome, by its value, which means the same in every verb, and what to do about it."""


def respond(
    outcome: str, told: Item | None, *, about: str = "", more: Mapping[str, object] | None = None
) -> Response:
    """The response to an outcome: 201 for what was proposed now, 200 for what was decided, else its problem.

    told: the proposal as it stands, if there is one. about: what else the outcome is about. more: what the answer says beside.
    """
    if outcome in DONE:
        is_new = outcome in (ProposeLimitOutcome.PROPOSED, AskOutcome.ASKED)
        body = {"outcome": outcome, "proposal": told, **(more or {})}
        return Response(to_json(body), 201 if is_new else 200, media_type="application/json")
    code, remedy = REFUSALS[outcome]
    if outcome == DecideOutcome.PROPOSAL_UNKNOWN:
        return problem(code, "There is no such proposal.", remedy)
    if told is not None and outcome == DecideOutcome.ALREADY_DECIDED:
        about = f"{told['state']} by {told['decided_by']}"
    meaning = PROBLEMS[code].meaning
    return problem(code, f"{meaning} It is: {about}." if about else meaning, remedy)
