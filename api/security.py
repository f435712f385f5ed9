"""What a caller may do here. Every route says by `allowed(Permission.X)` what it takes; one that says nothing is not served.

router = APIRouter(dependencies=[allowed(Permission.READ)])

def place(caller: Annotated[Caller, allowed(Permission.PLACE_EARMARK)]) -> ...
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Request
from fastapi.routing import iter_route_contexts

from riskmon.domain.access import Caller, Permission, roles_with

OPEN_PATHS: Final = frozenset({"/healthz", "/readyz", "/openapi.json"})
"""What is answered without a sign-in: whether the server is up, and what it is asked how. Nothing of the bank is told."""

CALLER: Final = "riskmon.caller"
"""Where in a request's scope the sign-in leaves who is calling."""


class ForbiddenError(Exception):
    """The caller is known, and may not do this. detail: why; remedy: who may."""

    def __init__(self, detail: str, remedy: str) -> None:
        """What the caller is told."""
        super().__init__(detail)
        self.detail = detail
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class _Allowed:
    """Lets a request pass whose caller has the permission."""

    permission: Permission
    in_branches: bool

    async def __call__(self, request: Request) -> Caller:
        """Who is calling.

        Raises:
            ForbiddenError: the caller may not.
        """
        caller: Caller = request.scope[CALLER]
        if not caller.may(self.permission):
            roles = " or ".join(role.replace("_", " ") for role in roles_with(self.permission))
            raise ForbiddenError(f"This takes the permission {self.permission}.", f"Sign in as {roles}.")
        if caller.branches is not None and not self.in_branches:
            raise ForbiddenError(
                "This is not told branch by branch, and the caller sees single branches only.",
                "Ask somebody who sees all of them.",
            )
        return caller


def allowed(permission: Permission, *, in_branches: bool = False) -> Any:  # noqa: ANN401 -- as Depends itself
    """The dependency that lets only callers pass who have a permission; its value is the `Caller`.

    in_branches: the route keeps its answer to the branches of the caller; others are closed to one who sees single branches.
    """
    return Depends(_Allowed(permission, in_branches))


Reader = Annotated[Caller, allowed(Permission.READ, in_branches=True)]
"""Who reads a list that is kept to the branches of who reads it."""


def permissions_asked(app: FastAPI) -> Iterator[tuple[str, frozenset[str], frozenset[Permission]]]:
    """Every route that is not open: its path, its methods, and the permissions that it takes, all of them."""
    for route in iter_route_contexts(app.routes):
        if route.path in OPEN_PATHS:
            continue
        dependant = getattr(route, "dependant", None)
        asked = [each.call for each in dependant.dependencies] if dependant else []
        permissions = frozenset(each.permission for each in asked if isinstance(each, _Allowed))
        yield str(route.path), frozenset(route.methods or ()), permissions


def refuse_open_routes(app: FastAPI) -> None:
    """Let no application be made with a route that anybody who signed in may use.

    Raises:
        RuntimeError: a route says nothing of who may use it.
    """
    unguarded = sorted(path for path, _, permissions in permissions_asked(app) if not permissions)
    if unguarded:
        raise RuntimeError(f"routes without allowed(...): {', '.join(unguarded)}")
