"""An approved limit and what is earmarked: it counts at once, for what stands and for what comes."""

import pytest

from riskmon.operations.checks import Decisions, LiveDecisions, check, decided_on
from riskmon.operations.earmarks import PlaceOutcome
from tests.assessing import AS_OF
from tests.checking import deal as checked_loan
from tests.declaring import LimitOffice, steel, steel_bank

LINE = ("bank_limits", "STEEL", "industry", "C31")


@pytest.fixture
def office(store_place, tmp_path):
    """A and B of one industry owe 900 and 800, and no limit of the bank's own is on them."""
    opened = LimitOffice(tmp_path, store_place)
    opened.deliver(**steel_bank())
    opened.run()
    return opened


def test_a_new_limit_holds_what_was_earmarked_before_it(office):
    office.publish()
    assert office.place_earmark("E1", amount="100.00").outcome is PlaceOutcome.PLACED
    assert LINE not in office.earmarked()
    office.settle(steel("1900.00"))
    assert office.earmarked()[LINE] == 100_00
    # 1 700 owed and 100 earmarked leave 100
    refused = office.place_earmark("E2", obligor="B", amount="100.01")
    assert (refused.outcome, refused.line, refused.left_minor) == (PlaceOutcome.LIMIT_BROKEN, LINE, 100_00)
    assert office.place_earmark("E3", obligor="B", amount="100.00").outcome is PlaceOutcome.PLACED


def test_a_limit_lowered_below_what_is_earmarked_is_told_and_lets_nothing_new_pass(office):
    office.settle(steel("2000.00"))
    office.run()
    office.publish()
    office.place_earmark("E1", amount="100.00")
    proposed = office.declare(steel("1750.00"))
    # 1 700 owed and 100 earmarked: 50 over
    assert office.preview_limits(proposed)["earmarks_over"] == [
        {
            "book_id": "bank_limits", "limit_id": "STEEL", "subject_kind": "industry", "subject_id": "C31",
            "over_before": "0.00", "over_after": "50.00", "currency": "CNY",
        }
    ]  # fmt: skip
    assert office.approve_limits(proposed).over == {LINE: 50_00}
    assert office.earmarked()[LINE] == 100_00
    assert office.place_earmark("E2", amount="0.01").outcome is PlaceOutcome.LIMIT_BROKEN


def test_a_limit_that_is_raised_has_room_at_once(office):
    office.settle(steel("1700.00"))
    office.run()
    office.publish()
    assert office.place_earmark("E1", amount="0.01").outcome is PlaceOutcome.LIMIT_BROKEN
    office.settle(steel("1800.00"))
    assert office.place_earmark("E2", amount="100.00").outcome is PlaceOutcome.PLACED
    assert office.place_earmark("E3", amount="0.01").outcome is PlaceOutcome.LIMIT_BROKEN


def test_a_limit_that_ends_holds_nothing_back(office):
    office.settle(steel("1700.00"))
    office.run()
    office.publish()
    office.settle({"limit_id": "STEEL", "is_ended": True, "valid_from": "2026-06-30"})
    assert office.place_earmark("E1", amount="100.00").outcome is PlaceOutcome.PLACED
    assert LINE not in office.earmarked()


def test_a_declined_limit_changes_no_counter(office):
    office.publish()
    office.place_earmark("E1", amount="100.00")
    before = office.earmarked()
    office.decline_limits(office.declare(steel("1.00")))
    assert office.earmarked() == before


def test_a_frozen_limit_takes_no_claim_from_the_moment_it_is_approved(office):
    office.publish()
    office.settle(steel(None, currency=None, is_frozen=True))
    assert office.place_earmark("E1", amount="0.01").outcome is PlaceOutcome.LIMIT_FROZEN


def test_a_check_counts_a_limit_from_the_moment_it_is_approved(office):
    live = LiveDecisions(Decisions(office.snapshots, office.place), office.place)
    terms = {"today": AS_OF, "most_days": 30}
    deals = [checked_loan("A", "100.00")]

    def asked(now):
        return check(now.decisions, deals, claims=now.claims, **terms)["verdict"]

    office.publish()
    office.place_earmark("E1", obligor="B", amount="100.00")
    assert asked(live.now()) == "pass"
    office.settle(steel("1900.00"))
    # 1 700 owed, 100 earmarked and 100 more
    assert asked(live.now()) == asked(decided_on(office.snapshots, office.place)) == "pass"
    office.settle(steel("1899.99"))
    assert asked(live.now()) == asked(decided_on(office.snapshots, office.place)) == "refuse"
    # A run that is named stays as it was.
    run_id = office.snapshots.find().manifest.run_id
    assert asked(decided_on(office.snapshots, office.place, run_id)) == "pass"
    live.close()
