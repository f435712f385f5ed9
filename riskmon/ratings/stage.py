"""The rating stage: the class that every claim has at least, why, and the worst of each obligor."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from riskmon.domain.finding import FINDING_KINDS
from riskmon.domain.terms import LOAN_CLASSES
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.ratings.claims import UNKNOWNS, classified_claims, rank
from riskmon.ratings.obligors import (
    Owed,
    Rules,
    looked_up,
    with_contagion,
    with_debt_elsewhere,
    with_doubts,
)
from riskmon.rulebook.classification import ClassTrigger
from riskmon.rulebook.select import Book, Selection

Tables = Mapping[str, pl.DataFrame]


def run(tables: Tables, selection: Selection) -> dict[str, pl.DataFrame]:
    """The minimum class of every claim by the book on asset classes: the worst of all its triggers.

    The floor is a lower bound: a row that is not complete may be in a worse class, and `missing` says for want of what.
    A claim in the worst class is complete whatever is missing. Without such a book both tables are empty.
    Tables in: facilities, parties, bureau_summaries, reporting, findings, not_evaluated.
    Tables out: asset_classes (facility_key, obligor_key), obligor_classes (obligor_key; a co-signed claim counts for
    each who owes it), findings, not_evaluated.
    """
    book = selection.asset_classification
    if book is None or book.asset_scope is None:
        return {name: _empty(name) for name in ("asset_classes", "obligor_classes")}
    rules = Rules(book.asset_scope, book.class_triggers)
    parties, exponent = tables["parties"], int(tables["reporting"]["exponent"][0])
    claims = classified_claims(tables["facilities"], *rules, selection.as_of)
    owed = Owed.of(claims, parties)
    claims = with_debt_elsewhere(claims, owed, tables, rules, selection)
    claims = with_contagion(claims, owed, parties, rules, exponent)
    claims = with_doubts(claims, owed, parties, rules).with_columns(unknown=_that_matters())
    owing = owed.owing(np.ones(claims.height, dtype=np.bool_))
    columns = ("booked_rank", "floor_rank", "triggers", "unknown")
    obligors = (
        owed.debts(claims.select(columns), owing)
        .group_by(obligor_key="party_key")
        .agg(pl.col(columns[:2]).max(), pl.col(columns[2:]).bitwise_or())
        .with_columns(unknown=_that_matters())
    )
    return {
        "asset_classes": _told(claims, book),
        "obligor_classes": _told(obligors, book),
        "findings": pl.concat([tables["findings"], _booked_better(claims, tables["facilities"])]),
        "not_evaluated": pl.concat([tables["not_evaluated"], _unknown_inputs(claims, book)]),
    }


def _that_matters() -> pl.Expr:
    """What is not known, of a claim that could still be in a worse class."""
    return pl.when(pl.col("floor_rank") < rank(LOAN_CLASSES[-1])).then("unknown").otherwise(0)


def _told(rows: pl.DataFrame, book: Book) -> pl.DataFrame:
    """The rows with classes, triggers (gravest first), clauses and missing inputs in words."""
    ids = pl.List(pl.String())

    def named(mask: int) -> list[str]:
        return [each.id for each in _pulled(mask, book)]

    def cited(mask: int) -> list[str]:
        return list(dict.fromkeys(book.edition.clause(each) for each in _pulled(mask, book)))

    def absent(mask: int) -> str | None:
        return " and ".join(name for place, name in enumerate(UNKNOWNS) if mask >> place & 1) or None

    classes = pl.Series([*LOAN_CLASSES])
    return rows.select(
        *(name for name in ("facility_key", "obligor_key") if name in rows.columns),
        book_id=pl.lit(book.id),
        booked_class=classes.gather(rows["booked_rank"]),
        floor_class=classes.gather(rows["floor_rank"]),
        triggers=looked_up(rows["triggers"], named, ids),
        clauses=looked_up(rows["triggers"], cited, ids),
        missing=looked_up(rows["unknown"], absent, pl.String()),
        is_complete=pl.col("unknown") == 0,
    )


def _pulled(mask: int, book: Book) -> list[ClassTrigger]:
    held = [trigger for place, trigger in enumerate(book.class_triggers) if mask >> place & 1]
    return sorted(held, key=lambda trigger: -rank(trigger.loan_class))


def _booked_better(claims: pl.DataFrame, facilities: pl.DataFrame) -> pl.DataFrame:
    """The claims that are booked in a better class than they may be in, as a finding."""
    keys = claims.filter(pl.col("booked_rank") < pl.col("floor_rank"))["facility_key"]
    ids = facilities.filter(pl.col("facility_key").is_in(keys.implode()))["facility_id"]
    kind = FINDING_KINDS["class_too_good"]
    row = {
        "finding_code": kind.code,
        "table": "facilities",
        "subject_id": None,
        "row_count": ids.len(),
        "sample": ids.sort().head(5).to_list(),
        "message": kind.message,
        "remedy": kind.remedy,
        "owner": kind.owner,
    }
    return pl.DataFrame([row] if ids.len() else [], schema=OUTPUT_TABLES["findings"].schema)


def _unknown_inputs(claims: pl.DataFrame, book: Book) -> pl.DataFrame:
    """What the classes lack, once for the bank with how many claims lack it."""
    counts = claims.select(
        ((pl.col("unknown") & (1 << place)) > 0).sum().alias(name) for place, name in enumerate(UNKNOWNS)
    ).row(0, named=True)
    rows = [
        {
            "item": "asset classes",
            "book_id": book.id,
            "missing": name,
            "effect": f"{count} claims may be in a worse class than the one that is shown.",
        }
        for name, count in counts.items()
        if count
    ]
    return pl.DataFrame(rows, schema=OUTPUT_TABLES["not_evaluated"].schema)


def _empty(name: str) -> pl.DataFrame:
    table = OUTPUT_TABLES[name].empty()
    keys = {"asset_classes": ("facility_key", "obligor_key"), "obligor_classes": ("obligor_key",)}[name]
    return table.with_columns(pl.lit(None, dtype=pl.Int32).alias(key) for key in keys)
