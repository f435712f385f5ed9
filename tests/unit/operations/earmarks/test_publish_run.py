"""Publishing a run: earmarks follow their obligor, and a booked facility takes the place of a confirmed one, once."""

from datetime import date

import pytest

from riskmon.operations.earmarks import PublishOutcome
from tests.earmarking import AS_OF, State

ALONE = State({"A": 10_00, "B": 20_00})
GROUPED = State({"A": 10_00, "B": 20_00}, {"A": "G", "B": "G"})


def test_earmarks_follow_their_obligor_into_a_group_and_out_of_it(desk):
    desk.place("E1", "A", "40.00")
    desk.place("E2", "B", "30.00")
    group = ("book", "group", "group", "G")
    # 30 owed and 70 earmarked are just the limit of 100.
    assert desk.publish(GROUPED).over == {}
    assert desk.earmarked()[group] == 70_00
    assert desk.place("E3", "A", "0.01").outcome == "limit_broken"
    desk.publish(ALONE)
    assert group not in desk.earmarked()
    assert desk.place("E3", "A", "50.00").outcome == "placed"


def test_a_run_that_leaves_too_little_room_says_where_and_nothing_more_is_placed(desk):
    desk.place("E1", "A", "60.00")
    answer = desk.publish(State({"A": 50_00, "B": 20_00}))
    # 50 owed and 60 earmarked are 10 over the limit of 100.
    assert answer.over == {("book", "single", "obligor", "A"): 10_00}
    assert desk.place("E2", "A", "0.01").outcome == "limit_broken"
    desk.release("E1")
    assert desk.place("E2", "A", "50.00").outcome == "placed"


@pytest.mark.parametrize("named_by", ["facility", "confirmation"])
def test_a_booked_facility_stops_the_earmark_once(desk, named_by):
    desk.place(amount="60.00")
    desk.confirm(facility_id="F1" if named_by == "confirmation" else None)
    row = ("F1", "A", "E1" if named_by == "facility" else None)
    unbooked = desk.publish(ALONE)
    assert (unbooked.unmatched, desk.on("A")) == (["E1"], 60_00)
    booked = desk.publish(State({"A": 70_00, "B": 20_00}), [row])
    assert (dict(booked.booked), booked.unmatched, desk.on("A")) == ({"E1": "F1"}, [], 0)
    # The facility is repaid: the earmark does not come back.
    gone = desk.publish(ALONE)
    assert (gone.booked, gone.unmatched, desk.on("A")) == ({}, [], 0)
    assert desk.confirm(facility_id="F1" if named_by == "confirmation" else None).earmark.state == "booked"


def test_an_earmark_that_is_not_confirmed_counts_beside_its_facility(desk):
    desk.place(amount="30.00")
    assert desk.publish(State({"A": 40_00, "B": 20_00}), [("F1", "A", "E1")]).booked == {}
    assert desk.on("A") == 30_00


def test_the_facility_of_another_obligor_or_of_another_earmark_is_no_match(desk):
    desk.place("E1", "A", "10.00")
    desk.confirm("E1", facility_id="F1")
    desk.place("E2", "A", "20.00")
    desk.confirm("E2", facility_id="F2")
    answer = desk.publish(ALONE, [("F1", "B", "E1"), ("F2", "A", "E9")])
    assert (answer.booked, answer.unmatched) == ({}, ["E1", "E2"])
    assert desk.on("A") == 30_00


def test_one_facility_takes_the_place_of_one_earmark(desk):
    for earmark_id in ("E1", "E2"):
        desk.place(earmark_id, "A", "10.00")
        desk.confirm(earmark_id, facility_id="F1")
    assert dict(desk.publish(ALONE, [("F1", "A", None)]).booked) == {"E1": "F1"}
    assert desk.publish(ALONE, [("F1", "A", None)]).unmatched == ["E2"]
    assert desk.on("A") == 10_00


def test_publishing_the_run_in_force_again_changes_nothing(desk):
    desk.place(amount="60.00")
    assert desk.publish(ALONE, run_id="run1").outcome is PublishOutcome.ALREADY_IN_FORCE
    assert desk.on("A") == 60_00


def test_dates_only_go_forward(desk):
    assert desk.publish(ALONE, as_of=date(2026, 7, 1)).outcome is PublishOutcome.PUBLISHED
    older = desk.publish(ALONE, as_of=AS_OF)
    assert (older.outcome, older.publication.as_of) == (PublishOutcome.RUN_OLDER, date(2026, 7, 1))


def test_nothing_is_published_without_a_name(desk):
    assert desk.publish(GROUPED, by=" ").outcome is PublishOutcome.NAME_MISSING


def test_a_run_that_does_not_know_the_obligor_of_an_earmark_is_not_put_in_force(desk):
    desk.place("E1", "B", "10.00")
    refused = desk.publish(State({"A": 0}))
    assert (refused.outcome, refused.detail) == (PublishOutcome.EARMARK_NOT_COMPUTABLE, "E1 (B)")
    assert desk.on("B") == 10_00
    desk.release("E1")
    assert desk.publish(State({"A": 0})).outcome is PublishOutcome.PUBLISHED
