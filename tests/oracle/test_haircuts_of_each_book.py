"""What collateral is worth in each book: its own table, holding period, other currency and earlier end, by hand.

A loan of 100 to X, to which 50 of a security of I are pledged. A loan is held for twenty days, so that a haircut stated for ten
grows by the root of two and is rounded up to a basis point; the United States take the table as it stands.
"""

import pytest

from tests import builders
from tests.oracle.exposure_cases import Bank, amount, loan, minor

COMPREHENSIVE = {"collateral": "comprehensive"}
FIVE_YEARS, TWO_YEARS = "2031-06-30", "2028-06-30"


@pytest.fixture
def pledged(tmp_path):
    bank = Bank(tmp_path)

    def run(book, *, choices=None, product="loan", issuer=None, grade="AAA", until=None, **protection):
        terms = {"kind": "security", "provider_id": "I", "currency": "EUR", "value": amount(50)} | protection
        return bank.run(
            book,
            choices=choices,
            parties=[
                builders.party("X", risk_weight_bp=10_000),
                builders.party("I", country="SE", **({"risk_weight_bp": 2_000} | (issuer or {}))),
            ],
            country_ratings=[{"country": "SE", "source": "S", "grade": grade, "rated_on": "2026-01-01"}],
            facilities=[loan("F1", "X", 100, product=product, maturity_date=until)],
            fx_rates=[builders.fx_rate("USD", "1")],
            protections=[builders.protection("P1", **terms)],
            protection_covers=[builders.cover("P1", "F1")],
        )

    return run


def moved(outcome):
    """What has gone from X to I, in minor units; nothing is lost on the way."""
    assert outcome.exposure("X") + outcome.exposure("I") == minor(100)
    return outcome.exposure("I")


def refusal(outcome):
    (use,) = outcome.tables["protection_uses"]
    return use["refusal"]


@pytest.mark.parametrize(("book", "choices", "haircut_class", "worth"), [
    ("eu_crr",      COMPREHENSIVE, "issuer_aaa_aa_long", "41.51"),   # 12 % x root of 2 = 16.98 %
    ("eu_crr",      COMPREHENSIVE, "issuer_aaa_aa_10y",  "45.755"),  #  6 %: 8.49 %
    ("eu_crr",      COMPREHENSIVE, "listed_equity",      "28.785"),  # 30 %: 42.43 %
    ("uk_pra",      COMPREHENSIVE, "issuer_aaa_aa_long", "44.34"),   #  8 %: 11.32 %
    ("uk_pra",      COMPREHENSIVE, "listed_equity",      "32.32"),   # 25 %: 35.36 %
    ("apra_aps221", COMPREHENSIVE, "issuer_a_bbb_3y",    "47.17"),   #  4 %: 5.66 %
    ("apra_aps221", COMPREHENSIVE, "issuer_a_bbb_long",  "35.855"),  # 20 %: 28.29 %
    ("basel_lex",   None,          "main_index_equity",  "35.855"),  # 20 %: 28.29 %
    ("basel_lex",   None,          "issuer_aaa_aa_3y",   "47.875"),  #  3 %: 4.25 %
    ("us_sccl",     None,          "issuer_aaa_aa_long", "42"),      # 16 %, at any grade
    ("us_sccl",     None,          "issuer_a_bbb_1y",    "48"),      #  4 %
    ("us_sccl",     None,          "listed_equity",      "37.5"),    # 25 %
])  # fmt: skip
def test_a_security_is_worth_what_the_table_of_the_book_leaves_of_it(
    pledged, book, choices, haircut_class, worth
):
    assert moved(pledged(book, choices=choices, haircut_class=haircut_class)) == minor(worth)


@pytest.mark.parametrize(("book", "choices", "product", "worth"), [
    ("us_sccl",     None,          "reverse_repo", "44.34"),   # 16 % x root of a half = 11.32 %
    ("apra_aps221", COMPREHENSIVE, "reverse_repo", "45.755"),  # 12 %: 8.49 %
])  # fmt: skip
def test_a_repo_is_held_for_five_days(pledged, book, choices, product, worth):
    outcome = pledged(book, choices=choices, product=product, haircut_class="issuer_aaa_aa_long")
    assert moved(outcome) == minor(worth)


