"""Every refusal and failure as `application/problem+json` (RFC 9457), from one table."""

from dataclasses import dataclass
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from api.schemas.problems import Fault, Problem
from api.security import ForbiddenError
from riskmon.domain.errors import (
    CallerError,
    IdentityError,
    NotFoundError,
    NotReadyError,
    SnapshotUnreadableError,
    StoreError,
)

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind of problem: its status and title, and what it means in the API's description."""

    status: int
    title: str
    meaning: str
    under: str | tuple[str, ...] = "/"
    """The paths that it is a problem of begin so."""


EARMARKS: Final = "/v1/earmarks"
LIMITS: Final = "/v1/limit-proposals"
WAIVERS: Final = "/v1/waivers"
PROPOSALS: Final = (LIMITS, WAIVERS)

PROBLEMS: Final = {
    "bad_request": ProblemKind(400, "Bad request", "The request cannot be used as it is, such as a foreign cursor."),
    "unauthenticated": ProblemKind(401, "Unauthenticated", "The request does not say who sends it, or not truly."),
    "forbidden": ProblemKind(403, "Forbidden", "The caller lacks the permission that this takes."),
    "not_found": ProblemKind(404, "Not found", "The run does not hold what was asked for, or there is no such run."),
    "method_not_allowed": ProblemKind(405, "Method not allowed", "The path does not know this method."),
    "terms_differ": ProblemKind(409, "Terms differ", "The id is taken by other terms.", EARMARKS),
    "nothing_published": ProblemKind(409, "Nothing published", "No run is in force.", EARMARKS),
    "party_unknown": ProblemKind(409, "Party unknown", "The run in force does not know the party.", EARMARKS),
    "not_computable": ProblemKind(409, "Not computable", "What the deal takes cannot be computed.", EARMARKS),
    "snapshot_stale": ProblemKind(409, "Snapshot stale", "The run in force is too old to decide on.", EARMARKS),
    "vetoed": ProblemKind(409, "Vetoed", "A signal blocks new credit.", EARMARKS),
    "limit_unknown": ProblemKind(409, "Limit unknown", "It is not known whether a limit holds.", EARMARKS),
    "limit_frozen": ProblemKind(409, "Limit frozen", "A limit is frozen.", EARMARKS),
    "limit_broken": ProblemKind(409, "Limit broken", "A limit has no room for it.", EARMARKS),
    "hours_out_of_range": ProblemKind(409, "Hours out of range", "It may not stand for so long.", EARMARKS),
    "amount_missing": ProblemKind(409, "Amount missing", "The amount is zero.", (EARMARKS, WAIVERS)),
    "amount_out_of_range": ProblemKind(409, "Amount out of range", "The amount is not above zero and up to what is earmarked.", EARMARKS),
    "already_resolved": ProblemKind(409, "Already resolved", "The earmark has ended otherwise.", EARMARKS),
    "time_over": ProblemKind(409, "Time over", "The time of the earmark was over; it has expired.", EARMARKS),
    "same_person": ProblemKind(409, "Same person", "Nobody approves a proposal of his own.", PROPOSALS),
    "not_proposer": ProblemKind(409, "Not the proposer", "Only who proposed it withdraws it.", PROPOSALS),
    "already_decided": ProblemKind(409, "Already decided", "The proposal is decided already.", PROPOSALS),
    "reason_missing": ProblemKind(409, "Reason missing", "No reason is given.", PROPOSALS),
    "until_past": ProblemKind(409, "Last day past", "The last day lies in the past.", PROPOSALS),
    "no_such_limit": ProblemKind(409, "No such limit", "What is to end is no limit.", LIMITS),
    "not_testable": ProblemKind(409, "Not testable", "No run could test what is proposed.", LIMITS),
    "no_such_line": ProblemKind(409, "No such line", "The run in force tests no such limit on such a subject.", WAIVERS),
    "currency_differs": ProblemKind(409, "Currency differs", "A waiver is in the reporting currency.", WAIVERS),
    "not_waivable": ProblemKind(409, "Not waivable", "The book does not let the limit be passed so far.", WAIVERS),
    "authority_lacking": ProblemKind(409, "Authority lacking", "The caller has no authority for the amount.", WAIVERS),
    "budget_spent": ProblemKind(409, "Budget spent", "The live waivers of the caller leave no budget for it.", WAIVERS),
    "group_budget_spent": ProblemKind(409, "Group budget spent", "The live waivers of the group leave no budget for it.", WAIVERS),
    "key_reused": ProblemKind(409, "Key reused", "Another request was sent under this key.", EARMARKS),
    "state_changed": ProblemKind(412, "State changed", "The earmark is in another state than the request names.", EARMARKS),
    "body_too_large": ProblemKind(413, "Body too large", "The request carries more than this server reads."),
    "host_unknown": ProblemKind(421, "Host unknown", "The request calls the server by a name that is not its own."),
    "request_invalid": ProblemKind(422, "Request invalid", "A parameter is unknown or malformed."),
    "too_many_requests": ProblemKind(429, "Too many requests", "The caller asks too often, or too many sign-ins failed."),
    "internal_error": ProblemKind(500, "Internal error", "A fault of the server, which has been logged."),
    "not_ready": ProblemKind(503, "Not ready", "No run has finished yet, or the data folder cannot be read."),
    "store_unusable": ProblemKind(503, "Store unusable", "The database is unreachable, damaged or of another version."),
    "sign_in_unavailable": ProblemKind(503, "Sign-in unavailable", "The keys of the issuer of tokens cannot be read."),
    "snapshot_unreadable": ProblemKind(503, "Snapshot unreadable", "The stored run is damaged."),
}  # fmt: skip

