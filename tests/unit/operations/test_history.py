"""A run is compared with the newest earlier date of its folder, and its id says with which run."""

from datetime import date

import pytest

from riskmon.domain.terms import Level
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from riskmon.store.snapshots import Snapshots
from tests import builders

MARCH, JUNE = date(2026, 3, 31), date(2026, 6, 30)


@pytest.fixture
def run(tmp_path):
    """Runs a bank in which A buys B on 1 May."""

    def call(as_of, *, data="data", books=("basel_lex",), level=None, extra=()):
        builders.write_bank(
            tmp_path / "bank",
            parties=[builders.party("A"), builders.party("B"), *extra],
            relationships=[builders.relationship("R1", "A", "B", valid_from="2026-05-01")],
            facilities=[builders.facility("F1", "A"), builders.facility("F2", "B")],
            capital=[builders.capital(MARCH, level=None)],
        )
        return run_monitor(tmp_path / "bank", select(list(books), as_of=as_of, level=level), tmp_path / data)

    return call


def changes(result):
    rows = result.tables["group_changes"].select(
        "change", "group_id", "party_id", "relationship_ids", "cause"
    )
    return rows.rows()


def gaps(result):
    rows = result.tables["not_evaluated"].filter(item="group_changes")
    return rows.select("book_id", "missing").rows()


A_BUYS_B = [
    ("joined", "basel_lex/A", "B", ["R1"], "relationship"),
    ("merged", "basel_lex/B", None, ["R1"], "relationship"),
]


def test_the_first_run_says_that_it_has_nothing_to_compare_with(run):
    first = run(MARCH)
    assert changes(first) == []
    assert [book for book, _ in gaps(first)] == [None]
    assert first.manifest["compared_with"] is None


def test_a_run_tells_what_changed_since_the_newest_earlier_date(run):
    first = run(MARCH)
    second = run(JUNE)
    assert changes(second) == A_BUYS_B
    assert gaps(second) == []
    assert second.manifest["compared_with"] == first.manifest["run_id"]
    between = run(date(2026, 5, 31))
    assert changes(between) == A_BUYS_B
    # June is now compared with May, in which A held B already: another content, so another id
    again = run(JUNE)
    assert changes(again) == []
    assert again.manifest["compared_with"] == between.manifest["run_id"]
    assert again.manifest["run_id"] != second.manifest["run_id"]


def test_the_same_run_beside_another_past_has_another_id(run):
    run(MARCH)
    assert run(JUNE).manifest["run_id"] != run(JUNE, data="elsewhere").manifest["run_id"]
    assert run(JUNE).is_new is False


def test_of_several_runs_of_the_earlier_date_the_last_completed_counts(run):
    run(MARCH)
    corrected = run(MARCH, extra=[builders.party("C")])
    assert run(JUNE).manifest["compared_with"] == corrected.manifest["run_id"]


def test_a_run_of_another_perimeter_is_not_compared_with(run):
    run(MARCH, level=Level.SOLO)
    assert run(JUNE, level=Level.CONSOLIDATED).manifest["compared_with"] is None


def test_a_book_that_the_earlier_run_did_not_apply_is_said_to_have_no_history(run):
    first = run(MARCH)
    second = run(JUNE, books=("basel_lex", "cn_group_credit"))
    assert gaps(second) == [("cn_group_credit", f"the book in the earlier run {first.manifest['run_id']}")]
    assert changes(second) == A_BUYS_B


@pytest.mark.parametrize("name", ["manifest.json", "group_members.parquet"])
def test_a_damaged_earlier_run_never_stops_a_run(run, name):
    (run(MARCH).folder / name).write_text("damaged")
    second = run(JUNE)
    assert changes(second) == []
    assert len(gaps(second)) == 1


def test_the_earlier_run_is_found_by_date_and_perimeter(run, tmp_path):
    first = run(MARCH)
    snapshots = Snapshots(tmp_path / "data")
    found = snapshots.before(JUNE, first.manifest["level"])
    assert found is not None
    assert found.manifest.run_id == first.manifest["run_id"]
    assert snapshots.before(MARCH, first.manifest["level"]) is None
    assert Snapshots(tmp_path / "nothing").before(JUNE, "solo") is None
