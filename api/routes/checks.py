"""`/v1/checks`."""

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from pydantic_core import to_json

from api.door import DoorState
from api.schemas.checks import CheckAnswer
from api.security import allowed
from riskmon.domain.access import Permission
from riskmon.domain.clock import now
from riskmon.operations.checks import Desk, TakesTimeError, answer
from riskmon.operations.checks.request import CheckRequest

router = APIRouter(tags=["checks"], dependencies=[allowed(Permission.CHECK)])

_LANGUAGE: Final = {
    "name": "Accept-Language",
    "in": "header",
    "description": "Language of the reason, where the body says none: English or Chinese.",
    "schema": {"type": "string", "examples": ["zh-CN"]},
}


@router.post("/checks", response_model=CheckAnswer, openapi_extra={"parameters": [_LANGUAGE]})
async def check_deals(request: Request) -> Response:
    """Whether deals may be done, on the run in force and with what live earmarks claim. Nothing is stored.

    A refusal is an answer like any other, with status 200.
    """
    door: DoorState = request.app.state.door
    asked = _read(await request.body())
    is_chinese = (asked.lang or _language(request)) == "zh"
    if asked.deal is None:
        body = await run_in_threadpool(_answer, door, asked, is_chinese=is_chinese)
    else:
        # One deal is answered in less time than it takes to hand it to a thread, but for what the snapshot has to be asked anew.
        try:
            body = _answer(door, asked, is_chinese=is_chinese, in_haste=True)
        except TakesTimeError:
            body = await run_in_threadpool(_answer, door, asked, is_chinese=is_chinese)
    return Response(body, media_type="application/json")


def _answer(door: DoorState, asked: CheckRequest, *, is_chinese: bool, in_haste: bool = False) -> bytes:
    live = door.decisions.now(in_haste=in_haste)
    desk = Desk(
        live.decisions,
        now().date(),
        door.settings.snapshot_max_age_days,
        live.claims,
        in_haste,
        live.allowances,
    )
    return to_json(answer(desk, asked.proposed, is_chinese=is_chinese))


def _read(body: bytes) -> CheckRequest:
    try:
        return CheckRequest.model_validate_json(body, strict=True)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in faults]) from error


def _language(request: Request) -> str:
    """The first language that the caller prefers, of the two that are spoken here."""
    for wanted in request.headers.get("accept-language", "").split(","):
        language = wanted.split(";")[0].strip().lower()
        if language[:2] in ("en", "zh"):
            return language[:2]
    return "en"
