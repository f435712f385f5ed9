"""Tiny typed frames as they stand between the stages, each row with defaults and some fields overridden.

Keys are positions in the sorted party ids, as in a run: `bank_frames(party_ids="ABC")` has A at 0, B at 1, C at 2.
Amounts are minor units of CNY unless a row says otherwise.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import polars as pl

from riskmon.frames.inputs import INPUT_TABLES
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.rulebook.select import Selection, select

AS_OF = date(2026, 6, 30)

Row = Mapping[str, object]

_KEY = pl.Int32()
_CURRENCY = {"rate_e10": pl.Int64(), "exponent": pl.Int32()}
_CNY: Row = {"currency": "CNY", "rate_e10": 10**10, "exponent": 2}


def _input(table: str, keys: Mapping[str, pl.DataType]) -> dict[str, pl.DataType]:
    """The declared columns of an input table, and the keys that validation adds."""
    return {column.frame_name: column.dtype for column in INPUT_TABLES[table].columns} | dict(keys)


_HEADROOM = {
    column.name: column.dtype for column in OUTPUT_TABLES["headroom"].columns if column.name != "subject_id"
} | {"subject_key": _KEY}

SCHEMAS: dict[str, dict[str, pl.DataType]] = {
    "reporting": {"currency": pl.String(), "exponent": pl.Int32(), "level": pl.String()},
    "delivered": {
        "table": pl.String(),
        "row_count": pl.Int64(),
        "unknown_columns": pl.List(pl.String()),
    },
    "not_evaluated": dict(OUTPUT_TABLES["not_evaluated"].schema),
    "parties": _input("parties", {"party_key": _KEY, "is_complete": pl.Boolean()}),
    "facilities": _input(
        "facilities",
        {"facility_key": _KEY, "obligor_key": _KEY, "joint_obligor_keys": pl.List(_KEY), **_CURRENCY},
    ),
    "protections": _input(
        "protections",
        {"protection_key": _KEY, "provider_key": _KEY, "title_holder_key": _KEY, **_CURRENCY},
    ),
    "protection_covers": {
        "protection_key": _KEY,
        "facility_key": _KEY,
        "covered_amount_minor": pl.Int64(),
        "rank": _KEY,
    },
    "financial_statements": _input("financial_statements", {"party_key": _KEY, **_CURRENCY}),
    "groups": {"group_key": _KEY, "book_id": pl.String(), "anchor_key": _KEY, "member_count": _KEY},
    "guarantees": {"guarantor_key": _KEY, "debtor_key": _KEY, "amount_minor": pl.Int64()},
    "guarantee_rings": {"ring_key": _KEY, "party_key": _KEY},
    "headroom": _HEADROOM,
}
SCHEMAS["if_confirmed_groups"] = SCHEMAS["groups"]
SCHEMAS["headroom_if_confirmed"] = SCHEMAS["headroom_previous_capital"] = SCHEMAS["headroom"]

DEFAULTS: dict[str, Row] = {
    "reporting": {"currency": "CNY", "exponent": 2, "level": "consolidated"},
    "facilities": {
        "product": "loan",
        "drawn_minor": 100_00,
        "past_due_days": 0,
        "joint_obligor_keys": [],
        **_CNY,
    },
    "protections": {"kind": "property", "value_minor": 50_00, **_CNY},
    "financial_statements": {
        "period_end": date(2025, 12, 31),
        "version": "1",
        "item": "net_assets",
        "is_consolidated": False,
        **_CNY,
    },
    "groups": {"book_id": "book", "member_count": 2},
    "headroom": {
        "book_id": "book",
        "limit_id": "limit",
        "measure": "exposure",
        "is_breach": False,
        "is_hard": True,
        "is_complete": True,
    },
}
DEFAULTS["if_confirmed_groups"] = DEFAULTS["groups"]
DEFAULTS["headroom_if_confirmed"] = DEFAULTS["headroom_previous_capital"] = DEFAULTS["headroom"]


def frame(table: str, rows: Sequence[Row]) -> pl.DataFrame:
    """The table with its types; what a row leaves out is its default, or empty."""
    schema = SCHEMAS[table]
    filled = [{**DEFAULTS.get(table, {}), **row} for row in rows]
    for row in filled:
        assert row.keys() <= schema.keys(), f"{table} has no column {row.keys() - schema.keys()}"
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in filled], schema=schema)


def bank_frames(
    *, party_ids: str = "ABCDEF", undelivered: Sequence[str] = (), **rows: Sequence[Row]
) -> dict[str, pl.DataFrame]:
    """Every table that the signal stage reads: parties named by one letter each, the given rows, the rest empty.

    Keys of facilities, protections and groups are their positions unless a row says otherwise.
    """
    given: dict[str, Sequence[Row]] = dict(rows)
    given["parties"] = [
        {"party_key": key, "party_id": party_id, "is_complete": True}
        for key, party_id in enumerate(party_ids)
    ]
    given["reporting"] = [{}]
    given["delivered"] = [{"table": name, "row_count": 1} for name in INPUT_TABLES if name not in undelivered]
    for table, key in (("facilities", "facility"), ("protections", "protection")):
        given[table] = [
            {f"{key}_key": position, f"{key}_id": f"{key[0].upper()}{position}", **row}
            for position, row in enumerate(given.get(table, ()))
        ]
    return {table: frame(table, given.get(table, ())) for table in SCHEMAS}


def limit_row(
    subject_kind: str, subject_key: int, exposure: int, limit: int | None, **overrides: object
) -> Row:
    """One row of headroom of a hard limit, with what follows from exposure and limit."""
    known: Row = {} if limit is None else {"headroom_minor": limit - exposure, "is_breach": exposure > limit}
    return {
        "subject_kind": subject_kind,
        "subject_key": subject_key,
        "exposure_minor": exposure,
        "limit_minor": limit,
        "base_minor": None if limit is None else 10 * limit,
        "is_breach": None,
        **known,
        **overrides,
    }


@cache
def selection(as_of: date = AS_OF) -> Selection:
    """A run of the example policy."""
    return select(["example_policy"], as_of=as_of)
