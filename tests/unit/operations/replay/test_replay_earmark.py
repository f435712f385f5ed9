"""An earmark made again: what it claimed, of what room, beside what others claimed; or told what differs and why."""

import shutil

import polars as pl
import pytest
from sqlalchemy import text

from riskmon.domain.errors import NotFoundError
from riskmon.operations.audit import audit_entries
from riskmon.operations.audit.listing import Wanted
from riskmon.operations.earmarks import PlaceWish, ResolveWish, confirm_earmark, place_earmark
from riskmon.operations.replay import Cause, Outcome, replay_earmark
from riskmon.store.database import connect, place_of
from tests.declaring import LimitOffice, steel, steel_bank
from tests.earmarking import loan

STEEL = ("bank_limits", "STEEL", "industry", "C31")


@pytest.fixture
def office(tmp_path, store_place):
    """A and B owe 1 700 together; the industry may owe 2 000 by a declared limit."""
    opened = LimitOffice(tmp_path, store_place)
    opened.deliver(**steel_bank())
    opened.run()
    opened.settle(steel("2000.00"))
    opened.publish()
    place(opened, "E1", "A", "60.00")
    place(opened, "E2", "B", "40.00")
    return opened


def place(office, earmark_id, obligor, amount):
    with office.ledger() as ledger:
        return place_earmark(ledger, PlaceWish(earmark_id, loan(obligor, amount), 24, "Li Na"))


def replayed(office, earmark_id="E2"):
    return replay_earmark(office.snapshots, office.place, earmark_id)


def steel_claim(done):
    return next(each for each in done.again["claims"] if each["limit_id"] == "STEEL")


def test_an_earmark_claims_again_what_it_claimed_whatever_happened_since(office):
    with office.ledger() as ledger:
        confirm_earmark(ledger, ResolveWish("E1", "Li Na", amount="10.00"))
    office.settle(steel("1750.00"))
    office.publish()
    for earmark_id, others in (("E1", "0.00"), ("E2", "60.00")):
        done = replayed(office, earmark_id)
        assert (done.outcome, done.causes, done.differences) == (Outcome.IDENTICAL, (), ())
        # 2 000 less the 1 700 owed, beside what others claimed at that minute.
        found = steel_claim(done)
        assert (found["room"], found["others"], found["waived"]) == ("300.00", others, "0.00")


def test_a_record_that_was_changed_is_told(office):
    database = connect(office.place)
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
        else:
            connection.execute(text("DROP TRIGGER audit_entries_unchanged"))
        for old, new in (
            ('"others":"60.00"', '"others":"290.00"'),
            ('"claimed":"40.00"', '"claimed":"41.00"'),
        ):
            connection.execute(
                text("UPDATE audit_entries SET after = replace(after, :old, :new) WHERE subject = 'E2'"),
                {"old": old, "new": new},
            )
    database.close()
    done = replayed(office)
    assert (done.outcome, done.causes) == (Outcome.DIFFERS, (Cause.ANSWER_OR_SNAPSHOT_CHANGED,))
    # 40 beside 290 of 300 would have been refused.
    assert ("outcome", "placed", "limit_broken") in done.differences


def test_a_run_that_was_changed_or_is_gone_is_told(office):
    for path in office.snapshots.find().folder.glob("*_exposures.parquet"):
        rows = pl.read_parquet(path)
        rows.with_columns((pl.selectors.ends_with("_minor") + 1).cast(pl.Int64)).write_parquet(path)
    done = replayed(office)
    assert (done.outcome, [name for name, _, _ in done.differences]) == (Outcome.DIFFERS, ["claims"])
    shutil.rmtree(office.snapshots.find().folder)
    assert replayed(office).causes == (Cause.SNAPSHOT_MISSING,)


def test_other_code_is_told_with_the_answer(office, monkeypatch):
    monkeypatch.setattr("riskmon.operations.replay.earmark.code_digest", lambda: {"code": "9" * 64})
    done = replayed(office)
    assert (done.outcome, done.causes) == (Outcome.IDENTICAL, (Cause.CODE_DIFFERS,))


def test_an_earmark_that_was_never_placed_is_not_found(office, tmp_path):
    with pytest.raises(NotFoundError):
        replayed(office, "E9")
    with pytest.raises(NotFoundError):
        replay_earmark(office.snapshots, place_of(tmp_path / "elsewhere"), "E1")
    assert len(audit_entries(office.place, Wanted(action="earmark.placed"), most=9)) == 2
