"""What each book leaves out of its limits, clause by clause; unknown never exempts."""

from datetime import date

import polars as pl
import pytest

from riskmon.domain.terms import GRADES
from riskmon.exposures.exemption import exempt_share_bp
from riskmon.rulebook.select import select

BOOKS = {book.id: book for book in select(["cn_large_exposures", "basel_lex"], as_of=date(2026, 6, 30)).books}
SCHEMA = {
    "obligor_kind": pl.String, "obligor_country": pl.String, "obligor_government_level": pl.String,
    "obligor_is_qualifying_ccp": pl.Boolean, "obligor_grade_rank": pl.Int32, "product": pl.String,
    "is_subordinated": pl.Boolean, "is_intraday": pl.Boolean, "is_settlement": pl.Boolean,
    "is_deducted_from_capital": pl.Boolean, "is_cancellable": pl.Boolean, "is_qualifying": pl.Boolean, "working_days_after_due": pl.Int32, "is_drawable_on_condition": pl.Boolean,
    "start_date": pl.Date, "maturity_date": pl.Date, "obligor_risk_weight_bp": pl.Int32,
    "obligor_tags": pl.List(pl.String),
}  # fmt: skip


def exempt(book_id, kind="corporate", product="loan", country="CN", grade=None, **flags):
    row = {"obligor_kind": kind, "obligor_country": country, "product": product} | flags
    row["obligor_grade_rank"] = None if grade is None else GRADES.index(grade)
    frame = pl.DataFrame([{name: row.get(name) for name in SCHEMA}], schema=SCHEMA)
    return frame.select(exempt_share_bp(BOOKS[book_id], "booked")).item() == 10_000


def province(level, **more):
    return {"kind": "regional_government", "obligor_government_level": level, "product": "bond"} | more


@pytest.mark.parametrize(("row", "expected"), [
    ({},                                                                   False),
    ({"kind": "sovereign"},                                                True),    # art. 13(1)
    ({"kind": "central_bank"},                                             True),
    ({"kind": "sovereign", "country": "XA", "grade": "AA-"},               True),    # art. 13(2): AA- or better
    ({"kind": "sovereign", "country": "XA", "grade": "A+"},                False),
    ({"kind": "sovereign", "country": "XA"},                               False),   # its grade is unknown
    ({"kind": "international_organisation", "country": None},              True),    # art. 13(3)
    ({"kind": "multilateral", "country": None},                            False),
    (province("province"),                                                 True),    # art. 14: bonds only
    (province("planned_city"),                                             True),
    (province("other"),                                                    False),
    (province("province", product="loan"),                                 False),
    (province("province", country="XA"),                                   False),
    ({"kind": "policy_bank", "is_subordinated": True},                     False),   # art. 15
    ({"kind": "ccp", "product": "ccp_clearing", "obligor_is_qualifying_ccp": True},  True),   # art. 12
    ({"kind": "ccp", "product": "loan", "obligor_is_qualifying_ccp": True},          False),
    ({"kind": "ccp", "product": "ccp_clearing"},                                     False),
    ({"kind": "bank", "is_intraday": True},                                True),    # art. 24
    ({"kind": "bank", "is_settlement": True},                              True),
    ({"is_deducted_from_capital": True},                                   True),
    ({"is_deducted_from_capital": False},                                  False),
])  # fmt: skip
def test_what_the_chinese_measures_leave_out(row, expected):
    assert exempt("cn_large_exposures", **row) is expected


@pytest.mark.parametrize(("row", "expected"), [
    ({"kind": "sovereign", "country": "XA"},                                         True),   # LEX30.31: any grade
    ({"kind": "public_sector"},                                                      False),
    ({"kind": "policy_bank"},                                                        False),  # banks are not exempt
    ({"kind": "ccp", "product": "ccp_clearing", "obligor_is_qualifying_ccp": True},  True),   # LEX30.39
    ({"kind": "bank", "is_intraday": True},                                          True),   # LEX30.36
    ({"kind": "bank", "is_settlement": True},                                        False),
    ({"is_deducted_from_capital": True},                                             True),   # LEX10.6
])  # fmt: skip
def test_what_basel_leaves_out(row, expected):
    assert exempt("basel_lex", **row) is expected
