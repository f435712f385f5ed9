"""A finished run once more: the same tables under the same rules, with other assessments."""

from collections.abc import Mapping

import polars as pl

from riskmon.operations.output import output_tables
from riskmon.operations.run_monitor import overflow_explained
from riskmon.pipeline import STAGES, advance
from riskmon.rulebook.select import Selection

Tables = Mapping[str, pl.DataFrame]


def outputs_with(tables: Tables, selection: Selection, assessments: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Every output table but `group_changes`, under these assessments."""
    advanced = {**tables, "assessments": assessments}
    for name, stage in STAGES:
        with overflow_explained(name):
            advanced = advance(advanced, selection, stage)
    return output_tables(advanced)
