"""Who owns: the party behind a record, and the relationships that it states.

A company of the register is `GB-COH-` and its number, also where it is itself an owner, so that chains join. Any other
owner is a party of the one record that names it, since the register gives persons and foreign bodies no number that
holds across companies; `riskmon match` suggests which of them are one.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from riskmon.ingest.formats.bods.interests import Limb
from riskmon.ingest.formats.imported import ImportFinding, PartyRow, RelationshipRow
from riskmon.ingest.formats.uk_psc.natures import is_nature, natures
from riskmon.ingest.formats.uk_psc.records import Identification, Record

_UK = re.compile(
    r"\b(england|(?<!new south )wales|scotland|northern ireland|united kingdom|great britain|uk|gb)\b"
)
_NUMBER = re.compile(r"(?P<prefix>[A-Z]{0,2})(?P<digits>\d+)")
_LENGTH = 8

_UNIDENTIFIED = ("psc-exists-but-not-identified", "psc-details-not-confirmed", "psc-contacted-but-no-response",
                 "at-least-one-beneficial-owner-unidentified")  # fmt: skip
"""Statements that say that there is an owner who is not named."""


def company(number: str) -> PartyRow:
    """The party of a company of the register; an overseas entity (OE) is registered there and seated elsewhere."""
    is_overseas = number.startswith("OE")
    return PartyRow(f"GB-COH-{number}", country=None if is_overseas else "GB", registration_number=number)


def owner(record: Record) -> PartyRow | None:
    """The party behind a record, or None where it says that there is none or only makes a statement."""
    data = record.data
    own_id = f"GB-COH-PSC-{record.company_number}-{record.key}"
    if data.kind.startswith("super-secure"):
        return PartyRow(
            own_id, "Unnamed person with significant control (protected by the register)", "person"
        )
    if data.kind.startswith("individual"):
        return PartyRow(own_id, data.name, "person")
    if data.kind.startswith(("corporate-entity", "legal-person")):
        number = company_number(data.identification)
        if number is not None:
            return company(number)._replace(name=data.name)
        given = data.identification.registration_number if data.identification else None
        return PartyRow(own_id, data.name, "corporate", registration_number=given)
    if _is_unidentified(record):
        return PartyRow(own_id, f"Unnamed person with significant control ({data.statement})")
    return None


def company_number(identification: Identification | None) -> str | None:
    """The number of a body of the register itself, with its leading zeros; None for any other."""
    if identification is None or not identification.registration_number:
        return None
    country, place = identification.country_registered, identification.place_registered
    is_uk = _UK.search(country.lower()) if country else place and "companies house" in place.lower()
    found = _NUMBER.fullmatch(re.sub(r"\s", "", identification.registration_number.upper()))
    if not is_uk or found is None or len(found[0]) > _LENGTH:
        return None
    return found["prefix"] + found["digits"].zfill(_LENGTH - len(found["prefix"]))


def relationships(
    record: Record, party: PartyRow, findings: list[ImportFinding]
) -> Iterator[RelationshipRow]:
    """The relationships that a record states, each for the time from its notice to its end."""
    data = record.data
    if data.ceased and data.ceased_on is None and record.content_date is None:
        findings.append(finding(record, "end_unknown", "Left out: it has ended, on a day that is not given."))
        return
    end = data.ceased_on or (record.content_date if data.ceased else None)
    unknown = [code for code in data.natures_of_control if not is_nature(code)]
    if unknown or not data.natures_of_control:
        given = ", ".join(unknown) or "none is given"
        findings.append(
            finding(record, "nature_unknown", f"Nature of control not known ({given}); it is doubtful.")
        )
    codes = data.natures_of_control or (data.statement or data.kind,)
    base = f"GB-COH-REL-{record.company_number}-{record.key}"
    for position, limb in enumerate(natures(codes, by_person=party.kind == "person")):
        name = base if position == 0 else f"{base}#{position}-{limb.name}"
        yield _row(name, party.party_id, record, replace(limb, start=data.notified_on, end=end))


def _row(relationship_id: str, source: str, record: Record, limb: Limb) -> RelationshipRow:
    return RelationshipRow(
        relationship_id=relationship_id,
        source_party_id=source,
        target_party_id=company(record.company_number).party_id,
        kind=limb.kind,
        basis=limb.basis,
        voting_bp=limb.votes.exact,
        voting_min_bp=limb.votes.minimum,
        voting_max_bp=limb.votes.maximum,
        economic_bp=limb.economic_bp,
        assessment=limb.assessment,
        valid_from=limb.start,
        valid_to=limb.end,
        known_since=record.data.notified_on,
        evidence=f"{record.address}: {limb.text}",
    )


def _is_unidentified(record: Record) -> bool:
    statement = (record.data.statement or "").removesuffix("-partnership")
    return statement in _UNIDENTIFIED and record.data.linked_psc_name is None


def finding(record: Record, code: str, message: str) -> ImportFinding:
    """A finding about a record, under its address and its company."""
    return ImportFinding(code, record.address, record.company_number, message)
