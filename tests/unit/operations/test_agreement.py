"""Agreements that are no facility explained: a netting set, a financing trade, the positions in an issuer, to the limits.

A bank of tier 1 capital 800.00 under the Chinese large-exposure rules, whose line for a bank is 25 %: 200.00.
"""

import json
import re
import sys

import pytest

from riskmon.cli import main
from riskmon.domain.errors import CallerError, NotFoundError
from riskmon.operations import read
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders
from tests.counterparty_rows import AS_OF, financing, netting_set, position, trade

BOOKS = ["cn_large_exposures", "cn_group_credit"]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("agreements")
    builders.write_bank(
        folder / "bank",
        parties=[
            builders.party("CP", kind="bank", name="甲银行 (Bank A)"),
            builders.party("DP", kind="bank", name="丁银行 (Bank D)"),
            builders.party("ISS", name="乙公司 (Firm B)"),
        ],
        facilities=[builders.facility("F1", "ISS", drawn="7.00", commitment="7.00"), builders.facility("R2", "ISS")],
        relationships=[],
        netting_sets=[
            netting_set("NS", "CP", collateral="30"),
            netting_set("F1", "DP", collateral="-5"),
            netting_set("X1", "DP"),
        ],
        derivatives=[
            trade("T1", market_value="80", notional="1000"),
            trade("T2", market_value="-20", notional="400", side="short"),
            trade("T3", market_value="10", notional="100", netting_set_id="F1"),
            trade("T4", netting_set_id="X1"),
        ],
        securities_financing=[financing("R1"), financing("R2", cash="10", security_value="2"),
            financing("X1", netting_set_id="X1")],
        trading_positions=[
            position("P1", "100", issue_id="I1", seniority="senior"),
            position("P2", "30", issue_id="I2", seniority="subordinated", side="short"),
            position("P3", "5", side="long"),
        ],
        capital=[builders.capital(tier1_capital="800.00", net_capital="1000.00")],
        fx_rates=[builders.fx_rate("USD", "7")],
    )  # fmt: skip
    run_monitor(folder / "bank", select(BOOKS, as_of=AS_OF), folder / "data")
    return folder / "data"


def told(data, agreement_id, book_id="cn_large_exposures"):
    body = read.facility(read.Snapshots(data), agreement_id)
    book = next(book for book in body["books"] if book["book_id"] == book_id)
    return body["agreement"], book, [(step["step"], step["amount"]) for step in book["steps"]]


def limits_of(book, party_id):
    (party,) = [party for party in book["parties"] if party["party_id"] == party_id]
    return {row["limit_id"]: (row["exposure"], row["limit"]) for row in party["headroom"]}


def test_a_netting_set_adds_up_from_its_trades_to_the_limit(data):
    # Values 80 - 20 = 60, less 30 held: replacement cost 30. Yuan against dollars, one hedging set, offset in full:
    # 1 000 - 400 = 600 at 4 % is 24. Together 54, times 1.4 is 75.60.
    agreement, book, steps = told(data, "NS")
    assert (agreement["source"], agreement["obligor_id"]) == ("netting_sets", "CP")
    assert [(row["table"], row["id"], row["amount"], row["value"]) for row in agreement["rows"]] == [
        ("netting_sets", "NS", "30.00", None),
        ("derivatives", "T1", "1000.00", "80.00"),
        ("derivatives", "T2", "400.00", "-20.00"),
    ]
    assert steps == [
        ("market_value", "60.00"),
        ("collateral_held", "-30.00"),
        ("replacement_cost", "30.00"),
        ("potential_exposure", "24.00"),
        ("alpha", "75.60"),
    ]
    (row,) = book["exposures"]
    assert (row["exposure_gross"], row["exposure"], row["category"]) == ("75.60", "75.60", "counterparty")
    # With R1, 100 less 96, and R2, 10 less 1.92: 75.60 + 4.00 + 8.08 of the line of 200.
    assert limits_of(book, "CP")["interbank"] == ("87.68", "200.00")


