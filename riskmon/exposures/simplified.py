"""Simplified measurement: what a bank with little of a business may measure coarsely or leave out, where it chooses to.

What is left out stays in the totals as exempt. How large a business is, is measured once for all books, and rounded up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from riskmon.domain.money import ceil_divide, exact_sum, in_reporting_currency, limit_minor
from riskmon.domain.terms import POOLED_PRODUCTS, Category
from riskmon.exposures.holdings import Holdings
from riskmon.rulebook.exposure_rules import SimplifiedMethod
from riskmon.rulebook.select import Book

_WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large each business is, against what it is measured, in minor units; None is not known.

    Attributes:
        values: the book or market value of each business that a method may be for, long and short added.
        notional: the notional amount of the derivatives that are not cleared.
        tier1_capital: of the newest capital.
        total_assets: of the newest capital.
        currency: the reporting currency with its decimals.
    """

    values: Mapping[str, int | None]
    notional: int | None
    tier1_capital: int | None
    total_assets: int | None
    currency: tuple[str, int]

    @classmethod
    def of(cls, tables: Mapping[str, pl.DataFrame], lent: pl.LazyFrame) -> "Sizes":
        """Measure the tables netting_sets, derivatives, trading_positions, parties, capital, reporting, and the facilities."""
        reporting = tables["reporting"].row(0, named=True)
        exponent = int(reporting["exponent"])
        is_trading = pl.col("is_trading_book").fill_null(value=False)
        is_asked = pl.col("product").is_in((*POOLED_PRODUCTS, "derivative")) | is_trading
        asked = ("product", "is_trading_book", "drawn_minor", "rate_e10", "exponent")
        facilities, capital = lent.filter(is_asked).select(asked).collect(), tables["capital"].head(1)
        cleared = tables["parties"].filter(kind="ccp").select(counterparty_key="party_key")
        sets = tables["netting_sets"].join(cleared, on="counterparty_key", how="anti")
        derivatives = tables["derivatives"].join(sets, on="netting_set_key", how="semi")
        # A derivative that is delivered as a facility has no notional amount.
        booked = facilities.filter(pl.col("product") == "derivative").height
        pooled = facilities.filter(pl.col("product").is_in(POOLED_PRODUCTS))
        positions = _sum(tables["trading_positions"], "market_value_minor", exponent)
        trading = facilities.filter(is_trading)
        held = _sum(trading, "drawn_minor", exponent)
        return cls(
            values={
                "structures": _sum(pooled, "drawn_minor", exponent),
                "trading_book": None if positions is None or held is None else positions + held,
                "derivatives": None if booked else _sum(derivatives, "market_value_minor", exponent),
            },
            notional=None if booked else _sum(derivatives, "notional_minor", exponent),
            tier1_capital=_first(capital, "tier1_capital_minor"),
            total_assets=_first(capital, "total_assets_minor"),
            currency=(reporting["currency"], exponent),
        )


def simplified(
    books: Sequence[Book], tables: Mapping[str, pl.DataFrame], lent: pl.LazyFrame
) -> tuple[dict[str, list[SimplifiedMethod]], list[dict[str, str]]]:
    """By book the methods that the bank is small enough for, and as rows of `not_evaluated` those of which that is not known.

    tables: see `Sizes.of`. lent: the validated facilities.
    """
    used: dict[str, list[SimplifiedMethod]] = {book.id: [] for book in books}
    unknown: list[dict[str, str]] = []
    offered = [(book, method) for book in books for method in book.simplified_methods]
    if not offered:  # nothing is measured that nobody asks for
        return used, unknown
    sizes = Sizes.of(tables, lent)
    for book, method in offered:
        tests = _tests(method, sizes)
        if all(size is not None and most is not None and size < most for size, most in tests):
            used[book.id].append(method)
        elif any(size is None or most is None for size, most in tests):
            unknown.append(
                {
                    "item": f"{book.id}/{method.id}",
                    "book_id": book.id,
                    "missing": "capital.total_assets, capital.tier1_capital, or a value of what is measured",
                    "effect": "It is not known whether the bank is small enough: the business is measured in full.",
                }
            )
    return used, unknown


def without_parts(holdings: Holdings) -> Holdings:
    """The holdings as if nothing were known of what is behind them."""
    return Holdings(
        holdings.held.clear(), holdings.parts.clear(), holdings.untold.clear(), holdings.support.clear()
    )


def left_out(rows: pl.DataFrame, methods: list[SimplifiedMethod]) -> pl.DataFrame:
    """The gross parts with all of a business exempt that a method leaves out.

    rows: product, booked_category, `<part>_exempt_bp` and `<part>_exemption_id`.
    """
    is_trading = pl.col("booked_category") == Category.TRADING.value
    concerned = {
        "trading_book": is_trading,
        "derivatives": (pl.col("product") == "derivative") & ~is_trading,
    }
    for method in methods:
        if method.business in concerned:
            holds = concerned[method.business]
            rows = rows.with_columns(
                pl.when(holds).then(value).otherwise(f"{part}_{name}").cast(dtype).alias(f"{part}_{name}")
                for part in ("booked", "potential")
                for name, value, dtype in (
                    ("exempt_bp", pl.lit(_WHOLE), pl.Int32),
                    ("exemption_id", pl.lit(method.id), pl.String),
                )
            )
    return rows


def _tests(method: SimplifiedMethod, sizes: Sizes) -> list[tuple[int | None, int | None]]:
    """What is measured and what it has to be below, for each condition of a method."""
    value = sizes.values[method.business]
    tests = []
    if method.capital_ratio is not None:
        tests.append((value, _share(sizes.tier1_capital, method.capital_ratio)))
    if method.asset_ratio is not None:
        tests.append((value, _share(sizes.total_assets, method.asset_ratio)))
    if method.notional_asset_ratio is not None:
        tests.append((sizes.notional, _share(sizes.total_assets, method.notional_asset_ratio)))
    if method.amount is not None:
        currency, exponent = sizes.currency
        is_stated = method.amount.currency == currency
        tests.append((value, method.amount.amount * 10**exponent if is_stated else None))
    return tests


def _share(base: int | None, ratio: Decimal) -> int | None:
    return None if base is None else limit_minor(base_minor=base, ratio=ratio)


def _sum(rows: pl.DataFrame, amount: str, exponent: int) -> int | None:
    """The amounts without their sign, each rounded up, in the reporting currency; None where one is not known."""
    if rows[amount].has_nulls():
        return None
    reported = ceil_divide(*in_reporting_currency(pl.col(amount).abs(), exponent))
    return int(rows.select(exact_sum(reported.alias("sum_minor"))).item() or 0)


def _first(capital: pl.DataFrame, name: str) -> int | None:
    found = capital[name].to_list()
    return found[0] if found else None
