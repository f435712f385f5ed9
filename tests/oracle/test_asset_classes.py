"""The classes of financial assets in China (2023): golden cases 15, 16 and 18, and every trigger to the day and the fen.

Expected values come from the clauses: past due above 90, 270, 360 days; more than 10 % of the claims on one obligor
non-performing; more than 20 % of its debt at all banks past due above 90 days; expected losses from 50 and 90 % of the
balance of an impaired claim; a year of observation after the first payment under a new contract.
"""

from datetime import date

import pytest

from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders

AS_OF = date(2026, 6, 30)
CLEAN = {"past_due_days": 0, "is_credit_impaired": False, "loan_class": "normal"}


@pytest.fixture
def run(tmp_path):
    def run_bank(books=("cn_large_exposures",), as_of=AS_OF, **tables):
        bank = {"relationships": [], "capital": [builders.capital(as_of)]} | tables
        builders.write_bank(tmp_path / "bank", **bank)
        result = run_monitor(tmp_path / "bank", select(list(books), as_of=as_of), tmp_path / "data")
        return {name: frame.to_dicts() for name, frame in result.tables.items()}

    return run_bank


def claim(facility_id, obligor_id="X", drawn="100.00", **more):
    return builders.facility(facility_id, obligor_id, drawn=drawn, commitment=drawn, **(CLEAN | more))


def bureau(party_id="X", **more):
    row = {
        "party_id": party_id,
        "as_of": AS_OF,
        "debt": "1000.00",
        "debt_overdue_90": "0.00",
        "currency": "CNY",
    }
    return row | {"has_npl_elsewhere": False} | more


def floors(tables):
    return {row["facility_id"]: row["floor_class"] for row in tables["asset_classes"]}


def only(tables):
    (row,) = tables["asset_classes"]
    return row


@pytest.mark.parametrize(
    ("days", "floor"),
    [
        (0, "normal"),
        (1, "special_mention"),
        (90, "special_mention"),
        (91, "substandard"),
        (270, "substandard"),
        (271, "doubtful"),
        (360, "doubtful"),
        (361, "loss"),
    ],
)
def test_days_past_due_bring_each_class_from_the_day_after_its_line(run, days, floor):
    tables = run(
        parties=[builders.party("X")],
        facilities=[claim("F1", past_due_days=days)],
        bureau_summaries=[bureau()],
    )
    row = only(tables)
    assert (row["booked_class"], row["floor_class"], row["is_complete"]) == ("normal", floor, True)
    assert tables["obligor_classes"][0]["floor_class"] == floor


@pytest.mark.parametrize(
    ("npl", "rest", "floor_of_the_rest"),
    [
        ("22.00", "178.00", "substandard"),  # 22 / 200 = 11 % > 10 %: all 200 are non-performing
        (
            "20.00",
            "180.00",
            "special_mention",
        ),  # exactly 10 % is not more than 10 %; other debt is non-performing
        ("20.01", "179.99", "substandard"),  # a fen more is
    ],
)
def test_more_than_a_tenth_of_the_claims_makes_all_claims_non_performing(run, npl, rest, floor_of_the_rest):
    tables = run(
        parties=[builders.party("X")],
        facilities=[claim("BAD", drawn=npl, loan_class="substandard"), claim("GOOD", drawn=rest)],
        bureau_summaries=[bureau()],
    )
    assert floors(tables)["GOOD"] == floor_of_the_rest
    assert tables["obligor_classes"][0]["booked_class"] == "substandard"


def test_twenty_two_of_two_hundred_claims_make_all_two_hundred_non_performing(run):
    bad = [claim(f"B{n}", drawn="1.00", past_due_days=91) for n in range(22)]
    good = [claim(f"G{n}", drawn="1.00") for n in range(178)]
    tables = run(parties=[builders.party("X")], facilities=bad + good, bureau_summaries=[bureau()])
    assert set(floors(tables).values()) == {"substandard"}
    assert len(floors(tables)) == 200


@pytest.mark.parametrize(
    ("overdue", "floor"),
    [
        ("101.00", "substandard"),  # 101 / 500 = 20.2 % > 20 %
        ("100.00", "normal"),  # exactly 20 %
        ("100.01", "substandard"),
    ],
)
def test_more_than_a_fifth_of_the_debt_at_all_banks_overdue_makes_it_substandard_here(run, overdue, floor):
    tables = run(
        parties=[builders.party("X")],
        facilities=[claim("F1", drawn="50.00")],
        bureau_summaries=[bureau(debt="500.00", debt_overdue_90=overdue)],
    )
    assert (only(tables)["floor_class"], only(tables)["is_complete"]) == (floor, True)


