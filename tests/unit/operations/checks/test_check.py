"""What a credit approver is told of one deal. Net capital is 10 000.00: 15 % of it, the line of a group, is 1 500.00."""

from datetime import date

import pytest

from riskmon.domain.errors import CallerError
from riskmon.operations.checks import DealProtection, decision_book
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from riskmon.store.snapshots import Snapshots
from tests import builders
from tests.builders import AS_OF
from tests.checking import ask, deal, decisions_on, line

HOLDING = [builders.relationship("R1", "P1", "P2")]


def two_firms(tmp_path, *, drawn="1000.00", **tables):
    """P1 controls P2 and owes what is drawn; P2 owes 300.00."""
    facilities = [
        builders.facility("F1", "P1", drawn=drawn, commitment=drawn),
        builders.facility("F2", "P2", drawn="300.00", commitment="300.00"),
    ]
    parties = [builders.party(each) for each in ("P1", "P2", "P3")]
    given = {"parties": parties, "facilities": facilities, "relationships": HOLDING} | tables
    return decisions_on(tmp_path, **given)


def test_a_deal_below_the_first_line_of_its_group_passes(tmp_path):
    body = ask(two_firms(tmp_path, drawn="100.00"), deal(amount="200.00"))
    # 100 + 300 + 200 = 600 of 1 500.
    assert body["verdict"] == "pass"
    assert line(body, "group_credit", "cn_group_credit/P1") == {
        "book_id": "cn_group_credit", "limit_id": "group_credit", "subject_kind": "group",
        "subject_id": "cn_group_credit/P1", "before": "400.00", "after": "600.00", "limit": "1500.00",
        "headroom_before": "1100.00", "headroom_after": "900.00",
        "clause": body["binding"]["clause"], "is_hard": True, "is_complete": True,
    }  # fmt: skip
    assert body["options"] == []


def test_a_deal_that_breaks_a_hard_limit_by_a_cent_is_refused_with_its_clause(tmp_path):
    decisions = two_firms(tmp_path)
    # 1 000 + 300 = 1 300: the room is 200.00.
    body = ask(decisions, deal(amount="200.01"))
    assert body["verdict"] == "refuse"
    assert body["binding"]["limit_id"] == "group_credit"
    assert body["binding"]["headroom_after"] == "-0.01"
    assert "art. 12" in body["reason"]
    assert "1,500.01 CNY against 1,500.00, 0.01 over" in body["reason"]
    assert ask(decisions, deal(amount="200.00"))["verdict"] == "warn"


def test_the_largest_amount_passes_and_one_cent_more_does_not(tmp_path):
    decisions = two_firms(tmp_path, drawn="100.00")
    largest = ask(decisions, deal(amount="5000.00"))["largest_passing_amount"]
    # 90 % of 1 500 is 1 350, where the limit warns: 1 349.99 less the 400 of today.
    assert largest == "949.99"
    assert ask(decisions, deal(amount=largest))["verdict"] == "pass"
    assert ask(decisions, deal(amount="950.00"))["verdict"] == "warn"


def test_the_largest_amount_counts_the_protection_of_the_deal(tmp_path):
    decisions = two_firms(tmp_path, drawn="100.00")
    margin = DealProtection(kind="cash_margin", value="50.00", currency="CNY")
    body = ask(decisions, deal(amount="500.00", protections=(margin,)))
    # The 949.99 of a deal without protection, and the margin of 50.00.
    assert body["largest_passing_amount"] == "999.99"


def test_the_largest_amount_counts_what_is_exempt_in_part(tmp_path):
    bank = builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party("P1")],
        facilities=[builders.facility("F1", "P1")],
        capital=[builders.capital()],
    )
    chosen = {"eu_crr.medium_low_risk_exemption": "on"}
    run_monitor(bank, select(["eu_crr"], as_of=AS_OF, choices=chosen), tmp_path / "data")
    decisions = decision_book(Snapshots(tmp_path / "data"))
    body = ask(decisions, deal(amount="1.00", product="documentary_credit"))
    # A quarter of 8 000 is 2 000, and warned of from 1 800: room for 1 699.99 beside the 100 of today. Half is exempt.
    assert body["largest_passing_amount"] == "3399.98"
    more = ask(decisions, deal(amount="3399.99", product="documentary_credit"))
    assert line(more, "general", "P1")["after"] == "1800.00"


def test_a_broken_limit_that_the_deal_does_not_worsen_is_told_and_refuses_nothing(tmp_path):
    decisions = two_firms(tmp_path, drawn="1600.00")
    margin = DealProtection(kind="cash_margin", value="50.00", currency="CNY")
    body = ask(decisions, deal(amount="50.00", protections=(margin,)))
    # The margin takes the deal off in full: 1 900 before, 1 900 after.
    assert line(body, "group_credit", "cn_group_credit/P1")["headroom_after"] == "-400.00"
    assert body["verdict"] == "pass"
    assert ask(decisions, deal(amount="50.00"))["verdict"] == "refuse"


