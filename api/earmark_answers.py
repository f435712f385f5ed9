"""What each outcome of the ledger is over HTTP: one table, and the answer that follows from it."""

from typing import Any, Final

from fastapi import Response
from fastapi.responses import JSONResponse
from pydantic_core import to_json

from api.problems import MEDIA_TYPE, PROBLEMS
from riskmon.operations.earmarks import Answer, PlaceOutcome, ResolveOutcome, answer_item

DONE: Final = frozenset({PlaceOutcome.PLACED, ResolveOutcome.CONFIRMED, ResolveOutcome.RELEASED})
"""The outcomes that were wished."""

REFUSALS: Final[dict[PlaceOutcome | ResolveOutcome, tuple[str, str]]] = {
    PlaceOutcome.NAME_MISSING: ("bad_request", "Sign in with a key that has a name."),
    PlaceOutcome.KEY_REUSED: ("key_reused", "Give each request a key of its own."),
    PlaceOutcome.ID_MISSING: ("bad_request", "Give the earmark an id of your own."),
    PlaceOutcome.HOURS_OUT_OF_RANGE: ("hours_out_of_range", "Ask for fewer hours."),
    PlaceOutcome.AMOUNT_MISSING: ("amount_missing", "Name what the deal takes."),
    PlaceOutcome.TERMS_DIFFER: ("terms_differ", "Give a new deal a new id."),
    PlaceOutcome.NOTHING_PUBLISHED: ("nothing_published", "Have a run put in force."),
    PlaceOutcome.PARTY_UNKNOWN: ("party_unknown", "Correct the id, or deliver the party."),
    PlaceOutcome.NOT_COMPUTABLE: ("not_computable", "Deliver what is missing."),
    PlaceOutcome.SNAPSHOT_STALE: ("snapshot_stale", "Have a newer run put in force."),
    PlaceOutcome.VETOED: ("vetoed", "See /v1/signals."),
    PlaceOutcome.LIMIT_UNKNOWN: ("limit_unknown", "Deliver what the limit is a share of."),
    PlaceOutcome.LIMIT_FROZEN: ("limit_frozen", "Ask who froze it."),
    PlaceOutcome.LIMIT_BROKEN: ("limit_broken", "Ask for less, or release what is not needed."),
    ResolveOutcome.NAME_MISSING: ("bad_request", "Sign in with a key that has a name."),
    ResolveOutcome.KEY_REUSED: ("key_reused", "Give each request a key of its own."),
    ResolveOutcome.EARMARK_UNKNOWN: ("not_found", "List the earmarks."),
    ResolveOutcome.AMOUNT_OUT_OF_RANGE: ("amount_out_of_range", "Confirm at most what is earmarked."),
    ResolveOutcome.STATE_CHANGED: ("state_changed", "Read the earmark again."),
    ResolveOutcome.ALREADY_RESOLVED: ("already_resolved", "Place a new one."),
    ResolveOutcome.TIME_OVER: ("time_over", "Place a new one."),
}
"""The problem of each other outcome, and what to do about it."""


def respond(answer: Answer) -> Response:
    """The response to an answer of the ledger: 201 for what was placed now, 200 for what is so, else its problem."""
    told: dict[str, Any] = answer_item(answer)
    headers = {"ETag": f'"{told["earmark"]["state"]}"'} if told["earmark"] else {}
    if answer.outcome in DONE:
        is_placed = answer.outcome is PlaceOutcome.PLACED and told["is_new"]
        body = {name: told[name] for name in ("outcome", "is_new", "earmark", "is_clock_behind")}
        return Response(to_json(body), 201 if is_placed else 200, headers, media_type="application/json")
    code, remedy = REFUSALS[answer.outcome]
    kind = PROBLEMS[code]
    about = "/".join(told["line"].values()) if told["line"] else told["about"]
    refusal = {
        "type": f"urn:riskmon:problem:{code}",
        "title": kind.title,
        "status": kind.status,
        "detail": f"{kind.meaning} It is: {about}." if about else kind.meaning,
        "remedy": remedy,
        "errors": [],
    }
    if kind.status in (409, 412):
        refusal |= {name: told[name] for name in ("earmark", "line", "left", "currency")}
    return JSONResponse(refusal, kind.status, headers, media_type=MEDIA_TYPE)