def test_overdue_debt_at_this_bank_counts_though_the_register_does_not_know_it_yet(run):
    # 101 of 500 at all banks are this bank's own and 91 days past due; the register still says nothing is
    tables = run(
        parties=[builders.party("X")],
        facilities=[claim("F1", drawn="101.00", past_due_days=91), claim("F2", drawn="2000.00")],
        bureau_summaries=[bureau(debt="500.00")],
    )
    assert floors(tables)["F2"] == "substandard"
    row = next(row for row in tables["asset_classes"] if row["facility_id"] == "F2")
    # 101 / 2 101 = 4.8 % would be no contagion; made substandard, F2 is bad itself
    assert row["triggers"] == ["overdue_at_all_banks", "contagion"]


def test_bad_debt_elsewhere_is_special_mention_and_only_the_newest_summary_counts(run):
    tables = run(
        parties=[builders.party("X"), builders.party("Y")],
        facilities=[claim("F1"), claim("F2", "Y")],
        bureau_summaries=[
            bureau(has_npl_elsewhere=True),
            bureau("Y", as_of="2026-05-31", has_npl_elsewhere=True),
            bureau("Y"),
            bureau("Y", as_of="2026-07-31", has_npl_elsewhere=True),  # after the run's date
        ],
    )
    assert floors(tables) == {"F1": "special_mention", "F2": "normal"}


@pytest.mark.parametrize(
    ("provision", "floor"),
    [("49.99", "substandard"), ("50.00", "doubtful"), ("89.99", "doubtful"), ("90.00", "loss")],
)
def test_an_impaired_claim_is_as_bad_as_its_expected_losses(run, provision, floor):
    tables = run(
        parties=[builders.party("X")],
        facilities=[claim("F1", is_credit_impaired=True, provision=provision)],
        bureau_summaries=[bureau()],
    )
    assert only(tables)["floor_class"] == floor


@pytest.mark.parametrize(
    ("first_payment", "floor", "is_complete"),
    [
        ("2025-07-01", "special_mention", True),  # the year ends on 2026-07-01
        ("2025-06-30", "normal", False),  # a year is over; whether two repayment periods are is not known
        (None, "special_mention", True),  # nothing was paid: the year has not begun
    ],
)
def test_a_restructured_claim_is_observed_for_a_year_from_its_first_payment(
    run, first_payment, floor, is_complete
):
    tables = run(
        parties=[builders.party("X")],
        facilities=[
            claim("F1", restructured_on="2025-05-31", first_payment_after_restructuring=first_payment)
        ],
        bureau_summaries=[bureau()],
    )
    assert (only(tables)["floor_class"], only(tables)["is_complete"]) == (floor, is_complete)


@pytest.mark.parametrize(
    ("first_payment", "floor"),
    [
        ("2025-01-31", "substandard"),
        ("2024-06-30", "special_mention"),
    ],  # observed until 2026-01-31, 2025-06-30
)
def test_a_claim_restructured_again_under_observation_is_substandard(run, first_payment, floor):
    tables = run(
        parties=[builders.party("X")],
        facilities=[
            claim("F0", restructured_on="2024-05-31", first_payment_after_restructuring=first_payment),
            claim("F1", restructured_on="2025-12-31", refinances_facility_id="F0"),
        ],
        bureau_summaries=[bureau()],
    )
    assert floors(tables)["F1"] == floor


def test_a_loan_repaid_by_a_loan_is_special_mention_and_a_bond_by_a_bond_is_not(run):
    tables = run(
        parties=[builders.party("X"), builders.party("Y")],
        facilities=[
            claim("F1", refinances_facility_id="GONE"),
            claim("F2", "Y", product="bond", refinances_facility_id="GONE"),
        ],
        bureau_summaries=[bureau(), bureau("Y")],
    )
    assert floors(tables) == {"F1": "special_mention", "F2": "normal"}


def test_a_claim_managed_as_non_performing_is_taken_at_its_word(run):
    tables = run(
        parties=[builders.party("X")],
        facilities=[claim("F1", managed_as_npl=True)],
        bureau_summaries=[bureau()],
    )
    assert only(tables)["triggers"] == ["contagion", "managed_as_npl"]  # it is all that X owes


