"""Facilities of equal terms are asked about once: the answer is the one that each would get by itself."""

from datetime import date
from itertools import product

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from riskmon.domain.terms import CCP_COMPONENTS, PRODUCT_CATEGORIES
from riskmon.exposures.conversion import factor_bp
from riskmon.exposures.nominal import nominal_share_bp
from riskmon.exposures.terms import asked_once, is_borne, with_terms
from riskmon.rulebook.select import select

BOOKS = select(
    ["apra_aps221", "basel_lex", "cn_large_exposures", "eu_crr", "us_sccl"], as_of=date(2026, 6, 30)
).books
FLAG = (None, False, True)
TERMS = {
    "product": tuple(PRODUCT_CATEGORIES),
    "is_trading_book": FLAG,
    "is_cancellable": FLAG,
    "is_qualifying": FLAG,
    "ccp_component": (None, *CCP_COMPONENTS),
    # A year and a year and a day after they start.
    "maturity_date": (None, date(2027, 1, 1), date(2027, 1, 2)),
    "off_balance_risk": (None, " ", "repurchase"),
}


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.id)
def test_every_facility_is_answered_as_if_it_were_the_only_one(book):
    columns = zip(*product(*TERMS.values()), strict=True)
    facilities = pl.DataFrame(dict(zip(TERMS, columns, strict=True))).with_columns(
        start_date=pl.lit(date(2026, 1, 1))
    )
    answers = {
        "factor_bp": factor_bp(book),
        "share_bp": nominal_share_bp(book),
        "is_borne": is_borne(),
        "is_traded": pl.col("is_trading_book").fill_null(value=False),
    }
    once = asked_once(with_terms(facilities), **answers).select(*TERMS, *answers).collect()
    assert_frame_equal(once, facilities.with_columns(**answers).select(*TERMS, *answers))
