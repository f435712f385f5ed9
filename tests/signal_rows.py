"""What the signal stage says about tiny frames, in the shape that the tests compare."""

import polars as pl

from riskmon import signals
from tests.builders_frames import selection

Tables = dict[str, pl.DataFrame]


def rows_of(tables: Tables, signal_id: str) -> list[dict[str, object]]:
    """The rows of one signal, in the order of the stage."""
    frame = signals.run(tables, selection())["signals"]
    return frame.filter(pl.col("signal_id") == signal_id).to_dicts()


def severities(tables: Tables, signal_id: str) -> dict[str, object]:
    """Severity by subject, such as `obligor 0`; None is not evaluable. A clear subject is not there."""
    rows = rows_of(tables, signal_id)
    assert all((row["state"] == "not_evaluable") == (row["severity"] is None) for row in rows)
    return {f"{row['subject_kind']} {row['subject_key']}": row["severity"] for row in rows}


def gaps_of(tables: Tables, signal_id: str) -> list[str]:
    """What the signal misses for the bank as a whole."""
    frame = signals.run(tables, selection())["not_evaluated"]
    return frame.filter(pl.col("item") == signal_id)["missing"].to_list()
