"""Who signs a facility with others owes it whole: one risk with them, seen by every limit, counted once in every sum.

A bank of tier 1 capital 800.00 and net capital 1 000.00. A owes a loan of 130.00 that B has signed too, B another of
30.00 alone. Each owes the whole: A 130, B 30 + 130 = 160, both together 160 and not 290.
"""

import sys
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskmon.cli import main
from riskmon.operations import read
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from riskmon.store.snapshots import Snapshots
from tests import builders

AS_OF = date(2026, 6, 30)
COUNTING = ("cn_large_exposures", "basel_lex", "eu_crr", "uk_pra", "apra_aps221")
"""Books whose text counts joint liability; the exposures here are above the gates of those that have one."""

SILENT = ("cn_group_credit", "example_policy")


def loan(facility_id, obligor_id, drawn, **more):
    return builders.facility(facility_id, obligor_id, drawn=drawn, commitment=drawn, **more)


def run(folder, books, **tables):
    capital = [builders.capital(AS_OF, net_capital="1000.00", tier1_capital="800.00")]
    bank = {
        "parties": [builders.party("A"), builders.party("B")],
        "facilities": [loan("F1", "A", "130.00", joint_obligor_ids=["B"]), loan("F2", "B", "30.00")],
        "relationships": [],
        "capital": capital,
    } | tables
    builders.write_bank(folder / "bank", **bank)
    result = run_monitor(folder / "bank", select(list(books), as_of=AS_OF), folder / "data")
    return {name: frame.to_dicts() for name, frame in result.tables.items()}


def members(tables, book):
    return {
        row["group_id"]: sorted(
            m["party_id"] for m in tables["group_members"] if m["group_id"] == row["group_id"]
        )
        for row in tables["group_members"]
        if row["book_id"] == book
    }


def headroom(tables, subject_id, limit_id):
    return next(
        row for row in tables["headroom"] if (row["subject_id"], row["limit_id"]) == (subject_id, limit_id)
    )


@pytest.mark.parametrize("book", COUNTING)
def test_who_signs_together_is_one_group_and_the_loan_counts_once_in_it(tmp_path, book):
    tables = run(tmp_path, [book])
    assert ["A", "B"] in members(tables, book).values()
    sums = {row["exposure_minor"] for row in tables["group_exposures"]}
    assert sums == {160_00}
    link = next(row for row in tables["relationships"] if row["relationship_id"] == "co_signed:A:B")
    assert (link["basis"], link["is_mutual"], link["assessment"], link["is_suggested"]) == (
        "joint_liability", True, "none", False,
    )  # fmt: skip
    assert link["counting_books"] == [book]
    assert "130.00 CNY" in link["evidence_text"]


@pytest.mark.parametrize("book", [*COUNTING, *SILENT])
def test_the_total_of_a_joint_obligor_says_what_it_owes_beside(tmp_path, book):
    tables = run(tmp_path, [book])
    rows = {row["obligor_id"]: row for row in tables["obligor_exposures"]}
    assert [(rows[name]["exposure_minor"], rows[name]["joint_minor"]) for name in "AB"] == [
        (130_00, 0),
        (30_00, 130_00),
    ]
    assert sum(row["exposure_minor"] for row in tables["exposures"]) == 160_00


def test_a_limit_on_a_joint_obligor_sees_the_whole_loan(tmp_path):
    tables = run(tmp_path, ["cn_large_exposures"])
    # 15 % of 800 are 120; 10 % of 1 000 are 100
    for limit_id in ("single", "loan_single"):
        assert headroom(tables, "A", limit_id)["exposure_minor"] == 130_00
        assert headroom(tables, "B", limit_id)["exposure_minor"] == 160_00
        assert headroom(tables, "B", limit_id)["is_breach"]
    assert headroom(tables, "cn_large_exposures/A", "group")["exposure_minor"] == 160_00


def test_a_party_that_owes_only_with_others_is_no_clear_obligor(tmp_path):
    tables = run(
        tmp_path, ["cn_large_exposures"], facilities=[loan("F1", "A", "130.00", joint_obligor_ids=["B"])]
    )
    row = next(row for row in tables["obligor_exposures"] if row["obligor_id"] == "B")
    assert (row["exposure_minor"], row["joint_minor"]) == (0, 130_00)
    assert headroom(tables, "B", "single")["is_breach"]
    assert members(tables, "cn_large_exposures")["cn_large_exposures/A"] == ["A", "B"]


