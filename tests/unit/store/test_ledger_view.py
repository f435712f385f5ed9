"""What those see of the ledger who only ask."""

import pytest

from riskmon.store.ledger_view import LedgerView, Standing
from tests import earmarking
from tests.earmarking import BANK, State

OWN = ("book", "single", "obligor", "A")
ONE = State({"A": 10_00})


@pytest.fixture
def view(store_place):
    view = LedgerView(store_place)
    yield view
    view.close()


def test_before_anything_is_written_nothing_is_claimed(view):
    assert view.now() == Standing(None, {})


def test_every_answer_counts_what_was_committed_before_it(view, store_place):
    with earmarking.desk(store_place, ONE) as desk:
        run_id = view.now().run_id
        assert view.now() == Standing(run_id, {})
        desk.place("E1", "A", "50.00")
        assert view.now() == Standing(run_id, {OWN: 50_00, BANK: 50_00})
        desk.release("E1")
        assert view.now() == Standing(run_id, {})
        desk.publish(State({"A": 10_00}))
        assert view.now().run_id != run_id


def test_what_has_not_changed_is_not_read_again(view, store_place):
    with earmarking.desk(store_place, ONE) as desk:
        desk.place("E1", "A", "50.00")
        assert view.now().claims is view.now().claims
