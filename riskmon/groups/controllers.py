"""Controllers: for every controlled party who controls it directly, and who stands at the top."""

import numpy as np
import polars as pl

from graph_models.arrays import FoundControl, Lists, lowest_links, ultimate_controllers


def controllers(control: FoundControl, party_count: int) -> pl.DataFrame:
    """One row a controlled party: controlled_by, ultimate_controllers, lowest_controller, is_joint (party keys).

    Several direct controllers are possible: by records, by votes above 100 %, or in a ring.
    """
    found = lowest_links(control)
    direct = pl.DataFrame(
        {"party_key": found.controlled, "controller_key": found.controller, "is_joint": found.is_joint},
        schema_overrides={"party_key": pl.Int32, "controller_key": pl.Int32},
    )
    tops = ultimate_controllers(party_count, found)
    return (
        direct.sort("party_key", "controller_key")
        .group_by("party_key", maintain_order=True)
        .agg(
            controlled_by=pl.col("controller_key").unique(maintain_order=True),
            lowest_controller=pl.col("controller_key").min(),
            is_joint=pl.col("is_joint").all(),
        )
        .join(_lists(tops), on="party_key", how="left")
    )


def _lists(tops: Lists) -> pl.DataFrame:
    owners = np.repeat(np.arange(tops.offsets.size - 1, dtype=np.int32), np.diff(tops.offsets))
    flat = pl.DataFrame(
        {"party_key": owners, "ultimate_controllers": tops.values},
        schema_overrides={"party_key": pl.Int32, "ultimate_controllers": pl.Int32},
    )
    return flat.group_by("party_key").agg(pl.col("ultimate_controllers").sort())
