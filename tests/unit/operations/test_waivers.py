"""Waivers on both stores: who may allow what, what they let pass, and that they lapse by themselves.

A and B of one industry owe 900 and 800 under a limit of 1 700 of the bank's own: nothing is left.
"""

from datetime import date, timedelta

import pytest

from riskmon.operations.checks import Decisions, LiveDecisions
from riskmon.operations.checks.check_deals import answer
from riskmon.operations.checks.desk import Desk
from riskmon.operations.deciding import DecideOutcome, DecideWish
from riskmon.operations.earmarks import PlaceOutcome
from riskmon.operations.waivers.ask import AskOutcome, AskWish, ask_waiver
from riskmon.operations.waivers.authority import Authority
from riskmon.operations.waivers.decide import approve_waiver, decline_waiver
from riskmon.operations.waivers.listing import waivers
from tests.assessing import AS_OF
from tests.checking import deal
from tests.declaring import LimitOffice, steel, steel_bank

LINE = ("bank_limits", "STEEL", "industry", "C31")
A_LINE = ("bank_limits", "A-LINE", "obligor", "A")
END = AS_OF + timedelta(days=7)
AUTHORITY = Authority.model_validate(
    {
        "currency": "CNY",
        "group_budget": "150.00",
        "approver": [
            {"name": "Wang Wei", "most": "100.00", "budget": "180.00"},
            {"name": "Zhao Min", "most": "100.00", "budget": "1000.00"},
        ],
    }
)


class Desks(LimitOffice):
    def ask(
        self, line=LINE, amount=100_00, *, by="Li Na", reason="bridge to the bond", until=END, currency="CNY"
    ):
        wish = AskWish(line, amount, currency, until, reason, by)
        return ask_waiver(self.snapshots, self.place, wish, clock=self.clock)

    def allow(self, asked, by="Wang Wei", authority=AUTHORITY):
        wish = DecideWish(asked.proposal.proposal_id, by)
        return approve_waiver(self.place, authority, wish, clock=self.clock).outcome

    def check(self, amount):
        live = LiveDecisions(Decisions(self.snapshots, self.place), self.place)
        now = live.now()
        desk = Desk(now.decisions, self.today, 30, now.claims, allowances=now.allowances)
        live.close()
        return answer(desk, [deal("A", amount)])


@pytest.fixture
def office(store_place, tmp_path):
    opened = Desks(tmp_path, store_place)
    opened.deliver(**steel_bank())
    opened.run()
    a_line = steel("900.00", limit_id="A-LINE", subject_kind="obligor", subject_id="A")
    opened.settle(steel("1700.00"), a_line)
    opened.run()
    opened.publish()
    return opened


@pytest.mark.parametrize(
    ("wish", "outcome"),
    [
        ({"by": " "}, AskOutcome.NAME_MISSING),
        ({"reason": ""}, AskOutcome.REASON_MISSING),
        ({"amount": 0}, AskOutcome.AMOUNT_MISSING),
        ({"until": date(2026, 6, 29)}, AskOutcome.UNTIL_PAST),
        ({"line": ("bank_limits", "NONE", "industry", "C31")}, AskOutcome.LINE_UNKNOWN),
        ({"currency": "USD"}, AskOutcome.CURRENCY_DIFFERS),
        ({"line": ("cn_large_exposures", "single_client_loan", "obligor", "A")}, AskOutcome.LINE_UNKNOWN),
    ],
)
def test_what_cannot_be_asked_is_not_kept(office, wish, outcome):
    assert (office.ask(**wish).outcome, waivers(office.place)) == (outcome, [])


def test_a_limit_of_the_law_is_not_waived_by_a_minor_unit(office):
    tables = office.run().tables["headroom"].filter(book_id="cn_large_exposures", subject_id="A")
    for limit_id in tables["limit_id"]:
        asked = office.ask(("cn_large_exposures", limit_id, "obligor", "A"), 1)
        assert asked.outcome is AskOutcome.NOT_WAIVABLE


def test_an_earmark_fits_up_to_the_waiver_and_not_one_minor_unit_more(office):
    assert office.place_earmark("E1", obligor="B", amount="0.01").outcome is PlaceOutcome.LIMIT_BROKEN
    asked = office.ask()
    assert office.place_earmark("E2", obligor="B", amount="0.01").outcome is PlaceOutcome.LIMIT_BROKEN
    assert office.allow(asked) is DecideOutcome.APPROVED
    refused = office.place_earmark("E3", obligor="B", amount="100.01")
    assert (refused.outcome, refused.line, refused.left_minor) == (PlaceOutcome.LIMIT_BROKEN, LINE, 100_00)
    assert office.place_earmark("E4", obligor="B", amount="100.00").outcome is PlaceOutcome.PLACED
    assert office.place_earmark("E5", obligor="B", amount="0.01").outcome is PlaceOutcome.LIMIT_BROKEN


