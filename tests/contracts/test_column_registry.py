"""One column name, one type, one meaning: in what a bank hands in and in what a run writes."""

import polars as pl
import pytest

from riskmon.frames.inputs import INPUT_TABLES
from riskmon.frames.outputs import OUTPUT_TABLES, REGISTRY

INPUTS = [(t.name, c.frame_name, c.dtype) for t in INPUT_TABLES.values() for c in t.columns]
OUTPUTS = [(t.name, c.name, c.dtype) for t in OUTPUT_TABLES.values() for c in t.columns]
COLUMNS = INPUTS + OUTPUTS


def test_a_column_name_has_one_type_in_every_table():
    types = {}
    for table, name, dtype in COLUMNS:
        types.setdefault(name, {}).setdefault(dtype, []).append(table)
    assert {name: found for name, found in types.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("suffix", "is_right"),
    [
        ("_minor", lambda dtype: dtype == pl.Int64),
        ("_e10", lambda dtype: dtype == pl.Int64),
        ("_bp", lambda dtype: dtype.is_integer()),
        ("_count", lambda dtype: dtype.is_integer()),
        ("_days", lambda dtype: dtype.is_integer()),
        ("_date", lambda dtype: dtype == pl.Date),
        ("_ratio", lambda dtype: dtype.is_float()),
        ("_id", lambda dtype: dtype == pl.String),
    ],
)
def test_the_suffix_of_a_column_says_its_type(suffix, is_right):
    assert [(t, name) for t, name, dtype in COLUMNS if name.endswith(suffix) and not is_right(dtype)] == []


def test_a_column_that_asks_a_question_is_boolean():
    asking = [(t, name, dtype) for t, name, dtype in COLUMNS if name.startswith(("is_", "has_"))]
    assert [(t, name) for t, name, dtype in asking if dtype != pl.Boolean] == []


def test_every_registered_column_is_used_and_explained():
    assert set(REGISTRY) == {name for _, name, _ in OUTPUTS}
    assert [c.name for c in REGISTRY.values() if not (c.unit and c.meaning)] == []
