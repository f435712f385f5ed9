"""A check made again: identical from the run, limits and claims of that minute, or told what differs and why."""

import copy
import json
import shutil
from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic_core import to_json

from riskmon.domain.errors import CallerError
from riskmon.operations.checks import check, decided_on
from riskmon.operations.replay import Cause, Outcome, replay_check
from riskmon.store.database import place_of
from riskmon.store.snapshots import Snapshots
from tests import builders
from tests.builders import AS_OF
from tests.checking import deal, decisions_on
from tests.declaring import LimitOffice, steel, steel_bank

GROUP = ("cn_group_credit", "group_credit", "group", "cn_group_credit/P1")
"""15 % of 10 000.00 are 1 500.00; P1 and P2 owe 400.00 together."""


@pytest.fixture
def data(tmp_path):
    decisions_on(
        tmp_path,
        parties=[builders.party("P1"), builders.party("P2")],
        facilities=[
            builders.facility("F1", "P1", drawn="100.00", commitment="100.00"),
            builders.facility("F2", "P2", drawn="300.00", commitment="300.00"),
        ],
        relationships=[builders.relationship("R1", "P1", "P2")],
    )
    return tmp_path / "data"


def asked(data, *deals, **said):
    """The answer of a check as it is kept in a file."""
    return answered(decided_on(Snapshots(data), place_of(data)), *deals, **said)


def checked_by(office, *deals):
    return answered(decided_on(office.snapshots, office.place), *deals)


def answered(live, *deals, claims=None, most_days=3, today=AS_OF, is_chinese=False):
    said = {"today": today, "most_days": most_days, "is_chinese": is_chinese}
    return json.loads(to_json(check(live.decisions, deals, claims=claims or {}, **said)))


def replayed(data, said):
    return replay_check(Snapshots(data), place_of(data), said)


def test_a_check_is_made_again_bit_for_bit_with_what_was_claimed_then(data):
    """The claims have gone since: without those of that minute the answer would be another."""
    claims = {GROUP: 1_000_00, ("elsewhere", "a", "obligor", "P9"): 5}
    said = asked(data, deal("P1", "100.01"), claims=claims)
    assert said["verdict"] == "refuse"
    # What was claimed elsewhere had no part in it, and is nobody's business.
    assert [each["subject_id"] for each in said["receipt"]["claims"]] == ["cn_group_credit/P1"]
    done = replayed(data, said)
    assert (done.outcome, done.causes, done.differences, done.detail) == (Outcome.IDENTICAL, (), (), "")
    assert done.again == said


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    amounts=st.lists(st.integers(1, 2_000_00), min_size=1, max_size=3),
    claim=st.integers(0, 2_000_00),
    days=st.integers(0, 5),
    is_chinese=st.booleans(),
    party=st.sampled_from(["P1", "P2", "P9"]),
)
def test_every_check_is_made_again_as_it_was(data, amounts, claim, days, is_chinese, party):
    deals = [deal(party, f"{amount / 100:.2f}", deal_id=f"D{n}") for n, amount in enumerate(amounts)]
    today = date.fromordinal(AS_OF.toordinal() + days)
    claims = {GROUP: claim} if claim else {}
    said = asked(data, *deals, claims=claims, today=today, is_chinese=is_chinese)
    assert replayed(data, said).outcome is Outcome.IDENTICAL


def test_the_order_of_its_words_does_not_matter(data):
    said = asked(data, deal("P1", "100.00"))
    turned = dict(reversed(said.items())) | {"receipt": dict(reversed(said["receipt"].items()))}
    assert replayed(data, turned).outcome is Outcome.IDENTICAL


def test_a_later_run_changes_nothing_of_an_earlier_answer(data):
    said = asked(data, deal("P1", "100.00"))
    bank = data.parent / "bank"
    builders.write_bank(
        bank,
        parties=[builders.party("P1")],
        facilities=[builders.facility("F1", "P1", drawn="1400.00", commitment="1400.00")],
        capital=[builders.capital()],
    )
    from riskmon.operations.run_monitor import run_monitor
    from riskmon.rulebook.select import select

    run_monitor(bank, select(["cn_group_credit"], as_of=AS_OF), data)
    assert asked(data, deal("P1", "100.00"))["run_id"] != said["run_id"]
    assert replayed(data, said).outcome is Outcome.IDENTICAL