def test_every_option_passes_when_it_is_sent_back(tmp_path):
    decisions = two_firms(tmp_path)
    body = ask(decisions, deal(amount="500.00"))
    assert body["verdict"] == "refuse"
    kinds = [option["kind"] for option in body["options"]]
    assert kinds == ["collateral", "smaller_amount"]
    for option in body["options"]:
        assert ask(decisions, deal(**option["deal"]))["verdict"] == "pass"


def test_a_party_that_the_snapshot_does_not_have_is_its_own_answer(tmp_path):
    decisions = two_firms(tmp_path)
    body = ask(decisions, deal("P9"))
    assert (body["verdict"], body["reason"]) == ("refuse", "P9 is no party of the snapshot.")
    assert body["limits"] == []
    guarantee = DealProtection(kind="guarantee", provider_id="P8", value="1.00", currency="CNY")
    assert ask(decisions, deal(protections=(guarantee,)))["reason"] == "P8 is no party of the snapshot."


def test_a_stale_snapshot_is_its_own_answer_and_still_shows_the_limits(tmp_path):
    decisions = two_firms(tmp_path, drawn="100.00")
    assert ask(decisions, deal(), days=3)["verdict"] == "pass"
    body = ask(decisions, deal(), days=4)
    assert body["verdict"] == "refuse"
    assert body["reason"] == "The snapshot is too old to decide on: 2026-06-30, 4 days ago, at most 3."
    assert line(body, "group_credit", "cn_group_credit/P1")["after"] == "500.00"
    assert (body["largest_passing_amount"], body["options"]) == ("0.00", [])


def test_an_incomplete_total_warns_whatever_is_lent(tmp_path):
    lost = builders.facility("F9", "P2", drawn="12,000", commitment="1")
    facilities = [builders.facility("F1", "P1"), builders.facility("F2", "P2"), lost]
    body = ask(two_firms(tmp_path, facilities=facilities), deal(amount="1.00"))
    assert body["verdict"] == "warn"
    assert "is incomplete" in body["reason"]
    assert body["largest_passing_amount"] == "0.00"


def test_a_limit_whose_capital_is_unknown_never_passes(tmp_path):
    decisions = two_firms(tmp_path, capital=[builders.capital(net_capital=None)])
    body = ask(decisions, deal(amount="1.00"))
    assert body["verdict"] == "refuse"
    assert body["binding"]["limit"] is None
    assert "cannot be tested" in body["reason"]


def test_a_frozen_line_of_the_banks_own_takes_nothing_more(tmp_path):
    frozen = {
        "limit_id": "stop", "subject_kind": "obligor", "subject_id": "P1", "amount": "9000", "currency": "CNY",
        "is_frozen": True, "measure": "credit_balance",
    }  # fmt: skip
    decisions = two_firms(tmp_path, drawn="100.00", bank_limits=[frozen])
    body = ask(decisions, deal(amount="0.01"))
    assert body["verdict"] == "refuse"
    assert (body["binding"]["limit_id"], body["binding"]["limit"]) == ("stop", "100.00")
    assert ask(decisions, deal("P2", amount="0.01"))["verdict"] == "pass"


def test_a_soft_limit_that_is_exceeded_warns(tmp_path):
    soft = {
        "limit_id": "soft", "subject_kind": "product", "subject_id": "loan", "amount": "450.00", "currency": "CNY",
        "is_hard": False, "is_shared": True, "measure": "credit_balance",
    }  # fmt: skip
    decisions = two_firms(tmp_path, drawn="100.00", bank_limits=[soft])
    body = ask(decisions, deal(amount="50.01"))
    assert (body["verdict"], body["binding"]["limit_id"]) == ("warn", "soft")
    assert ask(decisions, deal(amount="50.00"))["verdict"] == "pass"


def test_a_limit_on_a_sector_is_a_lower_bound_once_a_firm_without_a_sector_owes_something(tmp_path):
    sector = {
        "limit_id": "paper", "subject_kind": "industry", "subject_id": "C22", "amount": "500.00", "currency": "CNY",
        "is_shared": True, "measure": "credit_balance",
    }  # fmt: skip
    parties = [
        builders.party("P1", industry="C22"), builders.party("P2", industry="C22"), builders.party("P3", industry=None)
    ]  # fmt: skip
    decisions = two_firms(tmp_path, drawn="100.00", parties=parties, bank_limits=[sector])
    body = ask(decisions, deal("P3", amount="50.00"))
    found = line(body, "paper", "C22")
    # 100 + 300 of the two; the third may be of the sector.
    assert (found["before"], found["after"], found["is_complete"]) == ("400.00", "400.00", False)
    assert body["verdict"] == "pass"
    assert line(ask(decisions, deal(amount="50.00")), "paper", "C22")["is_complete"]
    together = ask(decisions, deal(amount="50.00", deal_id="A"), deal("P3", amount="50.00", deal_id="B"))
    assert (together["verdict"], together["binding"]["limit_id"]) == ("warn", "paper")


