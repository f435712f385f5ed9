"""Signing in: who sends a request, told by its bearer credential, before anything else looks at it."""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.door import DoorState
from api.problems import of_ours, problem
from api.security import CALLER, OPEN_PATHS
from riskmon.domain.access import Caller
from riskmon.domain.errors import IdentityError, StoreError
from riskmon.operations.access import KeyRing, SignInRefusal, Tokens, is_key

CHALLENGE: Final = 'Bearer realm="riskmon"'

_HEADER: Final = b"authorization"
_SCHEME: Final = "bearer "

_REFUSALS: Final = {
    SignInRefusal.UNKNOWN: ("The credential is not known here.", "Check that all of it was sent."),
    SignInRefusal.WAITING: (
        "The key waits for a second person to approve it.", "Ask another administrator for `riskmon key approve`.",
    ),
    SignInRefusal.EXPIRED: ("The credential has expired.", "Sign in anew, or ask an administrator for a new key."),
    SignInRefusal.REVOKED: ("The key was revoked.", "Ask an administrator why."),
    SignInRefusal.NOT_YET: ("The token is not valid yet.", "See that the clocks of the issuer and the server agree."),
    SignInRefusal.ISSUER_FOREIGN: ("The token is of another issuer.", "Sign in with the bank's own."),
    SignInRefusal.AUDIENCE_FOREIGN: ("The token is meant for another server.", "Ask the issuer for one for this server."),
    SignInRefusal.CLAIM_MISSING: ("The token lacks a claim that is needed here.", "Have the issuer add it."),
    SignInRefusal.ROLES_MISSING: ("The token names no role that is known here.", "Ask for a role, or see RISKMON_OIDC_ROLES."),
    SignInRefusal.ROLES_APART: (
        "The token names roles that no one caller may have.", "workflow_system, auditor and administrator stand alone.",
    ),
}  # fmt: skip


class SignIn:
    """Finds out who is calling, and answers 401 to who cannot say; only the open paths are passed on as they come."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its caller, or answer it."""
        if scope["type"] == "lifespan" or scope["path"] in OPEN_PATHS:
            await self._app(scope, receive, send)
            return
        door: DoorState = scope["app"].state.door
        found = await _caller(scope, door)
        if isinstance(found, Caller):
            scope[CALLER] = found
            wait = door.rates.asked(found.name)
            if wait is None:
                await self._app(scope, receive, send)
                return
            found = _too_many("The caller asks more often than this server answers.", wait)
        await found(scope, receive, send)


async def _caller(scope: Scope, door: DoorState) -> Caller | Response:
    sent = _bearer(scope)
    if sent is None:
        return _unauthenticated(
            "The request does not say who sends it.",
            "Send `Authorization: Bearer <key>`; an administrator hands out keys with `riskmon key create`.",
            CHALLENGE,
        )
    try:
        found = await (_of_key(sent, door.keys) if is_key(sent) else _of_token(sent, door.tokens))
    except (StoreError, IdentityError) as error:
        return of_ours(error)
    if isinstance(found, Caller):
        return found
    wait = door.rates.failed(_address(scope))
    if wait is not None:
        return _too_many("Too many sign-ins from this address failed.", wait)
    return _unauthenticated(*_REFUSALS[found], f'{CHALLENGE}, error="invalid_token"')


async def _of_key(sent: str, keys: KeyRing) -> Caller | SignInRefusal:
    if not keys.is_fresh:
        await run_in_threadpool(keys.refresh)
    return keys.caller(sent)


async def _of_token(sent: str, tokens: Tokens) -> Caller | SignInRefusal:
    known = tokens.known(sent)
    return await run_in_threadpool(tokens.caller, sent) if known is None else known


def _bearer(scope: Scope) -> str | None:
    """The credential that a request carries; None where it carries none, or two of which one could be another's."""
    sent = [value for name, value in scope["headers"] if name == _HEADER]
    if len(sent) != 1:
        return None
    text = sent[0].decode("latin-1")
    return text[len(_SCHEME) :].strip() if text[: len(_SCHEME)].lower() == _SCHEME else None


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


def _too_many(detail: str, wait: int) -> Response:
    response = problem("too_many_requests", detail, f"Ask again in {wait} seconds.")
    response.headers["Retry-After"] = str(wait)
    return response


def _unauthenticated(detail: str, remedy: str, challenge: str) -> Response:
    response = problem("unauthenticated", detail, remedy)
    response.headers["WWW-Authenticate"] = challenge
    return response
