"""The United Kingdom's register of persons with significant control: the snapshot of Companies House, JSON Lines."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import polars as pl

from riskmon.ingest.formats.imported import (
    Imported,
    ImportFinding,
    PartyRow,
    RelationshipRow,
    finding_frame,
    imported,
    party_frame,
    relationship_frame,
)
from riskmon.ingest.formats.uk_psc.owners import company, finding, owner, relationships
from riskmon.ingest.formats.uk_psc.records import Record, Totals, read_lines

_BATCH = 50_000
"""Records turned into frames at a time, so that a whole snapshot is never held as objects."""

_VERSION = ("record", "version")


def read_uk_psc(files: Sequence[Path]) -> Imported:
    """The records of one or more files as parties and relationships.

    A relationship is true from `notified_on` to `ceased_on` and known since `notified_on`. A right over a share is a
    shareholding with its band; the right to appoint a majority of directors is control; significant influence or
    control leaves open which of the two it is, so it is doubtful. An owner who is protected or not identified is a
    party without a name. Whatever says nothing about an owner is a finding. Of two different records under one
    address the later one counts.

    Raises:
        CallerError: a file that is missing, damaged, cut off, or holds no record of the register.
    """
    findings: list[ImportFinding] = []
    parts = [_frames(batch, findings) for batch in _batches(_records(files, findings))]
    parties = pl.concat([party_frame([]), *(part[0] for part in parts)])
    links = pl.concat([_versioned([]), *(part[1] for part in parts)])
    newest = links.group_by("record").agg(pl.col("version").max(), versions=pl.col("version").n_unique())
    conflicts = newest.filter(pl.col("versions") > 1).select(
        finding_code=pl.lit("record_conflict"),
        statement_id="record",
        record_id=pl.lit(""),
        message=pl.format("{} different records carry this address; the latest counts.", "versions"),
    )
    counted = links.join(newest, on=_VERSION, how="semi").drop(_VERSION).unique("relationship_id")
    return imported(_one_row_a_party(parties), counted, pl.concat([finding_frame(findings), conflicts]))


def _records(files: Iterable[Path], findings: list[ImportFinding]) -> Iterator[Record]:
    read, announced = 0, 0
    for path in files:
        for found in read_lines(path, findings):
            if isinstance(found, Totals):
                announced += found.announced
            else:
                read += 1
                yield found
    if announced and announced != read:
        message = (
            f"The publisher announces {announced} records, and {read} were read; some are missing or refused."
        )
        findings.append(ImportFinding("count_differs", "", "", message))


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    while batch := list(islice(records, _BATCH)):
        yield batch


def _frames(batch: list[Record], findings: list[ImportFinding]) -> tuple[pl.DataFrame, pl.DataFrame]:
    parties: list[PartyRow] = []
    links: list[tuple[str, str, RelationshipRow]] = []
    for record in batch:
        parties.append(company(record.company_number))
        party = owner(record)
        if party is None:
            findings.append(_stated(record))
            continue
        parties.append(party)
        _note_party(record, party, findings)
        version = f"{record.content_date or ''} {record.data.ceased_on or ''} {record.data.etag or ''}"
        links += [(record.address, version, row) for row in relationships(record, party, findings)]
    return party_frame(parties).unique(), _versioned(links)


def _versioned(links: list[tuple[str, str, RelationshipRow]]) -> pl.DataFrame:
    keys = {name: [link[position] for link in links] for position, name in enumerate(_VERSION)}
    schema = dict.fromkeys(_VERSION, pl.String)
    return pl.DataFrame(keys, schema=schema).hstack(relationship_frame(link[2] for link in links))


def _note_party(record: Record, party: PartyRow, findings: list[ImportFinding]) -> None:
    data = record.data
    if not data.name:
        findings.append(
            finding(record, "party_unknown", f"The owner is not named; it stands as {party.name!r}.")
        )
    if data.kind.startswith("legal-person"):
        form = data.identification.legal_form if data.identification else None
        message = f"A legal person ({form or 'no form given'}) counts as a firm; it may be a public body."
        findings.append(finding(record, "kind_unclear", message))


def _stated(record: Record) -> ImportFinding:
    """What a record says that names no owner: nobody qualifies, an exemption, a step on the way."""
    data = record.data
    period = f"from {data.notified_on or 'an unknown day'} to {data.ceased_on or 'now'}"
    if data.exemptions is not None:
        message = f"The company is exempt from naming its owners ({', '.join(sorted(data.exemptions))})."
        return finding(record, "owner_exempt", message)
    if (data.statement or "").startswith("no-"):
        return finding(
            record, "no_owner_declared", f"The company declares that it has none, {period}: {data.statement}."
        )
    return finding(
        record, "owner_not_settled", f"No owner is named, {period}: {data.statement or data.kind}."
    )


def _one_row_a_party(parties: pl.DataFrame) -> pl.DataFrame:
    """A company's own record has no name; as an owner it has one, of several the first by alphabet."""
    return parties.sort("party_id", "name", nulls_last=True).unique(
        "party_id", keep="first", maintain_order=True
    )
