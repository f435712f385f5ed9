"""The public keys of an issuer of tokens, read from its address or from a file, and read again when one is not known."""

import json
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, Final

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from riskmon.domain.errors import IdentityError

FRESH_SECONDS: Final = 300.0
"""After this time the keys are read again, so that one that was taken back is found out."""

LAST_SECONDS: Final = 3600.0
"""How long keys are trusted while their place cannot be read."""

PAUSE_SECONDS: Final = 10.0
"""Between two readings: invented key ids must not make this server ask the issuer with every request."""

_MOST_BYTES: Final = 1_000_000
_TIMEOUT_SECONDS: Final = 5.0


class IssuerKeys:
    """The keys of one issuer. `key_set` waits for its place where it has to; callers are many threads."""

    def __init__(self, place: str, *, ticks: Callable[[], float] = monotonic) -> None:
        """place: an address or the path of a file. ticks: seconds that never go back."""
        self._place = place
        self._ticks = ticks
        self._turn = Lock()
        self._keys: KeySet | None = None
        self._ids: frozenset[str] = frozenset()
        self._read_at = self._tried_at = float("-inf")
        self.reading = 0
        """Counts how often the keys were replaced by others."""

    def key_set(self, key_id: str | None) -> KeySet:
        """The keys, read again if they are old or none has this id.

        Raises:
            IdentityError: they cannot be read, and those known are too old to be trusted.
        """
        with self._turn:
            if self._is_due(key_id):
                self._tried_at = self._ticks()
                self._read()
            if self._keys is None or self._ticks() - self._read_at > LAST_SECONDS:
                raise IdentityError(
                    "The keys of the issuer of tokens cannot be read.",
                    why="Without them nobody who signs in with a token can be told from another.",
                    remedy="See that RISKMON_OIDC_KEYS can be reached; keys made with `riskmon key create` open as ever.",
                )
            return self._keys

    def _is_due(self, key_id: str | None) -> bool:
        now = self._ticks()
        if now - self._tried_at < PAUSE_SECONDS:
            return False
        unknown = key_id is not None and key_id not in self._ids
        return unknown or now - self._read_at >= FRESH_SECONDS

    def _read(self) -> None:
        """Take the keys as they are now; what cannot be read leaves those that are known."""
        try:
            found = KeySet.import_key_set(self._text())
        except (OSError, ValueError, KeyError, TypeError, httpx2.HTTPError, JoseError):
            return
        if self._keys is None or found.as_dict() != self._keys.as_dict():
            self.reading += 1
        self._keys, self._read_at = found, self._ticks()
        self._ids = frozenset(key.kid for key in found.keys if key.kid)

    def _text(self) -> Any:  # noqa: ANN401 -- whatever JSON stands there; importing it judges it
        if not self._place.startswith(("http://", "https://")):
            return json.loads(Path(self._place).read_bytes())
        answer = httpx2.get(self._place, timeout=_TIMEOUT_SECONDS, follow_redirects=False)
        answer.raise_for_status()
        if len(answer.content) > _MOST_BYTES:
            raise ValueError("too large for a key set")
        return answer.json()
