"""Entities and persons of the standard as parties.

A party's id is its LEI where it has one, else the record's id. Two records with one LEI are one party. Two records
that share another public number are not joined here: each such pair is a finding.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from stdnum.cn import uscc

from riskmon.domain.terms import PARTY_KINDS
from riskmon.ingest.formats.bods.records import Records
from riskmon.ingest.formats.bods.statements import Entity, Identifier, Name, Person, Statement, Unspecified
from riskmon.ingest.formats.imported import PartyRow

_LEI = re.compile(r"[0-9A-Z]{18}[0-9]{2}")

_UK_REGISTER = "GB-COH"

_KINDS = {
    "registeredEntity": "corporate",
    "legalEntity": "corporate",
    "arrangement": "spv",
    "anonymousEntity": "corporate",
    "unknownEntity": "corporate",
    "state": "sovereign",
    "stateBody": "public_sector",
}


class Parties:
    """The parties of a set of records: rows by party id, and the party id of every record id."""

    def __init__(self, records: Records) -> None:
        self.rows: dict[str, PartyRow] = {}
        self._ids: dict[str, str] = {}
        self._uk: set[str] = set()
        self._records = records
        newest_first = sorted(
            records.parties.values(), key=lambda s: (-s.declared_at.timestamp(), s.record_id)
        )
        for statement in newest_first:
            self._add(statement)
        self._find_duplicates()

    def id_of(self, record_id: str, statement: Statement) -> str:
        """The party that a relationship's statement refers to; one that was not delivered gets a row of its own."""
        if record_id not in self._ids:
            self._ids[record_id] = record_id
            self.rows.setdefault(record_id, PartyRow(record_id))
            self._records.find(
                "reference_missing", statement.statement_id, statement.record_id,
                f"The record {record_id} was not delivered; a party without a name stands for it.",
            )  # fmt: skip
        return self._ids[record_id]

    def unknown(self, party_id: str, why: Unspecified, statement: Statement) -> str:
        """A party of its own for one relationship whose other end is not named."""
        self.rows[party_id] = PartyRow(party_id, name=_unknown_name("party", why))
        self._records.find(
            "party_unknown", statement.statement_id, statement.record_id,
            f"A party is not named ({_reason(why)}); {party_id} stands for it in this relationship alone.",
        )  # fmt: skip
        return party_id

    def is_person(self, party_id: str) -> bool:
        """Whether a party is a natural person."""
        return self.rows[party_id].kind == "person"

    def is_uk(self, party_id: str) -> bool:
        """Whether a party stands in the register of companies of the United Kingdom."""
        return party_id in self._uk

    def _add(self, statement: Statement) -> None:
        row = _row(statement)
        self._ids[statement.record_id] = row.party_id
        if any(identifier.scheme == _UK_REGISTER for identifier in _identifiers(statement)):
            self._uk.add(row.party_id)
        newer = self.rows.get(row.party_id)
        if newer is None:
            self.rows[row.party_id] = row
        else:
            filled = {name: value for name, value in row._asdict().items() if getattr(newer, name) is None}
            self.rows[row.party_id] = newer._replace(**filled)
            self._records.find(
                "identity_merged", statement.statement_id, statement.record_id,
                f"The record shares the LEI {row.party_id} with another record; both are one party.",
            )  # fmt: skip
        if not _is_known(statement.details):
            self._records.find(
                "party_unknown", statement.statement_id, statement.record_id,
                f"The party is not known by name; it stands as {row.name!r}.",
            )  # fmt: skip

    def _find_duplicates(self) -> None:
        """State every public number that two or more parties carry; they may be one firm."""
        carriers: dict[tuple[str, str], set[str]] = defaultdict(set)
        for record_id, statement in self._records.parties.items():
            for identifier in _identifiers(statement):
                scheme = identifier.scheme or identifier.scheme_name
                if scheme and identifier.id:
                    carriers[scheme, identifier.id].add(self._ids[record_id])
        for (scheme, number), party_ids in carriers.items():
            for party_id in sorted(party_ids)[1:]:
                self._records.find(
                    "identity_duplicate", "", party_id,
                    f"{min(party_ids)} and {party_id} carry the same number {number} of {scheme}; "
                    "they may be one firm and are not joined.",
                )  # fmt: skip


def _row(statement: Statement) -> PartyRow:
    details = statement.details
    if isinstance(details, Person):
        return PartyRow(statement.record_id, _person_name(details), "person", _first_nationality(details))
    assert isinstance(details, Entity)
    country = _country(details)
    numbers = [n for n in details.identifiers if n.id]
    lei = next((n.id for n in numbers if _is_lei(n)), None)
    credit_code = next((n.id for n in numbers if country == "CN" and uscc.is_valid(n.id or "")), None)
    others = [n.id for n in numbers if not _is_lei(n) and n.id != credit_code]
    return PartyRow(
        party_id=lei if lei and _LEI.fullmatch(lei) else statement.record_id,
        name=_entity_name(details),
        kind=_kind(details),
        country=country,
        uscc=credit_code,
        lei=lei,
        registration_number=others[0] if others else None,
        government_level="central" if details.entity_type.type == "state" else None,
    )


def _kind(entity: Entity) -> str:
    """The kind that the type gives, or that the details name in a word of the data contract, as our export does."""
    named = entity.entity_type.details
    is_ours = named in PARTY_KINDS and named != "person"
    return named if is_ours and named is not None else _KINDS[entity.entity_type.type]


def _identifiers(statement: Statement) -> Iterable[Identifier]:
    details = statement.details
    return (n for n in details.identifiers if not _is_lei(n)) if isinstance(details, Entity | Person) else ()


def _is_lei(identifier: Identifier) -> bool:
    return identifier.scheme == "XI-LEI" or "Legal Entity Identifier" in (identifier.scheme_name or "")


def _country(entity: Entity) -> str | None:
    """The country of registration; of a part of a country (US-DE) its country."""
    place = entity.jurisdiction or entity.incorporated_in_jurisdiction
    return place.code[:2] if place is not None and place.code else None


def _first_nationality(person: Person) -> str | None:
    return next((nationality.code for nationality in person.nationalities if nationality.code), None)


def _is_known(details: object) -> bool:
    if isinstance(details, Person):
        return details.person_type == "knownPerson"
    return not isinstance(details, Entity) or details.entity_type.type not in (
        "anonymousEntity",
        "unknownEntity",
    )


def _entity_name(entity: Entity) -> str | None:
    given = next((name for name in (entity.name, *entity.alternate_names) if name and name.strip()), None)
    return given if given or _is_known(entity) else _unknown_name("entity", entity.unspecified_entity_details)


def _person_name(person: Person) -> str | None:
    """The legal name, else the first that is given."""
    by_preference = sorted(person.names, key=lambda name: name.type != "legal")
    given = next((text for name in by_preference if (text := _full_name(name))), None)
    return given if given or _is_known(person) else _unknown_name("person", person.unspecified_person_details)


def _full_name(name: Name) -> str:
    return (name.full_name or " ".join(part for part in (name.given_name, name.family_name) if part)).strip()


def _unknown_name(what: str, why: Unspecified | None) -> str:
    return f"Unknown {what} ({_reason(why)})"


def _reason(why: Unspecified | None) -> str:
    return why.reason if why is not None else "no reason given"
