"""Clauses on mitigation and exemption that need a whole run: orders, relief, and what leaves one party for another."""

from functools import partial

import pytest

from tests import builders
from tests.oracle.exposure_cases import AS_OF, Bank, amount, loan, minor, protection

CHINA = "cn_large_exposures"


@pytest.fixture
def bank(tmp_path):
    return Bank(tmp_path)


@pytest.mark.parametrize(("choice", "left"), [
    ("after_conversion",   8),   # 40 x 50 % - 12
    ("before_conversion", 14),   # (40 - 12) x 50 %
])  # fmt: skip
def test_margin_comes_off_after_conversion_unless_the_bank_chooses_otherwise(bank, choice, left):
    outcome = bank.run(
        CHINA,
        choices={"margin": choice},
        parties=[builders.party("X")],
        facilities=[loan("F1", "X", 0, product="performance_guarantee", drawn=None, commitment=amount(40))],
        protections=[protection("M1", 12, kind="cash_margin")],
        protection_covers=[builders.cover("M1", "F1")],
    )
    assert outcome.exposure("X") == minor(left)


def test_margin_before_conversion_serves_its_facilities_by_their_nominal_amounts(bank):
    guarantee = partial(loan, product="performance_guarantee", drawn=None)
    outcome = bank.run(
        CHINA,
        choices={"margin": "before_conversion"},
        parties=[builders.party("X"), builders.party("Y")],
        facilities=[
            guarantee("F1", "X", 0, commitment=amount(40)),
            guarantee("F2", "Y", 0, commitment=amount(40)),
        ],
        protections=[protection("M1", 60, kind="cash_margin")],
        protection_covers=[builders.cover("M1", "F1"), builders.cover("M1", "F2")],
    )
    # the first takes 40 of the 60, the second is left with (40 - 20) x 50 %
    assert [outcome.exposure(name) for name in "XY"] == [0, minor(10)]


def test_provision_comes_off_before_protection_and_nothing_below_zero(bank):
    outcome = bank.run(
        CHINA,
        parties=[builders.party("X")],
        facilities=[
            loan("F1", "X", 0, product="performance_guarantee", drawn=None, commitment=amount(40), provision=amount(15))
        ],
        protections=[protection("M1", 12, kind="cash_margin")],
        protection_covers=[builders.cover("M1", "F1")],
    )  # fmt: skip
    row = outcome.total("X")  # 40 x 50 % - 15 = 5, of which the margin can take 5
    assert (row["exposure_gross_minor"], row["mitigated_out_minor"], row["exposure_minor"]) == (
        minor(5),
        minor(5),
        0,
    )


@pytest.mark.parametrize(("secured_by", "flag", "moved", "exempt"), [
    ("government_bond", True,  48, 52),  # 50 less 4 %: more than the 40 that are used
    ("guarantee",       True,  50,  0),  # a promise is no collateral
    ("government_bond", None,  48,  0),  # a duty to advance, as far as is known
    (None,              True,   0,  0),
])  # fmt: skip
def test_an_unused_line_comes_off_in_the_us_only_if_the_used_part_is_secured(
    bank, secured_by, flag, moved, exempt
):
    outcome = bank.run(
        "us_sccl",
        parties=[builders.party("X"), builders.party("S", kind="sovereign", country="BR")],
        facilities=[loan("F1", "X", 40, commitment=amount(100), is_drawable_on_condition=flag)],
        protections=[
            protection(
                "P1",
                50,
                kind=secured_by or "property",
                provider_id="S",
                haircut_class="sovereign_aaa_aa_long",
            )
        ],
        protection_covers=[builders.cover("P1", "F1")],
    )
    assert outcome.total("X")["exempt_minor"] == minor(exempt)
    assert outcome.exposure("X") == minor(100 - moved)  # it stays in the total
    (limit,) = outcome.headroom("general", "X")
    assert limit["exposure_minor"] == minor(100 - moved - exempt)


def test_cash_in_another_currency_is_worth_less_by_the_haircut_of_twenty_days_under_basel(bank):
    outcome = bank.run(
        "basel_lex",
        parties=[builders.party("X")],
        facilities=[loan("F1", "X", 100)],
        fx_rates=[builders.fx_rate("USD", "0.5")],
        protections=[builders.protection("M1", kind="cash_margin", currency="USD", value=amount(80))],
        protection_covers=[builders.cover("M1", "F1")],
    )
    # 80 dollars are 40; 8 % x root of 2 is 11.32 %, and 40 x 88.68 % = 35.472
    assert outcome.exposure("X") == minor("64.528")


