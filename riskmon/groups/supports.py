"""Structures behind which the same third party stands: one risk under a book that says so.

Its failure could cost all of them at once. It carries the investments itself already, through looking through, so the
link runs between the structures and leaves it out: their sum would otherwise hold every investment twice.
"""

from collections.abc import Mapping

import polars as pl

from riskmon.groups.links import COMMON_SUPPORT
from riskmon.rulebook.select import Selection

RECORDED_BY = "riskmon"
"""Who recorded a link that follows from other rows."""


def with_common_support(tables: Mapping[str, pl.DataFrame], selection: Selection) -> pl.DataFrame:
    """The relationships, and after them the links of common support where a selected book joins by them; keyed by id.

    tables: relationships, supported_structures (vehicle_key, provider_key, role), parties. Of the structures of one
    provider each is linked with the one of the first id, which says as much as every pair. A link's id names its
    structure and the provider, its evidence the roles: it follows from rows on record, so it is in no doubt.
    """
    relationships = tables["relationships"]
    if not any(book.grouping and book.grouping.common_support for book in selection.books):
        return relationships
    links = _links(tables["supported_structures"], tables["parties"])
    if links.is_empty():
        return relationships
    rows = pl.concat([relationships, links], how="diagonal").sort("relationship_id")
    return rows.with_columns(relationship_key=pl.int_range(pl.len(), dtype=pl.Int32))


def _links(supported: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """The links of common support: one a provider and structure beyond its first."""
    ids = parties.select("party_key", "party_id")
    return (
        supported.group_by("provider_key", "vehicle_key")
        .agg(roles=pl.col("role").drop_nulls().unique().sort().str.join(", "))
        .join(ids.rename({"party_key": "vehicle_key", "party_id": "vehicle_id"}), on="vehicle_key")
        .join(ids.rename({"party_key": "provider_key", "party_id": "provider_id"}), on="provider_key")
        .sort("provider_id", "vehicle_id")
        .with_columns(
            source_key=pl.col("vehicle_key").first().over("provider_key"),
            source_id=pl.col("vehicle_id").first().over("provider_key"),
            source_roles=pl.col("roles").first().over("provider_key"),
        )
        .filter(pl.col("vehicle_key") != pl.col("source_key"))
        .select(
            "source_key",
            target_key="vehicle_key",
            relationship_id=pl.format("support:{}:{}", "vehicle_id", "provider_id"),
            kind=pl.lit(COMMON_SUPPORT),
            assessment=pl.lit("none"),
            recorded_by=pl.lit(RECORDED_BY),
            evidence=pl.format(
                "structure_support: {} stands behind {} ({}) and {} ({}).",
                "provider_id",
                "source_id",
                "source_roles",
                "vehicle_id",
                "roles",
            ),
        )
    )
