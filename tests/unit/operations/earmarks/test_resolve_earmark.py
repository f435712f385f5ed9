"""Ending an earmark: every outcome, on both stores."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from riskmon.operations.earmarks import ResolveOutcome, expire_earmarks


def test_what_is_confirmed_keeps_counting(desk):
    desk.place(amount="60.00")
    answer = desk.confirm()
    assert (answer.outcome, answer.earmark.state, answer.is_new) == (
        ResolveOutcome.CONFIRMED,
        "confirmed",
        True,
    )
    desk.pass_time(days=365)
    assert expire_earmarks(desk.ledger) == []
    assert desk.on("A") == 60_00


def test_of_a_part_the_rest_is_given_back(desk):
    desk.place(amount="60.00")
    assert desk.confirm(amount="25.50").earmark.counted_minor == 25_50
    assert set(desk.earmarked().values()) == {25_50}
    assert desk.place("E2", amount="64.50").outcome == "placed"
    assert desk.place("E3", amount="0.01").outcome == "limit_broken"


def test_what_is_released_is_given_back(desk):
    desk.place(amount="90.00")
    assert desk.release().earmark.state == "released"
    assert desk.earmarked() == {}
    assert desk.place("E2", amount="90.00").outcome == "placed"


@pytest.mark.parametrize("ends", ["confirm", "release"])
def test_the_same_end_twice_is_answered_the_same(desk, ends):
    desk.place()
    first = getattr(desk, ends)()
    again = getattr(desk, ends)()
    assert (again.outcome, again.earmark, again.is_new) == (first.outcome, first.earmark, False)


def test_an_earmark_ends_once(desk):
    desk.place()
    desk.confirm(amount="10.00")
    for other in (
        desk.release(),
        desk.confirm(),
        desk.confirm(amount="10.01"),
        desk.confirm(amount="10.00", facility_id="F"),
    ):
        assert other.outcome is ResolveOutcome.ALREADY_RESOLVED
        assert other.earmark.state == "confirmed"
    assert desk.on("A") == 10_00


def test_an_earmark_whose_time_is_over_has_expired_whatever_is_wished(desk):
    desk.place(hours=1)
    desk.pass_time(hours=1)
    answer = desk.confirm()
    assert (answer.outcome, answer.earmark.state) == (ResolveOutcome.TIME_OVER, "expired")
    assert answer.earmark.resolution.resolved_by == "riskmon"
    assert desk.earmarked() == {}
    assert desk.release().outcome is ResolveOutcome.ALREADY_RESOLVED


def test_a_sweep_ends_those_that_are_due_and_no_other(desk):
    desk.place("E1", amount="10.00", hours=1)
    desk.place("E2", amount="20.00", hours=2)
    desk.place("E3", amount="30.00", hours=1)
    desk.confirm("E3")
    desk.pass_time(minutes=90)
    assert expire_earmarks(desk.ledger) == ["E1"]
    assert expire_earmarks(desk.ledger) == []
    assert desk.on("A") == 50_00


def test_a_clock_set_back_brings_nothing_to_life(desk):
    desk.place(hours=1)
    desk.pass_time(hours=2)
    expire_earmarks(desk.ledger)
    desk.pass_time(hours=-5)
    answer = desk.confirm()
    assert answer.outcome is ResolveOutcome.ALREADY_RESOLVED
    assert desk.earmarked() == {}


def test_the_first_reason_to_refuse_is_told(desk):
    assert desk.confirm("nothing", amount="0.00", by=" ").outcome is ResolveOutcome.NAME_MISSING
    assert desk.release("nothing", by=" ").outcome is ResolveOutcome.NAME_MISSING
    assert desk.confirm("nothing", amount="0.00").outcome is ResolveOutcome.EARMARK_UNKNOWN
    assert desk.release("nothing").outcome is ResolveOutcome.EARMARK_UNKNOWN
    desk.place()
    for amount in ("0.00", "60.01"):
        assert desk.confirm(amount=amount).outcome is ResolveOutcome.AMOUNT_OUT_OF_RANGE
    assert desk.on("A") == 60_00


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE earmarks SET amount_minor = 1",
        "DELETE FROM earmark_resolutions",
        "UPDATE earmark_resolutions SET outcome = 'released', amount_minor = NULL",
        "UPDATE ledger_publications SET run_id = 'other'",
        "INSERT INTO earmark_resolutions (earmark_id, outcome, resolved_at, resolved_by) VALUES ('E1', 'released', '2026', 'x')",
        "UPDATE ledger_lines SET earmarked_minor = -1",
    ],
)
def test_the_database_itself_refuses_to_change_a_record(desk, statement):
    desk.place()
    desk.confirm()
    with pytest.raises(DBAPIError), desk.ledger.database.writing() as connection:
        connection.execute(text(statement))
