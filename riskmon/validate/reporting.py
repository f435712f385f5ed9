"""What the run reports in: its currency, its perimeter, its capital and the exchange rates it knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from riskmon.domain.errors import CallerError
from riskmon.domain.money import RATE_SCALE, currency_exponents
from riskmon.domain.terms import Level
from riskmon.rulebook.select import Selection

NO_CURRENCY = "XXX"
"""ISO 4217 for no currency: what a bank reports in that has neither capital nor facilities."""

_NO_CURRENCY_EXPONENT = 2


def reporting(standing: Mapping[str, pl.DataFrame], selection: Selection) -> pl.DataFrame:
    """The reporting currency and the perimeter, in one row: currency, exponent, level.

    standing: rows of capital, bank and facilities that are not refused.

    Raises:
        CallerError: capital in several currencies, facilities in several with nothing to say which one the bank
            reports in, or a perimeter that capital is not stated for.
    """
    currency = _reporting_currency(standing)
    exponent = currency_exponents().get(currency, _NO_CURRENCY_EXPONENT)
    level = _level(standing["capital"], selection)
    return pl.DataFrame(
        {"currency": [currency], "exponent": [exponent], "level": [level.value]},
        schema={"currency": pl.String, "exponent": pl.Int32, "level": pl.String},
    )


_FIGURES = ("net_capital_minor", "tier1_capital_minor", "cet1_capital_minor", "total_assets_minor")


def capital_rows(
    capital: pl.DataFrame, refused: pl.DataFrame, level: str, selection: Selection
) -> pl.DataFrame:
    """Capital of the run's perimeter on or before its date, newest first, one row a date.

    A row without a level is of both perimeters; where both are there for a date, the one with the level counts.
    A refused row that is newer than all that stand is a row of unknown figures: older capital does not stand in.
    """
    rows, unread = _perimeter_rows(capital, level, selection), _perimeter_rows(refused, level, selection)
    is_newer = pl.col("as_of") > pl.lit(rows["as_of"].max(), dtype=pl.Date)
    figures = pl.col(_FIGURES)
    unknown = unread.filter(is_newer).head(1).with_columns(pl.when(pl.lit(value=False)).then(figures))
    return pl.concat([unknown, rows])


def _perimeter_rows(capital: pl.DataFrame, level: str, selection: Selection) -> pl.DataFrame:
    return (
        capital.filter(
            pl.col("as_of") <= selection.as_of, pl.col("level").is_null() | (pl.col("level") == level)
        )
        .sort("as_of", "level", descending=[True, False], nulls_last=True)
        .unique("as_of", keep="first", maintain_order=True)
        .with_columns(level=pl.lit(level))
        .select("as_of", "level", *_FIGURES)
    )


@dataclass(frozen=True, slots=True)
class Rates:
    """Exchange rates by currency (ten decimals), in the reading that is against the bank where they are not certain.

    `claims` convert what is owed to the bank, `offsets` what reduces or allows it; the two differ only for the currencies
    that are `stale`.
    """

    claims: Mapping[str, int]
    offsets: Mapping[str, int]
    stale: pl.Series


def known_rates(fx_rates: pl.DataFrame, currency: str, selection: Selection) -> Rates:
    """The newest exchange rate of every currency on or before the run's date; of a stale one the highest and the lowest.

    How old the newest may be is said by the data ages that every run applies. The reporting currency's own rate is 1,
    whatever is delivered.
    """
    most_days = next(age.most_days for age in selection.early_warning.data_ages if age.id == "fx_rates")
    rate, day = pl.col("rate_e10"), pl.col("as_of")
    known = (
        fx_rates.filter(day <= selection.as_of, pl.col("currency") != currency)
        .sort("currency", "as_of")
        .group_by("currency", maintain_order=True)
        .agg(newest=rate.last(), highest=rate.max(), lowest=rate.min(), newest_day=day.last())
        .with_columns(is_stale=pl.col("newest_day") < selection.as_of - timedelta(days=most_days))
    )
    one = {currency: 10**RATE_SCALE}
    by_reading = {
        reading: known.select("currency", pl.when("is_stale").then(reading).otherwise("newest"))
        for reading in ("highest", "lowest")
    }
    return Rates(
        claims=dict(by_reading["highest"].iter_rows()) | one,
        offsets=dict(by_reading["lowest"].iter_rows()) | one,
        stale=known.filter("is_stale")["currency"],
    )


def uncertain_currencies(
    fx_rates: pl.DataFrame, refused: pl.DataFrame, currency: str, selection: Selection
) -> pl.Series:
    """Currencies whose newest rate was refused, so that an older one stands in for it.

    fx_rates: rows that stand. The reporting currency needs no rate.
    """
    in_time = pl.col("as_of") <= selection.as_of
    known = fx_rates.filter(in_time).group_by("currency").agg(known=pl.col("as_of").max())
    newest = refused.filter(in_time, pl.col("currency") != currency)
    return newest.join(known, on="currency").filter(pl.col("as_of") > pl.col("known"))["currency"].unique()


def rate_of(rates: Mapping[str, int]) -> pl.Expr:
    """The rate of a row's currency, null where none is known. Columns in: currency."""
    return pl.col("currency").replace_strict(dict(rates), default=None, return_dtype=pl.Int64)


def with_rates(rows: pl.DataFrame, rates: Mapping[str, int]) -> pl.DataFrame:
    """The rows with rate_e10 and exponent of their currency, null where it is empty or has no rate."""
    exponent = pl.col("currency").replace_strict(currency_exponents(), default=None, return_dtype=pl.Int32)
    return rows.with_columns(rate_e10=rate_of(rates), exponent=exponent)


def _reporting_currency(standing: Mapping[str, pl.DataFrame]) -> str:
    for table, is_told in (("capital", True), ("bank", True), ("facilities", False)):
        currencies = standing[table]["currency"].drop_nulls().unique().sort().to_list()
        if len(currencies) > 1:
            raise _several_currencies(table, currencies, is_told=is_told)
        if currencies:
            return str(currencies[0])
    return NO_CURRENCY


def _several_currencies(table: str, currencies: list[str], *, is_told: bool) -> CallerError:
    return CallerError(
        f"{table} is in several currencies: {', '.join(currencies)}.",
        why="Limits need one reporting currency."
        if is_told
        else "Nothing says which one the bank reports in.",
        remedy="Deliver all rows in the reporting currency."
        if is_told
        else "Deliver capital, or bank.currency.",
    )


def _level(capital: pl.DataFrame, selection: Selection) -> Level:
    usable = capital.filter(pl.col("as_of") <= selection.as_of)
    levels = set(usable["level"].to_list())
    if selection.level is None:
        # Without a statement the wider perimeter is the one that leaves nothing out.
        return Level.SOLO if levels == {Level.SOLO.value} else Level.CONSOLIDATED
    if levels and not levels & {None, selection.level.value}:
        raise CallerError(
            f"capital has no row for the level {selection.level.value}; it has {', '.join(sorted(levels))}.",
            why="The limits of one perimeter cannot be set against the capital of another.",
            remedy="Deliver capital for that level, or run with another --level.",
        )
    return selection.level
