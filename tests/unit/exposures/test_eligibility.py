"""Why a protection is refused, and by which entry it is recognised otherwise."""

from datetime import date

import polars as pl
import pytest

from riskmon.domain.terms import GRADES
from riskmon.exposures.eligibility import recognising_rule, refusal
from riskmon.rulebook.select import select

AS_OF = date(2026, 6, 30)
BANK = 0
SCHEMA = {
    "kind": pl.String, "is_in_force": pl.Boolean, "is_own_obligation": pl.Boolean, "is_used_for_capital": pl.Boolean,
    "provider_key": pl.Int32, "provider_kind": pl.String, "provider_country": pl.String, "provider_grade_rank": pl.Int32,
    "provider_risk_weight_bp": pl.Int32, "provider_tags": pl.List(pl.String), "client_kind": pl.String,
    "client_grade_rank": pl.Int32, "client_risk_weight_bp": pl.Int32, "has_trade": pl.Boolean, "haircut_class": pl.String,
    "outlasts_claim": pl.Boolean, "left_days": pl.Int32, "original_days": pl.Int32,
}  # fmt: skip
COMMON = {
    "is_in_force": True, "is_own_obligation": False, "provider_key": 1, "client_kind": "corporate", "has_trade": False,
    "outlasts_claim": True,
}  # fmt: skip
GUARANTEE = {"kind": "guarantee", "provider_kind": "bank"}
BOND = {"kind": "government_bond", "provider_kind": "sovereign"}
CREDIT_DERIVATIVE = {"kind": "credit_derivative", "provider_kind": "bank"}
EARLY = {"outlasts_claim": False, "left_days": 91, "original_days": 360}


def asked(book_id, row, choices=None):
    """The entry that recognises the cover, or in angle brackets why none does."""
    (book,) = select([book_id], as_of=AS_OF, choices=choices).books
    cells = COMMON | row
    if "grade" in cells:
        cells["provider_grade_rank"] = GRADES.index(cells["grade"])
    frame = pl.DataFrame([{name: cells.get(name) for name in SCHEMA}], schema=SCHEMA)
    rule, why = frame.select(rule=recognising_rule(book, BANK), why=refusal(book, BANK)).row(0)
    assert (rule is None) is (why is not None)
    return f"<{why}>" if rule is None else book.mitigations[rule].id


@pytest.mark.parametrize(("row", "answer"), [
    (GUARANTEE,                                                        "guarantor"),
    (GUARANTEE | {"is_in_force": False},                               "<not_in_force>"),
    (GUARANTEE | {"is_used_for_capital": False},                       "<not_used_for_capital>"),
    (GUARANTEE | {"is_used_for_capital": True},                        "guarantor"),
    (GUARANTEE | {"is_own_obligation": True},                          "<own_obligation>"),
    (GUARANTEE | {"provider_key": BANK},                               "<provider_unsuitable>"),
    (GUARANTEE | {"provider_kind": "corporate"},                       "<provider_kind>"),
    (GUARANTEE | EARLY,                                                "guarantor"),
    (GUARANTEE | EARLY | {"left_days": 90},                            "<residual_maturity>"),   # more than three months
    (GUARANTEE | EARLY | {"original_days": 359},                       "<original_maturity>"),   # a year by contract
    (GUARANTEE | EARLY | {"original_days": None},                      "<original_maturity>"),   # not known
    (BOND | {"grade": "AA-"},                                          "sovereign_paper_best"),
    (BOND | {"grade": "A+"},                                           "sovereign_paper_middle"),
    (BOND | {"grade": "BB"},                                           "sovereign_paper_low"),
    (BOND,                                                             "securities"),            # the highest haircut
    (BOND | {"grade": "AA-", "haircut_class": "bespoke"},              "<haircut_class>"),
    ({"kind": "security", "provider_kind": "corporate", "haircut_class": "listed_equity"}, "securities"),
    ({"kind": "property"},                                             "<kind_not_eligible>"),
    ({"kind": "receivable"},                                           "<kind_not_eligible>"),
    ({"kind": "equity_stake"},                                         "<kind_not_eligible>"),
])  # fmt: skip
def test_what_basel_recognises_and_why_not(row, answer):
    assert asked("basel_lex", row) == answer


def test_the_simple_approach_knows_no_mismatch_of_maturity():
    simple = {"basel_lex.collateral": "simple"}
    assert asked("basel_lex", BOND, simple) == "securities"
    assert asked("basel_lex", BOND | EARLY, simple) == "<ends_before_claim>"


