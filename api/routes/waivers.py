"""`/v1/waivers`. The person is always the one who signed in."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.door import Door
from api.proposal_answers import respond
from api.schemas.proposals import DecideRequest, Named
from api.schemas.waivers import AskedWaiver, DecidedWaiver, WaiverPage, WaiverQuery, WaiverRequest
from api.security import allowed
from riskmon.domain.access import Caller, Permission
from riskmon.domain.clock import now
from riskmon.operations import read
from riskmon.operations.deciding import Decided, DecideWish
from riskmon.operations.waivers import ask, decide
from riskmon.operations.waivers.authority import read_authority
from riskmon.operations.waivers.listing import waiver_item, waivers

router = APIRouter(prefix="/waivers", tags=["proposals"])

_Asker = Annotated[Caller, allowed(Permission.REQUEST_WAIVER)]
_Approver = Annotated[Caller, allowed(Permission.APPROVE_WAIVER)]


@router.post(
    "",
    response_model=AskedWaiver,
    responses={201: {"model": AskedWaiver, "description": "It waits for another person."}},
)
def ask_waiver(body: WaiverRequest, door: Door, caller: _Asker) -> Response:
    """Ask to go beyond one limit on one subject for a time. It counts nowhere until another person approves it."""
    line = (body.book_id, body.limit_id, body.subject_kind, body.subject_id)
    amount = ask.minor_of(body.amount, body.currency)
    wish = ask.AskWish(line, amount, body.currency, body.valid_until, body.reason, caller.name)
    answer = ask.ask_waiver(door.snapshots, door.database, wish)
    told = waiver_item(answer.proposal, now()) if answer.proposal else None
    return respond(answer.outcome, told, about=answer.detail)


@router.get("", dependencies=[allowed(Permission.READ)])
def list_waivers(query: Annotated[WaiverQuery, Query()], door: Door) -> WaiverPage:
    """What was asked for beyond limits and what became of it, oldest first; not bound to a run."""
    page = read.proposal_page(waivers(door.database), "waivers", door.page(query), query.where())
    return WaiverPage.model_validate(page)


@router.post("/{proposal_id}/approve", response_model=DecidedWaiver)
def approve_waiver(proposal_id: Named, body: DecideRequest, door: Door, caller: _Approver) -> Response:
    """Approve what another person asked for, with the authority that the bank's file gives the caller."""
    authority = read_authority(door.settings.waivers_file)
    return _decided(decide.approve_waiver(door.database, authority, _wish(proposal_id, body, caller)))


@router.post("/{proposal_id}/decline", response_model=DecidedWaiver)
def decline_waiver(proposal_id: Named, body: DecideRequest, door: Door, caller: _Approver) -> Response:
    """Decline what another person asked for."""
    return _decided(decide.decline_waiver(door.database, _wish(proposal_id, body, caller)))


@router.post("/{proposal_id}/withdraw", response_model=DecidedWaiver)
def withdraw_waiver(proposal_id: Named, body: DecideRequest, door: Door, caller: _Asker) -> Response:
    """Take back what the caller asked for."""
    return _decided(decide.withdraw_waiver(door.database, _wish(proposal_id, body, caller)))


def _wish(proposal_id: str, body: DecideRequest, caller: Caller) -> DecideWish:
    return DecideWish(proposal_id, caller.name, body.note)


def _decided(answer: Decided[Any]) -> Response:
    return respond(answer.outcome, waiver_item(answer.proposal, now()) if answer.proposal else None)
