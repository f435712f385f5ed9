"""The bank's own related parties, and joint credit: limits on a register and on a ledger, not on relationships.

Related parties: 10 % of net capital to one, 15 % to the group of one related legal person, 50 % to all, on the capital
at the end of the quarter before, net of margin, deposit certificates and treasury bonds. Joint credit: mandatory from
three banks and 5 billion, voluntary from 2 billion; a warning at 90 % of the joint limit.
"""

import pytest

from riskmon.operations import read
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders

BOOK = "cn_related_parties"


@pytest.fixture
def run(tmp_path):
    def run_bank(book=BOOK, as_of="2026-06-30", **tables):
        bank = {
            "relationships": [],
            "capital": [builders.capital("2026-03-31", net_capital="1000.00")],
        } | tables
        builders.write_bank(tmp_path / "bank", **bank)
        return run_monitor(
            tmp_path / "bank", select([book], as_of=builders.AS_OF.fromisoformat(as_of)), tmp_path / "data"
        ).tables

    return run_bank


def loan(obligor_id, amount, **more):
    return builders.facility(f"F-{obligor_id}", obligor_id, drawn=amount, commitment=amount, **more)


def related(party_id, group=None, since=None):
    return {"party_id": party_id, "related_group_id": group, "since": since}


def by_limit(tables):
    rows = tables["headroom"].sort("limit_id", "subject_id")
    return {
        (r["limit_id"], r["subject_id"]): (r["exposure_minor"], r["limit_minor"], r["is_breach"])
        for r in rows.iter_rows(named=True)
    }


def test_one_group_over_fifteen_percent_and_all_over_fifty(run):
    # 10, 15 and 50 % of 1 000.00. One party 99.00, one group 151.00, all 505.00.
    amounts = {"A": "99.00", "B": "52.00"} | {f"P{n}": "70.80" for n in range(5)}
    tables = run(
        parties=[builders.party(name) for name in (*amounts, "X")],
        facilities=[*(loan(name, amount) for name, amount in amounts.items()), loan("X", "900.00")],
        related_parties=[related("A", "A"), related("B", "A"), *(related(f"P{n}") for n in range(5))],
    )
    found = by_limit(tables)
    assert found["single", "A"] == (99_00, 100_00, False)  # 9.9 %
    assert found["group", f"{BOOK}/A"] == (151_00, 150_00, True)  # 15.1 %
    assert found["all", "bank"] == (505_00, 500_00, True)  # 50.5 %
    assert not any(subject == "X" for _, subject in found)  # no related party, no limit here
    assert {
        r["party_id"]: r["role"]
        for r in tables["group_members"].filter(group_id=f"{BOOK}/A").iter_rows(named=True)
    } == {
        "A": "anchor",
        "B": "linked",
    }


def test_a_related_party_is_told_as_one_and_not_as_connected(run, tmp_path):
    run(
        parties=[builders.party("A", name="Holding"), builders.party("B", name="Mill")],
        facilities=[loan("A", "1.00"), loan("B", "1.00")],
        related_parties=[related("A", "A"), related("B", "A")],
    )
    told = read.group(read.Snapshots(tmp_path / "data"), f"{BOOK}/A", None)
    sentences = [member["sentence_en"] for member in told["members"]]
    assert sentences == [
        f"{name} is a related party of the bank, in its register under the group of Holding."
        for name in ("Holding", "Mill")
    ]
    assert told["splitting_links"] == []


def test_the_capital_is_that_of_the_quarter_before(run):
    capital = [
        builders.capital("2026-03-31", net_capital="1000.00"),
        builders.capital("2026-06-30", net_capital="5000.00"),
    ]
    bank = {
        "parties": [builders.party("A")],
        "facilities": [loan("A", "100.01")],
        "related_parties": [related("A")],
    }
    assert by_limit(run(**bank, capital=capital))["single", "A"] == (100_01, 100_00, True)
    # one day later the quarter before has the new figure
    assert by_limit(run(**bank, capital=capital, as_of="2026-07-01"))["single", "A"] == (
        100_01,
        500_00,
        False,
    )


def test_without_the_capital_of_the_quarter_before_nobody_is_clear(run):
    tables = run(
        parties=[builders.party("A")],
        facilities=[loan("A", "1.00")],
        related_parties=[related("A")],
        capital=[builders.capital("2026-06-30")],
    )
    assert by_limit(tables)["single", "A"] == (1_00, None, None)
    assert f"{BOOK}/single" in tables["not_evaluated"]["item"]


