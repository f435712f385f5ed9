"""Signing in: real keys in a real database, with the key of the first administrator made where there is none."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

from riskmon.domain.access import Role
from riskmon.operations.access import KeyWish, Signed, create_key
from riskmon.store.database import EMBEDDED_NAME, Place, place_of


def bearer(place: Place, *roles: Role, name="Li Na", branches=None) -> dict[str, str]:
    """The header of a caller who was just handed a key with these roles. Of no administrator there: nobody has to ask."""
    wish = KeyWish(name, frozenset(roles), 1, branches)
    made = create_key(place, wish, Signed(name="who sets it up"))
    return {"Authorization": f"Bearer {made.credential}"}


def signed_in(data: Path, *roles: Role) -> dict[str, str]:
    """The header of a caller with these roles, by default one who reads all, whose key is in the database of a data folder.

    The database is a copy of one that was made once, since making it takes longer than most tests.
    """
    folder, header = _database(roles or (Role.RISK_OFFICER,))
    data.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / EMBEDDED_NAME, data / EMBEDDED_NAME)
    return header


def everybody(data: Path) -> dict[Role, dict[str, str]]:
    """The header of a caller of each role; the administrator's is made last, so that nobody has to ask for the others."""
    return {role: bearer(place_of(data), role, name=role.value) for role in Role}


@cache
def _database(roles: tuple[Role, ...]) -> tuple[Path, dict[str, str]]:
    folder = Path(tempfile.mkdtemp())
    return folder, bearer(place_of(folder), *roles)
