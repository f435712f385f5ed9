"""Bridges: reported ultimate parents, used only where the recorded links have a gap.

A register often names the ultimate parent of a firm beside its direct one. Where the direct links lead to that parent
already, the record says nothing new and a reason shall not skip the firms between. Where they do not, a link between
is missing, and the record is the only sign of it: it counts as control, and the firm is marked.
"""

import numpy as np
import polars as pl

from graph_models.arrays import FoundControl, is_known_control
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


def bridging_reports(links: pl.DataFrame) -> pl.DataFrame:
    """The reported ultimate parents among links without idle ones: party_key, controller_key, each pair once."""
    reports = links.filter(_is_reported())
    return reports.select(party_key="target_key", controller_key="source_key").unique()


def _is_reported() -> pl.Expr:
    return (pl.col("link") == int(LinkKind.CONTROL)) & pl.col("is_reported")
