"""Structures behind which the same third party stands (APRA APS 221, Attachment A 27-30)."""

import polars as pl
import pytest

from riskmon.operations import read
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders


def support(structure_id, party_id, role="manager", *, is_material=True):
    return {"structure_id": structure_id, "party_id": party_id, "role": role, "is_material": is_material}


@pytest.fixture
def run(tmp_path):
    """A run on funds named by one letter, of each of which the bank holds 100.00; no asset behind them is named."""

    def ran(supports, book="apra_aps221", funds="AB"):
        providers = {row["party_id"] for row in supports}
        builders.write_bank(
            tmp_path / "bank",
            parties=[builders.party(each) for each in sorted({*funds, *providers})],
            facilities=[builders.fund_unit(f"F{each}", each) for each in funds],
            structures=[builders.structure(f"S{each}", party_id=each) for each in funds],
            fund_holdings=[
                builders.fund_holding(f"H{each}", f"F{each}", structure_id=f"S{each}") for each in funds
            ],
            structure_support=supports,
            relationships=[],
            capital=[builders.capital()],
        )
        run_monitor(tmp_path / "bank", select([book], as_of=builders.AS_OF), tmp_path / "data")
        return read.Snapshots(tmp_path / "data")

    return ran


def groups(snapshots):
    """The exposed members of each group of several."""
    members = snapshots.table(snapshots.find(None), "group_members").collect()
    exposed = members.filter(pl.col("role") != "connector")
    found = exposed.group_by("group_id").agg(pl.col("party_id").sort())["party_id"].to_list()
    return sorted(each for each in found if len(each) > 1)


SHARED = [support("SA", "MGR"), support("SB", "MGR", "liquidity", is_material=None)]


def test_structures_with_one_third_party_behind_them_are_one_risk_without_it(run):
    # Both holdings stand in the group once; the third party carries both by itself already.
    snapshots = run(SHARED)
    assert groups(snapshots) == [["A", "B"]]
    totals = read.group(snapshots, "apra_aps221/A")["group"]
    assert totals["exposure"] == "200.00"
    assert read.obligor(snapshots, "MGR")["exposures"][0]["exposure"] == "200.00"


@pytest.mark.parametrize("book", ["basel_lex", "cn_large_exposures", "eu_crr", "uk_pra", "us_sccl"])
def test_elsewhere_they_are_not(run, book):
    assert groups(run(SHARED, book)) == []


def test_a_support_that_is_said_to_be_minor_connects_nothing(run):
    assert groups(run([support("SA", "MGR"), support("SB", "MGR", is_material=False)])) == []


def test_a_chain_of_shared_third_parties_is_one_risk(run):
    supports = [support("SA", "M"), support("SB", "M"), support("SB", "N"), support("SC", "N")]
    assert groups(run(supports, funds="ABC")) == [["A", "B", "C"]]


def test_the_reason_leads_to_the_rows_and_the_clause(run):
    snapshots = run(SHARED)
    told = {each["party_id"]: each for each in read.group(snapshots, "apra_aps221/A")["members"]}["B"]
    (step,) = told["reason"]
    assert step["relationship_id"] == "support:B:MGR"
    assert step["evidence_text"] == "structure_support: MGR stands behind A (manager) and B (liquidity)."
    assert "the same third party stands behind Name of A and Name of B" in told["sentence_en"]
    assert "Att. A 27-30" in told["sentence_en"]


def test_no_book_that_joins_by_them_no_link(run):
    snapshots = run(SHARED, "basel_lex")
    assert snapshots.table(snapshots.find(None), "relationships").collect().is_empty()
