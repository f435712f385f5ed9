"""The keys that a demonstration begins with: one of every role, where nobody has one yet."""

from dataclasses import dataclass
from typing import Final

from riskmon.domain.access import Role
from riskmon.operations.access.credential import Credential
from riskmon.operations.access.keys import KeyWish, Signed, create_key, keys
from riskmon.operations.assessments import reading
from riskmon.store.database import Place

_BY: Final = "riskmon demo"
_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class FirstKey:
    """A user of the demonstration, and the key to show once."""

    holder: str
    role: Role
    credential: Credential


def first_keys(place: Place, *, creates: bool) -> list[FirstKey]:
    """Make a user of every role, the administrator last; none where any key was made before.

    creates: an embedded database may be made for it, where there is none.

    Raises:
        StoreError: the database cannot be read or written to.
    """
    with reading(place) as database:
        is_there = database is not None
    if not (is_there or creates) or keys(place):
        return []
    made = []
    for role in Role:
        holder = f"Demo {role.replace('_', ' ')}"
        answer = create_key(place, KeyWish(holder, frozenset({role}), _DAYS), Signed(name=_BY))
        if answer.credential is not None:  # somebody else may make the first administrator meanwhile
            made.append(FirstKey(holder, role, answer.credential))
    return made
