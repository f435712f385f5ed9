"""Listing groups: who is one risk with whom under one book, from parties and relationships alone.

Where the folder also has facilities and capital, exposure decides who is a member and who only connects.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from riskmon import exposures, groups, validate
from riskmon.domain.assessment import none_approved
from riskmon.domain.errors import CallerError
from riskmon.groups.stage import party_groups
from riskmon.ingest.mapping import read_mapping
from riskmon.ingest.sources import read_bank
from riskmon.operations.output import named_members
from riskmon.pipeline import advance
from riskmon.rulebook.select import Book, Selection

REQUIRED_TABLES = ("parties", "relationships")


def list_groups(
    folder: Path,
    selection: Selection,
    *,
    mapping_file: Path | None = None,
    assessments: pl.DataFrame | None = None,
) -> dict[str, Any]:
    """The groups of one book with anchor, members and reasons, confirmed and if doubts were confirmed.

    Args:
        folder: a bank's tables; parties and relationships are enough.
        selection: date and exactly one book.
        mapping_file: TOML file with the bank's own table and column names.
        assessments: what two persons found, as a run is handed it (see `domain.assessment`); none if not given.

    Returns:
        `as_of`, `book`, `groups`, `if_confirmed`, `not_evaluated`, `findings` (finding_code, table, row_count,
        sample, message); single parties are groups of one. `assessed` are the relationships of which an assessment of two persons counts: relationship_id, assessment,
        recorded_assessment, assessed_by, approved_by, reason.
    """
    if len(selection.books) > 1:
        raise CallerError(
            f"{len(selection.books)} books are named.",
            why="The groups of one would be taken for those of all.",
            remedy="Name one book, and ask once for each.",
        )
    book = selection.books[0]
    if book.grouping is None:
        raise CallerError(
            f"The book {book.id!r} groups nobody.",
            remedy="Name a book with a grouping, for example basel_lex.",
        )
    tables = validated_bank(folder, selection, mapping_file, assessments)
    if _is_delivered(tables, "facilities"):
        for stage in (exposures.run, groups.search, groups.run):
            tables = advance(tables, selection, stage)
    else:
        tables = {**tables, **party_groups(tables["parties"], tables["relationships"], book)}
    return {
        "as_of": selection.as_of.isoformat(),
        "book": book.id,
        "groups": _listed(tables, "groups", "group_members"),
        "if_confirmed": _listed(tables, "if_confirmed_groups", "if_confirmed_members"),
        "assessed": assessed_links(tables["relationships"]),
        "not_evaluated": _not_evaluated(tables, book),
        "findings": counted_findings(tables["findings"]),
    }


def validated_bank(
    folder: Path, selection: Selection, mapping_file: Path | None, assessments: pl.DataFrame | None
) -> dict[str, pl.DataFrame]:
    """The tables of a folder after validation, with the assessments that count; no table but the two is needed."""
    mapping = read_mapping(mapping_file) if mapping_file else None
    tables = read_bank(folder, mapping=mapping, required=REQUIRED_TABLES)
    tables["assessments"] = none_approved() if assessments is None else assessments
    return advance(tables, selection, validate.run)


def assessed_links(relationships: pl.DataFrame) -> list[dict[str, str]]:
    """The relationships of which an assessment of two persons counts in the place of the delivered one."""
    return (
        relationships.filter(pl.col("recorded_assessment").is_not_null())
        .select(
            "relationship_id",
            "assessment",
            "recorded_assessment",
            "assessed_by",
            "approved_by",
            reason="assessment_reason",
        )
        .sort("relationship_id")
        .to_dicts()
    )


def counted_findings(findings: pl.DataFrame) -> list[dict[str, Any]]:
    """What is wrong with the rows of the folder, by code and table."""
    columns = ("finding_code", "table", "row_count", "sample", "message")
    return findings.select(columns).sort("finding_code", "table").to_dicts()


def _not_evaluated(tables: Mapping[str, pl.DataFrame], book: Book) -> list[dict[str, str]]:
    """The gates on exposure that could not be asked, and what is missing of the relationships themselves."""
    gates = {
        "facilities": "Every party counts as a member that is not said to be no obligor.",
        "capital": "The line from which dependence is searched is taken as passed.",
    }
    rows = [
        {"item": "exposure gate", "book_id": book.id, "missing": f"table {name}", "effect": effect}
        for name, effect in gates.items()
        if not _is_delivered(tables, name)
    ]
    is_ours = (pl.col("missing") == "table relationships") | pl.col("item").is_in(
        ("exposure gate", "dependence search")
    )
    known = tables["not_evaluated"].filter(is_ours).unique(maintain_order=True)
    return [*rows, *known.to_dicts()]


def _is_delivered(tables: Mapping[str, pl.DataFrame], name: str) -> bool:
    return name in tables["delivered"]["table"]


def _listed(tables: Mapping[str, pl.DataFrame], groups_name: str, members_name: str) -> list[dict[str, Any]]:
    members = named_members(tables, groups_name, members_name).sort("group_id", "party_id")
    rows = members.group_by("group_id", maintain_order=True).agg(
        pl.col("anchor_id").first(), members=pl.struct("party_id", "role", "reason")
    )
    return rows.to_dicts()
