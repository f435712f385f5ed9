"""What a check offers holds when it is asked for, and the order of a package lets most pass, on banks of any kind."""

import tempfile
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from riskmon.domain.money import MAX_DIGITS
from riskmon.operations.checks import Deal, check, decision_book
from riskmon.operations.checks.check_deals import NO_CLAIMS
from riskmon.operations.checks.desk import Desk
from riskmon.store.snapshots import Snapshots
from tests.builders import AS_OF
from tests.properties.test_check_equals_the_next_run import _in_yen, banks, proposals, run_of

MOST = 5
"""Deals of a package: all the ways to choose of them are tried."""

a_few = settings(
    max_examples=10,
    derandomize=True,
    # Each bank takes a whole run, and is asked many times.
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    deadline=None,
)


@contextmanager
def decisions_of(bank):
    with tempfile.TemporaryDirectory() as folder:
        yield decision_book(Snapshots(run_of(Path(folder), bank)))


def ask(decisions, *deals):
    return check(decisions, deals, today=AS_OF, most_days=0)


@a_few
@given(bank=banks().map(_in_yen), deals=st.lists(proposals(), min_size=10, max_size=10))
def test_every_way_passes_when_it_is_sent_back_and_the_largest_amount_is_the_largest(bank, deals):
    with decisions_of(bank) as decisions:
        for deal in deals:
            body = ask(decisions, deal)
            for option in body["options"]:
                assert ask(decisions, Deal(**option["deal"]))["verdict"] == "pass", option
            largest = deal.model_copy(update={"amount": body["largest_passing_amount"]})
            if largest.amount_minor:
                assert ask(decisions, largest)["verdict"] == "pass"
            if body["verdict"] == "pass":
                assert deal.amount_minor <= largest.amount_minor
            if largest.amount_minor + 1 < 10**MAX_DIGITS:
                assert ask(decisions, largest.of_amount(largest.amount_minor + 1))["verdict"] != "pass"


@a_few
@given(
    bank=banks().map(_in_yen),
    packages=st.lists(st.lists(proposals(), min_size=2, max_size=MOST), min_size=8, max_size=8),
)
def test_the_order_of_a_package_lets_most_pass(bank, packages):
    with decisions_of(bank) as decisions:
        for package in packages:
            deals = [deal.model_copy(update={"deal_id": f"D{n}"}) for n, deal in enumerate(package)]
            desk = Desk(decisions, AS_OF, 0, NO_CLAIMS)
            named = {deal.deal_id: deal for deal in deals}
            order = [named[name] for name in ask(decisions, *deals)["order"]]
            assert sorted(each.deal_id for each in order) == sorted(named)
            most = max(
                size
                for size in range(len(deals) + 1)
                for chosen in combinations(deals, size)
                if not chosen or desk.judge(chosen).passes
            )
            assert most == 0 or desk.judge(order[:most]).passes
