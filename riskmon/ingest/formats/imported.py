"""What every format hands over: parties, relationships, and what was wrong with the source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import polars as pl

from riskmon.frames.inputs import INPUT_TABLES


class PartyRow(NamedTuple):
    """A row of `parties`, with the columns that ownership data can fill."""

    party_id: str
    name: str | None = None
    kind: str = "corporate"
    country: str | None = None
    uscc: str | None = None
    lei: str | None = None
    registration_number: str | None = None
    government_level: str | None = None


class RelationshipRow(NamedTuple):
    """A row of `relationships`, with the columns that ownership data can fill."""

    relationship_id: str
    source_party_id: str
    target_party_id: str
    kind: str
    basis: str | None
    voting_bp: int | None
    voting_min_bp: int | None
    voting_max_bp: int | None
    economic_bp: int | None
    assessment: str
    valid_from: date | None
    valid_to: date | None
    known_since: date | None
    evidence: str
    known_until: date | None = None


class ImportFinding(NamedTuple):
    """Something wrong or noteworthy in the source, with the statement and the record it was found in."""

    finding_code: str
    statement_id: str
    record_id: str
    message: str


@dataclass(frozen=True, slots=True)
class Imported:
    """Parties and relationships with every column of the data contract, and the findings, each sorted by key."""

    parties: pl.DataFrame
    relationships: pl.DataFrame
    findings: pl.DataFrame


def imported(parties: pl.DataFrame, relationships: pl.DataFrame, findings: pl.DataFrame) -> Imported:
    """The three tables in their final shape: columns of the contract, rows sorted, equal findings once."""
    return Imported(
        parties=contract_table("parties", parties),
        relationships=contract_table("relationships", relationships),
        findings=findings.select(pl.col(ImportFinding._fields).cast(pl.String))
        .unique()
        .sort(ImportFinding._fields),
    )


def contract_table(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with every column of an input table as it is delivered (amounts are text), null where not given."""
    table = INPUT_TABLES[name]
    columns = [
        pl.col(column.name).cast(column.dtype)
        if column.name in rows.columns
        else pl.lit(None, dtype=pl.String() if column.type == "amount" else column.dtype).alias(column.name)
        for column in table.columns
    ]
    return rows.select(columns).sort(table.key)


def party_frame(rows: Iterable[PartyRow]) -> pl.DataFrame:
    """Party rows as a frame."""
    return pl.DataFrame(list(rows), schema=dict.fromkeys(PartyRow._fields, pl.String), orient="row")


def relationship_frame(rows: Iterable[RelationshipRow]) -> pl.DataFrame:
    """Relationship rows as a frame."""
    types = {name: pl.Int32 if name.endswith("_bp") else pl.String for name in RelationshipRow._fields}
    dates = dict.fromkeys(("valid_from", "valid_to", "known_since", "known_until"), pl.Date)
    return pl.DataFrame(list(rows), schema={**types, **dates}, orient="row")


def finding_frame(rows: Iterable[ImportFinding]) -> pl.DataFrame:
    """Findings as a frame."""
    return pl.DataFrame(list(rows), schema=dict.fromkeys(ImportFinding._fields, pl.String), orient="row")
