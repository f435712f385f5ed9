"""Record details: what a statement says of a company, of a person, of an interest.

Basis and assessment of a relationship, and the kind of a party, are finer than the standard's types: they stand in its
free text (`details`), in words of the data contract that our own import reads back.
"""

from collections.abc import Mapping
from typing import Any, Final

Row = Mapping[str, Any]

_STANDARD_TYPES: Final = {
    "sovereign": "state",
    "public_sector": "stateBody",
    "central_bank": "stateBody",
    "regional_government": "stateBody",
    "multilateral": "legalEntity",
    "international_organisation": "legalEntity",
}
_PLAIN_KINDS: Final = ("corporate", "sovereign", "public_sector")
"""Kinds that the standard's types say by themselves."""

_INTEREST_TYPES: Final = {
    "board": "appointmentOfBoard",
    "contract": "rightsGrantedByContract",
    "voting_agreement": "rightsGrantedByContract",
    "statutes": "controlViaCompanyRulesOrArticles",
}
"""Interest types of bases; any other basis is influence or control of another kind."""


def party_details(party: Row) -> dict[str, Any]:
    """The details of a person or of an entity."""
    if party["kind"] == "person":
        names = [{"type": "legal", "fullName": party["name"]}] if party["name"] else []
        place = {"nationalities": [_place(party["country"])]} if party["country"] else {}
        return {"isComponent": False, "personType": "knownPerson", "names": names} | place
    kind = party["kind"] or "corporate"
    described = {"type": _STANDARD_TYPES.get(kind, "registeredEntity")}
    details: dict[str, Any] = {
        "isComponent": False,
        "entityType": described if kind in _PLAIN_KINDS else described | {"details": kind},
    }
    if party["name"]:
        details["name"] = party["name"]
    if party["country"]:
        details["jurisdiction"] = _place(party["country"])
    if identifiers := _identifiers(party):
        details["identifiers"] = identifiers
    return details


def relationship_details(relationship: Row) -> dict[str, Any]:
    """The details of a relationship: its ends, and the interests that it is made of."""
    return {
        "isComponent": False,
        "subject": relationship["target_party_id"],
        "interestedParty": relationship["source_party_id"],
        "interests": [interest | _period(relationship) for interest in _interests(relationship)],
    }


def _place(code: str) -> dict[str, str]:
    return {"name": code, "code": code}


def _identifiers(party: Row) -> list[dict[str, str]]:
    in_register = (
        {"scheme": "GB-COH"} if party["country"] == "GB" else {"schemeName": "Register of the jurisdiction"}
    )
    schemes = {"lei": {"scheme": "XI-LEI"}, "uscc": {"scheme": "CN-SAIC"}, "registration_number": in_register}
    return [scheme | {"id": party[column]} for column, scheme in schemes.items() if party[column]]


def _interests(relationship: Row) -> list[dict[str, Any]]:
    assessment = relationship["assessment"] or "none"
    judged = {"details": f"assessment: {assessment}"} if assessment != "none" else {}
    if relationship["kind"] == "key_person":
        return [{"type": "boardMember", "directOrIndirect": "direct"} | judged]
    if relationship["kind"] == "shareholding":
        return [interest | judged for interest in _holdings(relationship)]
    basis = relationship["basis"] or "dominant_influence"
    how = "indirect" if basis == "reported_ultimate" else "direct"
    return [
        {
            "type": _INTEREST_TYPES.get(basis, "otherInfluenceOrControl"),
            "directOrIndirect": how,
            "details": f"basis: {basis}; assessment: {assessment}",
        }
    ]


def _holdings(relationship: Row) -> list[dict[str, Any]]:
    """Votes, and the share of capital beside them; a share of capital without votes is a right to profit."""
    votes, economic = _votes(relationship), relationship["economic_bp"]
    found = []
    if votes or economic is None:
        found.append(
            {"type": "votingRights", "directOrIndirect": "direct"} | ({"share": votes} if votes else {})
        )
    if economic is not None:
        kind = "shareholding" if votes else "rightsToProfitOrIncome"
        found.append({"type": kind, "directOrIndirect": "direct", "share": {"exact": _percent(economic)}})
    return found


def _votes(relationship: Row) -> dict[str, int | float]:
    """The votes exact or as a band; a band begins above the basis point before its first."""
    if relationship["voting_bp"] is not None:
        return {"exact": _percent(relationship["voting_bp"])}
    share = {}
    if relationship["voting_min_bp"]:
        share["exclusiveMinimum"] = _percent(relationship["voting_min_bp"] - 1)
    if relationship["voting_max_bp"] is not None:
        share["maximum"] = _percent(relationship["voting_max_bp"])
    return share


def _percent(basis_points: int) -> int | float:
    """Basis points as a JSON number of at most two decimals, which a float writes exactly."""
    whole, rest = divmod(basis_points, 100)
    return basis_points / 100 if rest else whole


def _period(relationship: Row) -> dict[str, str]:
    ends = {"startDate": relationship["valid_from"], "endDate": relationship["valid_to"]}
    return {name: day.isoformat() for name, day in ends.items() if day is not None}