def test_protection_helps_each_who_owes_the_loan_alike(tmp_path):
    tables = run(
        tmp_path,
        ["cn_large_exposures"],
        protections=[builders.protection("G1", value="50.00", maturity_date="2027-12-31")],
        protection_covers=[builders.cover("G1", "F1")],
    )
    rows = {row["obligor_id"]: row for row in tables["obligor_exposures"]}
    assert (rows["A"]["exposure_minor"], rows["B"]["joint_minor"]) == (80_00, 80_00)


@pytest.mark.parametrize("assessment", ["rejected", "doubtful"])
def test_a_judgement_on_record_goes_before_the_facility(tmp_path, assessment):
    record = builders.dependence("R1", "B", "A", "joint_liability", assessment=assessment)
    tables = run(tmp_path, ["cn_large_exposures"], relationships=[record])
    assert [row["relationship_id"] for row in tables["relationships"]] == ["R1"]
    assert ["A", "B"] not in members(tables, "cn_large_exposures").values()
    assert headroom(tables, "B", "single")["is_breach"]  # it owes the loan all the same


def own_line(limit_id, subject_kind, subject_id, **more):
    return {
        "limit_id": limit_id, "subject_kind": subject_kind, "subject_id": subject_id, "amount": "100.00",
        "currency": "CNY", "is_shared": True,
    } | more  # fmt: skip


def test_the_banks_own_lines_count_the_loan_with_each_who_owes_it_and_once_in_every_sum(tmp_path):
    lines = [
        own_line("b", "obligor", "B"),
        own_line("east", "region", "east"),
        own_line("west", "region", "west"),
        own_line("all", "bank", "BANK"),
        own_line("each", "bank", "BANK", is_shared=False),
        own_line("loans_west", "product", "loan", parent_limit_id="west"),
        own_line("family", "group", "A", book_id="cn_large_exposures"),
    ]
    parties = [
        builders.party("A", region="east"),
        builders.party("B", region="west"),
        builders.party("BANK", kind="bank"),
    ]
    tables = run(tmp_path, ["cn_large_exposures"], bank_limits=lines, parties=parties)
    own = {
        (row["limit_id"], row["subject_id"]): row["exposure_minor"]
        for row in tables["headroom"]
        if row["book_id"] == "bank_limits"
    }
    # A alone is in the east and owes 130; B alone is in the west and owes 30 + 130; together they owe 160.
    assert own == {
        ("b", "B"): 160_00,
        ("east", "east"): 130_00,
        ("west", "west"): 160_00,
        ("loans_west", "loan"): 160_00,
        ("all", "BANK"): 160_00,
        ("each", "A"): 130_00,
        ("each", "B"): 160_00,
        ("family", "cn_large_exposures/A"): 160_00,
    }
    assert "a measure for joint_obligor_ids" not in {row["missing"] for row in tables["not_evaluated"]}


def test_a_group_owes_whole_what_one_of_it_has_signed_with_a_stranger(tmp_path):
    """B and its subsidiary C are one group; the link to A is rejected. C owes 5, B 30, and 130 with A: 165."""
    tables = run(
        tmp_path,
        ["cn_large_exposures"],
        parties=[builders.party(name) for name in "ABC"],
        facilities=[
            loan("F1", "A", "130.00", joint_obligor_ids=["B", "C"]),
            loan("F2", "B", "30.00"),
            loan("F3", "C", "5.00"),
        ],
        relationships=[
            builders.relationship("R1", "B", "C"),
            builders.dependence("R2", "B", "A", "joint_liability", assessment="rejected"),
            builders.dependence("R3", "C", "A", "joint_liability", assessment="rejected"),
        ],
    )
    (group,) = [row for row in tables["group_exposures"] if row["group_id"] == "cn_large_exposures/B"]
    assert (group["exposure_minor"], group["joint_minor"], group["joint_loan_minor"]) == (
        35_00,
        130_00,
        130_00,
    )
    for limit_id in ("group", "loan_single"):
        whole = headroom(tables, "cn_large_exposures/B" if limit_id == "group" else "C", limit_id)
        assert whole["exposure_minor"] == (165_00 if limit_id == "group" else 135_00)
    large = {
        row["subject_id"]: row["exposure_minor"] for row in tables["large_exposures"] if row["set"] == "large"
    }
    # 2.5 % of 800.00 are 20.00
    assert large == {"A": 130_00, "B": 160_00, "C": 135_00, "cn_large_exposures/B": 165_00}


