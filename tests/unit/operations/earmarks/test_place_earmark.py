"""Placing an earmark: every outcome, on both stores. A owes 10 of 100, so 90 are left; amounts in minor units."""

import pytest

from riskmon.domain.errors import CallerError
from riskmon.operations.earmarks import PlaceOutcome
from tests import earmarking
from tests.earmarking import BANK, State


def test_an_earmark_takes_every_line_of_its_deal(desk):
    answer = desk.place(amount="60.00")
    assert (answer.outcome, answer.is_new) == (PlaceOutcome.PLACED, True)
    assert answer.earmark.state == "placed"
    assert desk.earmarked() == {("book", "single", "obligor", "A"): 60_00, BANK: 60_00}


def test_the_last_minor_unit_fits_and_one_more_does_not(desk):
    assert desk.place("E1", amount="89.99").outcome is PlaceOutcome.PLACED
    refused = desk.place("E2", amount="0.02")
    assert (refused.outcome, refused.left_minor) == (PlaceOutcome.LIMIT_BROKEN, 1)
    assert refused.line == ("book", "single", "obligor", "A")
    assert desk.place("E3", amount="0.01").outcome is PlaceOutcome.PLACED
    assert desk.on("A") == 90_00


def test_a_refused_earmark_leaves_nothing_on_any_line(store_place):
    # Of the lines in order the bank's comes first and has room; the obligor's has none.
    with earmarking.desk(store_place, State({"A": 100_00})) as desk:
        assert desk.place(amount="0.01").outcome is PlaceOutcome.LIMIT_BROKEN
        assert desk.earmarked() == {}
        assert desk.release("E1").outcome == "earmark_unknown"


def test_two_members_share_the_room_of_their_group(store_place):
    state = State({"A": 10_00, "B": 20_00}, {"A": "G", "B": "G"})
    with earmarking.desk(store_place, state) as desk:
        assert desk.place("E1", "A", "50.00").outcome is PlaceOutcome.PLACED
        refused = desk.place("E2", "B", "20.01")
        # 100 less 30 owed less 50 earmarked are 20.
        assert (refused.outcome, refused.line[3], refused.left_minor) == (
            PlaceOutcome.LIMIT_BROKEN,
            "G",
            20_00,
        )


def test_one_id_is_placed_once_and_answered_the_same(desk):
    first = desk.place()
    again = desk.place()
    assert (again.outcome, again.is_new, again.earmark) == (first.outcome, False, first.earmark)
    assert desk.on("A") == 60_00


def test_an_id_taken_by_other_terms_is_refused(desk):
    desk.place()
    assert desk.place(amount="60.01").outcome is PlaceOutcome.TERMS_DIFFER
    assert desk.place(hours=25).outcome is PlaceOutcome.TERMS_DIFFER
    assert desk.place(obligor="B").outcome is PlaceOutcome.TERMS_DIFFER
    assert desk.on("A") == 60_00


@pytest.mark.parametrize(
    ("wish", "outcome"),
    [
        # Each breaks everything that comes after it in the order of precedence, too.
        ({"by": " ", "earmark_id": "", "hours": 0, "amount": "0", "obligor": "X"}, PlaceOutcome.NAME_MISSING),
        ({"earmark_id": " ", "hours": 0, "amount": "0", "obligor": "X"}, PlaceOutcome.ID_MISSING),
        ({"hours": 0, "amount": "0", "obligor": "X"}, PlaceOutcome.HOURS_OUT_OF_RANGE),
        ({"hours": 721, "amount": "0", "obligor": "X"}, PlaceOutcome.HOURS_OUT_OF_RANGE),
        ({"amount": "0", "obligor": "X"}, PlaceOutcome.AMOUNT_MISSING),
        ({"obligor": "X", "amount": "900.00"}, PlaceOutcome.PARTY_UNKNOWN),
    ],
)
def test_the_first_reason_to_refuse_is_told(desk, wish, outcome):
    assert desk.place(**wish).outcome is outcome
    assert desk.earmarked() == {}


def test_an_amount_that_its_currency_cannot_have_is_the_callers_mistake(desk):
    with pytest.raises(CallerError, match="more decimals"):
        desk.place(amount="1.001")


def test_nothing_is_placed_before_a_run_is_published(store_place):
    with earmarking.desk(store_place) as desk:
        assert desk.place().outcome is PlaceOutcome.NOTHING_PUBLISHED


def test_a_limit_that_is_not_known_refuses(store_place):
    with earmarking.desk(store_place, State({"A": 0}, unknown=frozenset({BANK}))) as desk:
        refused = desk.place(amount="0.01")
        assert (refused.outcome, refused.line) == (PlaceOutcome.LIMIT_UNKNOWN, BANK)


def test_an_earmark_whose_time_is_over_makes_room_for_the_next(desk):
    desk.place("E1", amount="90.00", hours=1)
    assert desk.place("E2", amount="90.00").outcome is PlaceOutcome.LIMIT_BROKEN
    desk.pass_time(hours=1)
    assert desk.place("E2", amount="90.00").outcome is PlaceOutcome.PLACED
    assert desk.place("E1", amount="90.00", hours=1).earmark.state == "expired"


def test_a_clock_set_back_is_told_and_the_recorded_time_counts(desk):
    first = desk.place("E1", amount="1.00", hours=1)
    desk.pass_time(days=-30)
    second = desk.place("E2", amount="1.00", hours=1)
    assert second.is_clock_behind
    assert second.earmark.placed_at == first.earmark.placed_at
    assert second.earmark.expires_at == first.earmark.expires_at
