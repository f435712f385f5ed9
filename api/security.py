"""What a caller may do here. Every route says by `allowed(Permission.X)` what it takes; one that says nothing is not served.

router = APIRouter(dependencies=[allowed(Permission.READ)])

def place(caller: Annotated[Caller, allowed(Permission.PLACE_EARMARK)]) -> ...
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Depends, FastAPI, Request
from fastapi.routing import iter_route_contexts

from riskmon.domain.access import Caller, Permission, roles_with

OPEN_PATHS: Final = frozenset({"/healthz", "/readyz", "/openapi.json"})
"""What is answered without a sign-in: whether the server is up, and what it is asked how. Nothing of the bank is told."""

CALLER: Final = "riskmon.caller"
"""Where in a request's scope the sign-in leaves who is calling."""


class ForbiddenError(Exception):
    """The caller is known, and may not do this."""

    def __init__(self, permission: Permission) -> None:
        """The permission that is missing."""
        super().__init__(permission)
        self.permission = permission

    @property
    def remedy(self) -> str:
        """Who may."""
        return f"Sign in as {' or '.join(role.replace('_', ' ') for role in roles_with(self.permission))}."


@dataclass(frozen=True, slots=True)
class _Allowed:
    """Lets a request pass whose caller has the permission."""

    permission: Permission

    async def __call__(self, request: Request) -> Caller:
        """Who is calling.

        Raises:
            ForbiddenError: the caller may not.
        """
        caller: Caller = request.scope[CALLER]
        if not caller.may(self.permission):
            raise ForbiddenError(self.permission)
        return caller


def allowed(permission: Permission) -> Any:  # noqa: ANN401 -- as Depends itself, which stands where a value is declared
    """The dependency that lets only callers pass who have a permission; its value is the `Caller`."""
    return Depends(_Allowed(permission))


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
