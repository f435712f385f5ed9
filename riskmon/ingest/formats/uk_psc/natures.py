"""Natures of control, as the register of the United Kingdom codes them, as interests.

A code names a right, often with a band, and in which capacity and of which kind of entity it is held:
`voting-rights-25-to-50-percent-as-trust-limited-liability-partnership`. Bands are open below. A right that a person
has over the trustees of a trust or as a member of a firm counts like a right of the person's own; the words stay in
the evidence. That an overseas entity holds land in somebody's name says nothing about who controls it.
"""

import re
from decimal import Decimal
from functools import lru_cache

from pydantic import TypeAdapter

from riskmon.ingest.formats.bods.interests import Limb, limbs
from riskmon.ingest.formats.bods.statements import Interest, InterestType

_CODE = re.compile(
    r"(?P<right>ownership-of-shares|voting-rights|(part-)?right-to-share-surplus-assets"
    r"|right-to-appoint-and-remove-(directors|members|person)|significant-influence-or-control)"
    r"(-(?P<low>\d+)-to-(?P<high>\d+)-percent|-more-than-(?P<above>\d+)-percent)?"
    r"(-as-(control-over-)?(trust|firm))?"
    r"(-limited-liability-partnership|-registered-overseas-entity)?(-as-(control-over-)?(trust|firm))?"
)

_TYPES: dict[str, InterestType] = {
    "ownership-of-shares": "shareholding",
    "voting-rights": "votingRights",
    "right-to-share-surplus-assets": "rightsToSurplusAssetsOnDissolution",
    "part-right-to-share-surplus-assets": "rightsToSurplusAssetsOnDissolution",
    "significant-influence-or-control": "otherInfluenceOrControl",
}

_LAND = "registered-owner-as-nominee"


_INTEREST = TypeAdapter(Interest)


def is_nature(code: str) -> bool:
    """Whether the register has this code."""
    return code.startswith(_LAND) or _CODE.fullmatch(code) is not None


@lru_cache(maxsize=4096)
def natures(codes: tuple[str, ...], *, by_person: bool) -> tuple[Limb, ...]:
    """The relationships that codes state, without their dates; a code that is not the register's is doubtful control."""
    return tuple(limbs([_interest(code) for code in codes], is_uk=True, by_person=by_person))


def _interest(code: str) -> Interest:
    found = _CODE.fullmatch(code)
    if found is None:
        return _INTEREST.validate_python(
            {"type": "nominator" if code.startswith(_LAND) else "unknownInterest", "details": code}
        )
    band = {"exclusiveMinimum": found["low"] or found["above"], "maximum": found["high"]}
    return _INTEREST.validate_python(
        {
            "type": _TYPES.get(found["right"], "appointmentOfBoard"),
            "details": code,
            "share": {name: Decimal(percent) for name, percent in band.items() if percent} or None,
        }
    )
