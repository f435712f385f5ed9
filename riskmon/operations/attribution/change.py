"""The table `attribution`: what changed between two runs, for every obligor and group and for the headroom of both."""

from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from riskmon import exposures, validate
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.groups.clearing import grouped_exposures
from riskmon.operations.attribution.causes import Tables, steps
from riskmon.operations.attribution.perimeter import changed_obligors, narrowed, reached_facilities
from riskmon.operations.attribution.subjects import group_effects, headroom_effects
from riskmon.rulebook.select import Selection

MEASURES = ("exposure", "exempt", "loan_balance", "credit_balance")
_EFFECT = ["book_id", "obligor_id", "measure"]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two runs: what it was asked for, the tables it was made of, and what it wrote."""

    selection: Selection
    inputs: Tables
    outputs: Tables


def attributed(then: Side, now: Side) -> pl.DataFrame:
    """The table `attribution`: every cause that changed an amount, for the books that both runs applied.

    The rows of one amount add up to its change exactly: the later amount less the earlier one, zero where a subject was
    not there. Amounts that did not change have no row.
    """
    books = {book.id for book in then.selection.books} & {book.id for book in now.selection.books}
    effects, grouped = _obligor_effects(then, now, books)
    parts = [
        effects.select(
            *_EFFECT,
            "cause",
            "change_minor",
            subject_kind=pl.lit("obligor"),
            subject_id="obligor_id",
            limit_id=pl.lit(None, dtype=pl.String),
        ),
        _of_groups(then.outputs, now.outputs, grouped, books),
    ]
    amounts = pl.concat(parts, how="diagonal")
    tested = [side.outputs["headroom"].filter(pl.col("book_id").is_in(sorted(books))) for side in (then, now)]
    of_headroom = headroom_effects(tested[0], tested[1], amounts, (then.selection, now.selection))
    rows = pl.concat([amounts, of_headroom], how="diagonal")
    return OUTPUT_TABLES["attribution"].shape(rows.filter(pl.col("change_minor") != 0))


def _of_groups(then: Tables, now: Tables, effects: pl.DataFrame, books: set[str]) -> pl.DataFrame:
    amounts = tuple(_long(side["group_exposures"], "group_id", books) for side in (then, now))
    return group_effects(then, now, effects, (amounts[0], amounts[1]))


def _of_books(outputs: Tables, books: set[str]) -> Tables:
    return {
        name: outputs[name].filter(pl.col("book_id").is_in(sorted(books)))
        for name in ("exposures", "obligor_exposures")
    }


def _obligor_effects(then: Side, now: Side, books: set[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The effects on obligors, by themselves and as they count in groups: _EFFECT, cause, change_minor."""
    measured = (_of_books(then.outputs, books), _of_books(now.outputs, books))
    obligors = changed_obligors(*measured)
    reached = reached_facilities(*measured, obligors)
    before, after = narrowed(then.inputs, now.inputs, obligors, reached)
    found = [
        (cause, _measured({**tables, "delivered": now.inputs["delivered"]}, selection, books))
        for cause, tables, selection in steps(before, after, then.selection, now.selection)
    ]
    alone = [(cause, amounts) for cause, (amounts, _) in found]
    in_groups = [(cause, amounts) for cause, (_, amounts) in found]
    recorded = [_long(side.outputs["obligor_exposures"], "obligor_id", books) for side in (then, now)]
    effects = _differences(alone, obligors)
    total = _change(recorded[0], recorded[1], obligors)
    rest = _rest(total, effects)
    return pl.concat([effects, rest]), pl.concat([_differences(in_groups, obligors), rest])


def _measured(tables: Tables, selection: Selection, books: set[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The amounts of every obligor, alone and as they count in groups: _EFFECT, amount_minor."""
    validated = {**tables, **validate.run(tables, selection)}
    stage = {**validated, **exposures.run(validated, selection)}
    ids = stage["parties"].select("party_id", obligor_key="party_key")
    own = stage["obligor_exposures"]
    grouped = [grouped_exposures(own.filter(book_id=book.id), stage, book) for book in selection.books]
    alone, in_groups = (
        _long(
            rows.join(ids, on="obligor_key", how="left").rename({"party_id": "obligor_id"}),
            "obligor_id",
            books,
        )
        for rows in (own, pl.concat(grouped))
    )
    return alone, in_groups


def _long(rows: pl.DataFrame, subject: str, books: set[str]) -> pl.DataFrame:
    """One row an amount: book_id, the subject, measure, amount_minor; an amount that the book does not define has none."""
    amounts = {f"{measure}_minor": measure for measure in MEASURES}
    return (
        rows.filter(pl.col("book_id").is_in(sorted(books)))
        .unpivot(
            list(amounts), index=["book_id", subject], variable_name="measure", value_name="amount_minor"
        )
        .with_columns(pl.col("measure").replace_strict(amounts))
        .drop_nulls("amount_minor")
    )


def _differences(found: list[tuple[str, pl.DataFrame]], obligors: pl.Series) -> pl.DataFrame:
    """What each cause changed, from one measurement to the next."""
    empty = pl.DataFrame(
        schema={**dict.fromkeys(_EFFECT, pl.String()), "change_minor": pl.Int64(), "cause": pl.String()}
    )
    pairs = pairwise(found)
    changes = [
        _change(before, after, obligors).with_columns(cause=pl.lit(cause))
        for (_, before), (cause, after) in pairs
    ]
    return pl.concat([empty, *changes])


def _change(before: pl.DataFrame, after: pl.DataFrame, obligors: pl.Series) -> pl.DataFrame:
    joined = before.join(after, on=_EFFECT, how="full", coalesce=True, suffix="_after")
    return (
        joined.filter(pl.col("obligor_id").is_in(obligors.implode()))
        .select(
            *_EFFECT,
            change_minor=pl.col("amount_minor_after").fill_null(0) - pl.col("amount_minor").fill_null(0),
        )
        .filter(pl.col("change_minor") != 0)
    )


def _rest(total: pl.DataFrame, effects: pl.DataFrame) -> pl.DataFrame:
    """What the measured causes leave unexplained: another version of the code measured the earlier run."""
    explained = effects.group_by(_EFFECT).agg(explained_minor=pl.col("change_minor").sum())
    joined = total.join(explained, on=_EFFECT, how="full", coalesce=True)
    left = pl.col("change_minor").fill_null(0) - pl.col("explained_minor").fill_null(0)
    return joined.select(*_EFFECT, change_minor=left, cause=pl.lit("other")).filter(
        pl.col("change_minor") != 0
    )
