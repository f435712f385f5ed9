"""What a waiver adds to a line: it counts until its last day is over, whatever run is published. On both stores; A owes 10 of 100."""

from datetime import timedelta

from riskmon.store.waivers import WAIVERS, Waiver

A = ("book", "single", "obligor", "A")


def waive(desk, minor, days=1):
    """Li Na asked for it, and Wang Wei approved."""
    now = desk.time[0]
    asked = Waiver(*A, minor, "CNY", now.date() + timedelta(days=days), "A", "run1", "bridge")
    with desk.ledger.database.writing() as connection:
        proposal = WAIVERS.add(connection, asked, "Li Na", now)
        WAIVERS.decide(connection, proposal, "approved", "Wang Wei", now, None)


def test_a_waived_amount_is_room_until_its_end(desk):
    assert desk.place("E1", amount="90.01").outcome == "limit_broken"
    waive(desk, 10_00)
    assert desk.place("E1", amount="100.00").outcome == "placed"
    refused = desk.place("E2", amount="0.01")
    assert (refused.outcome, refused.left_minor) == ("limit_broken", 0)
    desk.pass_time(hours=12)
    desk.release("E1")
    desk.pass_time(hours=36)
    assert desk.place("E3", amount="90.01").left_minor == 90_00


def test_several_add_up_and_stand_when_another_run_is_published(desk):
    waive(desk, 6_00)
    waive(desk, 4_00, days=3)
    desk.publish(desk.runs["run1"])
    assert desk.place("E1", amount="95.00", hours=240).outcome == "placed"
    desk.pass_time(hours=48)
    refused = desk.place("E2", amount="0.01")
    # 90 of room and 4 that are still allowed, less 95 that stand.
    assert (refused.outcome, refused.left_minor) == ("limit_broken", -1_00)
