"""`/v1/audit` and `/v1/replays`: who wrote what, and past decisions made again. For auditors."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.door import Door
from api.schemas.audit import AuditHead, AuditPage, AuditQuery, ReplayAnswer, ReplayWish
from api.security import allowed
from riskmon.domain.access import Permission
from riskmon.operations.audit import audit_entries, audit_item, take_head
from riskmon.operations.audit.listing import Wanted
from riskmon.operations.replay import replay_check, replay_earmark, replay_item

router = APIRouter(tags=["audit"], dependencies=[allowed(Permission.READ_AUDIT)])


@router.get("/audit")
def list_audit(query: Annotated[AuditQuery, Query()], door: Door) -> AuditPage:
    """Who wrote what, when and why, with the state before and after, in the order of writing."""
    wanted = Wanted(**query.model_dump(exclude={"limit"}))
    found = audit_entries(door.database, wanted, most=query.limit)
    return AuditPage.model_validate({"items": [audit_item(kept) for kept in found]})


@router.get("/audit/head")
def get_audit_head(door: Door) -> AuditHead:
    """The end of the chain now. Keep it elsewhere: `riskmon audit verify --head` then tells if anything before it was touched."""
    return AuditHead.model_validate(take_head(door.database).model_dump())


@router.post("/replays")
def replay_decision(wish: ReplayWish, door: Door) -> ReplayAnswer:
    """Make a check or an earmark again from the run, limits, claims and rules of that minute. Nothing is stored."""
    if wish.earmark_id:
        done = replay_earmark(door.snapshots, door.database, wish.earmark_id)
    else:
        done = replay_check(door.snapshots, door.database, wish.answer)
    return ReplayAnswer.model_validate(replay_item(done))
