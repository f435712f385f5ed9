"""Statements: one for every party and for every relationship that the standard can say, with its source.

A record keeps the id that the party or the relationship has here. A statement's id is made of what it says, so that
the same facts on the same day are the same package, byte for byte.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from riskmon.frames.inputs import INPUT_TABLES
from riskmon.reports.bods.records import Row, party_details, relationship_details
from riskmon.reports.bods.untold import left_out, reasons, without_place

_VERSION = "0.4"


@dataclass(frozen=True, slots=True)
class Publication:
    """Who publishes a package, and on which day."""

    published_on: date
    publisher: str


@dataclass(frozen=True, slots=True)
class Package:
    """The statements, parties first, each sorted by id; and what is not in them: table, what, row_count, reason."""

    parties: pl.DataFrame
    relationships: pl.DataFrame
    untold: pl.DataFrame
    publication: Publication

    def statements(self) -> Iterator[dict[str, Any]]:
        """Every statement as JSON values, one at a time."""
        for party in self.parties.iter_rows(named=True):
            record_type = "person" if party["kind"] == "person" else "entity"
            yield self._statement(party, record_type, party["party_id"], party["party_id"], party_details)
        for row in self.relationships.iter_rows(named=True):
            subject = row["target_party_id"]
            yield self._statement(row, "relationship", row["relationship_id"], subject, relationship_details)

    def _statement(
        self,
        row: Row,
        record_type: str,
        record_id: str,
        subject: str,
        details: Callable[[Row], dict[str, Any]],
    ) -> dict[str, Any]:
        said = {
            "declarationSubject": subject,
            "statementDate": (row.get("known_since") or self.publication.published_on).isoformat(),
            "publicationDetails": {
                "publicationDate": self.publication.published_on.isoformat(),
                "bodsVersion": _VERSION,
                "publisher": {"name": self.publication.publisher},
            },
            "recordId": record_id,
            "recordType": record_type,
            "recordStatus": "new",
            "recordDetails": details(row),
        } | _source(row)
        content = json.dumps(said, sort_keys=True, ensure_ascii=False).encode()
        return {"statementId": hashlib.blake2b(content, digest_size=16).hexdigest()} | said


def bods_package(parties: pl.DataFrame, relationships: pl.DataFrame, publication: Publication) -> Package:
    """Parties and relationships of the data contract as a package of the standard.

    Args:
        parties: rows of `parties` as ingested; columns that are not there are unknown.
        relationships: rows of `relationships` as ingested, likewise.
        publication: publisher and day; the day also dates what carries no `known_since`.
    """
    people = _contract("parties", parties)
    people = people.filter(pl.col("party_id").is_not_null()).sort("party_id")
    judged = _contract("relationships", relationships).with_columns(
        reason=pl.coalesce(
            pl.when(holds.fill_null(value=False)).then(pl.lit(reason))
            for reason, holds in reasons(people).items()
        )
    )
    said = judged.filter(pl.col("reason").is_null()).drop("reason").sort("relationship_id")
    untold = pl.concat([left_out(judged), without_place(people, said)])
    return Package(people, said, untold.sort("table", "what", "reason"), publication)


def _contract(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The columns of an input table in their types, those that are not there empty, and `has_faults`; each row once."""
    columns = [
        pl.col(column.frame_name).cast(column.dtype)
        if column.frame_name in rows.columns
        else pl.lit(None, dtype=column.dtype).alias(column.frame_name)
        for column in INPUT_TABLES[name].columns
    ]
    is_faulty = pl.col("faults").list.len() > 0 if "faults" in rows.columns else pl.lit(value=False)
    return rows.select(*columns, has_faults=is_faulty).unique()


def _source(row: Row) -> dict[str, Any]:
    """Where we know it from: our evidence, and who recorded it."""
    source: dict[str, Any] = {}
    if row.get("evidence"):
        source["description"] = row["evidence"]
    if row.get("recorded_by"):
        source["assertedBy"] = [{"name": row["recorded_by"]}]
    return {"source": {"type": ["thirdParty"]} | source} if source else {}
