"""Writing a run: one folder, whole, however many processes write at a time."""

import json
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from riskmon.domain.errors import CallerError, SnapshotUnreadableError
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.store.snapshot_writer import kept_inputs, read_inputs, write_snapshot
from riskmon.store.snapshots import Snapshots

TABLES = {name: pl.DataFrame(schema=table.schema) for name, table in OUTPUT_TABLES.items()}

INPUTS = {"parties": pl.DataFrame({"party_id": ["A", None], "faults": [[], ["x"]]})}


def written(data, run_id):
    with kept_inputs(data, INPUTS) as inputs:
        return write_snapshot(data, {"as_of": "2026-06-30", "run_id": run_id}, TABLES, {}, inputs)


def test_runs_written_at_the_same_time_are_all_whole_and_have_a_sequence_of_their_own(tmp_path):
    ids = ["a", "b", "c", "a", "b", "c", "a", "b", "c"]
    with ThreadPoolExecutor(len(ids)) as pool:
        outcomes = list(pool.map(lambda run_id: written(tmp_path, run_id), ids))
    # of the three that write the same run, one finds it new
    assert sorted(outcome.folder.name for outcome in outcomes if outcome.is_new) == [
        "run_id=a", "run_id=b", "run_id=c",
    ]  # fmt: skip
    folders = {outcome.folder for outcome in outcomes}
    assert sorted(
        json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["sequence"] for folder in folders
    ) == [1, 2, 3]
    for folder in folders:
        assert {path.stem for path in folder.glob("*.parquet")} == set(OUTPUT_TABLES)
        assert_frame_equal(read_inputs(folder / "inputs")["parties"], INPUTS["parties"])
    assert list(tmp_path.glob(".*")) == []
    assert list((tmp_path / "as_of=2026-06-30").glob(".*")) == []


@pytest.mark.parametrize("text", ["{", "{}", "[]", '{"sequence": "x"}'])
def test_a_broken_manifest_beside_it_stops_the_run_with_a_message(tmp_path, text):
    broken = tmp_path / "as_of=2026-06-30" / "run_id=a"
    broken.mkdir(parents=True)
    (broken / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(SnapshotUnreadableError, match="is broken"):
        written(tmp_path, "b")


def stopped(data):
    """A run that ends in an error after its inputs were read; until then there is no run to be seen."""
    with kept_inputs(data, INPUTS) as inputs:
        assert_frame_equal(inputs.tables()["parties"], INPUTS["parties"])
        assert Snapshots(data).all() == ()
        raise KeyError


def test_the_inputs_of_a_run_that_stops_are_gone(tmp_path):
    with pytest.raises(KeyError):
        stopped(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_data_folder_that_cannot_be_written_to_stops_the_run_before_it_computes(tmp_path):
    (tmp_path / "data").write_text("a file", encoding="utf-8")
    with pytest.raises(CallerError, match="cannot be written to"), kept_inputs(tmp_path / "data", INPUTS):
        pass
