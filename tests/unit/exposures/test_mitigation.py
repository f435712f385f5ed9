"""Protection: who takes how much of it, in which order, and what is not recognised."""

from datetime import date

import polars as pl
import pytest

from riskmon.exposures.mitigation import covers_with_terms, protection_uses
from riskmon.rulebook.select import select

BOOK = select(["cn_large_exposures"], as_of=date(2026, 6, 30)).books[0]
BANK, OTHER_BANK, FOREIGN_BANK, FIRM, SOVEREIGN, OBLIGOR, FOREIGN_SOVEREIGN, MULTILATERAL = range(8)
END = date(2027, 12, 31)

PARTIES = pl.DataFrame(
    {
        "party_key": [
            BANK,
            OTHER_BANK,
            FOREIGN_BANK,
            FIRM,
            SOVEREIGN,
            OBLIGOR,
            FOREIGN_SOVEREIGN,
            MULTILATERAL,
        ],
        "kind": ["bank", "bank", "bank", "corporate", "sovereign", "corporate", "sovereign", "multilateral"],
        "country": ["CN", "CN", "XA", "CN", "CN", "CN", "XA", "XA"],
    },
    schema_overrides={"party_key": pl.Int32},
).with_columns(
    government_level=pl.lit(None, dtype=pl.String),
    is_qualifying_ccp=pl.lit(None, dtype=pl.Boolean),
    risk_weight_bp=pl.lit(None, dtype=pl.Int32),
    tags=pl.lit(None, dtype=pl.String),
)
PROTECTION = {
    "protection_key": pl.Int32, "kind": pl.String, "provider_key": pl.Int32, "value_minor": pl.Int64,
    "rate_e10": pl.Int64, "exponent": pl.Int32, "currency": pl.String, "start_date": pl.Date, "maturity_date": pl.Date,
    "original_maturity_date": pl.Date, "haircut_class": pl.String, "is_used_for_capital": pl.Boolean,
    "trade_id": pl.String,
}  # fmt: skip
COVER = {
    "protection_key": pl.Int32, "facility_key": pl.Int32, "covered_amount_minor": pl.Int64, "rank": pl.Int32,
    "cover_key": pl.Int32,
}  # fmt: skip
CLAIM = {
    "facility_key": pl.Int32, "obligor_key": pl.Int32, "maturity_date": pl.Date, "product": pl.String,
    "currency": pl.String, "joint_obligor_keys": pl.List(pl.Int32),
}  # fmt: skip
PARTS = {
    "facility_key": pl.Int32, "booked_minor": pl.Int64, "potential_minor": pl.Int64, "factor_bp": pl.Int32,
}  # fmt: skip


def applied(protections, covers, gross, *, grades=(), book=BOOK):
    """What each facility takes: (facility, provider, is_substitution, amount).

    protections: key -> (kind, provider, value, maturity); covers: (protection, facility, amount, rank[, cover]).
    """
    found = uses(protections, covers, gross, grades=grades, book=book).filter(pl.col("applied_minor") > 0)
    rows = found.select("facility_key", "provider_key", "is_substitution", "applied_minor").iter_rows()
    return sorted(rows, key=lambda row: (row[0], row[2], row[1] or 0))


def uses(protections, covers, gross, *, grades=(), book=BOOK, **more):
    named = (
        {
            "protection_key": key,
            "kind": kind,
            "provider_key": provider,
            "value_minor": value,
            "maturity_date": end,
        }
        for key, (kind, provider, value, end) in protections.items()
    )
    terms = {"rate_e10": 10**10, "exponent": 2, "currency": "CNY"}
    tables = {
        "protections": pl.DataFrame([{**terms, **row, **more} for row in named], schema=PROTECTION),
        "protection_covers": pl.DataFrame(
            [(*row, *([n] if len(row) == 4 else [])) for n, row in enumerate(covers)],
            schema=COVER,
            orient="row",
        ),
        "facilities": pl.DataFrame(
            [(key, OBLIGOR, END, "loan", "CNY", None) for key in gross], schema=CLAIM, orient="row"
        ),
        "country_ratings": pl.DataFrame(
            list(grades), schema={"country": pl.String, "grade": pl.String}, orient="row"
        ),
    }
    parts = pl.DataFrame(
        [(key, amount, 0, 10_000) for key, amount in gross.items()], schema=PARTS, orient="row"
    )
    asked = covers_with_terms(tables, PARTIES, as_of=date(2026, 6, 30), reporting_exponent=2)
    return protection_uses(asked, parts, book, bank_key=BANK)


