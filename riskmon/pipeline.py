"""The order of the stages, and nothing else."""

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from riskmon import exposures, groups, limits, ratings, signals, validate
from riskmon.rulebook.select import Selection

Tables = Mapping[str, pl.DataFrame]
Stage = Callable[[Tables, Selection], dict[str, pl.DataFrame]]

STAGES: Final[tuple[tuple[str, Stage], ...]] = (
    ("validate", validate.run),
    ("exposures", exposures.run),
    ("ratings", ratings.run),
    ("search", groups.search),
    ("groups", groups.run),
    ("limits", limits.run),
    ("signals", signals.run),
)


def advance(tables: dict[str, pl.DataFrame], selection: Selection, stage: Stage) -> dict[str, pl.DataFrame]:
    """The tables with what one stage made of them. A stage sees all that came before and replaces only its own."""
    return {**tables, **stage(tables, selection)}
