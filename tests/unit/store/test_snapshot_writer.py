"""Writing a run: one folder, whole, however many processes write at a time."""

import json
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest

from riskmon.domain.errors import SnapshotUnreadableError
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.store.snapshot_writer import write_snapshot

TABLES = {name: pl.DataFrame(schema=table.schema) for name, table in OUTPUT_TABLES.items()}


def written(data, run_id):
    return write_snapshot(data, {"as_of": "2026-06-30", "run_id": run_id}, TABLES, {}, {})


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
    assert list((tmp_path / "as_of=2026-06-30").glob(".*")) == []


@pytest.mark.parametrize("text", ["{", "{}", "[]", '{"sequence": "x"}'])
def test_a_broken_manifest_beside_it_stops_the_run_with_a_message(tmp_path, text):
    broken = tmp_path / "as_of=2026-06-30" / "run_id=a"
    broken.mkdir(parents=True)
    (broken / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(SnapshotUnreadableError, match="is broken"):
        written(tmp_path, "b")