def test_collateral_that_is_posted_comes_on_top(data):
    # 10 and 5 posted are 15 of replacement cost; 100 at 4 % are 4; 19 times 1.4 is 26.60.
    _, book, steps = told(data, "netting_sets/F1")
    assert steps == [
        ("market_value", "10.00"),
        ("collateral_posted", "5.00"),
        ("replacement_cost", "15.00"),
        ("potential_exposure", "4.00"),
        ("alpha", "26.60"),
    ]
    assert book["exposures"][0]["obligor_id"] == "DP"


def test_a_financing_trade_adds_up_and_its_security_stands_with_its_issuer(data):
    # 100 of cash; the bond of 100 counts with 96 after 4 % and stands with its issuer; 4 stay with the counterparty.
    agreement, book, steps = told(data, "R1")
    assert [(row["table"], row["kind"], row["reference_id"]) for row in agreement["rows"]][1:] == [
        ("securities_financing", "reverse_repo", "ISS")
    ]
    assert steps == [("given_cash", "100.00"), ("worth_security", "100.00"), ("held", "-96.00")]
    rows = {row["obligor_id"]: (row["exposure_gross"], row["mitigated_out"], row["mitigated_in"], row["exposure"])
            for row in book["exposures"]}  # fmt: skip
    assert rows == {"CP": ("100.00", "96.00", "0.00", "4.00"), "ISS": ("0.00", "0.00", "96.00", "96.00")}
    assert {party["party_id"] for party in book["parties"]} == {"CP", "ISS"}


def test_the_positions_in_an_issuer_add_up_issue_by_issue(data):
    # Senior longs of 100 less juniors short 30, which rank behind and set off; the unnamed 5 are set off by nothing.
    _, book, steps = told(data, "trading/ISS")
    assert steps == [("issue", "100.00"), ("issue", "-30.00"), ("issue", "5.00"), ("largest_excess", "75.00")]
    assert [row["exposure"] for row in book["exposures"]] == ["75.00"]


def test_a_book_without_the_approach_says_that_the_potential_is_not_measured(data):
    _, _, steps = told(data, "NS", "cn_group_credit")
    assert steps[-1] == ("potential_unknown", None)
    assert ("replacement_cost", "30.00") in steps


def test_an_id_that_several_have_asks_for_the_table(data):
    snapshots = read.Snapshots(data)
    assert read.facility(snapshots, "F1")["facility"]["drawn"] == "7.00"
    assert (
        read.facility(snapshots, "securities_financing/R2")["agreement"]["source"] == "securities_financing"
    )
    with pytest.raises(CallerError, match="netting_sets, securities_financing"):
        read.facility(snapshots, "X1")
    with pytest.raises(NotFoundError, match="nor another agreement"):
        read.facility(snapshots, "nothing")


@pytest.fixture
def explained(data, monkeypatch, capsys):
    def call(agreement_id, *more):
        words = ["explain", "facility", agreement_id, "--data", str(data), *more]
        monkeypatch.setattr(sys, "argv", ["riskmon", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        return capsys.readouterr().out

    return call


def test_the_steps_are_told_in_both_languages(explained):
    english, chinese = explained("NS"), explained("NS", "--lang", "zh")
    for said in (
        "netting set NS with Bank A",
        "trade T1: foreign exchange, forward, long, on USD, notional 1,000.00 CNY, market value 80.00 CNY",
        "replacement cost, at least nothing: 30.00",
        "1.4 times both together: 75.60",
    ):
        assert said in english
    assert "重置成本，不低于零：30.00" in chinese
    assert "两者之和乘以1.4：75.60" in chinese
    assert "cash that the bank gave: 100.00" in explained("R1")
    assert "发行人违约时I1的损失，多头减空头：100.00" in explained("trading/ISS", "--lang", "zh")


@pytest.mark.parametrize("agreement_id", ["NS", "R1", "trading/ISS"])
def test_the_chinese_explanation_has_no_english_word(explained, agreement_id):
    ids = {"NS", "CP", "DP", "ISS", "USD", "CNY", "trading", "run", "position"}
    said = re.sub(
        r"cn_[a-z_/A-Z0-9]+|bank_limits\S*|运行编号 \w+", "", explained(agreement_id, "--lang", "zh")
    )
    assert set(re.findall(r"[A-Za-z]{2,}", said)) <= ids


def test_the_json_answer_is_the_same(explained, data):
    assert json.loads(explained("R1", "--json")) == read.facility(read.Snapshots(data), "R1")
