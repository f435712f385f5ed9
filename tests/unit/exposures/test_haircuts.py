"""What is kept off a protection: haircuts by class and holding period, another currency, an earlier end."""

from datetime import date

import polars as pl
import pytest

from riskmon.exposures.haircuts import class_haircuts, days_360, kept_bp, maturity_share
from riskmon.rulebook.select import select

AS_OF = date(2026, 6, 30)
BASEL = select(["basel_lex"], as_of=AS_OF).books[0]
RULES = {rule.id: rule for rule in BASEL.mitigations}


def kept(rule_id, product="loan", haircut_class=None, *, is_mismatched=False):
    row = {"haircut_class": haircut_class, "is_mismatched": is_mismatched, "claim_product": product}
    frame = pl.DataFrame([row], schema_overrides={"haircut_class": pl.String})
    return frame.select(kept_bp(RULES[rule_id], BASEL)).item()


@pytest.mark.parametrize(("haircut_class", "product", "haircut"), [
    ("sovereign_aaa_aa_5y",   "derivative",    200),   # ten days, as the table is stated for
    ("sovereign_aaa_aa_5y",   "loan",          283),   # 200 x root of 20 / 10 = 282.84, up
    ("sovereign_aaa_aa_5y",   "reverse_repo",  142),   # 200 x root of 5 / 10 = 141.42, up
    ("issuer_a_bbb_long",     "derivative",  2_000),
    ("listed_equity",         "loan",        4_243),   # 3 000 x root of 2 = 4 242.64, up
    ("cash",                  "loan",            0),
    (None,                    "derivative",    400),   # best grade, longest maturity
])  # fmt: skip
def test_a_haircut_is_that_of_the_class_for_the_holding_period_of_the_claim(haircut_class, product, haircut):
    assert kept("sovereign_paper_best", product, haircut_class) == 10_000 - haircut


@pytest.mark.parametrize(("rule_id", "product", "haircut"), [
    ("guarantor",            "loan",          800),   # ten days
    ("cash",                 "loan",        1_132),   # 800 x root of 2 = 1 131.37, up
    ("cash",                 "derivative",    800),
    ("sovereign_paper_best", "derivative",  1_200),   # 400 and 800
    ("sovereign_paper_best", "loan",        1_698),   # 565.69 up and 1 131.37 up
])  # fmt: skip
def test_another_currency_costs_eight_percent_more(rule_id, product, haircut):
    assert kept(rule_id, product, is_mismatched=True) == 10_000 - haircut


def share(left, claim_left, *, outlasts=False):
    frame = pl.DataFrame(
        {"outlasts_claim": [outlasts], "left_days": [left], "claim_left_days": [claim_left]},
        schema_overrides={"left_days": pl.Int32, "claim_left_days": pl.Int32},
    )
    return frame.select(
        a=maturity_share(RULES["guarantor"], BASEL)[0], b=maturity_share(RULES["guarantor"], BASEL)[1]
    ).row(0)


@pytest.mark.parametrize(("left", "claim_left", "expected"), [
    (720,   1_800, (630, 1_710)),   # 2 of 5 years: 1.75 over 4.75
    (720,   3_600, (630, 1_710)),   # ten years count as five
    (720,   None,  (630, 1_710)),   # open-ended: the longest
    (91,    1_800, (1, 1_710)),
    (1_800, 3_600, (1, 1)),         # what covers five years covers all
    (2_000, 3_600, (1, 1)),
])  # fmt: skip
def test_protection_that_ends_early_is_worth_what_remains_of_it_over_what_remains_of_the_claim(
    left, claim_left, expected
):
    assert share(left, claim_left) == expected


def test_protection_that_outlasts_the_claim_is_worth_all_of_it():
    assert share(100, 90, outlasts=True) == (1, 1)


@pytest.mark.parametrize(("start", "end", "days"), [
    (date(2026, 6, 30),  date(2028, 6, 30), 720),
    (date(2026, 1, 31),  date(2026, 3, 1),   31),   # the 31st counts as the 30th
    (date(2026, 1, 30),  date(2026, 3, 31),  60),
    (date(2026, 6, 30),  date(2026, 9, 30),  90),
    (date(2026, 2, 28),  date(2026, 3, 31),  32),
    (date(2026, 6, 30),  date(2026, 6, 29),  -1),
])  # fmt: skip
def test_every_month_has_thirty_days(start, end, days):
    frame = pl.DataFrame({"start": [start], "end": [end]})
    assert frame.select(days_360(pl.col("start"), pl.col("end"))).item() == days


def test_a_class_that_no_haircut_states_leaves_nothing():
    rule = RULES["gold"].model_copy(update={"default_class": "moon rock"})
    frame = pl.DataFrame({"is_mismatched": [False], "claim_product": ["loan"]})
    assert frame.select(kept_bp(rule, BASEL)).item() == 0


@pytest.mark.parametrize(("book", "day", "gold", "issuer"), [
    ("basel_lex", date(2022, 12, 31), 1_500,   800),
    ("basel_lex", date(2023, 1, 1),   2_000, 1_200),
    ("eu_crr",    date(2024, 12, 31), 1_500,   800),
    ("eu_crr",    date(2025, 1, 1),   2_000, 1_200),
    ("uk_pra",    AS_OF,              1_500,   800),
])  # fmt: skip
def test_the_table_is_that_of_the_day(book, day, gold, issuer):
    (selected,) = select([book], as_of=day).books
    table = class_haircuts(selected)
    assert (table["gold"], table["issuer_aaa_aa_long"]) == (gold, issuer)


def test_every_class_that_a_book_reads_where_none_is_delivered_has_a_haircut():
    for book in select(["apra_aps221", "basel_lex", "eu_crr", "uk_pra", "us_sccl"], as_of=AS_OF).books:
        named = {rule.default_class for rule in book.mitigations} - {""}
        assert named <= class_haircuts(book).keys(), book.id