def test_the_claims_on_a_person_are_classified_one_by_one(run):
    tables = run(
        parties=[builders.party("X", kind="person")],
        facilities=[claim("F1", past_due_days=91), claim("F2")],
        bureau_summaries=[bureau(debt_overdue_90="900.00", has_npl_elsewhere=True)],
    )
    assert floors(tables) == {"F1": "substandard", "F2": "normal"}


def test_a_claim_that_two_owe_spreads_to_the_other_claims_of_both(run):
    # 50 of A's 60 are bad; the co-signed 10 become bad with A: 10 of B's 90 are 11.1 %, so B's own 80 follow
    tables = run(
        parties=[builders.party("A"), builders.party("B")],
        facilities=[
            claim("F1", "A", drawn="50.00", past_due_days=91),
            claim("F2", "A", drawn="10.00", joint_obligor_ids="B"),
            claim("F3", "B", drawn="80.00"),
        ],
        bureau_summaries=[bureau("A"), bureau("B")],
    )
    assert set(floors(tables).values()) == {"substandard"}
    worst = {row["obligor_id"]: row["floor_class"] for row in tables["obligor_classes"]}
    assert worst == {"A": "substandard", "B": "substandard"}


def test_contingent_claims_do_not_thin_out_what_is_bad_on_the_balance_sheet(run):
    # 15 of 100 on the balance sheet are bad, 15 of 200 with the acceptance
    tables = run(
        parties=[builders.party("X")],
        facilities=[
            claim("F1", drawn="15.00", past_due_days=91),
            claim("F2", drawn="85.00"),
            claim("F3", drawn=None, product="bill_acceptance") | {"commitment": "100.00"},
        ],
        bureau_summaries=[bureau()],
    )
    assert set(floors(tables).values()) == {"substandard"}


def test_what_is_not_known_is_said_and_no_claim_is_clear_for_want_of_it(run):
    tables = run(
        parties=[builders.party("X")],
        facilities=[
            claim("F1", past_due_days=None, is_credit_impaired=None),
            claim("F2"),
            claim("F3", drawn="1.00", past_due_days=361, is_credit_impaired=None),
        ],
    )
    rows = {row["facility_id"]: row for row in tables["asset_classes"]}
    register = "bureau_summaries.debt_overdue_90 and bureau_summaries.has_npl_elsewhere"
    assert (
        rows["F1"]["missing"] == f"facilities.past_due_days and facilities.is_credit_impaired and {register}"
    )
    assert rows["F2"]["missing"].startswith(register)
    assert not rows["F1"]["is_complete"]
    assert (rows["F3"]["floor_class"], rows["F3"]["is_complete"]) == ("loss", True)  # it cannot be worse
    said = {row["missing"] for row in tables["not_evaluated"] if row["item"] == "asset classes"}
    assert "facilities.past_due_days" in said


def test_a_claim_beside_one_of_unknown_arrears_is_not_complete(run):
    tables = run(
        parties=[builders.party("X")],
        facilities=[claim("F1", past_due_days=None), claim("F2")],
        bureau_summaries=[bureau()],
    )
    rows = {row["facility_id"]: row for row in tables["asset_classes"]}
    assert rows["F2"]["missing"] == "another claim of the obligor"


def test_derivatives_and_the_trading_book_are_not_classified(run):
    tables = run(
        parties=[builders.party("X")],
        facilities=[claim("F1", product="derivative"), claim("F2", product="bond", is_trading_book=True)],
    )
    assert tables["asset_classes"] == []


def test_a_claim_booked_better_than_it_may_be_is_a_finding_with_its_clause(run):
    tables = run(
        parties=[builders.party("X")],
        facilities=[claim("F1", past_due_days=271, loan_class="special_mention")],
        bureau_summaries=[bureau()],
    )
    found = [row for row in tables["findings"] if row["finding_code"] == "class_too_good"]
    assert [(row["row_count"], row["sample"]) for row in found] == [(1, ["F1"])]
    assert only(tables)["clauses"][0].endswith("doubtful, past due")


@pytest.mark.parametrize(
    ("books", "as_of", "count"),
    [
        (("cn_asset_classification",), AS_OF, 1),
        (("basel_lex",), AS_OF, 0),  # another jurisdiction
        (("cn_large_exposures",), date(2023, 7, 1), 1),
        (("cn_large_exposures",), date(2023, 6, 30), 0),  # not yet in force
    ],
)
def test_the_book_applies_from_its_date_beside_the_books_of_its_jurisdiction(run, books, as_of, count):
    tables = run(
        books, as_of, parties=[builders.party("X")], facilities=[claim("F1", start_date="2020-01-01")]
    )
    assert len(tables["asset_classes"]) == count
