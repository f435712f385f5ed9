import json
from datetime import date

import polars as pl
import pytest

from riskmon.domain.errors import NotFoundError, NotReadyError, SnapshotUnreadableError
from riskmon.ingest import read_bank
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from riskmon.store import snapshots as store
from riskmon.store.snapshots import Snapshots
from tests import builders
from tests.snapshot_builder import manifest, write_snapshot


def test_the_current_run_is_the_last_completed_of_the_newest_date(tmp_path):
    write_snapshot(tmp_path, run_id="a1", as_of="2026-06-30", sequence=9)
    write_snapshot(tmp_path, run_id="b2", as_of="2026-07-31", sequence=2)
    write_snapshot(tmp_path, run_id="c3", as_of="2026-07-31", sequence=1)
    snapshots = Snapshots(tmp_path)

    assert snapshots.find().manifest.run_id == "b2"
    assert [run.manifest.run_id for run in snapshots.all()] == ["b2", "c3", "a1"]
    assert snapshots.find("a1").manifest.sequence == 9


def test_a_run_that_has_not_finished_does_not_count(tmp_path):
    write_snapshot(tmp_path, run_id="a1")
    unfinished = write_snapshot(tmp_path, run_id="b2", as_of="2026-07-31")
    (unfinished / "manifest.json").unlink()

    assert Snapshots(tmp_path).find().manifest.run_id == "a1"
    with pytest.raises(NotFoundError):
        Snapshots(tmp_path).find("b2")


def test_a_run_that_finishes_is_seen_at_once(tmp_path):
    snapshots = Snapshots(tmp_path / "not yet made")
    with pytest.raises(NotReadyError):
        snapshots.find()
    write_snapshot(tmp_path / "not yet made")

    assert snapshots.find().manifest.run_id == "c0ffee"


def test_an_empty_data_folder_is_not_ready(tmp_path):
    with pytest.raises(NotReadyError, match="no finished run"):
        Snapshots(tmp_path).find()


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", json.dumps({"run_id": "c0ffee"}), json.dumps(manifest("beef"))]
)
def test_a_broken_manifest_stops_the_reading(tmp_path, broken):
    folder = write_snapshot(tmp_path)
    (folder / "manifest.json").write_text(broken)

    for ask in (
        Snapshots(tmp_path).find,
        Snapshots(tmp_path).all,
        lambda: Snapshots(tmp_path).find("c0ffee"),
    ):
        with pytest.raises(SnapshotUnreadableError, match="manifest"):
            ask()


@pytest.mark.parametrize("run_id", ["", "..", "*", "c0ffe", "../as_of=2026-06-30/run_id=c0ffee", "c0ffee/."])
def test_an_id_is_a_name_and_never_a_path(tmp_path, run_id):
    write_snapshot(tmp_path)

    with pytest.raises(NotFoundError):
        Snapshots(tmp_path).find(run_id)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b"PAR1"),
        lambda path: pl.DataFrame({"limit_id": ["group_credit"]}).write_parquet(path),
    ],
    ids=["missing", "cut off", "other columns"],
)
def test_a_damaged_table_is_said_to_be_damaged(tmp_path, damage):
    folder = write_snapshot(tmp_path)
    damage(folder / "headroom.parquet")
    snapshots = Snapshots(tmp_path)

    with pytest.raises(SnapshotUnreadableError, match="headroom"):
        snapshots.table(snapshots.find(), "headroom")


def test_a_large_table_is_scanned_and_says_the_same_as_a_small_one(tmp_path, monkeypatch):
    write_snapshot(tmp_path)
    small = Snapshots(tmp_path)
    kept = small.table(small.find(), "headroom").collect()
    monkeypatch.setattr(store, "SCANNED_FROM_BYTES", 0)
    large = Snapshots(tmp_path)
    scanned = large.table(large.find(), "headroom")

    assert scanned.collect().equals(kept)
    assert "SCAN" in scanned.explain()


def test_a_small_table_is_read_once(tmp_path):
    folder = write_snapshot(tmp_path)
    snapshots = Snapshots(tmp_path)
    first = snapshots.table(snapshots.find(), "headroom").collect()
    (folder / "headroom.parquet").unlink()

    assert snapshots.table(snapshots.find(), "headroom").collect().equals(first)


def test_what_is_kept_stays_within_its_bound(tmp_path):
    folder = write_snapshot(tmp_path)
    size = Snapshots(tmp_path).table(Snapshots(tmp_path).find(), "headroom").collect().estimated_size()
    snapshots = Snapshots(tmp_path, cache_bytes=size)
    snapshots.table(snapshots.find(), "headroom")
    snapshots.table(snapshots.find(), "signals")  # pushes out the headroom, which was asked for longest ago
    (folder / "headroom.parquet").unlink()

    with pytest.raises(SnapshotUnreadableError):
        snapshots.table(snapshots.find(), "headroom")


def test_the_tables_that_a_run_was_made_of_are_kept_with_it(tmp_path):
    bank = builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party("A")],
        facilities=[builders.facility("F1", "A"), builders.facility("F2", "A", drawn="seven")],
        capital=[builders.capital()],
    )
    run_monitor(bank, select(["example_policy"], as_of=builders.AS_OF), tmp_path / "data")
    snapshots = Snapshots(tmp_path / "data")
    kept, read = snapshots.inputs(snapshots.find()), read_bank(bank, required=())

    # What persons declared is kept beside what was delivered.
    assert kept.keys() == read.keys() | {"declared_limits"}
    assert all(kept[name].equals(read[name]) for name in read)  # the refused row of F2 as well


def test_a_column_that_the_contract_got_after_a_run_is_there_and_empty(tmp_path):
    snapshots = Snapshots(tmp_path)
    write_snapshot(tmp_path)
    snapshot = snapshots.find()
    folder = snapshot.folder / "inputs"
    folder.mkdir(exist_ok=True)
    pl.DataFrame({"as_of": [date(2026, 6, 30)]}).write_parquet(folder / "capital.parquet")
    (row,) = snapshots.inputs(snapshot, only=("capital",))["capital"].to_dicts()
    assert row["as_of"] == date(2026, 6, 30)
    assert row["total_assets_minor"] is None


def test_a_run_without_its_inputs_says_so(tmp_path):
    write_snapshot(tmp_path)
    snapshots = Snapshots(tmp_path)
    with pytest.raises(SnapshotUnreadableError, match="without its inputs"):
        snapshots.inputs(snapshots.find())
