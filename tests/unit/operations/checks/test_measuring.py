"""What a deal adds, by hand; that the exposure stage says the same of any deal is held by a property."""

from datetime import date

import pytest

from riskmon.operations.checks import DealProtection
from riskmon.operations.checks.measuring.terms import days_360
from riskmon.rulebook.counterparty import NominalShare
from riskmon.rulebook.exposure_rules import (
    ConversionFactor,
    Exemption,
    Haircut,
    HoldingPeriod,
    MaturityMismatch,
    Measurement,
    Mitigation,
    RiskWeight,
)
from tests import builders
from tests.builders import AS_OF
from tests.checking import deal, decisions_on

ENTRY = {"source", "clause", "certainty", "when", "note"}


@pytest.mark.parametrize(
    ("rule", "known"),
    [
        (ConversionFactor, {"products", "factor_bp", "is_cancellable", "is_qualifying", "original_maturity"}),
        (NominalShare, {"id", "products", "is_qualifying", "ccp_components", "share_bp"}),
        (Haircut, {"id", "classes", "is_currency_mismatch", "haircut_bp"}),
        (HoldingPeriod, {"id", "standard_days", "days", "products"}),
        (MaturityMismatch, {"least_original_months", "floor_months", "longest_months"}),
        (RiskWeight, {"id", "party_kinds", "min_grade", "weight_bp"}),
        (Measurement, {"measure", "deducts_provision", "provision_after_conversion", "includes_accrued_interest", "loan_products", "follows_capital_use"}),
        (
            Exemption,
            {"id", "party_kinds", "countries", "government_levels", "products", "tags", "min_grade", "max_risk_weight_bp",
             "is_qualifying_ccp", "is_subordinated", "is_intraday", "is_settlement", "is_qualifying", "days_after_due",
             "is_deducted_from_capital", "is_cancellable", "is_drawable_on_condition", "original_maturity",
             "used_part_is_secured", "part", "share_bp"},
        ),
        (
            Mitigation,
            {"id", "protection_kinds", "effect", "provider", "provider_kinds", "provider_countries", "provider_tags",
             "client_kinds", "min_grade", "provider_weight", "requires_trade", "maturity", "default_class",
             "haircut_class", "mismatch_haircut", "scales_with_holding", "before_conversion"},
        ),
    ],
)  # fmt: skip
def test_a_rule_says_nothing_that_a_check_does_not_read(rule, known):
    """Whoever teaches the exposure stage a condition teaches it to the check of deals as well."""
    assert set(rule.model_fields) - ENTRY == known - ENTRY


def cells(tmp_path, proposed, book="cn_large_exposures", **tables):
    """What a deal adds under one book: exposure by party."""
    decisions = decisions_on(tmp_path, books=[book], **tables)
    obligor = decisions.keys[proposed.obligor_id]
    providers = [each.provider_id and decisions.keys[each.provider_id] for each in proposed.protections]
    shape = decisions.measurer.shape(proposed, obligor, providers)
    return {decisions.party_id(cell.party_key): cell.exposure for cell in shape.cells(proposed.amount_minor)}


def test_cash_comes_off_and_a_banks_guarantee_moves_to_the_bank(tmp_path):
    parties = [builders.party("P1"), builders.party("B1", kind="bank")]
    cash = DealProtection(kind="cash_margin", value="30.00", currency="CNY")
    promise = DealProtection(kind="guarantee", provider_id="B1", value="50.00", currency="CNY")
    proposed = deal(amount="100.00", protections=(cash, promise))
    facilities = [builders.facility("F1", "P1")]
    # 100 less 30 of cash; 50 of the rest is the bank's, 20 stays.
    assert cells(tmp_path, proposed, parties=parties, facilities=facilities) == {"P1": 20_00, "B1": 50_00}


def test_what_protects_more_than_is_owed_takes_off_what_is_owed(tmp_path):
    cash = DealProtection(kind="cash_margin", value="130.00", currency="CNY")
    proposed = deal(amount="100.00", protections=(cash, cash))
    facilities = [builders.facility("F1", "P1")]
    assert cells(tmp_path, proposed, parties=[builders.party("P1")], facilities=facilities) == {"P1": 0}


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        # A year to the day, of a claim of two: (360 - 90) / (720 - 90) of 63.00 is 27.00.
        ("2027-06-30", {"P1": 73_00, "B1": 27_00}),
        # Agreed for a day less than a year, it counts for nothing.
        ("2027-06-29", {"P1": 100_00}),
    ],
)
def test_a_promise_that_ends_before_the_claim_must_have_been_made_for_a_year(tmp_path, end, expected):
    parties = [builders.party("P1"), builders.party("B1", kind="bank", risk_weight_bp=2000)]
    promise = DealProtection(
        kind="guarantee", provider_id="B1", value="63.00", currency="CNY", start_date=AS_OF, maturity_date=end
    )
    proposed = deal(amount="100.00", protections=(promise,))
    facilities = [builders.facility("F1", "P1")]
    assert cells(tmp_path, proposed, "basel_lex", parties=parties, facilities=facilities) == expected


def test_a_month_has_thirty_days():
    assert days_360(date(2026, 1, 31), date(2026, 3, 31)) == 60
    assert days_360(date(2026, 6, 30), date(2027, 6, 30)) == 360
    assert days_360(date(2026, 6, 30), date(2026, 5, 31)) == -30
