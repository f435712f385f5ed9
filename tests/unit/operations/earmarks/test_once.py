"""A request with a key is done once: the same again is answered the same, another under the key is refused. On both stores."""

import pytest

from riskmon.operations.earmarks import (
    Once,
    PlaceOutcome,
    PlaceWish,
    ResolveOutcome,
    ResolveWish,
    answer_item,
    confirm_earmark,
    place_earmark,
    release_earmark,
)
from tests.earmarking import loan


def once(key="K1", says="place E1", caller="LOS"):
    return Once(caller, key, says)


def place(desk, earmark_id="E1", amount="60.00", *, hours=24, key=None):
    return place_earmark(desk.ledger, PlaceWish(earmark_id, loan("A", amount), hours, "LOS", key or once()))


def test_the_same_request_again_is_answered_the_same_whatever_happened_since(desk):
    first = answer_item(place(desk))
    desk.release()
    again = answer_item(place(desk))
    assert again == first
    assert (again["is_new"], again["earmark"]["state"]) == (True, "placed")
    assert desk.on("A") == 0


@pytest.mark.parametrize(
    ("amount", "hours", "outcome"), [("90.01", 24, "limit_broken"), ("1.00", 0, "hours_out_of_range")]
)
def test_a_refusal_is_kept_as_well(desk, amount, hours, outcome):
    first = answer_item(place(desk, amount=amount, hours=hours))
    assert first["outcome"] == outcome
    if outcome == "limit_broken":
        assert (first["left"], first["currency"]) == ("90.00", "CNY")
    desk.publish(desk.runs["run1"])
    assert answer_item(place(desk, amount=amount, hours=hours)) == first
    # What was refused may be asked again under another key.
    assert place(desk, amount="1.00", key=once("K2")).outcome is PlaceOutcome.PLACED


def test_another_request_under_the_same_key_is_refused_and_does_nothing(desk):
    place(desk)
    refused = place(desk, "E2", key=once(says="place E2"))
    assert refused.outcome is PlaceOutcome.KEY_REUSED
    assert desk.on("A") == 60_00
    assert (
        release_earmark(desk.ledger, ResolveWish("E1", "LOS", once=once(says="release"))).outcome
        is ResolveOutcome.KEY_REUSED
    )
    unknown = confirm_earmark(desk.ledger, ResolveWish("E9", "LOS", once=once(says="confirm E9")))
    assert unknown.outcome is ResolveOutcome.KEY_REUSED


def test_each_caller_has_keys_of_its_own(desk):
    place(desk)
    assert place(desk, "E2", "1.00", key=once(says="place E2", caller="other")).is_new


def test_an_end_is_answered_the_same_and_a_key_is_free_after_seven_days(desk):
    place(desk)
    wish = ResolveWish("E1", "LOS", amount="20.00", once=once("K2", "confirm"))
    first = answer_item(confirm_earmark(desk.ledger, wish))
    assert answer_item(confirm_earmark(desk.ledger, wish)) == first
    assert first["earmark"]["counted_amount"] == "20.00"
    desk.pass_time(days=7)
    late = place(desk, "E3", "1.00", key=once(says="place E3"))
    assert (late.outcome, late.is_new) == (PlaceOutcome.PLACED, True)


def test_an_earmark_in_another_state_than_the_caller_saw_is_not_ended(desk):
    place(desk)
    seen = ResolveWish("E1", "LOS", tags=frozenset({"confirmed"}))
    assert release_earmark(desk.ledger, seen).outcome is ResolveOutcome.STATE_CHANGED
    assert confirm_earmark(desk.ledger, ResolveWish("E1", "LOS", tags=frozenset({"placed"}))).is_new