@pytest.mark.parametrize(("row", "answer"), [
    ({"client_kind": "bank"},                          "credit_derivative_between_financials"),
    ({"has_trade": True},                              "credit_derivative_measured_as_trade"),
    ({"client_kind": "bank", "has_trade": True},       "credit_derivative_between_financials"),
    ({},                                               "credit_derivative_not_measured"),
])  # fmt: skip
@pytest.mark.parametrize("book_id", ["basel_lex", "us_sccl", "apra_aps221"])
def test_the_seller_of_a_credit_derivative_on_a_firm_carries_the_trade_and_not_the_notional(
    book_id, row, answer
):
    assert asked(book_id, CREDIT_DERIVATIVE | row) == answer


@pytest.mark.parametrize(("provider", "client", "answer"), [
    ({"provider_risk_weight_bp": 5_000},   {"client_risk_weight_bp": 5_000},  "guarantor"),
    ({"provider_risk_weight_bp": 5_001},   {"client_risk_weight_bp": 5_000},  "<risk_weight>"),
    ({"provider_risk_weight_bp": 5_000},   {},                                "<risk_weight>"),   # not known
    ({},                                   {"client_risk_weight_bp": 10_000}, "<risk_weight>"),
    ({"provider_kind": "sovereign", "grade": "AA-"}, {},                      "guarantor"),       # 0 % is above nobody's
    ({"provider_kind": "sovereign", "grade": "A+"},  {},                      "<risk_weight>"),
    ({"provider_kind": "multilateral"},    {},                                "guarantor"),
])  # fmt: skip
@pytest.mark.parametrize("book_id", ["eu_crr", "uk_pra"])
def test_a_provider_counts_only_if_its_risk_weight_is_not_above_the_clients(
    book_id, provider, client, answer
):
    assert asked(book_id, GUARANTEE | provider | client) == answer


@pytest.mark.parametrize(("row", "answer"), [
    (GUARANTEE | {"provider_kind": "corporate", "provider_country": "CN"},  "<provider_kind>"),
    (GUARANTEE | {"provider_country": "CN"} | EARLY,                        "<ends_before_claim>"),
    (GUARANTEE | {"provider_country": "XA", "grade": "A"},                  "foreign_bank_or_public_body"),
    (GUARANTEE | {"provider_country": "XA", "grade": "BBB"},                "<country_grade>"),
    ({"kind": "property"},                                                  "<kind_not_eligible>"),
    ({"kind": "equity_stake"},                                              "<kind_not_eligible>"),
    ({"kind": "inventory"},                                                 "<kind_not_eligible>"),
    ({"kind": "receivable"},                                                "<kind_not_eligible>"),
    ({"kind": "security", "provider_kind": "financial", "provider_country": "CN"}, "<provider_kind>"),
    ({"kind": "security", "provider_kind": "financial", "provider_country": "CN",
      "provider_tags": ["bad_loan_manager"]},                               "bad_loan_bonds"),
])  # fmt: skip
def test_what_the_chinese_annex_recognises_and_why_not(row, answer):
    assert asked("cn_large_exposures", row) == answer


@pytest.mark.parametrize("book_id", ["eu_crr", "uk_pra"])
@pytest.mark.parametrize(("row", "answer"), [
    ({"kind": "cash_margin", "provider_key": None},             "cash"),
    ({"kind": "deposit_certificate", "provider_key": BANK},     "own_deposit_certificate"),
    ({"kind": "deposit_certificate", "provider_key": 1},        "<provider_unsuitable>"),
    ({"kind": "cash_margin", "is_used_for_capital": False},     "<not_used_for_capital>"),
])  # fmt: skip
def test_cash_and_own_certificates_count_in_the_eu_and_the_uk(book_id, row, answer):
    assert asked(book_id, row) == answer


@pytest.mark.parametrize("book_id", ["eu_crr", "uk_pra"])
@pytest.mark.parametrize(("row", "answer"), [
    ({"provider_risk_weight_bp": 2_000, "client_risk_weight_bp": 2_000},   "collateral_issuer"),
    ({"provider_risk_weight_bp": 2_001, "client_risk_weight_bp": 2_000},   "<risk_weight>"),
    (EARLY,                                                                "<ends_before_claim>"),
])  # fmt: skip
def test_collateral_moves_to_an_issuer_of_no_higher_weight_in_the_eu_and_the_uk(book_id, row, answer):
    assert asked(book_id, {"kind": "security", "provider_kind": "corporate"} | row) == answer
