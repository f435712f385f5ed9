"""Which run is decided on, and when another one takes its place. Net capital is 10 000.00."""

import json
from datetime import UTC, datetime
from threading import Event, enumerate

import pytest

from riskmon.domain.errors import NotFoundError, NotReadyError, SnapshotUnreadableError
from riskmon.operations.checks import Deal, Decisions, LiveDecisions, decided_on
from riskmon.operations.earmarks import PlaceWish, place_earmark, publish_run
from riskmon.operations.earmarks.claims import measures_of
from riskmon.operations.earmarks.ledger import open_ledger
from riskmon.store.database import place_of
from riskmon.store.snapshots import Snapshots
from tests import builders
from tests.builders import AS_OF
from tests.checking import decisions_on

CLOCK = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 12, tzinfo=UTC)
BOOK = "cn_large_exposures"
SINGLE = (BOOK, "single", "obligor", "P1")


class Held(Decisions):
    """Reads the first run at once, and every other one when it is told to."""

    def __init__(self, snapshots):
        super().__init__(snapshots)
        self.may_read = Event()

    def of(self, run_id=None, limits=0):
        if self._kept:
            self.may_read.wait()
        return super().of(run_id, limits)


def run(folder, drawn):
    """The id of a run in which P1 owes what is drawn."""
    facilities = [builders.facility("F1", "P1", drawn=drawn, commitment=drawn)]
    made = decisions_on(folder, books=[BOOK], parties=[builders.party("P1")], facilities=facilities)
    return made.manifest.run_id


def publish(data, run_id):
    with ledger_of(data) as ledger:
        publish_run(ledger, Snapshots(data), "Li Na", run_id)


def place(data, earmark_id):
    deal = Deal(obligor_id="P1", product="loan", amount="50.00", currency="CNY")
    with ledger_of(data) as ledger:
        place_earmark(ledger, PlaceWish(earmark_id, deal, 24, "Li Na"))


def ledger_of(data):
    place = place_of(data)
    measures = measures_of(Decisions(Snapshots(data), place), most_days=3)
    return open_ledger(place, measures, most_hours=100, clock=lambda: CLOCK)


def until_read():
    for thread in enumerate():
        if thread.name == "decisions":
            thread.join()


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def held(data):
    decisions = Held(Snapshots(data))
    live = LiveDecisions(decisions, place_of(data))
    yield decisions, live
    decisions.may_read.set()
    live.close()


def owed(now):
    return int(now.decisions.parties[BOOK].amounts["exposure"][now.decisions.keys["P1"]])


def test_a_new_run_is_read_beside_the_one_in_force_which_answers_until_it_is_there(tmp_path, data, held):
    decisions, live = held
    first = run(tmp_path, "100.00")
    publish(data, first)
    assert owed(live.now()) == 100_00
    second = run(tmp_path, "500.00")
    assert live.now().decisions.manifest.run_id == first  # nobody has put the second one in force
    publish(data, second)
    assert live.now().decisions.manifest.run_id == first
    decisions.may_read.set()
    until_read()
    assert owed(live.now()) == 500_00


def test_while_a_run_is_read_the_claims_are_those_of_the_run_that_answers(tmp_path, data, held):
    decisions, live = held
    publish(data, run(tmp_path, "100.00"))
    place(data, "E1")
    assert live.now().claims[SINGLE] == 50_00
    publish(data, run(tmp_path, "500.00"))
    place(data, "E2")
    assert (owed(live.now()), live.now().claims[SINGLE]) == (100_00, 50_00)
    decisions.may_read.set()
    until_read()
    assert (owed(live.now()), live.now().claims[SINGLE]) == (500_00, 100_00)


def test_a_run_that_was_read_before_it_is_put_in_force_takes_its_place_at_once(tmp_path, data, held):
    decisions, live = held
    publish(data, run(tmp_path, "100.00"))
    live.now()
    second = run(tmp_path, "500.00")
    decisions.may_read.set()
    decisions.of(second)
    publish(data, second)
    assert owed(live.now()) == 500_00


def test_a_run_in_force_that_is_damaged_is_said_and_not_passed_over(tmp_path, data, held):
    decisions, live = held
    publish(data, run(tmp_path, "100.00"))
    live.now()
    second = run(tmp_path, "500.00")
    publish(data, second)
    next(data.glob(f"*/run_id={second}/headroom.parquet")).write_bytes(b"")
    decisions.may_read.set()
    live.now()
    until_read()
    with pytest.raises(SnapshotUnreadableError):
        live.now()


def test_a_run_whose_rules_an_older_program_wrote_is_not_decided_on(tmp_path, data):
    first = run(tmp_path, "100.00")
    file = next(data.glob("*/*/manifest.json"))
    manifest = json.loads(file.read_text(encoding="utf-8"))
    manifest["books"][0]["edition"]["mitigation"][0]["haircut"] = 0
    file.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(NotFoundError, match="in a shape that this program does not read"):
        Decisions(Snapshots(data)).of(first)


def test_without_a_run_there_is_nothing_to_decide_on(held):
    with pytest.raises(NotReadyError):
        held[1].now()


def test_claims_are_counted_on_the_run_in_force_alone(tmp_path, data):
    first = run(tmp_path, "100.00")
    publish(data, first)
    place(data, "E1")
    second = run(tmp_path, "500.00")
    snapshots, where = Snapshots(data), place_of(data)
    assert decided_on(snapshots, where).decisions.manifest.run_id == first
    assert decided_on(snapshots, where).claims[SINGLE] == 50_00
    assert decided_on(snapshots, where, second).claims == {}
