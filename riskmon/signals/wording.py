"""The sentences of a signal in both languages, made of the same figures."""

from typing import Final, NamedTuple

import polars as pl

NAMED_AT_MOST: Final = 10
"""Ids that a sentence names before it only counts the rest."""

_MISSING_ZH: Final = {
    "the capital base or exposure under": "资本基数或风险暴露：",
    "facilities.past_due_days or loan_class of a member": "成员授信业务的逾期天数或五级分类",
    "facilities.past_due_days": "授信业务的逾期天数",
    "facilities.start_date": "授信业务的起始日",
    "the facility that was refinanced": "被借新还旧的原业务",
    "financial_statements.net_assets": "财务报表的净资产",
    "relationships.amount of a guarantee": "担保金额",
    "protections.asset_reference": "押品的权属编号",
    "one currency of all versions in financial_statements": "各版本财务报表的统一币种",
    "financial_statements.amount": "财务报表的金额",
    " and ": "及",
}
"""What can be missing, in Chinese; a longer text stands before one that is a part of it."""

_MEASURES: Final = {
    "exposure": ("exposure", "风险暴露"),
    "loan_balance": ("loan balance", "贷款余额"),
    "credit_balance": ("credit balance", "授信余额"),
}

_ITEMS_ZH: Final = {
    "net_assets": "净资产", "total_assets": "总资产", "total_liabilities": "总负债", "revenue": "营业收入",
    "net_income": "净利润", "net_profit": "净利润", "operating_cash_flow": "经营活动现金流", "inventory": "存货",
    "receivables": "应收账款", "expenditure": "支出", "receipts": "收入", "expenses": "费用", "total_debt": "总负债",
}  # fmt: skip
"""Items of a financial statement; a bank may deliver others, which keep their names."""


class Told(NamedTuple):
    """One sentence in both languages, without its full stop."""

    en: pl.Expr
    zh: pl.Expr


def told(en: str, zh: str, *values: "pl.Expr | str | Told") -> Told:
    """A sentence in both languages from the same values; a value may differ by language."""
    return Told(
        pl.format(en, *(value.en if isinstance(value, Told) else value for value in values)),
        pl.format(zh, *(value.zh if isinstance(value, Told) else value for value in values)),
    )


def either(condition: pl.Expr, then: Told) -> Told:
    """A part that is said only where the condition holds."""
    nothing = pl.lit("")
    return Told(*(pl.when(condition).then(text).otherwise(nothing) for text in then))


def words(en: str, zh: str) -> Told:
    """A part without values."""
    return Told(pl.lit(en), pl.lit(zh))


def named(ids: str) -> Told:
    """A list column of ids: the first few, and how many more there are."""
    count = pl.col(ids).list.len().cast(pl.Int64)
    first, more = pl.col(ids).list.head(NAMED_AT_MOST), count - NAMED_AT_MOST
    rest = either(more > 0, Told(pl.format(" and {} more", more), pl.format("等{}项", count)))
    return Told(first.list.join(", ") + rest.en, first.list.join("、") + rest.zh)


def measure() -> Told:
    """What a limit measures, of the column `measure`."""
    by_language = (
        pl.col("measure").replace_strict(
            {code: said[language] for code, said in _MEASURES.items()},
            default=pl.col("measure"),
            return_dtype=pl.String,
        )
        for language in (0, 1)
    )
    return Told(*by_language)


def statement_item() -> Told:
    """An item of a financial statement, of the column `item`."""
    item = pl.col("item")
    return Told(
        item.str.replace_all("_", " "), item.replace_strict(_ITEMS_ZH, default=item, return_dtype=pl.String)
    )


def missing_zh(missing: pl.Expr) -> pl.Expr:
    """The names of missing inputs in Chinese."""
    return missing.str.replace_many(list(_MISSING_ZH), list(_MISSING_ZH.values()), leftmost=True)
