"""Controllers: for every controlled party who controls it directly, and who stands at the top."""

import numpy as np
import polars as pl

from graph_models.arrays import (
    FoundControl,
    Lists,
    is_known_control,
    joint_ventures,
    lowest_links,
    ultimate_controllers,
)

_NOBODY = pl.lit([], dtype=pl.List(pl.Int32))


def controllers(control: FoundControl, reports: pl.DataFrame, concerts: pl.DataFrame) -> pl.DataFrame:
    """One row a party that somebody controls, or two hold between them, by party keys.

    reports: party_key, controller_key of the reported ultimate parents that bridge a gap.
    concerts: party_key, controller_key of those who control the party only together with others of their concert.

    Returns party_key, controlled_by, ultimate_controllers, lowest_controller, is_joint, is_bridged. Several direct
    controllers are possible: by records, by votes above 100 %, or in a ring. `is_joint` says that nobody does it
    alone: only the pooled votes of a coalition control the party; or two hold it between them, neither has enough,
    and it has no controller at all.
    """
    found = lowest_links(control)
    direct = pl.DataFrame(
        {"party_key": found.controlled, "controller_key": found.controller, "is_joint": found.is_joint},
        schema_overrides={"party_key": pl.Int32, "controller_key": pl.Int32},
    ).join(
        concerts.with_columns(is_concert=pl.lit(value=True)), on=["party_key", "controller_key"], how="left"
    )
    controlled = (
        direct.sort("party_key", "controller_key")
        .group_by("party_key", maintain_order=True)
        .agg(
            controlled_by=pl.col("controller_key").unique(maintain_order=True),
            is_joint=(pl.col("is_joint") | pl.col("is_concert").fill_null(value=False)).all(),
        )
        .join(_lowest(direct, control, reports), on="party_key", how="left")
        .join(_lists(ultimate_controllers(control.party_count, found)), on="party_key", how="left")
        .with_columns(is_bridged=pl.col("party_key").is_in(reports["party_key"].implode()))
    )
    ventures = pl.DataFrame({"party_key": joint_ventures(control, found)}, schema={"party_key": pl.Int32})
    jointly_held = ventures.select(
        "party_key",
        controlled_by=_NOBODY,
        is_joint=pl.lit(value=True),
        lowest_controller=pl.lit(None, dtype=pl.Int32),
        ultimate_controllers=_NOBODY,
        is_bridged=pl.lit(value=False),
    )
    return pl.concat([controlled, jointly_held]).sort("party_key")


def _lowest(direct: pl.DataFrame, control: FoundControl, reports: pl.DataFrame) -> pl.DataFrame:
    """The nearest controller of each party: party_key, lowest_controller.

    One that stands above another of them gives way to it, unless the party itself controls that other; a reported
    ultimate parent gives way to any other, since the gap lies below it. Of those left the smallest key is named.
    """
    links = direct.select("party_key", "controller_key").unique()
    several = links.filter(pl.len().over("party_key") > 1)
    pairs = several.join(several, on="party_key", how="inner", suffix="_lower").filter(
        pl.col("controller_key") != pl.col("controller_key_lower")
    )

    def controls(upper: str, lower: str) -> pl.Series:
        return pl.Series(is_known_control(control, pairs[upper].to_numpy(), pairs[lower].to_numpy()))

    gives_way = (
        controls("controller_key", "controller_key_lower")
        & ~controls("controller_key_lower", "controller_key")
        & ~controls("party_key", "controller_key_lower")
    )
    return (
        links.join(pairs.filter(gives_way), on=["party_key", "controller_key"], how="anti")
        .join(
            reports.with_columns(is_report=pl.lit(value=True)), on=["party_key", "controller_key"], how="left"
        )
        .sort(pl.col("is_report").fill_null(value=False), "controller_key")
        .group_by("party_key", maintain_order=True)
        .agg(lowest_controller=pl.col("controller_key").first())
    )


def _lists(tops: Lists) -> pl.DataFrame:
    owners = np.repeat(np.arange(tops.offsets.size - 1, dtype=np.int32), np.diff(tops.offsets))
    flat = pl.DataFrame(
        {"party_key": owners, "ultimate_controllers": tops.values},
        schema_overrides={"party_key": pl.Int32, "ultimate_controllers": pl.Int32},
    )
    return flat.group_by("party_key").agg(pl.col("ultimate_controllers").sort())
