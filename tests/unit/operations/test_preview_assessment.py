"""What a preview answers from, and when it does not answer."""

from datetime import date

import pytest

from riskmon.domain.errors import CallerError, NotFoundError, SnapshotUnreadableError
from riskmon.operations.preview_assessment import preview
from riskmon.rulebook.loader import BOOKS_FOLDER
from riskmon.store.database import place_of
from tests import builders
from tests.assessing import Office, two_firms


@pytest.fixture
def office(tmp_path):
    opened = Office(tmp_path, place_of(tmp_path / "data"))
    opened.deliver(**two_firms())
    opened.run()
    return opened


def changed(body):
    return body["group_changes"], body["exposures"], body["limits"]


def test_what_is_approved_by_today_is_on_both_sides(office):
    office.today = date(2026, 7, 5)
    office.approve(office.propose(reason="first"))
    # the current run of 30 June may not know of it yet, the next run will
    body = office.preview(office.propose(reason="second"))
    assert (body["assessment_before"], body["assessment_after"]) == ("confirmed", "confirmed")
    assert changed(body) == ([], [], [])


def test_rejecting_a_doubt_shows_in_what_would_be_if_it_were_confirmed(office):
    body = office.preview(office.propose(assessment="rejected"))
    assert body["group_changes"] == []
    told = {row["subject_id"]: (row["exposure_after"], row["if_confirmed_before"], row["if_confirmed_after"])
            for row in body["exposures"]}  # fmt: skip
    assert told == {
        "example_policy/A": ("900.00", "1700.00", "900.00"),
        "example_policy/B": ("800.00", "1700.00", "800.00"),
    }


def test_splitting_a_group_takes_its_breach_with_it(office):
    office.deliver(**two_firms(assessment=None))
    office.run()
    body = office.preview(office.propose(assessment="rejected"))
    assert [row["change"] for row in body["group_changes"]] == ["left", "split"]
    (line,) = [row for row in body["limits"] if row["limit_id"] == "group_credit"]
    assert (line["headroom_before"], line["headroom_after"], line["breach"]) == ("-200.00", None, "gone")


def test_losing_a_member_cures_a_breach_of_those_that_stay(office):
    firms = two_firms(assessment=None)
    office.deliver(**firms | {
        "parties": [*firms["parties"], builders.party("C")],
        "relationships": [*firms["relationships"], builders.relationship("R2", "A", "C")],
        "facilities": [*firms["facilities"], builders.facility("F3", "C", commitment="50.00", drawn="50.00")],
    })  # fmt: skip
    office.run()
    body = office.preview(office.propose(assessment="rejected"))
    (line,) = [row for row in body["limits"] if row["limit_id"] == "group_credit"]
    # 900 + 800 + 50 against 1 500, then 900 + 50
    assert (line["headroom_before"], line["headroom_after"], line["breach"]) == ("-250.00", "550.00", "cured")


def test_an_undelivered_relationship_is_not_in_the_run(office):
    proposal = office.propose()
    office.deliver(relationships=[])
    office.run()
    body = office.preview(proposal)
    assert (body["assessment_before"], body["assessment_after"]) == (None, None)
    assert changed(body) == ([], [], [])


def test_the_tables_are_those_that_the_run_was_made_of(office):
    proposal = office.propose()
    office.deliver(facilities=[builders.facility("F1", "A", drawn="1.00")])
    told = {row["subject_id"]: row["exposure_after"] for row in office.preview(proposal)["exposures"]}
    assert told == {"example_policy/A": "1700.00", "example_policy/B": None}


def test_a_damaged_table_is_told_and_not_previewed(office):
    proposal = office.propose()
    (kept,) = office.folder.glob("data/as_of=*/run_id=*/inputs/facilities.parquet")
    kept.write_bytes(b"PAR1")
    with pytest.raises(SnapshotUnreadableError, match="inputs are broken"):
        office.preview(proposal)


def test_a_book_of_the_banks_own_is_applied_as_the_run_kept_it(office, tmp_path):
    own = tmp_path / "own.toml"
    text = next((BOOKS_FOLDER / "example_policy").glob("*.toml")).read_text(encoding="utf-8")
    own.write_text(text.replace('"example_policy"', '"own_policy"', 1), encoding="utf-8")
    office.books = (str(own),)
    office.run()
    own.unlink()
    body = office.preview(office.propose())
    assert {row["book_id"] for row in body["exposures"]} == {"own_policy"}


def test_only_what_waits_for_a_decision_is_previewed(office):
    proposal = office.propose()
    office.approve(proposal)
    with pytest.raises(CallerError, match="is approved already, by Wang Wei"):
        office.preview(proposal)
    with pytest.raises(NotFoundError, match="'nosuch'"):
        preview(office.snapshots, office.place, "nosuch")


def test_a_folder_without_a_database_has_no_proposal(tmp_path):
    office = Office(tmp_path, place_of(tmp_path / "data"))
    with pytest.raises(NotFoundError):
        preview(office.snapshots, office.place, "nosuch")
