"""Golden cases of the Chinese rules: a bank of tier 1 800 and net capital 1 000, one case a test.

Expected values are derived by hand in each test from the clauses: loans over net capital at 10 % (2018, art. 7),
exposure over tier 1 at 15 % for one obligor and 20 % for a group (art. 7-8), large above 2.5 % (art. 4). Amounts are
hundreds of millions in the text; here the same figures in major units.
"""

from datetime import date

import pytest

from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders

AS_OF = date(2026, 6, 30)
BOOK = "cn_large_exposures"


@pytest.fixture
def run(tmp_path):
    def run_bank(books=(BOOK,), **tables):
        capital = [builders.capital(AS_OF, net_capital="1000.00", tier1_capital="800.00")]
        bank = {"relationships": [], "capital": capital} | tables
        builders.write_bank(tmp_path / "bank", **bank)
        result = run_monitor(tmp_path / "bank", select(list(books), as_of=AS_OF), tmp_path / "data")
        return {name: frame.to_dicts() for name, frame in result.tables.items()}

    return run_bank


def loan(facility_id, obligor_id, drawn, **more):
    return builders.facility(facility_id, obligor_id, drawn=drawn, commitment=drawn, **more)


def headroom(tables, limit_id, subject_id):
    rows = [
        row for row in tables["headroom"] if (row["limit_id"], row["subject_id"]) == (limit_id, subject_id)
    ]
    assert len(rows) == 1
    return rows[0]


def total(tables, obligor_id, book_id=BOOK):
    return next(
        row
        for row in tables["obligor_exposures"]
        if (row["obligor_id"], row["book_id"]) == (obligor_id, book_id)
    )


@pytest.mark.parametrize(
    ("loans", "loan_breach", "exposure_minor"),
    [
        # loans less provision 5, plus 10 % of a cancellable line of 20
        ("95.00", False, 92_00),  # 95 / 1 000 = 9.5 %; 90 + 2 = 92
        ("100.00", False, 97_00),  # exactly 10 % is compliant
        ("100.01", True, 97_01),  # a minor unit more is not
        ("101.00", True, 98_00),  # 10.1 % breaks, 98 / 800 = 12.25 % does not: the two tests disagree
    ],
)
def test_the_loan_test_and_the_exposure_test_have_their_own_measures_and_bases(
    run, loans, loan_breach, exposure_minor
):
    tables = run(
        parties=[builders.party("X")],
        facilities=[
            loan("F1", "X", loans, provision="5.00"),
            builders.facility(
                "F2", "X", product="commitment", drawn=None, commitment="20.00", is_cancellable=True
            ),
        ],
    )
    assert headroom(tables, "loan_single", "X")["is_breach"] is loan_breach
    single = headroom(tables, "single", "X")
    assert (single["exposure_minor"], single["limit_minor"], single["is_breach"]) == (
        exposure_minor,
        120_00,
        False,
    )
    # over 2.5 % of tier 1 it is large, over 5 % dependence has to be searched
    assert {row["set"] for row in tables["large_exposures"]} == {
        "large",
        "large_before_mitigation",
        "top_n",
        "dependence_search",
    }


def test_a_group_breaks_its_limit_though_each_member_is_small(run):
    tables = run(
        parties=[builders.party(name) for name in "ABC"],
        relationships=[builders.relationship("R1", "A", "B"), builders.relationship("R2", "B", "C")],
        facilities=[loan("F1", "A", "60.00"), loan("F2", "B", "50.00"), loan("F3", "C", "52.00")],
    )
    group = headroom(tables, "group", f"{BOOK}/A")
    assert (group["exposure_minor"], group["limit_minor"], group["excess_minor"]) == (162_00, 160_00, 2_00)
    assert not any(headroom(tables, "single", name)["is_breach"] for name in "ABC")  # at most 7.5 % of tier 1


