"""Limits asked again of a finished run say what a run made with them says, to the last figure."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from riskmon.operations.limits.known import limits_now
from riskmon.operations.limits.own_headroom import declared_of, own_headroom
from riskmon.operations.run_monitor import run_monitor
from riskmon.operations.sample import SAMPLE_AS_OF, write_sample
from riskmon.rulebook.select import select
from riskmon.store.database import place_of
from riskmon.store.snapshots import Snapshots
from tests.declaring import LimitOffice

BOOKS = ("cn_large_exposures", "cn_group_credit", "basel_lex", "example_policy")


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder / "bank", seed=7, as_of=SAMPLE_AS_OF)
    run_monitor(folder / "bank", select(list(BOOKS), as_of=SAMPLE_AS_OF), folder / "data")
    return folder


def limit(limit_id, kind, subject, **more):
    return {"limit_id": limit_id, "subject_kind": kind, "subject_id": subject} | more


def tree(snapshot_tables):
    """A tree over the sample bank's busiest industry and country, with lines for each and for all."""
    parties = snapshot_tables("parties").filter(pl.col("industry").is_not_null())
    industry = parties["industry"].mode().sort()[0]
    group = snapshot_tables("group_members").filter(book_id="example_policy").sort("group_id")["anchor_id"][0]
    amount = {"amount": "100000000.00", "currency": "CNY"}
    return [
        limit("ALL", "bank", "BANK", capital_bp=90_000, capital_base="tier1_capital", is_shared=True),
        limit("CN", "country", "CN", parent_limit_id="ALL", is_shared=True, **amount),
        limit("IND", "industry", industry, parent_limit_id="CN", is_shared=True, blue_bp=5_000, **amount),
        limit("EACH", "industry", industry, parent_limit_id="CN", is_shared=False, is_hard=False, **amount),
        limit("LOANS", "product", "loan", measure="loan_balance", is_shared=True, is_frozen=True),
        limit("GROUP", "group", group, book_id="example_policy", is_shared=True, **amount),
        limit("LATER", "bank", "BANK", valid_from="2099-01-01", is_shared=True, **amount),
    ]


def test_a_run_says_of_its_limits_what_it_stored(sample):
    snapshots = Snapshots(sample / "data")
    snapshot = snapshots.find()
    stored = snapshots.table(snapshot, "headroom").drop("row_number").collect()
    assert stored.filter(book_id="bank_limits").height == 10
    assert_frame_equal(own_headroom(snapshots, snapshot, declared_of(snapshots, snapshot)).headroom, stored)


def test_limits_asked_of_an_earlier_run_are_those_of_the_next_one(sample, tmp_path):
    snapshots = Snapshots(sample / "data")
    snapshot = snapshots.find()
    office = LimitOffice(sample, place_of(tmp_path / "decided"), books=BOOKS, today=SAMPLE_AS_OF)
    limits = tree(lambda name: snapshots.table(snapshot, name).collect())
    assert office.settle(*limits).decided.outcome.value == "approved"
    asked = own_headroom(snapshots, snapshot, limits_now(office.place).rows)
    run = office.run(SAMPLE_AS_OF)
    assert_frame_equal(asked.headroom, run.tables["headroom"])
    own = run.tables["headroom"].filter(book_id="bank_limits")
    assert {"ALL", "CN", "IND", "EACH", "LOANS", "GROUP"} == {
        each for each in own["limit_id"] if "-" not in each
    }
    assert own.filter(limit_id="EACH").height > 1
