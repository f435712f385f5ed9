"""The figures for monitoring: they say what the tables say, and leave out what there is not."""

from datetime import UTC, datetime

import polars as pl
import pytest

from riskmon.operations.assessments import database_place
from riskmon.operations.figures import Figures
from riskmon.store.outbox import Event, announce
from riskmon.store.schema import open_to_write
from riskmon.store.snapshots import Snapshots
from tests.snapshot_builder import write_snapshot


def figures_of(folder):
    found = Figures(Snapshots(folder), database_place(folder)).now()
    return {figure.name: dict(figure.values) for figure in found}


def test_an_empty_folder_has_no_figures(tmp_path):
    assert figures_of(tmp_path) == {}


def test_breaches_and_headroom_are_those_of_the_stored_tables(tmp_path):
    write_snapshot(tmp_path)
    (stored,) = tmp_path.glob("as_of=*/run_id=*/headroom.parquet")
    table = pl.read_parquet(stored)
    found = figures_of(tmp_path)
    for (book_id, limit_id), rows in table.group_by("book_id", "limit_id"):
        over = [row for row in rows.iter_rows(named=True) if row["is_breach"]]
        assert found["breaches"][book_id, limit_id] == len(over)
        known = [
            row["headroom_minor"] for row in rows.iter_rows(named=True) if row["headroom_minor"] is not None
        ]
        if known:
            assert found["headroom_least"][book_id, limit_id] == min(known) / 100
        assert found["headroom_unknown"][book_id, limit_id] == rows.height - len(known)
    assert any(found["breaches"].values())


def test_the_run_tells_its_business_date_and_when_it_was_made(tmp_path):
    write_snapshot(tmp_path)
    manifest = Snapshots(tmp_path).find().manifest
    found = figures_of(tmp_path)
    day = manifest.as_of
    assert found["run_as_of_timestamp_seconds"] == {
        (manifest.run_id,): datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
    }
    assert found["run_completed_timestamp_seconds"] == {(manifest.run_id,): manifest.completed_at.timestamp()}


def test_what_waits_to_be_told_is_counted(tmp_path):
    database = open_to_write(database_place(tmp_path))
    with database.writing() as connection:
        announce(connection, Event("run.published", "c0ffee", {}), datetime(2026, 7, 1, tzinfo=UTC))
    database.close()
    assert figures_of(tmp_path)["outbox_entries"] == {
        ("dead",): 0, ("delivered",): 0, ("unnumbered",): 1, ("waiting",): 0,
    }  # fmt: skip


def test_a_new_run_takes_the_place_of_the_one_before(tmp_path):
    figures = Figures(Snapshots(tmp_path), database_place(tmp_path))
    assert not list(figures.now())
    write_snapshot(tmp_path)
    assert [figure for figure in figures.now() if figure.name == "breaches"]
    with pytest.raises(StopIteration):
        next(iter(Figures(Snapshots(tmp_path / "none"), database_place(tmp_path / "none")).now()))