def test_ninety_percent_of_the_legal_limit_is_red_and_over_the_internal_line_a_breach_of_it(run):
    tables = run(
        books=(BOOK, "example_policy"), parties=[builders.party("X")], facilities=[loan("F1", "X", "110.00")]
    )
    legal = next(r for r in tables["headroom"] if r["book_id"] == BOOK and r["limit_id"] == "single")
    internal = next(r for r in tables["headroom"] if r["book_id"] != BOOK and r["limit_id"] == "single")
    # 110 / 800 = 13.75 %: 91.67 % of 15 %, 114.58 % of 12 %
    assert (legal["warning_level"], legal["is_breach"]) == ("red", False)
    assert (internal["warning_level"], internal["is_breach"], internal["is_hard"]) == ("red", True, False)


@pytest.mark.parametrize(
    ("pledge_ends", "left_minor"),
    [("2027-12-31", 70_00), ("2027-12-30", 100_00)],  # one day before the loan: no effect
)
def test_pledged_treasuries_move_exposure_to_the_sovereign_if_they_outlast_the_loan(
    run, pledge_ends, left_minor
):
    tables = run(
        parties=[builders.party("X"), builders.party("MOF", kind="sovereign", government_level="central")],
        facilities=[loan("F1", "X", "100.00", maturity_date="2027-12-31")],
        protections=[
            builders.protection(
                "T1", kind="government_bond", provider_id="MOF", value="30.00", maturity_date=pledge_ends
            )
        ],
        protection_covers=[builders.cover("T1", "F1")],
    )
    moved = 100_00 - left_minor
    client = total(tables, "X")
    assert (client["exposure_gross_minor"], client["mitigated_out_minor"], client["exposure_minor"]) == (
        100_00,
        moved,
        left_minor,
    )
    assert (
        headroom(tables, "loan_single", "X")["exposure_minor"] == 100_00
    )  # loans are tested before mitigation
    if moved:
        sovereign = total(tables, "MOF")
        assert (sovereign["mitigated_in_minor"], sovereign["exposure_minor"], sovereign["exempt_minor"]) == (
            30_00,
            30_00,
            30_00,
        )


def test_a_banks_guarantee_moves_the_loan_into_the_interbank_test(run):
    tables = run(
        parties=[builders.party("X"), builders.party("Z", kind="bank")],
        facilities=[loan("F1", "X", "100.00")],
        protections=[builders.protection("G1", kind="guarantee", provider_id="Z", value="100.00")],
        protection_covers=[builders.cover("G1", "F1")],
    )
    assert total(tables, "X")["exposure_minor"] == 0
    interbank = headroom(tables, "interbank", "Z")
    assert (interbank["exposure_minor"], interbank["limit_minor"]) == (100_00, 200_00)  # 25 % of 800


def test_a_bank_acceptance_counts_in_full_less_its_margin(run):
    tables = run(
        parties=[builders.party("X")],
        facilities=[builders.facility("F1", "X", product="bill_acceptance", drawn=None, commitment="40.00")],
        protections=[builders.protection("M1", kind="cash_margin", value="12.00")],
        protection_covers=[builders.cover("M1", "F1")],
    )
    client = total(tables, "X")
    assert (client["potential_minor"], client["exposure_minor"]) == (28_00, 28_00)


def test_margin_that_ends_early_still_comes_off_the_credit_balance_of_2010(run):
    tables = run(
        books=(BOOK, "cn_group_credit"),
        parties=[builders.party("X")],
        facilities=[loan("F1", "X", "100.00", maturity_date="2027-12-31", provision="8.00")],
        protections=[
            builders.protection("M1", kind="cash_margin", value="30.00", maturity_date="2027-01-01")
        ],
        protection_covers=[builders.cover("M1", "F1")],
    )
    assert total(tables, "X")["exposure_minor"] == 92_00  # less provision; the margin ends before the claim
    assert (
        total(tables, "X", "cn_group_credit")["credit_balance_minor"] == 70_00
    )  # before provision, less margin


