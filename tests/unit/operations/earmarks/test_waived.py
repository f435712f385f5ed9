"""What a waiver adds to a line: it counts until its end, whatever run is published. On both stores; A owes 10 of 100."""

from datetime import timedelta

from riskmon.store.ledger import adjust_waived, enter

A = ("book", "single", "obligor", "A")


def waive(desk, minor, hours=48):
    with desk.ledger.database.writing() as connection:
        enter(connection, alone=True)
        adjust_waived(connection, A, minor, desk.time[0] + timedelta(hours=hours))


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


def test_it_stands_when_another_run_is_published_and_can_be_taken_away(desk):
    waive(desk, 10_00)
    desk.publish(desk.runs["run1"])
    assert desk.place("E1", amount="95.00").outcome == "placed"
    waive(desk, 0)
    refused = desk.place("E2", amount="0.01")
    # 90 of room less 95 that stand.
    assert (refused.outcome, refused.left_minor) == ("limit_broken", -5_00)