def test_margin_comes_off_and_nothing_is_converted(run):
    tables = run(
        parties=[builders.party("A")],
        facilities=[
            builders.facility("F1", "A", product="performance_guarantee", drawn=None, commitment="120.00")
        ],
        protections=[builders.protection("G1", value="30.00")],
        protection_covers=[builders.cover("G1", "F1")],
        related_parties=[related("A")],
    )
    assert by_limit(tables)["single", "A"] == (90_00, 100_00, False)


def test_business_with_related_banks_is_outside(run):
    tables = run(
        parties=[builders.party("A"), builders.party("Z", kind="bank")],
        facilities=[loan("A", "60.00"), loan("Z", "400.00")],
        related_parties=[related("A", "Z"), related("Z", "Z")],
    )
    assert by_limit(tables) == {
        ("single", "A"): (60_00, 100_00, False),
        ("all", "bank"): (60_00, 500_00, False),
    }


def test_a_party_that_becomes_related_later_is_not_yet(run):
    tables = run(
        parties=[builders.party("A")],
        facilities=[loan("A", "500.00")],
        related_parties=[related("A", since="2026-07-01")],
    )
    assert by_limit(tables) == {("all", "bank"): (0, 500_00, False)}


def test_a_refused_row_of_a_related_party_makes_all_of_them_a_lower_bound(run):
    tables = run(
        parties=[builders.party("A"), builders.party("B")],
        facilities=[loan("A", "seven"), loan("B", "1.00")],
        related_parties=[related("A"), related("B")],
    )
    complete = {r["subject_id"]: r["is_complete"] for r in tables["headroom"].iter_rows(named=True)}
    assert complete == {"A": False, "B": True, "bank": False}


def ledger(anchor="A", **more):
    return {
        "anchor_party_id": anchor, "as_of": "2026-06-01", "bank_count": 3, "joint_limit": "9000000000.00",
        "bank_debt": "5000000000.00", "nonbank_debt": "2000000000.00", "other_debt": "500000000.00",
        "guarantees_to_outsiders": "600000000.00", "currency": "CNY",
    } | more  # fmt: skip


def joint(run, *rows):
    return run(
        "cn_joint_credit",
        parties=[builders.party("A")],
        facilities=[loan("A", "1.00")],
        joint_credit=list(rows),
    )


@pytest.mark.parametrize(
    ("other_debt", "level", "is_breach"),
    [
        ("499999999.99", None, False),  # 5 + 2 + 0.5 + 0.6 = 8.1 billion is 90 % of 9
        ("500000000.00", "orange", False),
        ("1400000000.00", "orange", False),  # 9.0: all of it used
        ("1400000000.01", "red", True),
    ],
)
def test_banks_are_warned_at_ninety_percent_of_the_joint_limit(run, other_debt, level, is_breach):
    tables = joint(run, ledger(other_debt=other_debt))
    row = tables["headroom"].filter(book_id="cn_joint_credit").row(0, named=True)
    assert (row["subject_id"], row["warning_level"], row["is_breach"]) == (
        "cn_joint_credit/A",
        level,
        is_breach,
    )


def test_a_committee_may_warn_earlier_and_the_newest_row_counts(run):
    old = ledger(as_of="2026-05-01", joint_limit="1.00")
    tables = joint(
        run, old, ledger(warning_bp=8_000, other_debt="0.00"), ledger(as_of="2026-07-01", joint_limit="1.00")
    )
    row = tables["headroom"].filter(book_id="cn_joint_credit").row(0, named=True)
    # 7.6 of 9.0 billion is 84.4 %
    assert (row["exposure_minor"], row["headroom_minor"], row["warning_level"]) == (
        7_600_000_000_00,
        1_400_000_000_00,
        "orange",
    )


def test_a_ledger_with_an_unknown_part_is_a_lower_bound(run):
    row = (
        joint(run, ledger(nonbank_debt=None))["headroom"].filter(book_id="cn_joint_credit").row(0, named=True)
    )
    assert (row["exposure_minor"], row["is_complete"]) == (6_100_000_000_00, False)


@pytest.mark.parametrize(
    ("bank_count", "bank_debt", "sets"),
    [
        (3, "5000000000.00", ["joint_credit_mandatory"]),
        (3, "4999999999.99", ["joint_credit_voluntary"]),
        (3, "2000000000.00", ["joint_credit_voluntary"]),
        (3, "1999999999.99", []),
        (2, "9000000000.00", []),
        (None, "9000000000.00", ["joint_credit_mandatory"]),  # unknown: the duty is not ruled out
    ],
)
def test_three_banks_and_five_billion_ask_for_joint_credit(run, bank_count, bank_debt, sets):
    tables = joint(run, ledger(bank_count=bank_count, bank_debt=bank_debt))
    assert tables["large_exposures"]["set"].to_list() == sets
