"""The LEI system (GLEIF): who is who, who owns whom, and why a parent is not reported; golden copy in CSV or XML."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from riskmon.ingest.formats.gleif.contents import ENTITIES
from riskmon.ingest.formats.gleif.delivered import Delivered
from riskmon.ingest.formats.gleif.entities import LEI, read_entities
from riskmon.ingest.formats.gleif.links import read_links
from riskmon.ingest.formats.gleif.unreported import read_exceptions
from riskmon.ingest.formats.imported import (
    Imported,
    ImportFinding,
    finding_frame,
    imported,
    party_frame,
    relationship_frame,
)


def read_gleif(files: Sequence[Path]) -> Imported:
    """Level 1, level 2 and reporting exceptions, full files and deltas, in any mixture, as parties and relationships.

    A party's id is its LEI. What the relationship types mean stands in `reported_links`, what an exception means in
    `unreported`. A node that no file describes is a party without a name.

    Raises:
        CallerError: a file that is missing, damaged, cut off, or holds no content of the LEI system.
    """
    findings: list[ImportFinding] = []
    delivered = Delivered(files, findings)
    entities, about_entities = read_entities(delivered)
    links, about_links = read_links(delivered)
    unnamed, unnamed_links, about_exceptions = read_exceptions(delivered, links)
    relationships = pl.concat(
        [relationship_frame([]), links.drop("link_type"), unnamed_links], how="diagonal"
    )
    missing, about_missing = _missing(entities, unnamed, relationships, is_level_1=delivered.has(ENTITIES))
    parties = pl.concat([party_frame([]), entities, unnamed, missing], how="diagonal")
    told = [finding_frame(findings), *about_entities, *about_links, *about_exceptions, about_missing]
    return imported(parties, relationships, pl.concat(told))


def _missing(
    entities: pl.DataFrame, unnamed: pl.DataFrame, relationships: pl.DataFrame, *, is_level_1: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The nodes of relationships that no file describes, and a finding on each, or one if level 1 is missing."""
    nodes = pl.concat(
        relationships.select(party_id=f"{end}_party_id") for end in ("source", "target")
    ).unique()
    known = pl.concat([entities.select("party_id"), unnamed.select("party_id")])
    lei = pl.when(pl.col("party_id").str.contains(LEI)).then("party_id")
    missing = nodes.join(known, on="party_id", how="anti").with_columns(kind=pl.lit("corporate"), lei=lei)
    each = missing.select(
        finding_code=pl.lit("reference_missing"),
        statement_id="party_id",
        record_id="party_id",
        message=pl.lit("The entity was not delivered; a party without a name stands for it."),
    )
    if is_level_1 or missing.is_empty():
        return missing, each
    message = f"No file of level 1 was delivered; {missing.height} parties have no name."
    return missing, finding_frame([ImportFinding("reference_missing", "", "", message)])
