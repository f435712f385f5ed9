"""Row rules: what is wrong with one row, seen on its own. A rule has the name of its finding code.

dataframely takes a rule that evaluates to null for passed, so every rule here says itself what null means: a value
that is not there breaks only the rules about missing values.
"""

from collections.abc import Callable, Iterable
from typing import cast

import dataframely as dy
import polars as pl

from riskmon.domain.terms import GRADES, OFF_BALANCE_PRODUCTS, ON_BALANCE_PRODUCTS
from riskmon.frames.inputs import InputColumn, InputTable

_NOT_NEGATIVE = {
    "relationships": ("amount",),
    "facilities": ("commitment", "drawn", "accrued_interest", "provision"),
    "protections": ("value",),
    "protection_covers": ("covered_amount",),
    "bank_limits": ("amount",),
    "account_behaviour": ("inflow", "outflow", "missed_interest"),
    "trading_positions": ("strike_value",),
    "netting_sets": ("threshold", "minimum_transfer"),
    "derivatives": ("notional",),
    "securities_financing": ("cash", "security_value"),
    "bureau_summaries": ("debt", "debt_overdue_90", "guarantees_given"),
    "joint_credit": ("joint_limit", "bank_debt", "nonbank_debt", "other_debt", "guarantees_to_outsiders"),
    "payments": ("amount",),
    "structures": ("total_value",),
    "tranches": ("size",),
    "fund_holdings": ("amount",),
    "underlyings": ("amount",),
}
"""Amounts that cannot be negative. Capital can, and so can items of a statement and balances of an account."""

_SHARES = {
    "relationships": ("voting_bp", "voting_min_bp", "voting_max_bp", "economic_bp", "dependence_bp"),
}
"""Shares of a whole; a risk weight or a utilisation may well be above 100 %."""

_PERIODS = {
    "relationships": ("valid_from", "valid_to"),
    "facilities": ("start_date", "maturity_date"),
    "protections": ("start_date", "maturity_date"),
    "bank_limits": ("valid_from", "valid_to"),
    "derivatives": ("start_date", "end_date"),
}

_SAID_OTHERWISE = {("parties", "kind"), ("facilities", "commitment"), ("facilities", "drawn")}
"""Required columns whose empty cells have a finding of their own, or none."""


def broken_rules(rows: pl.DataFrame, table: InputTable) -> pl.DataFrame:
    """The rules that each row of a table breaks.

    rows: the table as ingested. Returns row_number, code.
    """
    rules = _rules(table)
    if not rules:
        return pl.DataFrame(schema={"row_number": pl.Int64, "code": pl.String})
    _, failures = _schema(table.name, rules).filter(rows)
    return (
        failures.details()
        .unpivot(list(rules), index="row_number", variable_name="code", value_name="verdict")
        .filter(pl.col("verdict") == "invalid")
        .select("row_number", "code")
    )


def _schema(table: str, rules: dict[str, pl.Expr]) -> type[dy.Schema]:
    """A dataframely schema of the columns that the rules look at, and the rules."""
    columns = {name for rule in rules.values() for name in rule.meta.root_names()}
    namespace: dict[str, object] = {name: dy.Any() for name in sorted({"row_number", *columns})}
    for code, rule in rules.items():
        namespace[code] = dy.rule()(_always(rule))
    return cast("type[dy.Schema]", type(f"{table}_rows", (dy.Schema,), namespace))


def _always(rule: pl.Expr) -> Callable[[object], pl.Expr]:
    return lambda _schema: rule


def _rules(table: InputTable) -> dict[str, pl.Expr]:
    """What must hold of a row, by the code of the finding if it does not."""
    keys = [column.frame_name for column in table.columns if column.is_required and _is_key(table, column)]
    values = [
        column.frame_name
        for column in table.columns
        if column.is_required
        and not _is_key(table, column)
        and (table.name, column.name) not in _SAID_OTHERWISE
    ]
    rules = {"key_missing": _is_delivered(keys)} if keys else {}
    if values:
        rules["value_missing"] = _is_delivered(values)
    if table.name in _NOT_NEGATIVE:
        rules["amount_negative"] = _all(pl.col(f"{name}_minor") >= 0 for name in _NOT_NEGATIVE[table.name])
    if table.name in _SHARES:
        rules["share_out_of_range"] = _all(pl.col(name).is_between(0, 10_000) for name in _SHARES[table.name])
    if table.name in _PERIODS:
        first, last = _PERIODS[table.name]
        rules["dates_out_of_order"] = _all([pl.col(first) <= pl.col(last)])
    return rules | _SPECIFIC.get(table.name, {})


def _is_key(table: InputTable, column: InputColumn) -> bool:
    return column.type == "id" or column.name in table.key


def _is_delivered(columns: list[str]) -> pl.Expr:
    """No required value is empty. A cell that could not be read is not also missing."""
    has_unread_cell = pl.col("faults").list.len() > 0
    return has_unread_cell | pl.all_horizontal(pl.col(name).is_not_null() for name in columns)


def _all(conditions: Iterable[pl.Expr]) -> pl.Expr:
    """Every condition holds, or is about a value that is not there."""
    return pl.all_horizontal(condition.fill_null(value=True) for condition in conditions)


def _has_amount_at_stake() -> pl.Expr:
    """The amount that a facility of this product is about is known."""
    is_on, is_off = (
        pl.col("product").is_in(ON_BALANCE_PRODUCTS),
        pl.col("product").is_in(OFF_BALANCE_PRODUCTS),
    )
    lacks = (is_on & pl.col("drawn_minor").is_null()) | (is_off & pl.col("commitment_minor").is_null())
    is_currency_missing = pl.col("currency").is_null()
    has_unread_cell = pl.col("faults").list.len() > 0
    return has_unread_cell | is_currency_missing | ~lacks.fill_null(value=False)


def _has_strike() -> pl.Expr:
    """A put and sold protection are measured by the amount due, which no market value stands in for."""
    needs = pl.col("instrument").is_in(("put", "credit_default_swap"))
    has_unread_cell = pl.col("faults").list.len() > 0
    return has_unread_cell | ~needs.fill_null(value=False) | pl.col("strike_value_minor").is_not_null()


_SPECIFIC: dict[str, dict[str, pl.Expr]] = {
    "facilities": {"amount_missing": _has_amount_at_stake()},
    "trading_positions": {"amount_missing": _has_strike()},
    "relationships": {
        # A shareholding of a firm in itself is treasury stock, which is real.
        "self_loop": _all(
            [(pl.col("source_party_id") != pl.col("target_party_id")) | (pl.col("kind") == "shareholding")]
        ),
    },
    "protection_covers": {
        "key_missing": pl.col("protection_id").is_not_null()
        & (pl.col("facility_id").is_not_null() | pl.col("party_id").is_not_null()),
    },
    "payments": {
        "key_missing": pl.col("payment_id").is_not_null()
        & (pl.col("payer_id").is_not_null() | pl.col("payee_id").is_not_null()),
    },
    "country_ratings": {"value_unknown": _all([pl.col("grade").is_in(GRADES)])},
}
