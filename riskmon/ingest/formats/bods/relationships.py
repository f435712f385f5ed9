"""Relationship records as rows of `relationships`: from the interested party to the subject.

A record with components sums up a chain that the components say link by link. Where all its components were
delivered, they count and the indirect interests of the sum are left out; otherwise the sum stands, as it does where a
record is among its own components. A closed record keeps its rows, which end on the interest's end date, or else on
the day the closing was declared. What was said before the newest statement keeps its rows too (`spells`).
"""

from collections import Counter
from collections.abc import Iterator

from riskmon.ingest.formats.bods.interests import limbs
from riskmon.ingest.formats.bods.parties import Parties
from riskmon.ingest.formats.bods.records import Records
from riskmon.ingest.formats.bods.spells import Spell, Stated, spells
from riskmon.ingest.formats.bods.statements import Interest, Relationship, Statement, Unspecified
from riskmon.ingest.formats.imported import RelationshipRow


def relationship_rows(records: Records, parties: Parties) -> Iterator[RelationshipRow]:
    """A row for every spell of every relationship that the records state; the first carries the record's id."""
    for record_id in sorted(records.relationships):
        versions = records.relationships[record_id]
        found = spells((statement, _stated(statement, records, parties)) for statement in versions)
        for relationship_id, spell in zip(_ids(record_id, found), found, strict=True):
            row = _row(relationship_id, spell)
            if row.kind == "shareholding" and (
                row.voting_bp is row.voting_min_bp is row.voting_max_bp is row.economic_bp is None
            ):
                records.find(
                    "share_unknown", spell.stated.statement_id, record_id,
                    f"{relationship_id} is a shareholding of unknown size; it carries no votes.",
                )  # fmt: skip
            yield row


def _stated(statement: Statement, records: Records, parties: Parties) -> list[Stated]:
    details = statement.details
    assert isinstance(details, Relationship)
    if (
        isinstance(details.interested_party, Unspecified)
        and details.interested_party.reason == "noBeneficialOwners"
    ):
        records.find(
            "no_owner_declared", statement.statement_id, statement.record_id,
            "The source declares that nobody owns the subject; there is no relationship to record.",
        )  # fmt: skip
        return []
    interests = _counted(statement, details, records)
    if interests is None:
        return []
    source = _party(details.interested_party, "interested-party", statement, parties)
    target = _party(details.subject, "subject", statement, parties)
    return [
        Stated(source, target, limb, statement.statement_id, statement.declared_at.date())
        for limb in limbs(interests, is_uk=parties.is_uk(target), by_person=parties.is_person(source))
    ]


def _counted(statement: Statement, details: Relationship, records: Records) -> tuple[Interest, ...] | None:
    """The interests that count; None where its components, or what was said before, say it all."""
    if _is_own_component(statement.record_id, records):
        records.find(
            "component_cycle", statement.statement_id, statement.record_id,
            "The record is among its own components; its interests count as they stand.",
        )  # fmt: skip
        return details.interests
    if not _has_all_components(details, records):
        is_plain_end = statement.status == "closed" and not details.interests
        return (
            None
            if is_plain_end and len(records.relationships[statement.record_id]) > 1
            else details.interests
        )
    own = tuple(interest for interest in details.interests if interest.direct_or_indirect == "direct")
    records.find(
        "component_summary", statement.statement_id, statement.record_id,
        f"The record sums up {len(details.component_records)} components; they count, "
        f"and {len(details.interests) - len(own)} of its {len(details.interests)} interests are left out.",
    )  # fmt: skip
    return own or None


def _components(record_id: str, records: Records) -> tuple[str, ...]:
    """The components of a record by its newest statement; a party has none."""
    versions = records.relationships.get(record_id)
    details = versions[-1].details if versions else None
    return details.component_records if isinstance(details, Relationship) else ()


def _is_own_component(record_id: str, records: Records) -> bool:
    waiting, seen = list(_components(record_id, records)), set[str]()
    while waiting:
        component = waiting.pop()
        if component == record_id:
            return True
        if component not in seen:
            seen.add(component)
            waiting.extend(_components(component, records))
    return False


def _has_all_components(details: Relationship, records: Records) -> bool:
    links = [record_id for record_id in details.component_records if record_id in records.relationships]
    return bool(links) and all(
        record_id in records.parties or record_id in records.relationships
        for record_id in details.component_records
    )


def _party(reference: str | Unspecified, end: str, statement: Statement, parties: Parties) -> str:
    if isinstance(reference, Unspecified):
        return parties.unknown(f"{statement.record_id}/{end}", reference, statement)
    return parties.id_of(reference, statement)


def _ids(record_id: str, found: list[Spell]) -> Iterator[str]:
    """The record's id, then the id with the name of each further limb, numbered where a name repeats.

    What is no longer held true carries the last day it was, as in `R@2024-03-01`.
    """
    counts = Counter[str]()
    for spell in found:
        base = f"{record_id}@{spell.known_until}" if spell.known_until else record_id
        name = f"{base}#{spell.stated.limb.name}"
        is_first = counts[base] == 0
        counts.update((base, name))
        number = f"-{counts[name]}" if counts[name] > 1 else ""
        yield base if is_first else f"{name}{number}"


def _row(relationship_id: str, spell: Spell) -> RelationshipRow:
    stated, limb = spell.stated, spell.stated.limb
    return RelationshipRow(
        relationship_id=relationship_id,
        source_party_id=stated.source,
        target_party_id=stated.target,
        kind=limb.kind,
        basis=limb.basis,
        voting_bp=limb.votes.exact,
        voting_min_bp=limb.votes.minimum,
        voting_max_bp=limb.votes.maximum,
        economic_bp=limb.economic_bp,
        assessment=limb.assessment,
        valid_from=limb.start,
        valid_to=limb.end,
        known_since=stated.known_since,
        evidence=f"{stated.statement_id}: {limb.text}",
        known_until=spell.known_until,
    )