@pytest.mark.parametrize(("book", "grade", "worth"), [
    ("eu_crr",      "AAA",  "47.17"),   #  4 % x root of 2 = 5.66 %, the longest at that grade
    ("uk_pra",      "BBB",  "45.755"),  #  6 %: 8.49 %
    ("apra_aps221", "BB",   "39.39"),   # 15 %: 21.22 %
    ("us_sccl",     "AAA",  "48"),      #  4 %
    ("us_sccl",     "BBB-", "47"),      #  6 %
])  # fmt: skip
def test_paper_of_a_government_without_a_class_is_read_from_its_grade(pledged, book, grade, worth):
    choices = None if book == "us_sccl" else COMPREHENSIVE
    sovereign = {"kind": "sovereign", "risk_weight_bp": 0}
    outcome = pledged(book, choices=choices, kind="government_bond", issuer=sovereign, grade=grade)
    assert moved(outcome) == minor(worth)


@pytest.mark.parametrize(("book", "worth"), [
    ("eu_crr",  "41.51"),  # 4 % and 8 %, each x root of 2: 5.66 % and 11.32 %
    ("uk_pra",  "41.51"),
    ("apra_aps221", "41.51"),
    ("us_sccl", "48"),     # the adjusted market value has no haircut for another currency
])  # fmt: skip
def test_a_security_in_another_currency_is_worth_less_but_in_the_united_states(pledged, book, worth):
    choices = None if book == "us_sccl" else COMPREHENSIVE
    outcome = pledged(book, choices=choices, haircut_class="sovereign_aaa_aa_long", currency="USD")
    assert moved(outcome) == minor(worth)


@pytest.mark.parametrize("book", ["eu_crr", "uk_pra", "apra_aps221"])
def test_a_guarantee_in_another_currency_is_worth_eight_percent_less(pledged, book):
    terms = {"kind": "guarantee", "issuer": {"kind": "bank", "risk_weight_bp": 2_000}, "currency": "USD"}
    assert moved(pledged(book, **terms)) == minor(46)


@pytest.mark.parametrize("book", ["eu_crr", "uk_pra", "apra_aps221"])
def test_cash_in_another_currency_loses_the_haircut_of_twenty_days(pledged, book):
    outcome = pledged(book, kind="cash_margin", provider_id=None, currency="USD")
    assert outcome.exposure("X") == minor("55.66")  # 8 % x root of 2 = 11.32 %: 50 is worth 44.34


def test_gold_is_worth_its_haircut_less_and_nothing_where_it_is_not_known_to_be_eligible(pledged):
    left = {
        (book, choices and choices["collateral"]): pledged(
            book, choices=choices, kind="gold", provider_id=None
        ).exposure("X")
        for book, choices in (
            ("eu_crr", COMPREHENSIVE),
            ("eu_crr", None),
            ("uk_pra", COMPREHENSIVE),
            ("apra_aps221", COMPREHENSIVE),
            ("apra_aps221", None),
            ("us_sccl", None),
        )
    }
    assert left == {
        ("eu_crr", "comprehensive"): minor("64.145"),  # 20 % x root of 2 = 28.29 %
        ("eu_crr", None): minor(100),  # it has no issuer to move to
        ("uk_pra", "comprehensive"): minor("60.61"),  # 15 %: 21.22 %
        ("apra_aps221", "comprehensive"): minor("64.145"),
        ("apra_aps221", None): minor(50),  # at market value
        ("us_sccl", None): minor(100),
    }


