"""Attribution of a run: what changed since the run that it is compared with."""

from collections.abc import Callable, Mapping

import polars as pl

from riskmon.domain.errors import CallerError
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.operations.attribution.causes import Tables
from riskmon.operations.attribution.change import Side, attributed
from riskmon.operations.history import EarlierRun, with_gaps
from riskmon.operations.recorded import selection_of
from riskmon.rulebook.select import Selection
from riskmon.store.snapshots import ROW_NUMBER, Snapshot, Snapshots

_COMPARED = ("exposures", "obligor_exposures", "group_exposures", "group_members", "headroom")
_EFFECT = "It is not known what changed exposures and headroom."


def with_attribution(
    outputs: Mapping[str, pl.DataFrame],
    earlier: EarlierRun,
    snapshots: Snapshots,
    selection: Selection,
    ingested: Callable[[], Tables],
) -> dict[str, pl.DataFrame]:
    """The output tables with `attribution`, and with what could not be compared in `not_evaluated`.

    ingested: reads the tables that this run is made of; asked only where there is an earlier run.
    An earlier run that cannot be measured again, since its tables or rules are gone, never stops this one.
    """
    if earlier.snapshot is None:
        missing: str | None = (
            "an earlier run of the same perimeter in the data folder that this version can read"
        )
        rows = OUTPUT_TABLES["attribution"].empty()
    else:
        rows, missing = _attributed(outputs, earlier.snapshot, snapshots, selection, ingested)
    gaps = [(None, missing)] if missing else []
    return {
        **outputs,
        "attribution": rows,
        "not_evaluated": with_gaps(outputs["not_evaluated"], "attribution", gaps, _EFFECT),
    }


def _attributed(
    outputs: Mapping[str, pl.DataFrame],
    earlier: Snapshot,
    snapshots: Snapshots,
    selection: Selection,
    ingested: Callable[[], Tables],
) -> tuple[pl.DataFrame, str | None]:
    """The table, and what was missing to make it."""
    try:
        then = Side(
            selection_of(earlier.manifest),
            snapshots.inputs(earlier),
            {name: snapshots.table(earlier, name).drop(ROW_NUMBER).collect() for name in _COMPARED},
        )
    except CallerError as error:
        return OUTPUT_TABLES[
            "attribution"
        ].empty(), f"the run {earlier.manifest.run_id} as it was: {error.what}"
    return attributed(then, Side(selection, ingested(), outputs)), None