def test_half_of_a_short_credit_line_is_exempt_in_the_eu_and_stays_in_the_total(bank):
    outcome = bank.run(
        "eu_crr",
        choices={"medium_low_risk_exemption": "on"},
        parties=[builders.party("X")],
        facilities=[
            loan("F1", "X", 40, commitment=amount(100), start_date="2026-01-01", maturity_date="2026-12-31")
        ],
    )
    row = outcome.total("X")
    assert (row["exposure_minor"], row["exempt_minor"]) == (minor(100), minor(30))


def test_two_protections_that_end_early_are_each_worth_their_own_share(bank):
    outcome = bank.run(
        "basel_lex",
        parties=[builders.party("X"), builders.party("G", kind="bank"), builders.party("H", kind="bank")],
        facilities=[loan("F1", "X", 100, maturity_date="2031-06-30")],
        protections=[
            protection(
                "P1", 60, kind="guarantee", provider_id="G", start_date=AS_OF, maturity_date="2028-06-30"
            ),
            protection("P2", 90, kind="guarantee", provider_id="H", maturity_date="2031-06-30"),
        ],
        protection_covers=[builders.cover("P1", "F1"), builders.cover("P2", "F1")],
    )
    first = minor(60) * 7 // 19  # (2 - 0.25) / (5 - 0.25)
    assert [outcome.exposure(name) for name in "XGH"] == [0, first, minor(100) - first]


def test_a_protection_used_in_part_for_one_loan_serves_the_next_with_the_rest(bank):
    outcome = bank.run(
        "basel_lex",
        parties=[builders.party("X"), builders.party("Y"), builders.party("G", kind="bank")],
        facilities=[loan("F1", "X", 10, maturity_date="2031-06-30"), loan("F2", "Y", 100, maturity_date="2028-06-30")],
        protections=[
            protection("P1", 60, kind="guarantee", provider_id="G", start_date=AS_OF, maturity_date="2028-06-30")
        ],
        protection_covers=[builders.cover("P1", "F1", rank=1), builders.cover("P1", "F2", rank=2)],
    )  # fmt: skip
    # 10 of the first loan use up 10 x 19 / 7 of the guarantee, rounded up; the rest outlasts the second loan
    used = -(-minor(10) * 19 // 7)
    assert outcome.exposure("X") == 0
    assert outcome.exposure("Y") == minor(100) - (minor(60) - used)


def test_a_stale_rate_is_said_and_takes_the_reading_that_is_against_the_bank(bank):
    outcome = bank.run(
        "basel_lex",
        parties=[builders.party("X"), builders.party("Y")],
        facilities=[
            loan("F1", "X", 100, currency="USD"),
            loan("F2", "Y", 100),
        ],
        fx_rates=[
            builders.fx_rate("USD", "0.9", as_of="2026-01-31"),
            builders.fx_rate("USD", "0.8", as_of="2026-02-28"),
        ],
        protections=[builders.protection("M1", kind="cash_margin", currency="USD", value=amount(10))],
        protection_covers=[builders.cover("M1", "F1")],
    )
    row = outcome.total("X")
    # 100 at 0.9, less 10 at 0.8: loan and margin are in one currency, so no haircut
    assert (row["exposure_minor"], row["is_complete"]) == (minor(82), False)
    assert outcome.total("Y")["is_complete"]
    assert "rate_stale" in {row["finding_code"] for row in outcome.tables["findings"]}


@pytest.mark.parametrize(("book", "guarantor_owes"), [
    ("apra_aps221", 90), ("basel_lex", 90), (CHINA, 90), ("eu_crr", 90), ("uk_pra", 90), ("us_sccl", 90),
    ("cn_group_credit", 30),  # a balance at nominal value, which no guarantee moves
])  # fmt: skip
def test_a_guarantor_in_the_same_group_changes_nothing_of_the_group(bank, book, guarantor_owes):
    outcome = bank.run(
        book,
        tier1=1_000,  # Z is above the gate of 5 % that control has to pass in the United States
        parties=[
            builders.party("X", risk_weight_bp=10_000),
            builders.party("Z", kind="bank", risk_weight_bp=2_000),
        ],
        relationships=[builders.relationship("R1", "Z", "X")],
        facilities=[loan("F1", "X", 100), loan("F2", "Z", 30)],
        protections=[protection("P1", 60, kind="guarantee", provider_id="Z")],
        protection_covers=[builders.cover("P1", "F1")],
    )
    assert outcome.exposure("Z") == minor(guarantor_owes)
    (group,) = outcome.tables["group_exposures"]
    assert group["group_id"] == f"{book}/Z"
    assert group["exposure_minor"] - group["exempt_minor"] == minor(130)