@pytest.mark.parametrize(("book", "choices", "haircut"), [
    ("eu_crr",      COMPREHENSIVE, 566),  # 4 % x root of 2
    ("uk_pra",      COMPREHENSIVE, 566),
    ("apra_aps221", COMPREHENSIVE, 566),
    ("us_sccl",     None,          400),
])  # fmt: skip
def test_a_pledge_that_ends_early_is_worth_its_share_after_the_haircut(pledged, book, choices, haircut):
    outcome = pledged(
        book, choices=choices, until=FIVE_YEARS, haircut_class="sovereign_aaa_aa_long",
        start_date="2026-06-30", maturity_date=TWO_YEARS,
    )  # fmt: skip
    # (2 - 0.25) / (5 - 0.25) of what the haircut leaves, rounded down once
    assert moved(outcome) == minor(50) * (10_000 - haircut) * 7 // (10_000 * 19)


BY_YEAR = {"until": FIVE_YEARS, "start_date": "2026-01-01", "maturity_date": "2026-12-31"}
BY_MONTHS = {"until": FIVE_YEARS, "start_date": "2020-01-01", "maturity_date": "2026-09-30"}
EARLY = {"until": FIVE_YEARS, "start_date": "2026-06-30", "maturity_date": TWO_YEARS}
SOVEREIGN = {"kind": "government_bond", "issuer": {"kind": "sovereign", "risk_weight_bp": 0}}
CLASS = {"haircut_class": "sovereign_aaa_aa_1y"}


@pytest.mark.parametrize(("book", "choices", "terms", "reason"), [
    ("eu_crr",      COMPREHENSIVE, BY_YEAR | CLASS,    "original_maturity"),   # less than a year by contract
    ("uk_pra",      COMPREHENSIVE, BY_MONTHS | CLASS,  "residual_maturity"),   # three months and no more
    ("apra_aps221", COMPREHENSIVE, BY_YEAR | CLASS,    "original_maturity"),
    ("us_sccl",     None,          BY_MONTHS | CLASS,  "residual_maturity"),
    ("eu_crr",      None,          EARLY | SOVEREIGN,  "ends_before_claim"),   # market value knows no mismatch
    ("uk_pra",      None,          EARLY | SOVEREIGN,  "ends_before_claim"),
    ("apra_aps221", None,          EARLY | SOVEREIGN,  "ends_before_claim"),
    ("apra_aps221", None,          EARLY | {"kind": "cash_margin", "provider_id": None}, "ends_before_claim"),
    ("eu_crr",      COMPREHENSIVE, {},                 "haircut_class"),       # nothing shows that it is eligible
    ("uk_pra",      COMPREHENSIVE, {},                 "haircut_class"),
    ("apra_aps221", COMPREHENSIVE, {},                 "haircut_class"),
    ("us_sccl",     None,          {},                 "haircut_class"),
    ("us_sccl",     None,          SOVEREIGN | {"grade": "BB+"}, "haircut_class"),  # below investment grade, no class
    ("apra_aps221", None,          SOVEREIGN | {"grade": "B+"},  "country_grade"),
    ("eu_crr",      COMPREHENSIVE, CLASS | {"issuer": {"risk_weight_bp": 15_000}}, "risk_weight"),
    ("uk_pra",      COMPREHENSIVE, CLASS | {"issuer": {"risk_weight_bp": None}},   "risk_weight"),
    ("apra_aps221", None, {"kind": "guarantee", "issuer": {"kind": "bank", "risk_weight_bp": 10_000}}, "risk_weight"),
    ("apra_aps221", None, {"kind": "guarantee", "issuer": {"kind": "bank", "risk_weight_bp": None}},   "risk_weight"),
])  # fmt: skip
def test_what_a_book_does_not_recognise_moves_nothing_and_says_why(pledged, book, choices, terms, reason):
    outcome = pledged(book, choices=choices, **terms)
    assert (outcome.exposure("X"), refusal(outcome)) == (minor(100), reason)


@pytest.mark.parametrize("book", ["eu_crr", "uk_pra", "apra_aps221"])
def test_by_the_simple_method_a_bond_counts_at_its_market_value(pledged, book):
    assert moved(pledged(book, **SOVEREIGN)) == minor(50)


def test_china_takes_eligible_collateral_at_market_value_in_any_currency(pledged):
    terms = SOVEREIGN | {"haircut_class": "listed_equity", "currency": "USD"}
    assert moved(pledged("cn_large_exposures", **terms)) == minor(50)
