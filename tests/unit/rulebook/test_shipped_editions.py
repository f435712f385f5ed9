"""The shipped editions use only words of the data contract, and say how sure they are."""

from datetime import date
from decimal import Decimal

import pytest

from riskmon.domain import terms
from riskmon.rulebook.loader import shipped_editions
from riskmon.rulebook.select import select

EDITIONS = [
    pytest.param(loaded.edition, id=loaded.origin)
    for editions in shipped_editions().values()
    for loaded in editions
]
VOCABULARIES = {
    "products": terms.PRODUCTS,
    "loan_products": terms.PRODUCTS,
    "protection_kinds": terms.PROTECTION_KINDS,
    "party_kinds": terms.PARTY_KINDS,
    "provider_kinds": terms.PARTY_KINDS,
    "hub_kinds": terms.PARTY_KINDS,
    "interbank_kinds": terms.PARTY_KINDS,
    "dependence_excludes_kinds": terms.PARTY_KINDS,
    "separate_kinds": terms.PARTY_KINDS,
    "institution_kinds": terms.PARTY_KINDS,
    "relied_on_excludes_kinds": terms.PARTY_KINDS,
    "ungrouped_products": terms.PRODUCTS,
    "linked_kinds": terms.RELATIONSHIP_KINDS,
    "linked_bases": terms.FAMILY_BASES,
    "control_bases": terms.CONTROL_BASES,
    "government_levels": terms.GOVERNMENT_LEVELS,
    "bases": terms.DEPENDENCE_BASES,
}


def stated(edition):
    return [part for entry in edition.entries() for part in (entry, *getattr(entry, "dependence_tests", ()))]


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_edition_uses_the_words_of_the_data_contract(edition):
    # A misspelt product or kind would match no row, silently.
    unknown = {
        (field, word)
        for part in stated(edition)
        for field, words in VOCABULARIES.items()
        for word in getattr(part, field, ())
        if word not in words
    }
    assert unknown == set()


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_entry_is_stated_once_under_the_same_choices(edition):
    keys = [
        (type(e), getattr(e, "id", ""), tuple(sorted(e.when.items())))
        for e in edition.entries()
        if hasattr(e, "id")
    ]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_book_with_limits_says_how_it_measures_and_groups(edition):
    if edition.limit:
        assert edition.measurement or edition.measures_of
        assert edition.grouping or edition.grouping_of


def factors(book_id, as_of="2026-06-30"):
    (book,) = select([book_id], as_of=date.fromisoformat(as_of)).books
    return {product for factor in book.conversion_factors for product in factor.products}


@pytest.mark.parametrize(
    "book_id",
    [
        "apra_aps221",
        "basel_lex",
        "cn_capital",
        "cn_group_credit",
        "cn_large_exposures",
        "eu_crr",
        "example_policy",
        "uk_pra",
        "us_sccl",
    ],
)
def test_a_book_has_a_factor_for_every_product_off_the_balance_sheet(book_id):
    assert set(terms.OFF_BALANCE_PRODUCTS) - factors(book_id) == set()


@pytest.mark.parametrize(("book_id", "limit_id", "base", "ratio"), [
    ("cn_large_exposures", "loan_single",        "net_capital",   "0.10"),
    ("cn_large_exposures", "single",             "tier1_capital", "0.15"),
    ("cn_large_exposures", "group",              "tier1_capital", "0.20"),
    ("cn_large_exposures", "interbank",          "tier1_capital", "0.25"),
    ("cn_large_exposures", "gsib",               "tier1_capital", "0.15"),
    ("cn_large_exposures", "qccp_non_clearing",  "tier1_capital", "0.25"),
    ("cn_large_exposures", "ccp_non_qualifying", "tier1_capital", "0.25"),
    ("cn_large_exposures", "anonymous",          "tier1_capital", "0.15"),
    ("cn_group_credit",    "group_credit",       "net_capital",   "0.15"),
    ("basel_lex",          "general",            "tier1_capital", "0.25"),
    ("basel_lex",          "gsib",               "tier1_capital", "0.15"),
    ("example_policy",     "group_credit",       "net_capital",   "0.15"),
    ("eu_crr",             "general",            "tier1_capital", "0.25"),
    ("eu_crr",             "institution",        "tier1_capital", "0.25"),
    ("eu_crr",             "non_institutions",   "tier1_capital", "0.25"),
    ("eu_crr",             "gsib",               "tier1_capital", "0.15"),
    ("uk_pra",             "general",            "tier1_capital", "0.25"),
    ("uk_pra",             "institution",        "tier1_capital", "0.25"),
    ("uk_pra",             "non_institutions",   "tier1_capital", "0.25"),
    ("uk_pra",             "gsib",               "tier1_capital", "0.15"),
    ("us_sccl",            "general",            "tier1_capital", "0.25"),
    ("us_sccl",            "gsib",               "tier1_capital", "0.15"),
    ("apra_aps221",        "general",            "tier1_capital", "0.25"),
    ("apra_aps221",        "dsib",               "tier1_capital", "0.20"),
])  # fmt: skip
def test_the_limits_are_those_of_the_texts(book_id, limit_id, base, ratio):
    for loaded in shipped_editions()[book_id]:
        found = {(limit.base, limit.ratio) for limit in loaded.edition.limit if limit.id == limit_id}
        assert found == {(base, Decimal(ratio))}


def test_internal_lines_turn_red_where_nine_tenths_of_the_legal_limit_are_reached():
    # 8, 12, 16 and 20 % stand before 10, 15, 20 and 25 %: red at 1.125 of the line is 90 % of the limit, each time.
    (policy,), (law,) = shipped_editions()["example_policy"], shipped_editions()["cn_large_exposures"]
    legal = {limit.id: limit.ratio for limit in law.edition.limit}
    for line in policy.edition.limit:
        if line.id in legal:
            assert line.warning.red * line.ratio == Decimal("0.90") * legal[line.id]
            assert line.ratio < legal[line.id]