@pytest.mark.parametrize(
    ("product", "is_chinese", "said"),
    [
        ("fund_unit", False, "who stands behind a fund_unit"),
        ("fund_unit", True, "业务中未列明fund_unit背后的债务人"),
        ("derivative", False, "the netting set, the market value and the collateral"),
        ("securities_financing", True, "净额结算组合"),
    ],
)
def test_what_cannot_be_computed_says_what_is_missing(tmp_path, product, is_chinese, said):
    body = ask(two_firms(tmp_path), deal(product=product), is_chinese=is_chinese)
    assert body["verdict"] == "refuse"
    assert said in body["reason"]


def test_a_firm_that_owes_nothing_yet_brings_its_group_with_it(tmp_path):
    facilities = [builders.facility("F1", "P1", drawn="1450.00", commitment="1450.00")]
    decisions = two_firms(tmp_path, facilities=facilities)
    # P1 alone is no group of two; with a deal of P2 the two are, at 1 450 + 100 against 1 500.
    body = ask(decisions, deal("P2", amount="100.00"))
    assert body["verdict"] == "refuse"
    found = line(body, "group_credit", "cn_group_credit/P1")
    assert (found["before"], found["after"]) == ("1450.00", "1550.00")


def test_a_claim_that_stands_between_the_snapshot_and_now_takes_headroom(tmp_path):
    decisions = two_firms(tmp_path, drawn="100.00")
    key = ("cn_group_credit", "group_credit", "group", "cn_group_credit/P1")
    body = ask(decisions, deal(amount="100.00"), claims={key: 1_050_00})
    # 400 + 1 050 claimed + 100 = 1 550.
    assert body["verdict"] == "refuse"
    assert body["binding"]["before"] == "1450.00"


def test_a_currency_without_a_rate_cannot_be_computed(tmp_path):
    body = ask(two_firms(tmp_path), deal(currency="USD"))
    assert body["reason"] == "It cannot be computed: no exchange rate of USD is known."


def test_an_amount_is_converted_and_rounded_up_once(tmp_path):
    decisions = two_firms(tmp_path, drawn="100.00", fx_rates=[builders.fx_rate("USD", "7.1234")])
    body = ask(decisions, deal(amount="0.01", currency="USD"))
    # 0.01 x 7.1234 = 0.071234, counted as 0.08.
    assert line(body, "group_credit", "cn_group_credit/P1")["after"] == "400.08"


def test_the_reason_is_told_in_chinese_as_well(tmp_path):
    body = ask(two_firms(tmp_path), deal(amount="200.01"), is_chinese=True)
    assert body["reason"].startswith("cn_group_credit/P1将突破cn_group_credit/group_credit：1,500.01 CNY")


def test_a_package_is_judged_together_in_the_order_that_lets_most_pass(tmp_path):
    decisions = two_firms(tmp_path, drawn="100.00")
    # Room to the first line is 949.99: the first deal alone, or the two others.
    deals = [
        deal(amount="940.00", deal_id="large"),
        deal("P2", amount="400.00", deal_id="one"),
        deal(amount="500.00", deal_id="two"),
    ]
    body = ask(decisions, *deals)
    assert body["verdict"] == "refuse"
    assert line(body, "group_credit", "cn_group_credit/P1")["after"] == "2240.00"
    assert body["order"] == ["one", "two", "large"]
    assert body["largest_passing_amount"] is None
    assert ask(decisions, *deals[1:])["verdict"] == "pass"


def test_a_package_of_many_deals_takes_the_smallest_first(tmp_path):
    decisions = two_firms(tmp_path, drawn="100.00")
    # Room to the first line is 949.99: the eleven smaller deals of 80.00 are 880.00.
    deals = [
        deal(amount="900.00", deal_id="D0"),
        *(deal(amount="80.00", deal_id=f"D{n}") for n in range(1, 12)),
    ]
    assert ask(decisions, *deals)["order"] == [*(f"D{n}" for n in range(1, 12)), "D0"]


@pytest.mark.parametrize(
    "terms",
    [
        {"amount": "0.001"},
        {"currency": "XXA"},
        {"amount": "1000000000000000"},
        {"start_date": date(2028, 7, 1)},
    ],
)
def test_a_deal_that_no_bank_could_book_is_the_callers_mistake(tmp_path, terms):
    decisions = two_firms(tmp_path)
    with pytest.raises((CallerError, ValueError)):
        ask(decisions, deal(**terms))


def test_two_deals_of_one_id_are_the_callers_mistake(tmp_path):
    decisions = two_firms(tmp_path)
    with pytest.raises(CallerError, match="one deal_id"):
        ask(decisions, deal(), deal())