def test_a_waiver_lapses_by_itself_after_its_last_day(office):
    office.allow(office.ask())
    office.today = END
    assert office.place_earmark("E1", obligor="B", amount="60.00").outcome is PlaceOutcome.PLACED
    assert [each["is_live"] for each in waivers(office.place, clock=office.clock)] == [True]
    office.today = END + timedelta(days=1)
    assert office.place_earmark("E2", obligor="B", amount="0.01").outcome is PlaceOutcome.LIMIT_BROKEN
    assert [each["is_live"] for each in waivers(office.place, clock=office.clock)] == [False]


def test_a_check_names_the_waiver_that_lets_a_deal_pass_and_hides_no_breach(office):
    assert office.check("50.00")["verdict"] == "refuse"
    office.allow(office.ask())
    asked = office.ask(A_LINE)
    office.allow(asked, by="Zhao Min")
    body = office.check("50.00")
    assert body["verdict"] == "warn"
    assert "which the waiver" in body["reason"]
    assert any(each["proposal_id"] in body["reason"] for each in waivers(office.place))
    assert office.check("100.01")["verdict"] == "refuse"
    office.deliver(**steel_bank() | {"facilities": [{**each, "drawn": "950.00", "commitment": "950.00"} for each in steel_bank()["facilities"]]})  # fmt: skip
    broken = office.run().tables["breaches"].filter(book_id="bank_limits")
    assert sorted(broken["limit_id"]) == ["A-LINE", "STEEL"]


def test_the_first_thing_that_is_wrong_with_an_approval_is_its_outcome(office):
    asked = office.ask(amount=100_01)
    assert office.allow(asked, by="Li  NA") is DecideOutcome.SAME_PERSON
    assert office.allow(asked) is DecideOutcome.AUTHORITY_LACKING
    asked = office.ask()
    assert office.allow(asked, by="Sun Li") is DecideOutcome.AUTHORITY_LACKING
    assert office.allow(asked, authority=None) is DecideOutcome.AUTHORITY_LACKING
    euros = AUTHORITY.model_copy(update={"currency": "EUR"})
    assert office.allow(asked, authority=euros) is DecideOutcome.AUTHORITY_LACKING
    assert office.allow(asked) is DecideOutcome.APPROVED
    assert office.allow(asked) is DecideOutcome.ALREADY_DECIDED


def test_live_waivers_spend_the_budget_of_their_approver_until_they_lapse(office):
    assert office.allow(office.ask(amount=100_00)) is DecideOutcome.APPROVED
    # 100 of 180 are spent
    asked = office.ask(amount=80_01, until=END + timedelta(days=30))
    assert office.allow(asked) is DecideOutcome.BUDGET_SPENT
    assert office.allow(office.ask(amount=80_00)) is DecideOutcome.APPROVED
    office.today = END + timedelta(days=1)
    assert office.allow(asked) is DecideOutcome.APPROVED


def test_live_waivers_spend_the_budget_of_a_group_whoever_approves_them(office):
    assert office.allow(office.ask(A_LINE, 100_00)) is DecideOutcome.APPROVED
    # 100 of 150 are spent
    assert office.allow(office.ask(A_LINE, 50_01), by="Zhao Min") is DecideOutcome.GROUP_BUDGET_SPENT
    assert office.allow(office.ask(A_LINE, 50_00), by="Zhao Min") is DecideOutcome.APPROVED
    # What is on a whole industry is on no group.
    assert office.allow(office.ask(LINE, 80_00), by="Zhao Min") is DecideOutcome.APPROVED


def test_what_is_declined_or_withdrawn_allows_nothing(office):
    for by, outcome in (("Wang Wei", DecideOutcome.DECLINED), ("Li Na", DecideOutcome.WITHDRAWN)):
        wish = DecideWish(office.ask().proposal.proposal_id, by)
        assert decline_waiver(office.place, wish, clock=office.clock).outcome is outcome
    assert office.place_earmark("E1", obligor="B", amount="0.01").outcome is PlaceOutcome.LIMIT_BROKEN
