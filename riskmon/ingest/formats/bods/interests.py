"""Interests as relationships: what each interest of the standard means for votes and for control.

- `shareholding` and `votingRights` make a shareholding. Voting rights decide the votes; where a record has none, the
  votes are taken as equal to the share, and the evidence says so. `economic_bp` is the exact share of capital, or of
  profit or surplus where no capital is stated.
- Interests that are control by their nature become `control` with a basis. Where the standard's type leaves open
  whether there is control (significant influence, a contract, a role in a trust, an unknown interest), the
  relationship is `doubtful`: it counts only if a person confirms it.
- Officers become `key_person` where they are natural persons.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest

from riskmon.domain.terms import ASSESSMENTS, CONTROL_BASES
from riskmon.ingest.formats.bods.shares import (
    ABSENT,
    BasisPoints,
    basis_points,
    in_several_capacities,
    is_majority,
)
from riskmon.ingest.formats.bods.statements import Interest
from riskmon.ingest.formats.reported_links import REPORTED_LINKS, Meaning

_NATURES = re.compile(r"\d+-to-\d+-percent")
"""Bands as the register of the United Kingdom names them; they are open below."""

_BOARD_MAJORITY = re.compile(
    r"right-to-appoint-and-remove-(directors|members|person)|majority", re.IGNORECASE
)
"""The United Kingdom's nature of control, defined as a right over a majority of the board, or a text that says so."""

_CONTROL_WORDS = {"control", "controls", "controlled"}
_DOUBT_WORDS = {"influence", "or", "no", "not", "without", "joint"}

_OPEN = Meaning("control", "dominant_influence", "doubtful")

_MEANINGS = {
    "controlViaCompanyRulesOrArticles": Meaning("control", "statutes", "none"),
    "controlByLegalFramework": Meaning("control", "statutes", "none"),
    "rightsGrantedByContract": Meaning("control", "contract", "doubtful"),
    "conditionalRightsGrantedByContract": Meaning("control", "contract", "doubtful"),
    "trustee": Meaning("control", "management", "doubtful"),
    "seniorManagingOfficial": Meaning("control", "management", "doubtful"),
    "boardMember": Meaning("control", "management", "doubtful"),
    "boardChair": Meaning("control", "management", "doubtful"),
}
"""What interests mean that are control or may be; any other is an open question."""

_STATED_BASIS = re.compile(r"\bbasis: (\w+)")
_STATED_ASSESSMENT = re.compile(r"\bassessment: (\w+)")
"""Basis and assessment in words of the data contract, as our own export writes them where no type says them."""

_OFFICERS = ("seniorManagingOfficial", "boardMember", "boardChair")
_ECONOMIC = (
    "rightsToProfitOrIncome",
    "rightsToSurplusAssetsOnDissolution",
    "rightToProfitOrIncomeFromAssets",
)


Right = tuple[Interest, ...]
"""One right, with every capacity in which it is held: the British register has a code, and a band, for each of them."""


@dataclass(frozen=True, slots=True)
class Limb:
    """One relationship that a record states: its kind and basis, its shares, its period, and the words it rests on."""

    kind: str
    basis: str | None
    assessment: str
    start: date | None
    end: date | None
    text: str
    votes: BasisPoints = ABSENT
    economic_bp: int | None = None

    @property
    def name(self) -> str:
        """What tells the limbs of one record apart."""
        return self.basis or self.kind


def limbs(interests: Sequence[Interest], *, is_uk: bool, by_person: bool) -> list[Limb]:
    """The relationships that the interests of one record state, shareholdings first, each kind and basis once.

    Args:
        interests: the record's interests; none at all is an unknown interest.
        is_uk: the subject is a company of the United Kingdom, whose register's bands are open below.
        by_person: the interested party is a natural person.
    """
    stated = sorted(interests or (Interest(),), key=repr)
    holdings = _holdings(stated, is_uk=is_uk)
    others = [_control(interest, by_person=by_person) for interest in stated if not _is_holding(interest)]
    return holdings + _joined(others)


def _is_holding(interest: Interest) -> bool:
    return interest.type in ("shareholding", "votingRights", *_ECONOMIC)


def _holdings(stated: Sequence[Interest], *, is_uk: bool) -> list[Limb]:
    """Shareholdings: voting rights paired with shares of capital, in the order of directness and period."""
    votes = _of_types(stated, "votingRights", is_uk=is_uk)
    capital = _of_types(stated, "shareholding", is_uk=is_uk) or _of_types(stated, *_ECONOMIC, is_uk=is_uk)
    return [
        _holding(vote, share, is_uk=is_uk, votes_follow=not votes)
        for vote, share in zip_longest(votes, capital, fillvalue=())
    ]


