"""Relationship records as rows of `relationships`: from the interested party to the subject.

A record with components sums up a chain that the components say link by link. Where all its components were
delivered, they count and the indirect interests of the sum are left out; otherwise the sum stands. A closed record
keeps its row, which ends on the interest's end date, or else on the day the closing was declared.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from riskmon.ingest.formats.bods.interests import Limb, limbs
from riskmon.ingest.formats.bods.parties import Parties
from riskmon.ingest.formats.bods.records import Records
from riskmon.ingest.formats.bods.statements import Interest, Relationship, Statement, Unspecified
from riskmon.ingest.formats.imported import RelationshipRow


def relationship_rows(records: Records, parties: Parties) -> Iterator[RelationshipRow]:
    """A row for every relationship that the records state; the first of a record carries the record's id."""
    for record_id in sorted(records.relationships):
        statement = records.relationships[record_id]
        details = statement.details
        assert isinstance(details, Relationship)
        yield from _rows(statement, details, records, parties)


def _rows(
    statement: Statement, details: Relationship, records: Records, parties: Parties
) -> Iterator[RelationshipRow]:
    if (
        isinstance(details.interested_party, Unspecified)
        and details.interested_party.reason == "noBeneficialOwners"
    ):
        records.find(
            "no_owner_declared", statement.statement_id, statement.record_id,
            "The source declares that nobody owns the subject; there is no relationship to record.",
        )  # fmt: skip
        return
    interests = _counted(statement, details, records)
    if interests is None:
        return
    source = _party(details.interested_party, "interested-party", statement, parties)
    target = _party(details.subject, "subject", statement, parties)
    found = limbs(interests, is_uk=parties.is_uk(target), by_person=parties.is_person(source))
    for relationship_id, limb in zip(_ids(statement.record_id, found), found, strict=True):
        if limb.kind == "shareholding" and not any(bp is not None for bp in (*limb.votes, limb.economic_bp)):
            records.find(
                "share_unknown", statement.statement_id, statement.record_id,
                f"{relationship_id} is a shareholding of unknown size; it carries no votes.",
            )  # fmt: skip
        yield _row(relationship_id, source, target, limb, statement)


def _counted(statement: Statement, details: Relationship, records: Records) -> tuple[Interest, ...] | None:
    """The interests that count beside the record's components; None if its components say it all."""
    if not _has_all_components(details, records):
        return details.interests
    own = tuple(interest for interest in details.interests if interest.direct_or_indirect == "direct")
    records.find(
        "component_summary", statement.statement_id, statement.record_id,
        f"The record sums up {len(details.component_records)} components; they count, "
        f"and {len(details.interests) - len(own)} of its {len(details.interests)} interests are left out.",
    )  # fmt: skip
    return own or None


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


def _ids(record_id: str, found: Iterable[Limb]) -> Iterator[str]:
    """The record's id, then the id with the name of each further limb, numbered where a name repeats."""
    seen: dict[str, int] = {}
    for position, limb in enumerate(found):
        seen[limb.name] = seen.get(limb.name, 0) + 1
        number = f"-{seen[limb.name]}" if seen[limb.name] > 1 else ""
        yield record_id if position == 0 else f"{record_id}#{limb.name}{number}"


def _row(relationship_id: str, source: str, target: str, limb: Limb, statement: Statement) -> RelationshipRow:
    return RelationshipRow(
        relationship_id=relationship_id,
        source_party_id=source,
        target_party_id=target,
        kind=limb.kind,
        basis=limb.basis,
        voting_bp=limb.votes.exact,
        voting_min_bp=limb.votes.minimum,
        voting_max_bp=limb.votes.maximum,
        economic_bp=limb.economic_bp,
        assessment=limb.assessment,
        valid_from=limb.start,
        valid_to=_end(limb, statement),
        known_since=statement.declared_at.date(),
        evidence=f"{statement.statement_id}: {limb.text}",
    )


def _end(limb: Limb, statement: Statement) -> date | None:
    is_closed = statement.status == "closed"
    return limb.end or (statement.declared_at.date() if is_closed else None)
