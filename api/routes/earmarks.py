"""`/v1/earmarks`."""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic_core import to_json

from api.door import Door
from api.earmark_answers import respond
from api.schemas.earmarks import (
    ConfirmRequest,
    EarmarkAnswer,
    EarmarkItem,
    EarmarkPage,
    EarmarkQuery,
    PlaceRequest,
    ReleaseRequest,
)
from api.security import allowed
from riskmon.domain.access import Caller, Permission
from riskmon.operations.earmarks import (
    Once,
    PlaceWish,
    ResolveWish,
    confirm_earmark,
    earmark_page,
    one_earmark,
    place_earmark,
    release_earmark,
)

router = APIRouter(tags=["earmarks"])

_Named = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9._~:@-]{1,200}$", description="The earmark's id.", examples=["D-17"])
]


@dataclass(frozen=True, slots=True)
class Sent:
    """What a request says beside its body: its key, the states that it may find, and the fingerprint of all of it."""

    key: str | None
    fingerprint: str
    tags: frozenset[str] | None = None

    def once(self, caller: Caller) -> Once | None:
        """The key, as the caller's own."""
        return None if self.key is None else Once(caller.name, self.key, self.fingerprint)


async def _sent(
    request: Request,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            pattern=r"^[!-~]{1,255}$",
            description="A key of this request: sent again with it, it is done once and answered the same for seven days.",
        ),
    ] = None,
) -> Sent:
    said = b"\n".join((request.method.encode(), request.url.path.encode(), await request.body()))
    return Sent(key, sha256(said).hexdigest())


async def _sent_on_condition(
    sent: Annotated[Sent, Depends(_sent)],
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match",
            description="Tags of the states that it may be in; in another, nothing is done.",
        ),
    ] = None,
) -> Sent:
    if if_match is None or if_match == "*":
        return sent
    named = (tag.strip() for tag in if_match.split(","))
    # A weak tag names no state, as RFC 9110 compares them here.
    return replace(sent, tags=frozenset(tag.strip('"') for tag in named if tag.startswith('"')))


_Placer = Annotated[Caller, allowed(Permission.PLACE_EARMARK)]
_Resolver = Annotated[Caller, allowed(Permission.RESOLVE_EARMARK)]


@router.post(
    "/earmarks",
    name="place_earmark",
    response_model=EarmarkAnswer,
    responses={201: {"model": EarmarkAnswer, "description": "It was placed by this request."}},
)
async def place(
    body: PlaceRequest, door: Door, caller: _Placer, sent: Annotated[Sent, Depends(_sent)]
) -> Response:
    """Claim what a deal takes of every limit that it adds to, under the run in force: on all of them, or nothing.

    It ends by itself after its hours, unless it is confirmed or released before. The same id with the same terms is placed once.
    """
    wish = PlaceWish(body.earmark_id, body.deal, body.hours, caller.name, sent.once(caller))
    return respond(await run_in_threadpool(place_earmark, door.ledger.opened(), wish))


@router.get("/earmarks", dependencies=[allowed(Permission.READ)])
def list_earmarks(query: Annotated[EarmarkQuery, Query()], door: Door) -> EarmarkPage:
    """The earmarks and what became of them, oldest first."""
    page = door.page(query)
    items, following = earmark_page(door.database, page, query.obligor_id, is_live=query.is_live)
    return EarmarkPage.model_validate({"items": items, "next": following})


@router.get("/earmarks/{earmark_id}", response_model=EarmarkItem, dependencies=[allowed(Permission.READ)])
def get_earmark(earmark_id: _Named, door: Door) -> Response:
    """One earmark as it stands, with the tag of its state."""
    item = one_earmark(door.database, earmark_id)
    return Response(to_json(item), headers={"ETag": f'"{item["state"]}"'}, media_type="application/json")


@router.post("/earmarks/{earmark_id}/confirm", name="confirm_earmark", response_model=EarmarkAnswer)
async def confirm(
    earmark_id: _Named,
    body: ConfirmRequest,
    door: Door,
    caller: _Resolver,
    sent: Annotated[Sent, Depends(_sent_on_condition)],
) -> Response:
    """The deal is done, in full or in part: it counts until its facility arrives in a published run; the rest is given back."""
    wish = ResolveWish(
        earmark_id,
        caller.name,
        body.reason,
        body.amount,
        body.facility_id,
        tags=sent.tags,
        once=sent.once(caller),
    )
    return respond(await run_in_threadpool(confirm_earmark, door.ledger.opened(), wish))


@router.post("/earmarks/{earmark_id}/release", name="release_earmark", response_model=EarmarkAnswer)
async def release(
    earmark_id: _Named,
    body: ReleaseRequest,
    door: Door,
    caller: _Resolver,
    sent: Annotated[Sent, Depends(_sent_on_condition)],
) -> Response:
    """The deal is not done: everything is given back."""
    wish = ResolveWish(earmark_id, caller.name, body.reason, tags=sent.tags, once=sent.once(caller))
    return respond(await run_in_threadpool(release_earmark, door.ledger.opened(), wish))