def _of_types(stated: Sequence[Interest], *types: str, is_uk: bool) -> list[Right]:
    found = [interest for interest in stated if interest.type in types]
    rights: dict[object, list[Interest]] = {}
    for position, interest in enumerate(sorted(found, key=lambda each: (*_place(each), repr(each)))):
        is_band = is_uk and interest.share is not None and interest.share.exact is None
        rights.setdefault((interest.type, *_place(interest)) if is_band else position, []).append(interest)
    return [tuple(right) for right in rights.values()]


def _place(interest: Interest) -> tuple[str, date, date]:
    return interest.direct_or_indirect, interest.start_date or date.min, interest.end_date or date.max


def _holding(vote: Right, share: Right, *, is_uk: bool, votes_follow: bool) -> Limb:
    leading = vote or share
    follows = votes_follow and leading[0].type == "shareholding"
    text = "; ".join(_words(interest) for interest in (*share, *vote))
    return Limb(
        kind="shareholding",
        basis=None,
        assessment=_stated_assessment(leading[0].details or "") or "none",
        start=leading[0].start_date,
        end=leading[0].end_date,
        text=f"{text}; votes taken as equal to the share" if follows else text,
        votes=_bp(leading, is_uk=is_uk) if vote or follows else ABSENT,
        economic_bp=_bp(share, is_uk=is_uk).exact if share else None,
    )


def _bp(right: Right, *, is_uk: bool) -> BasisPoints:
    return in_several_capacities(
        basis_points(each.share, is_open_below=is_uk or bool(_NATURES.search(each.details or "")))
        for each in right
    )


def _control(interest: Interest, *, by_person: bool) -> Limb:
    text = _words(interest)
    if by_person and interest.type in _OFFICERS:
        assessment = _stated_assessment(interest.details or "") or "none"
        return Limb("key_person", None, assessment, interest.start_date, interest.end_date, text)
    meaning = _stated(interest.details or "") or _meaning(interest)
    return Limb(*meaning, interest.start_date, interest.end_date, text)


def _stated(details: str) -> Meaning | None:
    basis, assessment = _STATED_BASIS.search(details), _stated_assessment(details)
    if basis is None or basis[1] not in CONTROL_BASES or assessment is None:
        return None
    return Meaning("control", basis[1], assessment)


def _stated_assessment(details: str) -> str | None:
    found = _STATED_ASSESSMENT.search(details)
    return found[1] if found is not None and found[1] in ASSESSMENTS else None


def _meaning(interest: Interest) -> Meaning:
    details = interest.details or ""
    if interest.type == "appointmentOfBoard":
        is_control = bool(_BOARD_MAJORITY.search(details)) or is_majority(interest.share)
        return Meaning("control", "board", "none" if is_control else "doubtful")
    if interest.type == "otherInfluenceOrControl":
        reported = next((meaning for name, meaning in REPORTED_LINKS.items() if name in details), None)
        return reported or (_OPEN._replace(assessment="none") if _says_control(details) else _OPEN)
    return _MEANINGS.get(interest.type or "", _OPEN)


def _says_control(details: str) -> bool:
    """Whether a text states control without leaving it open, as `significant influence or control` does."""
    words = set(re.findall(r"[a-z]+", details.lower()))
    return bool(words & _CONTROL_WORDS) and not words & _DOUBT_WORDS


def _joined(found: Sequence[Limb]) -> list[Limb]:
    """Limbs of one kind, basis, assessment and period are one, with the words of all."""
    texts: dict[Limb, list[str]] = {}
    for limb in sorted(found, key=repr):
        texts.setdefault(replace(limb, text=""), []).append(limb.text)
    return [replace(limb, text="; ".join(dict.fromkeys(words))) for limb, words in texts.items()]


def _words(interest: Interest) -> str:
    """What the source says: type, share, directness, details."""
    share = "" if interest.share is None else f" {_share_words(interest)} %"
    how = "" if interest.direct_or_indirect == "unknown" else f" ({interest.direct_or_indirect})"
    declared = ", declared as beneficial ownership or control" if interest.is_declared_control else ""
    details = f" [{interest.details}]" if interest.details else ""
    return f"{interest.type or 'interest of unknown type'}{share}{how}{declared}{details}"


def _share_words(interest: Interest) -> str:
    share = interest.share
    assert share is not None
    if share.exact is not None:
        return f"{share.exact.normalize():f}"
    low, high = share.exclusive_minimum, share.exclusive_maximum
    low_text = f"above {low.normalize():f}" if low is not None else _bound("from", share.minimum)
    high_text = f"below {high.normalize():f}" if high is not None else _bound("to", share.maximum)
    return f"{low_text} {high_text}".strip() or "unknown"


def _bound(word: str, value: object) -> str:
    return "" if value is None else f"{word} {float(str(value)):g}"