def test_a_claim_on_a_policy_bank_stays_in_the_total_and_out_of_the_limit(run):
    tables = run(
        parties=[builders.party("PB", kind="policy_bank")],
        facilities=[builders.facility("F1", "PB", product="bond", drawn="500.00", commitment=None)],
    )
    claim = total(tables, "PB")
    assert (claim["exposure_minor"], claim["exempt_minor"]) == (500_00, 500_00)
    assert headroom(tables, "interbank", "PB")["exposure_minor"] == 0
    assert {row["set"] for row in tables["large_exposures"]} == {"large_before_mitigation", "exempt"}


@pytest.mark.parametrize(
    ("terms", "exposure_minor"),
    [
        ({"is_cancellable": True}, 10_00),
        ({"is_cancellable": False, "start_date": "2026-01-01", "maturity_date": "2027-01-01"}, 20_00),
        ({"is_cancellable": False, "start_date": "2026-01-01", "maturity_date": "2027-01-02"}, 50_00),
        (
            {"is_cancellable": False, "start_date": None, "maturity_date": None},
            50_00,
        ),  # unknown: the higher factor
        ({"is_cancellable": None, "start_date": "2026-01-01", "maturity_date": "2026-12-31"}, 20_00),
        ({"product": "documentary_credit"}, 20_00),
        ({"product": "performance_guarantee"}, 50_00),
        ({"product": "standby_credit"}, 100_00),
        ({"product": "card_undrawn", "is_qualifying": True}, 20_00),
        ({"product": "card_undrawn"}, 50_00),
        ({"product": "sale_with_recourse"}, 100_00),
    ],
)
def test_conversion_follows_annex_4(run, terms, exposure_minor):
    row = {"product": "commitment", "drawn": None, "commitment": "100.00"} | terms
    tables = run(parties=[builders.party("X")], facilities=[builders.facility("F1", "X", **row)])
    assert total(tables, "X")["exposure_minor"] == exposure_minor


def test_unidentified_fund_holdings_meet_in_the_anonymous_party(run):
    tables = run(
        parties=[builders.party("M1"), builders.party("M2"), builders.party("M3")],
        facilities=[
            builders.facility("F1", "M1", product="fund_unit", drawn="100.00", commitment=None),
            builders.facility(
                "F2", "M2", product="securitisation", drawn="1.20", commitment=None
            ),  # 0.15 % of 800
            builders.facility("F3", "M3", product="fund_unit", drawn="1.19", commitment=None),
        ],
    )
    assert headroom(tables, "anonymous", "(anonymous)")["exposure_minor"] == 101_20
    assert total(tables, "M3")["specific_minor"] == 1_19


def test_a_fund_is_looked_through_from_the_line_and_the_small_stay_with_it(run):
    # line 0.15 % of 800 = 1.2; P 3.0, Q 1.2 (the line itself), eleven others together 5.8, each below it
    others = {f"N{n}": "0.53" for n in range(10)} | {"N10": "0.50"}
    assets = {"P": "3.00", "Q": "1.20"} | others
    tables = run(
        parties=[builders.party("FUND", kind="fund"), *(builders.party(name) for name in assets)],
        facilities=[builders.fund_unit(drawn="10.00")],
        structures=[builders.structure(total_value="10.00")],
        fund_holdings=[builders.fund_holding(amount="10.00")],
        underlyings=[builders.underlying(f"U-{name}", name, amount=value) for name, value in assets.items()],
    )
    exposures = {row["obligor_id"]: row["specific_minor"] for row in tables["obligor_exposures"]}
    assert exposures == {"P": 3_00, "Q": 1_20, "FUND": 5_80}
    (rest,) = [row for row in tables["look_through"] if row["landing"] == "structure"]
    assert (rest["obligor_id"], rest["part"], rest["underlying_count"]) == ("FUND", "identified", 11)
