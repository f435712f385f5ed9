"""What a deal claims of a run, by the arithmetic of the check, on a bank with tier 1 of 8 000.00 and net capital of 10 000.00."""

from datetime import UTC, datetime, time, timedelta

import pytest

from riskmon.operations.checks import DealProtection
from riskmon.operations.earmarks.answers import PlaceOutcome
from riskmon.operations.earmarks.claims import RunMeasure
from tests import builders
from tests.builders import AS_OF
from tests.checking import deal, decisions_on

NOON = datetime.combine(AS_OF, time(12), UTC)


def measure_on(tmp_path, **tables):
    return RunMeasure(decisions_on(tmp_path, **tables), most_days=3)


def claimed(measured):
    return {"/".join(claim.line): (claim.amount_minor, claim.room_minor) for claim in measured.claims}


def test_a_guarantee_claims_on_the_guarantor_and_its_group_in_the_obligors_place(tmp_path):
    # Basel: B1 is a bank that promises 60 of 100, and is held by H; 25 % of tier 1 are 2 000.
    measure = measure_on(
        tmp_path,
        books=("basel_lex",),
        parties=[
            builders.party("P1"),
            builders.party("H"),
            builders.party("B1", kind="bank", risk_weight_bp=2000),
        ],
        relationships=[builders.relationship("R1", "H", "B1", voting_bp=6000)],
        facilities=[builders.facility("F1", "H", commitment="500.00", drawn="500.00")],
    )
    guarantee = DealProtection(
        kind="guarantee", provider_id="B1", value="60.00", currency="CNY", maturity_date="2030-06-30"
    )
    found = claimed(measure(deal("P1", "100.00", protections=(guarantee,)), NOON))
    assert found == {
        "basel_lex/general/group/basel_lex/H": (60_00, 1_500_00),
        "basel_lex/general/obligor/B1": (60_00, 2_000_00),
        "basel_lex/general/obligor/P1": (40_00, 2_000_00),
    }


def test_a_limit_on_the_class_of_a_party_and_the_lines_of_the_tree_are_claimed(tmp_path):
    limits = [
        {"limit_id": "all", "subject_kind": "bank", "subject_id": "BANK", "amount": "900", "currency": "CNY", "is_shared": True},
        {"limit_id": "paper", "subject_kind": "industry", "subject_id": "C22", "amount": "300", "currency": "CNY",
         "is_shared": True, "parent_limit_id": "all", "is_hard": False},
    ]  # fmt: skip
    measure = measure_on(
        tmp_path,
        books=("example_policy",),
        bank=[{"party_id": "BANK", "name": "The bank", "currency": "CNY"}],
        parties=[
            builders.party("BANK", kind="bank"),
            builders.party("P1", industry="C22"),
            builders.party("P2"),
        ],
        facilities=[builders.facility("F1", "P2", commitment="200.00", drawn="200.00")],
        bank_limits=limits,
    )
    found = measure(deal("P1", "100.00"), NOON)
    own = {
        claim.line[1]: (claim.amount_minor, claim.room_minor, claim.is_hard)
        for claim in found.claims
        if claim.line[0] == "bank_limits"
    }
    assert own == {"all": (100_00, 700_00, True), "paper": (100_00, 300_00, False)}


def test_a_group_without_an_institution_yet_is_claimed_on_as_both(tmp_path):
    # EU: P1 holds P2 and the bank B1, and nobody but P1 owes anything. Whoever borrows next decides which limit is tested.
    measure = measure_on(
        tmp_path,
        books=("eu_crr",),
        parties=[builders.party("P1"), builders.party("P2"), builders.party("B1", kind="bank")],
        relationships=[
            builders.relationship("R1", "P1", "P2", voting_bp=6000),
            builders.relationship("R2", "P1", "B1", voting_bp=6000),
        ],
        facilities=[builders.facility("F1", "P1", commitment="500.00", drawn="500.00")],
        fx_rates=[builders.fx_rate("EUR", "7.9")],
    )
    of_firm = {claim.line[1] for claim in measure(deal("P1"), NOON).claims if claim.line[2] == "group"}
    assert of_firm == {"general", "institution", "non_institutions"}
    of_bank = {claim.line[1] for claim in measure(deal("B1"), NOON).claims if claim.line[2] == "group"}
    assert of_bank == {"institution"}


@pytest.mark.parametrize(
    ("asked", "days", "outcome"),
    [
        (deal("P9"), 0, PlaceOutcome.PARTY_UNKNOWN),
        (deal("P1", product="fund_unit"), 0, PlaceOutcome.NOT_COMPUTABLE),
        (deal("P1"), 4, PlaceOutcome.SNAPSHOT_STALE),
        (deal("P1"), 0, None),
    ],
)
def test_what_a_check_refuses_whatever_is_left_is_not_placed(tmp_path, asked, days, outcome):
    measure = measure_on(tmp_path, facilities=[builders.facility("F1", "P1")], parties=[builders.party("P1")])
    assert measure(asked, NOON + timedelta(days=days)).refused is outcome