def test_the_explanation_of_a_joint_obligor_tells_what_it_owes_with_whom(tmp_path):
    run(tmp_path, ["cn_large_exposures"])
    body = read.obligor(Snapshots(tmp_path / "data"), "B")
    assert body["exposures"][0]["joint"] == "130.00"
    (debt,) = body["joint_debts"]
    assert (debt["facility_id"], debt["obligor_id"], debt["exposure"]) == ("F1", "A", "130.00")
    (link,) = body["groups"][0]["reason"]
    assert link["relationship_id"] == "co_signed:A:B"


@pytest.mark.parametrize(
    ("language", "of_obligor", "of_facility"),
    [
        (
            "en",
            "owed whole with Name of A, where it counts, F1: 130.00",
            "Name of B has signed it too and owes it whole: 130.00",
        ),
        ("zh", "与Name of A共同承担（计入对方）F1：130.00", "Name of B为共同债务人，须全额偿还：另计130.00"),
    ],
)
def test_both_explanations_tell_who_owes_the_loan(
    tmp_path, monkeypatch, capsys, language, of_obligor, of_facility
):
    run(tmp_path, ["cn_large_exposures"])
    monkeypatch.setenv("COLUMNS", "400")
    said = {}
    for subject, name in (("obligor", "B"), ("facility", "F1")):
        words = ["explain", subject, name, "--data", str(tmp_path / "data"), "--lang", language]
        monkeypatch.setattr(sys, "argv", ["riskmon", *words])
        with pytest.raises(SystemExit):
            main()
        said[subject] = capsys.readouterr().out
    assert of_obligor in said["obligor"]
    assert of_facility in said["facility"]
    # 160 of 120, in its own limit
    assert "160.00" in said["facility"]


STATE = builders.party("SOV", kind="sovereign")
LIMITS = {"cn_large_exposures": ("single", "loan_single"), "basel_lex": ("general",)}


def beside(tables, obligor_id):
    """Gross, after protection and exempt, of what an obligor owes with others."""
    row = next(row for row in tables["obligor_exposures"] if row["obligor_id"] == obligor_id)
    return tuple(row[name] for name in ("joint_gross_minor", "joint_minor", "joint_exempt_minor"))


@pytest.mark.parametrize("book", LIMITS)
def test_a_company_that_signs_a_loan_to_the_state_owes_it_without_the_exemption_of_the_state(tmp_path, book):
    tables = run(
        tmp_path,
        [book],
        parties=[STATE, builders.party("BC")],
        facilities=[loan("F1", "SOV", "100.00", joint_obligor_ids=["BC"])],
    )
    # The claim on the state is exempt in full, the claim on the company is not.
    (state,) = [row for row in tables["obligor_exposures"] if row["obligor_id"] == "SOV"]
    assert (state["exposure_minor"], state["exempt_minor"]) == (100_00, 100_00)
    assert beside(tables, "BC") == (100_00, 100_00, 0)
    for limit_id in LIMITS[book]:
        assert headroom(tables, "BC", limit_id)["exposure_minor"] == 100_00


@pytest.mark.parametrize("book", LIMITS)
def test_the_state_that_signs_a_loan_of_a_company_has_its_own_exemption(tmp_path, book):
    tables = run(
        tmp_path,
        [book],
        parties=[STATE, builders.party("BC")],
        facilities=[loan("F1", "BC", "100.00", joint_obligor_ids=["SOV"])],
    )
    assert beside(tables, "SOV") == (100_00, 100_00, 100_00)
    (debt,) = tables["joint_exposures"]
    assert debt["loan_balance_minor"] == (0 if book == "cn_large_exposures" else None)
    for limit_id in LIMITS[book]:
        assert headroom(tables, "BC", limit_id)["exposure_minor"] == 100_00
        assert {
            row["exposure_minor"]
            for row in tables["headroom"]
            if (row["subject_id"], row["limit_id"]) == ("SOV", limit_id)
        } <= {0}


