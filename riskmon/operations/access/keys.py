"""Handing out keys: made, approved, revoked, listed. Whoever does signs in with the key of an administrator.

Only while nobody has such a key is the name taken as given, so that the first can be made where the server is set up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from riskmon.domain.access import Permission, Role, go_together, permissions_of
from riskmon.domain.clock import now
from riskmon.domain.person import is_same_person, person
from riskmon.operations.access.credential import Credential, new_credential, parsed
from riskmon.operations.assessments import reading
from riskmon.store.access import (
    Key,
    KeyState,
    add_approval,
    add_key,
    add_revocation,
    all_keys,
    take_turn,
)
from riskmon.store.database import Database, Place
from riskmon.store.schema import open_to_write

MOST_DAYS: Final = 366
"""How long a key may live, so that none is forgotten."""


class KeyOutcome(StrEnum):
    """What became of the wish; of several that hold, the first."""

    NOT_SIGNED_IN = "not_signed_in"
    NOT_ALLOWED = "not_allowed"
    NAME_MISSING = "name_missing"
    ROLES_MISSING = "roles_missing"
    ROLES_APART = "roles_apart"
    BRANCHES_MISSING = "branches_missing"
    DAYS_OUT_OF_RANGE = "days_out_of_range"
    REASON_MISSING = "reason_missing"
    KEY_UNKNOWN = "key_unknown"
    ALREADY_REVOKED = "already_revoked"
    NOT_WAITING = "not_waiting"
    SAME_PERSON = "same_person"
    WAITING = "waiting"
    CREATED = "created"
    APPROVED = "approved"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class KeyWish:
    """The key that is wanted. holder: the person or system that signs in with it; branches: None is all."""

    holder: str
    roles: frozenset[Role]
    days: int
    branches: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """Who hands out keys: the key of an administrator or, while there is none, a name."""

    key: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome, with the key that it is about as it stands now. credential: of a new one, to be shown once."""

    outcome: KeyOutcome
    key: Key | None = None
    credential: Credential | None = None


def create_key(place: Place, wish: KeyWish, signed: Signed, *, clock: Callable[[], datetime] = now) -> Answer:
    """Make a key. One of an administrator waits for a second person, where there is one who could approve it.

    Raises:
        StoreError: the database cannot be written to. One that is embedded is made where there is none.
    """

    def made(database: Database) -> Answer:
        with database.writing() as connection:
            take_turn(connection)
            at, known = database.clock(), all_keys(connection)
            by = _administrator(known, signed, at)
            if isinstance(by, KeyOutcome):
                return Answer(by)
            refused = _unfit(wish)
            if refused is not None:
                return Answer(refused)
            credential = new_credential()
            key = Key(
                key_id=credential.key_id,
                secret_sha256=credential.secret_sha256,
                holder=person(wish.holder),
                roles=wish.roles,
                branches=wish.branches,
                created_by=by,
                created_at=at,
                expires_at=at + timedelta(days=wish.days),
                needs_approval=Role.ADMINISTRATOR in wish.roles and _has_second(known, by, at),
            )
            add_key(connection, key)
        outcome = KeyOutcome.WAITING if key.needs_approval else KeyOutcome.CREATED
        return Answer(outcome, key, credential)

    return _written(place, made, clock)


def approve_key(place: Place, key_id: str, signed: Signed, *, clock: Callable[[], datetime] = now) -> Answer:
    """Approve, as a second person, a key that waits for one.

    Raises:
        StoreError: the database cannot be written to.
    """

    def approved(database: Database) -> Answer:
        with database.writing() as connection:
            take_turn(connection)
            at, known = database.clock(), all_keys(connection)
            by = _administrator(known, signed, at)
            if isinstance(by, KeyOutcome):
                return Answer(by)
            key = _find(known, key_id)
            if key is None:
                return Answer(KeyOutcome.KEY_UNKNOWN)
            if key.state(at) is not KeyState.WAITING:
                return Answer(KeyOutcome.NOT_WAITING, key)
            if is_same_person(by, key.created_by):
                return Answer(KeyOutcome.SAME_PERSON, key)
            add_approval(connection, key, by, at)
            return Answer(KeyOutcome.APPROVED, _find(all_keys(connection), key_id))

    return _written(place, approved, clock)


def revoke_key(
    place: Place, key_id: str, reason: str, signed: Signed, *, clock: Callable[[], datetime] = now
) -> Answer:
    """Take a key back, for ever.

    Raises:
        StoreError: the database cannot be written to.
    """

    def revoked(database: Database) -> Answer:
        with database.writing() as connection:
            take_turn(connection)
            at, known = database.clock(), all_keys(connection)
            by = _administrator(known, signed, at)
            if isinstance(by, KeyOutcome):
                return Answer(by)
            if not reason.strip():
                return Answer(KeyOutcome.REASON_MISSING)
            key = _find(known, key_id)
            if key is None:
                return Answer(KeyOutcome.KEY_UNKNOWN)
            if key.state(at) is KeyState.REVOKED:
                return Answer(KeyOutcome.ALREADY_REVOKED, key)
            add_revocation(connection, key, by, at, reason.strip())
            return Answer(KeyOutcome.REVOKED, _find(all_keys(connection), key_id))

    return _written(place, revoked, clock)


def keys(place: Place) -> list[Key]:
    """Every key, the first made first.

    Raises:
        StoreError: the database cannot be read.
    """
    with reading(place) as database:
        if database is None:
            return []
        with database.reading() as connection:
            return all_keys(connection)


def _written(place: Place, verb: Callable[[Database], Answer], clock: Callable[[], datetime]) -> Answer:
    database = open_to_write(place, clock=clock)
    try:
        return verb(database)
    finally:
        database.close()


def _administrator(known: Sequence[Key], signed: Signed, at: datetime) -> str | KeyOutcome:
    """The name of who hands out keys, or why nobody does."""
    if not _administrators(known, at):
        return person(signed.name) or KeyOutcome.NAME_MISSING
    credential = parsed(signed.key or "")
    key = _find(known, credential.key_id) if credential else None
    if credential is None or key is None or not credential.opens(key.secret_sha256):
        return KeyOutcome.NOT_SIGNED_IN
    if key.state(at) is not KeyState.LIVE:
        return KeyOutcome.NOT_SIGNED_IN
    may = Permission.MANAGE_ACCESS in permissions_of(key.roles)
    return key.holder if may else KeyOutcome.NOT_ALLOWED


def _administrators(known: Sequence[Key], at: datetime) -> list[str]:
    """Who has a live key of an administrator."""
    return [key.holder for key in known if Role.ADMINISTRATOR in key.roles and key.state(at) is KeyState.LIVE]


def _has_second(known: Sequence[Key], by: str, at: datetime) -> bool:
    """Whether there is another administrator, who could approve."""
    return any(not is_same_person(holder, by) for holder in _administrators(known, at))


def _unfit(wish: KeyWish) -> KeyOutcome | None:
    """What is wrong with the key that is wanted."""
    if not person(wish.holder):
        return KeyOutcome.NAME_MISSING
    if not wish.roles:
        return KeyOutcome.ROLES_MISSING
    if not go_together(wish.roles):
        return KeyOutcome.ROLES_APART
    if wish.branches is not None and not all(branch.strip() for branch in wish.branches or ("",)):
        return KeyOutcome.BRANCHES_MISSING
    if not 1 <= wish.days <= MOST_DAYS:
        return KeyOutcome.DAYS_OUT_OF_RANGE
    return None


def _find(known: Sequence[Key], key_id: str) -> Key | None:
    return next((key for key in known if key.key_id == key_id), None)
