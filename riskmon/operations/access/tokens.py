"""Who a token of the bank's identity provider belongs to (OpenID Connect, RFC 7519, RFC 9068).

The signature is checked first, with an algorithm that the bank allows and a key of the issuer; only then is anything of the
token believed. A token whose check is costly is checked once, and known until it expires or the issuer changes its keys.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from time import monotonic
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import (
    ExpiredTokenError,
    InvalidClaimError,
    JoseError,
)
from joserfc.jws import extract_compact
from joserfc.jwt import JWTClaimsRegistry

from riskmon.domain.access import Caller, Role, go_together
from riskmon.domain.clock import now
from riskmon.domain.errors import CallerError
from riskmon.domain.person import person
from riskmon.operations.access.issuer_keys import FRESH_SECONDS, IssuerKeys
from riskmon.operations.access.refusal import SignInRefusal
from riskmon.settings import Settings

MOST_KNOWN: Final = 10_000
"""Tokens that are known at once; beyond that the longest known are checked anew."""

_MOST_LETTERS: Final = 8_192
_EVERY_BRANCH: Final = "*"


_WRONG: Final = {
    "iss": SignInRefusal.ISSUER_FOREIGN,
    "aud": SignInRefusal.AUDIENCE_FOREIGN,
    "nbf": SignInRefusal.NOT_YET,
    "iat": SignInRefusal.NOT_YET,
}
"""What is told of a claim whose value is wrong."""


@dataclass(frozen=True, slots=True)
class _Known:
    caller: Caller
    expires: float
    reading: int
    checked_at: float


class Tokens:
    """The tokens of one issuer. `known` answers at once, `caller` may wait for the issuer's keys."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = now,
        ticks: Callable[[], float] = monotonic,
    ) -> None:
        """Of the issuer that the settings name; without one no token opens anything.

        Raises:
            CallerError: the settings name a role that is none.
        """
        self._settings = settings
        self._clock = clock
        self._ticks = ticks
        self._keys = IssuerKeys(settings.oidc_keys, ticks=ticks) if settings.oidc_keys else None
        self._roles = _role_names(settings)
        self._known: dict[bytes, _Known] = {}

    def known(self, sent: str) -> Caller | None:
        """Who sent a token that was checked before and still holds."""
        if self._keys is None:
            return None
        known = self._known.get(_mark(sent))
        if known is None or known.reading != self._keys.reading:
            return None
        if self._ticks() - known.checked_at >= FRESH_SECONDS:
            return None
        return known.caller if self._clock().timestamp() < known.expires else None

    def caller(self, sent: str) -> Caller | SignInRefusal:
        """Who sent this token.

        Raises:
            IdentityError: the keys of the issuer cannot be read.
        """
        if self._keys is None or len(sent) > _MOST_LETTERS:
            return SignInRefusal.UNKNOWN
        claims = self._verified(sent, self._keys)
        if claims is None:
            return SignInRefusal.UNKNOWN
        refused = self._refused(claims)
        found = refused or self._named(claims)
        if isinstance(found, Caller):
            expires = claims["exp"] + self._settings.oidc_leeway_seconds
            self._keep(sent, _Known(found, expires, self._keys.reading, self._ticks()))
        return found

    def _verified(self, sent: str, keys: IssuerKeys) -> dict[str, Any] | None:
        """What a token claims, if its signature is the issuer's."""
        try:
            key_id = extract_compact(sent.encode()).headers().get("kid")
            key_set = keys.key_set(key_id if isinstance(key_id, str) else None)
            return jwt.decode(sent, key_set, algorithms=sorted(self._settings.oidc_algorithms)).claims
        except (JoseError, ValueError, TypeError, KeyError):
            return None

    def _refused(self, claims: dict[str, Any]) -> SignInRefusal | None:
        registry = JWTClaimsRegistry(
            now=int(self._clock().timestamp()),
            leeway=self._settings.oidc_leeway_seconds,
            iss={"essential": True, "value": self._settings.oidc_issuer or ""},
            aud={"essential": True, "value": self._settings.oidc_audience or ""},
            exp={"essential": True},
        )
        try:
            registry.validate(claims)
        except ExpiredTokenError:
            return SignInRefusal.EXPIRED
        except InvalidClaimError as error:
            return _WRONG.get(error.claim, SignInRefusal.CLAIM_MISSING)
        except JoseError:
            return SignInRefusal.CLAIM_MISSING
        return None

    def _named(self, claims: Mapping[str, Any]) -> Caller | SignInRefusal:
        told = _claim(claims, self._settings.oidc_name_claim)
        name = person(told) if isinstance(told, str) else ""
        if not name:
            return SignInRefusal.CLAIM_MISSING
        roles = frozenset(
            self._roles[each]
            for each in _texts(_claim(claims, self._settings.oidc_roles_claim))
            if each in self._roles
        )
        if not roles:
            return SignInRefusal.ROLES_MISSING
        if not go_together(roles):
            return SignInRefusal.ROLES_APART
        return Caller(name, roles, self._branches(claims))

    def _branches(self, claims: Mapping[str, Any]) -> frozenset[str] | None:
        """The branches that a token names; none where it is silent although the bank has them named."""
        if self._settings.oidc_branches_claim is None:
            return None
        named = _claim(claims, self._settings.oidc_branches_claim)
        branches = frozenset([named] if isinstance(named, str) else _texts(named))
        return None if _EVERY_BRANCH in branches else branches

    def _keep(self, sent: str, known: _Known) -> None:
        while len(self._known) >= MOST_KNOWN:
            self._known.pop(next(iter(self._known)), None)
        self._known[_mark(sent)] = known


def _mark(sent: str) -> bytes:
    """What a token is known by; the token itself is not kept."""
    return sha256(sent.encode()).digest()


def _claim(claims: Mapping[str, Any], name: str) -> object:
    """A claim by its name, or by the way to it with dots between."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(part)
    return found


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return value.split()
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _role_names(settings: Settings) -> dict[str, Role]:
    """The role that each name in a token stands for."""
    named = settings.oidc_roles or {role.value: role.value for role in Role}
    unknown = sorted(set(named.values()) - set(Role))
    if unknown:
        raise CallerError(
            f"RISKMON_OIDC_ROLES names what is no role: {', '.join(unknown)}.",
            remedy=f"The roles are {', '.join(Role)}.",
        )
    return {name: Role(role) for name, role in named.items()}
