"""Comparison of editions: every field that differs, and nothing else."""

from datetime import date
from decimal import Decimal

import pytest

from riskmon.rulebook.diff import compare, readable
from riskmon.rulebook.loader import editions_of, parse_edition

TEXT = """
id = "own_policy"
title = "Own policy"
document = "Own policy"
jurisdiction = "bank"
effective_from = 2020-01-01

[[conversion_factor]]
products = ["commitment", "card_undrawn"]
is_cancellable = true
factor_bp = 1_000
source = { clause = "5", certainty = "verified" }

[[grouping]]
votes_above_bp = 5_000
control_bases = ["votes"]
dependence = "directed"
source = { clause = "3", certainty = "verified" }

[[grouping.dependence_tests]]
bases = ["receipts", "output"]
at_least_bp = 5_000
source = { clause = "3.1", certainty = "verified" }

[[limit]]
id = "group"
title = "One group"
title_zh = "集团"
subjects = ["group"]
applies_to = "any"
measure = "exposure"
base = "tier1_capital"
ratio = 0.15
is_hard = true
source = { clause = "1", certainty = "verified" }
"""


def edition(*swaps):
    text = TEXT
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    return parse_edition(text, origin="own.toml").edition


def changes(*swaps):
    return [(c.kind, c.key, c.field, c.old, c.new) for c in compare(edition(), edition(*swaps))]


def test_an_edition_does_not_differ_from_itself():
    for name in ("cn_large_exposures", "basel_lex", "early_warning"):
        newest = editions_of(name)[-1].edition
        assert compare(newest, newest) == []


@pytest.mark.parametrize(("swap", "expected"), [
    (("ratio = 0.15", "ratio = 0.10"),        ("limit", "group", "ratio", "0.15", "0.10")),
    (("is_hard = true", "is_hard = false"),   ("limit", "group", "is_hard", "true", "false")),
    (('clause = "1"', 'clause = "2"'),        ("limit", "group", "source.clause", "1", "2")),
    (("2020-01-01", "2021-01-01"),            ("edition", "heading", "effective_from", "2020-01-01", "2021-01-01")),
    (("votes_above_bp = 5_000", "votes_above_bp = 2_500"), ("grouping", "grouping", "votes_above_bp", "5000", "2500")),
])  # fmt: skip
def test_a_field_that_differs_is_one_change(swap, expected):
    assert changes(swap) == [expected]


def test_a_change_cites_the_clause_of_the_newer_text():
    (change,) = compare(edition(), edition(('clause = "1"', 'clause = "2"')))
    assert change.clause == "Own policy, 2"


def test_a_factor_changes_product_by_product():
    assert changes(("factor_bp = 1_000", "factor_bp = 4_000")) == [
        ("conversion_factor", "card_undrawn (is_cancellable=true)", "factor_bp", "1000", "4000"),
        ("conversion_factor", "commitment (is_cancellable=true)", "factor_bp", "1000", "4000"),
    ]


def test_a_product_that_leaves_an_entry_is_gone_and_the_other_unchanged():
    assert changes(('["commitment", "card_undrawn"]', '["commitment"]')) == [
        ("conversion_factor", "card_undrawn (is_cancellable=true)", "factor_bp", "1000", None)
    ]


def test_a_dependence_line_changes_basis_by_basis():
    assert changes(("at_least_bp = 5_000\n", "")) == [
        ("dependence_test", "output", "at_least_bp", "5000", "any share"),
        ("dependence_test", "receipts", "at_least_bp", "5000", "any share"),
    ]


def test_a_renamed_limit_is_one_gone_and_one_new():
    found = compare(edition(), edition(('id = "group"', 'id = "one_group"')))
    ratios = [(c.key, c.old, c.new) for c in found if c.field == "ratio"]
    assert ratios == [("group", "0.15", None), ("one_group", None, "0.15")]


def test_neither_copy_of_a_repeated_entry_is_lost():
    limit = TEXT[TEXT.index("[[limit]]") :]
    doubled = parse_edition(TEXT + limit.replace("0.15", "0.12"), origin="own.toml").edition
    assert ("group'", None, "0.12") in {(c.key, c.old, c.new) for c in compare(edition(), doubled)}


def test_the_two_basel_editions_differ_in_the_factors_of_commitments_alone():
    # The revised standardised approach: one factor of 40 % instead of 20 % up to a year and 50 % beyond.
    old, new = (loaded.edition for loaded in editions_of("basel_lex"))
    found = [c for c in compare(old, new) if c.kind != "edition"]
    assert {(c.kind, c.field) for c in found} == {("conversion_factor", "factor_bp")}
    assert {c.old for c in found} == {"2000", "5000", None}
    assert {c.new for c in found} == {"4000", None}


@pytest.mark.parametrize(("value", "text"), [
    (Decimal("0.10"),                             "0.10"),
    (True,                                        "true"),
    (date(2020, 1, 1),                            "2020-01-01"),
    (("a", "b"),                                  "a, b"),
    ({"yellow": Decimal("0.8"), "blue": None},    "yellow=0.8"),
    ({"kinds": ("a", "b"), "lines": {"red": 1}},  "kinds=(a, b), lines=(red=1)"),
])  # fmt: skip
def test_values_are_written_as_a_reader_would(value, text):
    assert readable(value) == text
