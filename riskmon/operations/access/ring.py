"""Who a key belongs to, answered from memory; what became of the keys since is looked up twice a second."""

from collections.abc import Callable
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import Final

from riskmon.domain.access import Caller
from riskmon.domain.clock import now
from riskmon.domain.errors import StoreError
from riskmon.operations.access.credential import parsed
from riskmon.operations.access.refusal import SignInRefusal
from riskmon.store.access import Key, KeyState, all_keys, changes
from riskmon.store.database import Database, Place
from riskmon.store.schema import open_to_read

MOST_SECONDS: Final = 0.5
"""How old the answer may be: a revoked key opens nothing this long after, with the time that one look takes."""


_REFUSALS: Final = {
    KeyState.WAITING: SignInRefusal.WAITING,
    KeyState.EXPIRED: SignInRefusal.EXPIRED,
    KeyState.REVOKED: SignInRefusal.REVOKED,
}


class KeyRing:
    """Every key of one database. `refresh` waits for the database, everything else is answered at once."""

    def __init__(
        self, place: Place, *, clock: Callable[[], datetime] = now, ticks: Callable[[], float] = monotonic
    ) -> None:
        """Know nothing yet. ticks: seconds that never go back."""
        self._place = place
        self._clock = clock
        self._ticks = ticks
        self._turn = Lock()
        self._database: Database | None = None
        self._keys: dict[str, tuple[Key, Caller]] = {}
        self._changes: int | None = None
        self._stale_at = 0.0

    @property
    def is_fresh(self) -> bool:
        """Whether what is known is young enough to be answered from."""
        return self._ticks() < self._stale_at

    def refresh(self) -> None:
        """Look up what became of the keys; of several that ask at once, one looks.

        Raises:
            StoreError: the database cannot be read, so that nobody can be told from another.
        """
        with self._turn:
            if self.is_fresh:
                return
            began = self._ticks()
            try:
                self._read()
            except StoreError:
                self.close()
                raise
            self._stale_at = began + MOST_SECONDS

    def caller(self, sent: str) -> Caller | SignInRefusal:
        """Who sent this key. What became of a key is told only to who has all of it."""
        credential = parsed(sent)
        known = self._keys.get(credential.key_id) if credential else None
        if credential is None or known is None:
            return SignInRefusal.UNKNOWN
        key, caller = known
        if not credential.opens(key.secret_sha256):
            return SignInRefusal.UNKNOWN
        state = key.state(self._clock())
        return caller if state is KeyState.LIVE else _REFUSALS[state]

    def _read(self) -> None:
        if self._database is None:
            self._database = open_to_read(self._place)
        if self._database is None:  # an embedded one to which nobody has written
            self._keys = {}
            return
        with self._database.reading() as connection:
            found = changes(connection)
            if found != self._changes:
                self._keys = {key.key_id: (key, _caller(key)) for key in all_keys(connection)}
                self._changes = found

    def close(self) -> None:
        """Let go of the database; the next look begins anew, since it may come back as another one."""
        if self._database is not None:
            self._database.close()
        self._database = None
        self._changes = None


def _caller(key: Key) -> Caller:
    return Caller(key.holder, key.roles, key.branches)
