"""Whatever happens in whatever order, live earmarks and exposure never pass a hard limit that the published run keeps.

A machine places, confirms, releases, lets time pass and publishes runs in which exposure grows and shrinks, groups merge and
split and limits change. Beside the ledger it keeps its own simple account; after every step the two are the same.
"""

from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from riskmon.store.database import place_of
from riskmon.store.schema import upgrade
from tests import postgres
from tests.earmarking import BANK, State, desk

PARTIES = ("A", "B", "C")
AMOUNTS = st.integers(1, 60_00)
STATES = st.builds(
    State,
    owed=st.fixed_dictionaries({party: st.integers(0, 50_00) for party in PARTIES}),
    group_of=st.dictionaries(st.sampled_from(PARTIES), st.sampled_from("GH")),
    limit=st.integers(50_00, 150_00),
    bank_limit=st.integers(100_00, 300_00),
)


class LedgerMachine(RuleBasedStateMachine):
    """The account: of every earmark its obligor, its amount and what became of it."""

    def __init__(self):
        super().__init__()
        self.stack = ExitStack()
        self.account = {}
        self.ended = {}
        self.facilities = {}

    @initialize(state=STATES)
    def open(self, state):
        self.desk = self.stack.enter_context(desk(self.stack.enter_context(self.new_place())))
        self.recorded = self.desk.time[0]
        self.put_in_force(state)

    def put_in_force(self, state):
        arriving = {
            earmark_id: facility
            for earmark_id, facility in self.facilities.items()
            if self.account[earmark_id]["state"] == "confirmed"
        }
        rows = [(facility, self.account[e]["obligor"], e) for e, facility in self.facilities.items()]
        answer = self.desk.publish(state, rows)
        assert answer.outcome == "published"
        assert dict(answer.booked) == arriving
        for earmark_id in arriving:
            self.account[earmark_id] |= {"state": "booked", "amount": 0}
        self.recorded = self.now()
        self.state = state
        # What a run itself is over by may stand, and may not grow.
        self.most = {line: max(0, self.claimed(line) - state.room(line)) for line in self.lines()}

    def lines(self):
        return {line for party in PARTIES for line in self.state.lines(party)} | {BANK}

    def live(self):
        return [each for each in self.account.values() if each["state"] in ("placed", "confirmed")]

    def claimed(self, line):
        return sum(each["amount"] for each in self.live() if line in self.state.lines(each["obligor"]))

    def let_expire(self):
        for each in self.account.values():
            if each["state"] == "placed" and self.now() >= each["expires"]:
                each |= {"state": "expired", "amount": 0}
                self.recorded = self.now()

    def now(self):
        """The recorded time: the clock's, but never before an instant that was recorded."""
        return max(self.desk.time[0], self.recorded)

    @rule(party=st.sampled_from(PARTIES), amount=AMOUNTS, hours=st.integers(1, 5))
    def place(self, party, amount, hours):
        earmark_id = f"E{len(self.account) + 1}"
        self.let_expire()
        room = min(self.state.room(line) - self.claimed(line) for line in self.state.lines(party))
        answer = self.desk.place(earmark_id, party, f"{amount // 100}.{amount % 100:02d}", hours=hours)
        assert answer.outcome == ("placed" if amount <= room else "limit_broken")
        if answer.is_new:
            self.recorded = self.now()
            terms = (party, f"{amount // 100}.{amount % 100:02d}", hours)
            self.account[earmark_id] = {
                "obligor": party, "amount": amount, "state": "placed", "expires": answer.earmark.expires_at, "terms": terms
            }  # fmt: skip

    @precondition(lambda self: self.account)
    @rule(data=st.data())
    def place_again(self, data):
        earmark_id = data.draw(st.sampled_from(sorted(self.account)))
        party, amount, hours = self.account[earmark_id]["terms"]
        self.let_expire()
        answer = self.desk.place(earmark_id, party, amount, hours=hours)
        assert (answer.outcome, answer.is_new) == ("placed", False)
        assert answer.earmark.state == self.account[earmark_id]["state"]

    @precondition(lambda self: self.account)
    @rule(data=st.data(), is_part=st.booleans())
    def confirm(self, data, is_part):
        earmark_id = data.draw(st.sampled_from(sorted(self.account)))
        known = self.account[earmark_id]
        whole = int(known["terms"][1].replace(".", ""))
        part = data.draw(st.integers(1, whole)) if is_part else whole
        answer = self.desk.confirm(earmark_id, amount=f"{part // 100}.{part % 100:02d}")
        self.ends(earmark_id, answer, "confirmed", part)

    @precondition(lambda self: self.account)
    @rule(data=st.data())
    def release(self, data):
        earmark_id = data.draw(st.sampled_from(sorted(self.account)))
        self.ends(earmark_id, self.desk.release(earmark_id), "released", 0)

    def ends(self, earmark_id, answer, wished, amount):
        known = self.account[earmark_id]
        if known["state"] == "placed":
            is_over = self.now() >= known["expires"]
            self.recorded = self.now()
            assert answer.outcome == ("time_over" if is_over else wished)
            known |= {"state": "expired", "amount": 0} if is_over else {"state": wished, "amount": amount}
            self.ended[earmark_id] = answer.earmark.resolution
        else:
            assert answer.outcome in ("already_resolved", wished)
            assert not answer.is_new
            # It ended once: how, when and by whom is what it was.
            assert answer.earmark.resolution == self.ended.setdefault(earmark_id, answer.earmark.resolution)
        # Whatever the ledger is asked, those whose time is over end with it.
        self.let_expire()

    @rule(hours=st.integers(-10, 10))
    def time_passes(self, hours):
        """Backwards, too."""
        self.desk.pass_time(hours=hours)

    @precondition(lambda self: any(each["state"] == "confirmed" for each in self.account.values()))
    @rule(data=st.data())
    def book(self, data):
        """The facility is opened; it arrives with the next run."""
        waiting = sorted(e for e, each in self.account.items() if each["state"] == "confirmed")
        earmark_id = data.draw(st.sampled_from(waiting))
        self.facilities.setdefault(earmark_id, f"F-{earmark_id}")

    @rule(state=STATES)
    def publish(self, state):
        self.let_expire()
        self.put_in_force(state)

    @invariant()
    def account_and_ledger_are_the_same_and_no_limit_is_passed(self):
        if not hasattr(self, "state"):
            return
        expected = {line: self.claimed(line) for line in self.lines() if self.claimed(line)}
        assert self.desk.earmarked() == expected
        for line, claimed in expected.items():
            assert claimed - self.state.room(line) <= self.most[line]

    def teardown(self):
        self.stack.close()


def test_no_order_of_events_passes_a_hard_limit_on_sqlite():
    class OnSqlite(LedgerMachine):
        @staticmethod
        def new_place():
            return sqlite_place()

    run_state_machine_as_test(OnSqlite, settings=_settings(examples=8, steps=20))


def test_no_order_of_events_passes_a_hard_limit_on_postgresql(postgres_server):
    class OnPostgresql(LedgerMachine):
        @staticmethod
        def new_place():
            return postgres_place(postgres_server)

    run_state_machine_as_test(OnPostgresql, settings=_settings(examples=3, steps=15))


def _settings(*, examples, steps):
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


@contextmanager
def sqlite_place():
    with TemporaryDirectory() as folder:
        yield made(place_of(Path(folder), f"sqlite:///{folder}/ledger.sqlite"))


@contextmanager
def postgres_place(server):
    with postgres.new_database(server) as url:
        yield made(place_of(Path(), url.render_as_string(hide_password=False)))


def made(place):
    upgrade(place)
    return place