@pytest.mark.parametrize(
    ("kind",                "provider",   "end",              "effect"),
    [
        ("cash_margin",         None,         None,               "deduct"),
        ("cash_margin",         None,         date(2027, 12, 30), None),          # ends before the claim
        ("gold",                None,         END,                "deduct"),
        ("deposit_certificate", BANK,         END,                "deduct"),      # the bank owes itself
        ("deposit_certificate", OTHER_BANK,   END,                "substitute"),
        ("deposit_certificate", None,         END,                None),          # whose is not known
        ("government_bond",     SOVEREIGN,    END,                "substitute"),
        ("guarantee",           OTHER_BANK,   END,                "substitute"),
        ("guarantee",           BANK,         END,                None),          # no promise to oneself
        ("guarantee",           FIRM,         END,                None),          # corporate guarantors never count
        ("guarantee",           FOREIGN_BANK, END,                None),          # its country has no grade
        ("property",            FIRM,         END,                None),
        ("inventory",           None,         END,                None),
    ],
)  # fmt: skip
def test_only_what_annex_5_lists_is_recognised(kind, provider, end, effect):
    found = applied({0: (kind, provider, 60, end)}, [(0, 0, None, None)], {0: 100})
    expected = [] if effect is None else [(0, provider, effect == "substitute", 60)]
    assert found == expected


@pytest.mark.parametrize(
    ("grade", "counts"), [("A-", True), ("AAA", True), ("BBB+", False), ("nonsense", False)]
)
def test_a_foreign_bank_counts_from_the_grade_of_its_country(grade, counts):
    protections = {0: ("guarantee", FOREIGN_BANK, 60, END)}
    assert bool(applied(protections, [(0, 0, None, None)], {0: 100}, grades=[("XA", grade)])) is counts


@pytest.mark.parametrize(("grade", "counts"), [("BBB-", True), ("BB+", False)])
@pytest.mark.parametrize("kind", ["government_bond", "guarantee"])
def test_a_foreign_sovereign_counts_from_the_grade_of_its_country(kind, grade, counts):
    protections = {0: (kind, FOREIGN_SOVEREIGN, 60, END)}
    assert bool(applied(protections, [(0, 0, None, None)], {0: 100}, grades=[("XA", grade)])) is counts


@pytest.mark.parametrize("provider_is_rated", [True, False])
def test_paper_of_an_international_body_counts_without_a_grade(provider_is_rated):
    grades = [("XA", "D")] if provider_is_rated else []
    found = applied({0: ("security", MULTILATERAL, 60, END)}, [(0, 0, None, None)], {0: 100}, grades=grades)
    assert found == [(0, MULTILATERAL, True, 60)]


def test_one_protection_serves_its_facilities_in_rank_order_and_never_more_than_it_is_worth():
    protections = {0: ("cash_margin", None, 100, None)}
    # rank 1 takes its 70, rank 2 the remaining 30, the unranked one comes last and finds nothing
    covers = [(0, 0, None, None), (0, 1, None, 2), (0, 2, None, 1)]
    assert applied(protections, covers, {0: 70, 1: 70, 2: 70}) == [(1, None, False, 30), (2, None, False, 70)]


def test_a_facility_never_takes_more_than_it_owes():
    protections = {0: ("cash_margin", None, 80, None), 1: ("guarantee", OTHER_BANK, 80, END)}
    covers = [(0, 0, None, 1), (1, 0, None, 2)]
    assert applied(protections, covers, {0: 100}) == [(0, None, False, 80), (0, OTHER_BANK, True, 20)]


def test_a_covered_amount_bounds_what_a_facility_takes():
    protections = {0: ("cash_margin", None, 100, None)}
    assert applied(protections, [(0, 0, 25, None), (0, 1, 90, None)], {0: 50, 1: 80}) == [
        (0, None, False, 25),
        (1, None, False, 75),
    ]


def test_the_facilities_of_one_cover_share_its_amount():
    protections = {0: ("cash_margin", None, 100, None)}
    # a cover of 60 for a party with two facilities: 50 for the first, the remaining 10 for the second
    covers = [(0, 0, 60, None, 7), (0, 1, 60, None, 7)]
    assert applied(protections, covers, {0: 50, 1: 50}) == [(0, None, False, 50), (1, None, False, 10)]
