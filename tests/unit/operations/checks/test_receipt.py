"""A check can be asked again from its receipt alone. Net capital is 10 000.00: the line of a group is 1 500.00."""

import json

import pytest

from riskmon.domain.errors import CallerError, NotFoundError
from riskmon.operations.checks import Receipt, check_id, decision_book, repeat_check
from riskmon.operations.checks.reading import declared_digest
from riskmon.operations.limits.terms import declared_rows
from riskmon.store.database import place_of
from riskmon.store.snapshots import Snapshots
from tests import builders
from tests.checking import ask, deal, decisions_on

GROUP = ("cn_group_credit", "group_credit", "group", "cn_group_credit/P1")
ELSEWHERE = ("cn_group_credit", "group_credit", "group", "cn_group_credit/P7")


def two_firms(tmp_path, drawn="100.00"):
    return decisions_on(
        tmp_path,
        parties=[builders.party("P1"), builders.party("P2")],
        facilities=[
            builders.facility("F1", "P1", drawn=drawn, commitment=drawn),
            builders.facility("F2", "P2", drawn="300.00", commitment="300.00"),
        ],
        relationships=[builders.relationship("R1", "P1", "P2")],
    )


def kept(body):
    """The receipt as somebody keeps it: in a file."""
    return Receipt.model_validate_json(json.dumps(body["receipt"]))


def test_a_check_is_answered_again_bit_for_bit_after_another_run(tmp_path):
    claims = {GROUP: 50_00, ELSEWHERE: 70_00}
    body = ask(
        two_firms(tmp_path), deal(amount="1100.01"), deal("P2", deal_id="E"), claims=claims, is_chinese=True
    )
    two_firms(tmp_path, drawn="900.00")
    again = repeat_check(Snapshots(tmp_path / "data"), place_of(tmp_path / "data"), kept(body))
    assert json.dumps(again, ensure_ascii=False) == json.dumps(body, ensure_ascii=False)


def test_the_id_of_a_check_is_made_of_all_that_it_rested_on_and_of_nothing_else(tmp_path):
    decisions = two_firms(tmp_path)
    body = ask(decisions, deal())
    assert body["check_id"] == check_id(body["receipt"])
    ids = [
        ask(decisions, deal())["check_id"],
        ask(decisions, deal(), claims={ELSEWHERE: 70_00})["check_id"],
        ask(decisions, deal(), claims={GROUP: 50_00})["check_id"],
        ask(decisions, deal(amount="100.01"))["check_id"],
        ask(decisions, deal(), days=1)["check_id"],
        ask(decisions, deal(), is_chinese=True)["check_id"],
    ]
    # What is claimed of a line that nobody looked at changes nothing.
    assert [each == body["check_id"] for each in ids] == [True, True, False, False, False, False]


def test_a_check_under_declared_limits_says_which(tmp_path):
    two_firms(tmp_path)
    snapshots, none_declared = Snapshots(tmp_path / "data"), declared_rows([])
    body = ask(decision_book(snapshots, None, none_declared), deal())
    assert body["receipt"]["limits"] == declared_digest(none_declared)
    assert repeat_check(snapshots, place_of(tmp_path / "data"), kept(body)) == body


def test_a_check_whose_limits_or_run_are_gone_is_not_answered_from_others(tmp_path):
    body = ask(two_firms(tmp_path), deal())
    snapshots, place = Snapshots(tmp_path / "data"), place_of(tmp_path / "data")
    receipt = kept(body)
    with pytest.raises(CallerError, match="limits that counted then"):
        repeat_check(snapshots, place, receipt.model_copy(update={"limits": "0" * 64}))
    with pytest.raises(NotFoundError):
        repeat_check(snapshots, place, receipt.model_copy(update={"run_id": "beef"}))