ERRORS: Final[dict[type[CallerError], str]] = {
    CallerError: "bad_request",
    IdentityError: "sign_in_unavailable",
    NotFoundError: "not_found",
    NotReadyError: "not_ready",
    SnapshotUnreadableError: "snapshot_unreadable",
    StoreError: "store_unusable",
}
"""The problem that each error of ours becomes."""

_HTTP_ERRORS: Final = {
    400: ("bad_request", "The request cannot be read.", "Correct it as /openapi.json describes."),
    404: ("not_found", "There is no such path.", "See /openapi.json for the paths."),
    405: ("method_not_allowed", "The path does not know this method.", "Use one named in the Allow header."),
    413: ("body_too_large", "The request body is too large.", "Send less."),
}


_METHOD_NOT_ALLOWED: Final = 405


def problem(code: str, detail: str, remedy: str, faults: tuple[Fault, ...] = ()) -> JSONResponse:
    """The answer for a problem of the table."""
    kind = PROBLEMS[code]
    body = Problem(
        type=f"urn:riskmon:problem:{code}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        remedy=remedy,
        errors=list(faults),
    )
    return JSONResponse(body.model_dump(), kind.status, media_type=MEDIA_TYPE)


def handle_problems(app: FastAPI) -> None:
    """Answer every error with a problem: ours, the framework's, a malformed request, and what nobody foresaw."""
    app.add_exception_handler(CallerError, _of_ours)
    app.add_exception_handler(ForbiddenError, _of_forbidden)
    app.add_exception_handler(RequestValidationError, _of_request)
    app.add_exception_handler(HTTPException, _of_framework)
    app.add_exception_handler(Exception, _unforeseen)


def of_ours(error: CallerError) -> JSONResponse:
    """The answer for an error of ours."""
    code = next(ERRORS[known] for known in type(error).__mro__ if known in ERRORS)
    return problem(code, " ".join(filter(None, (error.what, error.why))), error.remedy)


def _of_ours(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, CallerError)
    return of_ours(error)


def _of_forbidden(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ForbiddenError)
    return problem("forbidden", error.detail, error.remedy)


def _of_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = tuple(
        Fault(place=".".join(str(part) for part in fault["loc"]), message=fault["msg"])
        for fault in error.errors()
    )
    return problem(
        "request_invalid",
        "A part of the request cannot be used.",
        "Correct the parts named in `errors`.",
        faults,
    )


def _of_framework(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code not in _HTTP_ERRORS:
        raise error
    response = problem(*_HTTP_ERRORS[error.status_code])
    response.headers.update(error.headers or {})
    if error.status_code == _METHOD_NOT_ALLOWED:
        # The framework names the methods of the first route of the path alone.
        response.headers["Allow"] = ", ".join(sorted(_methods(request)))
    return response


def _methods(request: Request) -> set[str]:
    """The methods that a path knows."""
    routes = iter_route_contexts(request.app.routes)
    fitting = (route for route in routes if compile_path(str(route.path))[0].match(request.url.path))
    return {method for route in fitting for method in route.methods or ()}


def _unforeseen(_request: Request, _error: Exception) -> JSONResponse:
    return problem(
        "internal_error", "Something went wrong on the server; it has been logged.", "Try again later."
    )
