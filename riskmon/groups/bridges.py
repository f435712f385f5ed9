"""Bridges: reported ultimate parents, used only where the recorded links have a gap.

A register often names the ultimate parent of a firm beside its direct one. Where the direct links lead to that parent
already, the record says nothing new and a reason shall not skip the firms between. Where they do not, a link between
is missing, and the record is the only sign of it: it counts as control of the firm and of who stands at the top of its
direct links, since they lie between the two; all of them are marked.
"""

import numpy as np
import polars as pl

from graph_models.array_tools import ranges
from graph_models.arrays import FoundControl, is_known_control, lowest_links, ultimate_controllers
from graph_models.terms import LinkKind


def direct_links(links: pl.DataFrame) -> pl.DataFrame:
    """The links without the reported ultimate parents."""
    return links.filter(~_is_reported())


def without_idle_reports(links: pl.DataFrame, direct: FoundControl) -> pl.DataFrame:
    """The links without the reported ultimate parents that control the firm by direct links already.

    links: as `counting_links` gives them. direct: control found from `direct_links` of them.
    """
    reports = links.filter(_is_reported())
    is_idle = is_known_control(
        direct,
        reports["source_key"].to_numpy().astype(np.int32),
        reports["target_key"].to_numpy().astype(np.int32),
    )
    idle = reports.filter(pl.Series(is_idle))["relationship_key"]
    return links.filter(~(_is_reported() & pl.col("relationship_key").is_in(idle.implode())))


def reports_of_tops(bridging: pl.DataFrame, direct: FoundControl) -> pl.DataFrame:
    """The bridging reports once more, from the reported parent to those at the top of the firm's direct links.

    bridging: links without idle reports. direct: control found without reports. One at the top that controls the
    reported parent itself is left out: the report then names somebody on the way.
    """
    reports = bridging.filter(_is_reported())
    tops = ultimate_controllers(direct.party_count, lowest_links(direct))
    firms = np.unique(reports["target_key"].to_numpy())
    counts = np.diff(tops.offsets)[firms]
    above = pl.DataFrame(
        {
            "target_key": np.repeat(firms, counts),
            "top_key": tops.values[ranges(tops.offsets[firms], counts)],
        },
        schema={"target_key": pl.Int32, "top_key": pl.Int32},
    )
    moved = reports.join(above, on="target_key", how="inner").filter(
        pl.col("top_key") != pl.col("source_key"), pl.col("top_key") != pl.col("target_key")
    )
    is_theirs = is_known_control(direct, moved["top_key"].to_numpy(), moved["source_key"].to_numpy())
    kept = moved.filter(~pl.Series(is_theirs, dtype=pl.Boolean))
    return kept.with_columns(target_key="top_key").select(bridging.columns)


def bridging_reports(links: pl.DataFrame) -> pl.DataFrame:
    """The reported ultimate parents among links without idle ones: party_key, controller_key, each pair once."""
    reports = links.filter(_is_reported())
    return reports.select(party_key="target_key", controller_key="source_key").unique()


def _is_reported() -> pl.Expr:
    return (pl.col("link") == int(LinkKind.CONTROL)) & pl.col("is_reported")