def test_a_receipt_that_was_altered_is_no_receipt(data):
    said = asked(data, deal("P1", "100.00"), claims={GROUP: 5_00})

    def altered(change):
        copied = copy.deepcopy(said)
        change(copied["receipt"])
        return replayed(data, copied)

    for change in (
        lambda receipt: receipt.update(run_id="c0ffee"),
        lambda receipt: receipt.update(today="2026-07-01"),
        lambda receipt: receipt.update(most_days=4),
        lambda receipt: receipt.update(limits="0" * 64),
        lambda receipt: receipt.update(lang="zh"),
        lambda receipt: receipt.update(claims=[]),
        lambda receipt: receipt["claims"][0].update(amount_minor=499),
        lambda receipt: receipt["deals"][0].update(amount="100.01"),
        lambda receipt: receipt.update(code="0"),
    ):
        done = altered(change)
        assert (done.outcome, done.causes) == (Outcome.IMPOSSIBLE, (Cause.RECEIPT_ALTERED,))


def test_an_answer_that_was_altered_is_told_with_what_was_altered(data):
    said = asked(data, deal("P1", "1200.00"))
    assert said["verdict"] == "refuse"
    done = replayed(data, {**said, "verdict": "pass"})
    assert (done.outcome, done.causes) == (Outcome.DIFFERS, (Cause.ANSWER_OR_SNAPSHOT_CHANGED,))
    assert done.differences == (("verdict", "pass", "refuse"),)


def test_a_run_that_is_gone_or_damaged_is_told(data):
    said = asked(data, deal("P1", "100.00"))
    (folder,) = data.glob("as_of=*/run_id=*")
    (folder / "headroom.parquet").write_bytes(b"x")
    assert replayed(data, said).causes == (Cause.SNAPSHOT_UNREADABLE,)
    shutil.rmtree(folder)
    done = replayed(data, said)
    assert (done.outcome, done.causes) == (Outcome.IMPOSSIBLE, (Cause.SNAPSHOT_MISSING,))


def test_a_stored_run_that_was_touched_gives_another_answer_and_that_is_told(data):
    said = asked(data, deal("P1", "100.00"))
    for path in data.glob("as_of=*/run_id=*/*_exposures.parquet"):
        rows = pl.read_parquet(path)
        rows.with_columns((pl.selectors.ends_with("_minor") + 1).cast(pl.Int64)).write_parquet(path)
    done = replayed(data, said)
    assert (done.outcome, done.causes) == (Outcome.DIFFERS, (Cause.ANSWER_OR_SNAPSHOT_CHANGED,))
    assert "limits" in {name for name, _, _ in done.differences}


def test_the_declared_limits_of_that_minute_count_whatever_was_declared_since(tmp_path):
    office = LimitOffice(tmp_path, place_of(tmp_path))
    office.deliver(**steel_bank())
    office.run()
    office.settle(steel(amount="300.00"))
    said = checked_by(office, deal("A", "50.00"))
    office.settle(steel(amount="200.00"))
    office.settle(steel(amount="100.00"))
    assert checked_by(office, deal("A", "50.00"))["receipt"]["limits"] != said["receipt"]["limits"]
    assert replay_check(office.snapshots, office.place, said).outcome is Outcome.IDENTICAL
    elsewhere = place_of(tmp_path / "elsewhere")
    done = replay_check(office.snapshots, elsewhere, said)
    assert (done.outcome, done.causes) == (Outcome.IMPOSSIBLE, (Cause.RULES_OR_LIMITS_GONE,))


def test_other_code_is_told_whether_or_not_the_answer_is_the_same(data, monkeypatch):
    said = asked(data, deal("P1", "100.00"))
    monkeypatch.setattr("riskmon.operations.checks.receipt._code", lambda: "9" * 64)
    done = replayed(data, said)
    assert (done.outcome, done.causes) == (Outcome.IDENTICAL, (Cause.CODE_DIFFERS,))


@pytest.mark.parametrize(
    "said", [{}, {"check_id": "x"}, {"check_id": 1, "receipt": {}}, {"check_id": "x", "receipt": []}]
)
def test_what_is_no_answer_with_a_receipt_is_the_callers_mistake(data, said):
    with pytest.raises(CallerError, match="not the answer of a check"):
        replayed(data, said)
