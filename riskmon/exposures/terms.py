"""Terms: what a book asks of a facility beside its amounts, in the few combinations that a bank's facilities have.

A book's answers are worked out once for each combination and looked up for each facility, instead of anew for millions.
"""

from functools import reduce

import polars as pl

from riskmon.domain.terms import CCP_COMPONENTS, PRODUCT_CATEGORIES
from riskmon.exposures.conversion import has_original_maturity

_UNKNOWN = 2
"""The digit of a flag that is not known; 0 and 1 are no and yes."""


def with_terms(facilities: pl.DataFrame) -> pl.DataFrame:
    """The facilities with `terms_key`, equal where no expression of `asked_once` can tell two of them apart."""
    products, components = list(PRODUCT_CATEGORIES), list(CCP_COMPONENTS)
    numbered = pl.col("product").replace_strict(products, range(len(products)), return_dtype=pl.Int32)
    component = pl.col("ccp_component").replace_strict(
        components, range(len(components)), default=len(components), return_dtype=pl.Int32
    )
    flags = (
        pl.col("is_cancellable"),
        pl.col("is_qualifying"),
        pl.col("is_trading_book"),
        is_borne(),
        has_original_maturity("up_to_one_year"),
    )
    digits = [(component, len(components) + 1)]
    digits += [(flag.cast(pl.Int32).fill_null(_UNKNOWN), _UNKNOWN + 1) for flag in flags]
    key = reduce(lambda before, digit: before * digit[1] + digit[0], digits, numbered)
    return facilities.with_columns(terms_key=key)


def asked_once(facilities: pl.DataFrame, **answers: pl.Expr) -> pl.LazyFrame:
    """The facilities with the answers, in the same order.

    facilities: `with_terms`. answers: of product, is_cancellable, is_qualifying, is_trading_book, ccp_component,
    off_balance_risk (empty or not) and `has_original_maturity`, of nothing else.
    """
    one_of_each = facilities.lazy().unique("terms_key", keep="any").select("terms_key", **answers).collect()
    return facilities.lazy().join(one_of_each.lazy(), on="terms_key", how="left", maintain_order="left")


def is_borne() -> pl.Expr:
    """Whether the bank says which risk off its books it bears with the facility: any word but an empty one."""
    return pl.col("off_balance_risk").str.strip_chars().str.len_chars().gt(0).fill_null(value=False)
