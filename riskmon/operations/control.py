"""Who controls whom under one book, and who owns how much in the end, from parties and relationships alone.

Control and ownership answer two questions and are never mixed: 60 % of 60 % is all of the power and 36 % of the profit.
"""

from pathlib import Path
from typing import Any

import polars as pl

from riskmon.domain.errors import CallerError
from riskmon.groups.owners import end_owners
from riskmon.groups.stage import party_controllers
from riskmon.operations.groups import assessed_links, counted_findings, validated_bank
from riskmon.operations.output import named_controllers, named_owners
from riskmon.rulebook.select import Selection

_DECIMALS = 9
"""Shares are shown to a billionth: finer than what is pruned, coarser than the noise of floats."""


def list_control(
    folder: Path,
    selection: Selection,
    *,
    mapping_file: Path | None = None,
    assessments: pl.DataFrame | None = None,
) -> dict[str, Any]:
    """The controllers of every party under one book, and its end owners.

    Args:
        folder: a bank's tables; parties and relationships are enough, and no other is read.
        selection: date and exactly one book.
        mapping_file: TOML file with the bank's own table and column names.
        assessments: what two persons found, as a run is handed it; none if not given.

    Returns:
        `as_of`, `book`, `parties`, `assessed` (as `list_groups` has it), `without_end_owner` (owned parties whose holdings lead to nobody, with the
        residual), `not_evaluated`, `findings`. A party that nobody controls has empty lists and no lowest
        controller; `is_joint` says that it is controlled, or held, only by several together. An owner's `share` is
        of the capital that the party does not hold itself, its `residual` the part of what is recorded of the party
        that leads to no end owner: by so much the share may be larger.
    """
    book = selection.books[0]
    if book.grouping is None:
        raise CallerError(
            f"The book {book.id!r} groups nobody, so it has no line of control.",
            remedy="Name a book with a grouping, for example basel_lex.",
        )
    tables = validated_bank(folder, selection, mapping_file, assessments)
    parties, relationships = tables["parties"], tables["relationships"]
    owners = named_owners(parties, end_owners(relationships, parties.height)).with_columns(
        pl.col("share", "residual").round(_DECIMALS)
    )
    controllers = named_controllers(parties, party_controllers(parties, relationships, book.grouping))
    nobody = owners.filter(pl.col("owner_id").is_null())
    return {
        "as_of": selection.as_of.isoformat(),
        "book": book.id,
        "parties": _listed(parties, controllers, owners).to_dicts(),
        "assessed": assessed_links(relationships),
        "without_end_owner": nobody.select("party_id", "residual").sort("party_id").to_dicts(),
        "not_evaluated": tables["not_evaluated"]
        .filter(pl.col("missing") == "table relationships")
        .unique()
        .to_dicts(),
        "findings": counted_findings(tables["findings"]),
    }


def _listed(parties: pl.DataFrame, controllers: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """Every party with its controllers and end owners, whether it has any or not, sorted by id."""
    owners_of = (
        owners.filter(pl.col("owner_id").is_not_null())
        .sort("party_id", "share", "owner_id", descending=[False, True, False])
        .group_by("party_id", maintain_order=True)
        .agg(owners=pl.struct(pl.col("owner_id").alias("party_id"), "share", "residual"))
    )
    return (
        parties.select("party_id")
        .sort("party_id")
        .join(controllers, on="party_id", how="left", maintain_order="left")
        .join(owners_of, on="party_id", how="left", maintain_order="left")
        .select(
            "party_id",
            pl.col("controlled_by", "ultimate_controllers").fill_null([]),
            "lowest_controller",
            pl.col("is_joint", "is_bridged").fill_null(value=False),
            pl.col("owners").fill_null([]),
        )
    )
