"""`/v1/limit-proposals`. The person is always the one who signed in."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.door import Door, DoorState
from api.proposal_answers import respond
from api.schemas.limit_proposals import (
    ApprovedLimit,
    DecidedLimit,
    LimitPreview,
    LimitProposalPage,
    LimitRequest,
    ProposedLimit,
)
from api.schemas.proposals import DecideRequest, Named, ProposalQuery
from api.security import allowed
from riskmon.domain.access import Caller, Permission
from riskmon.operations import read
from riskmon.operations.deciding import Decided, DecideWish
from riskmon.operations.earmarks.claims import measures_under
from riskmon.operations.limits.counting import MeasureUnder
from riskmon.operations.limits.decide import approve_limits, decline_limits, withdraw_limits
from riskmon.operations.limits.known import limit_item, limit_proposals
from riskmon.operations.limits.preview import over_items, preview_limits
from riskmon.operations.limits.propose import LimitWish, propose_limits
from riskmon.operations.limits.terms import read_terms

router = APIRouter(prefix="/limit-proposals", tags=["proposals"])

_Proposer = Annotated[Caller, allowed(Permission.PROPOSE_LIMIT)]
_Approver = Annotated[Caller, allowed(Permission.APPROVE_LIMIT)]


@router.post(
    "",
    response_model=ProposedLimit,
    responses={201: {"model": ProposedLimit, "description": "It waits for another person."}},
)
def propose_limit(body: LimitRequest, door: Door, caller: _Proposer) -> Response:
    """Propose limits of the bank's own. They count nowhere until another person approves them."""
    limits = read_terms([each.model_dump(mode="json") for each in body.limits])
    answer = propose_limits(door.snapshots, door.database, LimitWish(limits, body.reason, caller.name))
    told = limit_item(answer.proposal) if answer.proposal else None
    return respond(answer.outcome, told, about=answer.detail)


@router.get("", dependencies=[allowed(Permission.READ)])
def list_limit_proposals(query: Annotated[ProposalQuery, Query()], door: Door) -> LimitProposalPage:
    """What was proposed of limits and what became of it, oldest first; not bound to a run."""
    found = [limit_item(each) for each in limit_proposals(door.database)]
    page = read.proposal_page(found, "limit_proposals", door.page(query), query.where())
    return LimitProposalPage.model_validate(page)


@router.get("/{proposal_id}/preview", dependencies=[allowed(Permission.CHECK)])
def preview_limit(proposal_id: Named, door: Door) -> LimitPreview:
    """Every headroom that approving would change, new breaches, and earmarks that would no longer fit. Nothing is changed."""
    body = preview_limits(door.snapshots, door.database, _under(door), proposal_id)
    return LimitPreview.model_validate(body)


@router.post("/{proposal_id}/approve", response_model=ApprovedLimit)
def approve_limit(proposal_id: Named, body: DecideRequest, door: Door, caller: _Approver) -> Response:
    """Approve what another person proposed: it counts in later runs, and for what is earmarked at once."""
    answer = approve_limits(door.database, _under(door), DecideWish(proposal_id, caller.name, body.note))
    over = over_items(door.snapshots, door.database, answer.over)
    return _decided(answer.decided, {"over": over})


@router.post("/{proposal_id}/decline", response_model=DecidedLimit)
def decline_limit(proposal_id: Named, body: DecideRequest, door: Door, caller: _Approver) -> Response:
    """Decline what another person proposed."""
    return _decided(decline_limits(door.database, DecideWish(proposal_id, caller.name, body.note)))


@router.post("/{proposal_id}/withdraw", response_model=DecidedLimit)
def withdraw_limit(proposal_id: Named, body: DecideRequest, door: Door, caller: _Proposer) -> Response:
    """Take back what the caller proposed."""
    return _decided(withdraw_limits(door.database, DecideWish(proposal_id, caller.name, body.note)))


def _under(door: DoorState) -> MeasureUnder:
    return measures_under(door.snapshots, most_days=door.settings.snapshot_max_age_days)


def _decided(answer: Decided[Any], more: dict[str, object] | None = None) -> Response:
    told = limit_item(answer.proposal) if answer.proposal else None
    return respond(answer.outcome, told, more=more)