@pytest.mark.parametrize("book", LIMITS)
def test_a_shared_line_counts_the_signer_that_is_not_exempt(tmp_path, book):
    """A owes 100; the state and B have signed. A line on the west, where both signers are, counts 100 once."""
    tables = run(
        tmp_path,
        [book],
        parties=[
            STATE | {"region": "west"},
            builders.party("A", region="east"),
            builders.party("B", region="west"),
        ],
        facilities=[loan("F1", "A", "100.00", joint_obligor_ids=["SOV", "B"])],
        bank_limits=[own_line("west", "region", "west")],
    )
    assert (beside(tables, "SOV")[2], beside(tables, "B")[2]) == (100_00, 0)
    (line,) = [row for row in tables["headroom"] if row["limit_id"] == "west"]
    assert line["exposure_minor"] == 100_00


@pytest.mark.parametrize("book", LIMITS)
def test_a_bank_that_has_signed_a_loan_protects_nothing_by_guaranteeing_it(tmp_path, book):
    """K owes 100, the bank BK has signed it and guarantees 100 of it: each of them owes 100, and nothing moves."""
    promise = builders.protection(
        "G1", kind="guarantee", provider_id="BK", value="100.00", start_date="2025-01-01",
        maturity_date="2027-12-31",
    )  # fmt: skip
    tables = run(
        tmp_path,
        [book],
        parties=[builders.party("K"), builders.party("BK", kind="bank")],
        facilities=[loan("F1", "K", "100.00", joint_obligor_ids=["BK"])],
        protections=[promise],
        protection_covers=[builders.cover("G1", "F1")],
    )
    (use,) = tables["protection_uses"]
    assert (use["refusal"], use["applied_minor"]) == ("own_obligation", 0)
    rows = {row["obligor_id"]: row for row in tables["obligor_exposures"]}
    assert (rows["K"]["exposure_minor"], rows["K"]["mitigated_out_minor"]) == (100_00, 0)
    assert rows["BK"]["mitigated_in_minor"] == 0
    assert beside(tables, "BK") == (100_00, 100_00, 0)


PARTIES = ("A", "B", "C", "D")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(PARTIES), st.lists(st.sampled_from(PARTIES), max_size=3), st.integers(1, 300)
        ),
        min_size=1,
        max_size=6,
    )
)
def test_signing_with_others_adds_to_no_sum_and_takes_from_no_limit(rows):
    facilities = [
        loan(f"F{n}", obligor, f"{amount}.00", joint_obligor_ids=joint)
        for n, (obligor, joint, amount) in enumerate(rows)
    ]
    alone = [facility | {"joint_obligor_ids": None} for facility in facilities]
    parties = [builders.party(name) for name in PARTIES]
    books = ["cn_large_exposures"]
    with tempfile.TemporaryDirectory() as folder:
        signed = run(Path(folder) / "signed", books, parties=parties, facilities=facilities)
        single = run(Path(folder) / "single", books, parties=parties, facilities=alone)
    total = sum(amount for _, _, amount in rows) * 100
    assert sum(row["exposure_minor"] for row in signed["obligor_exposures"]) == total
    assert signed["exposures"] == single["exposures"]
    owed = {
        name: sum(amount for obligor, joint, amount in rows if name in joint and name != obligor) * 100
        for name in PARTIES
    }
    assert {row["obligor_id"]: row["joint_minor"] for row in signed["obligor_exposures"]} == {
        row["obligor_id"]: owed[row["obligor_id"]] for row in signed["obligor_exposures"]
    }
    before = {(row["subject_id"], row["limit_id"]): row["headroom_minor"] for row in single["headroom"]}
    after = {(row["subject_id"], row["limit_id"]): row["headroom_minor"] for row in signed["headroom"]}
    # a party that joins another's group has no group of its own any more; as an obligor it stays
    assert all(after[key] <= left for key, left in before.items() if "/" not in key[0])
    groups = {row["group_id"]: row["exposure_minor"] for row in signed["group_exposures"]}
    held = {row["obligor_id"]: row["exposure_minor"] for row in signed["obligor_exposures"]}
    for group_id, amount in groups.items():
        parties_of = [m["party_id"] for m in signed["group_members"] if m["group_id"] == group_id]
        assert amount == sum(held.get(name, 0) for name in parties_of)
