"""The table `attribution`: what changed between two runs, for every obligor and group and for the headroom of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from riskmon import exposures, validate
from riskmon.domain.joint import joint_sums_by_book
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.groups.clearing import grouped_exposures
from riskmon.operations.attribution.causes import Tables, steps
from riskmon.operations.attribution.perimeter import changed_obligors, narrowed, reached_facilities
from riskmon.operations.attribution.subjects import either_members, group_effects, headroom_effects
from riskmon.rulebook.select import Selection

JOINT_MEASURES = ("joint", "joint_exempt", "joint_loan")
MEASURES = ("exposure", "exempt", "loan_balance", "credit_balance", *JOINT_MEASURES)
_EFFECT = ["book_id", "obligor_id", "measure"]


@dataclass(frozen=True, slots=True)
class Amounts:
    """What one step of the way from run to run measures.

    Attributes:
        alone: the amounts of every obligor, _EFFECT, amount_minor.
        in_groups: the same as they count in the sums of groups.
        joint: `joint_exposures` with ids in the place of keys.
    """

    alone: pl.DataFrame
    in_groups: pl.DataFrame
    joint: pl.DataFrame


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
    either = either_members(then.outputs, now.outputs)
    effects, grouped, joint = _obligor_effects(then, now, books, either)
    parts = [
        effects.select(
            *_EFFECT,
            "cause",
            "change_minor",
            subject_kind=pl.lit("obligor"),
            subject_id="obligor_id",
            limit_id=pl.lit(None, dtype=pl.String),
        ),
        group_effects(
            either,
            grouped,
            joint,
            (_of_groups(then.outputs, books), _of_groups(now.outputs, books)),
        ),
    ]
    amounts = pl.concat(parts, how="diagonal")
    tested = [side.outputs["headroom"].filter(pl.col("book_id").is_in(sorted(books))) for side in (then, now)]
    of_headroom = headroom_effects(tested[0], tested[1], amounts, (then.selection, now.selection))
    rows = pl.concat([amounts, of_headroom], how="diagonal")
    return OUTPUT_TABLES["attribution"].shape(rows.filter(pl.col("change_minor") != 0))


def _of_groups(outputs: Tables, books: set[str]) -> pl.DataFrame:
    return _long(outputs["group_exposures"], "group_id", books)


def _of_books(outputs: Tables, books: set[str]) -> Tables:
    return {
        name: outputs[name].filter(pl.col("book_id").is_in(sorted(books)))
        for name in ("exposures", "obligor_exposures")
    }


def _obligor_effects(
    then: Side, now: Side, books: set[str], either: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The effects on obligors, by themselves and as they count in groups: _EFFECT, cause, change_minor.

    The last are those on what the members of each group of `either` owe whole beside, by group_id.
    """
    measured = (_of_books(then.outputs, books), _of_books(now.outputs, books))
    obligors = changed_obligors(*measured)
    reached = reached_facilities(*measured, obligors)
    before, after = narrowed(then.inputs, now.inputs, obligors, reached)
    found = [
        (cause, _measured({**tables, "delivered": now.inputs["delivered"]}, selection, books))
        for cause, tables, selection in steps(before, after, then.selection, now.selection)
    ]
    alone = [(cause, amounts.alone) for cause, amounts in found]
    in_groups = [(cause, amounts.in_groups) for cause, amounts in found]
    beside = [(cause, _beside(amounts.joint, either, books)) for cause, amounts in found]
    recorded = [_long(side.outputs["obligor_exposures"], "obligor_id", books) for side in (then, now)]
    effects = _differences(alone, _EFFECT, obligors)
    total = _change(recorded[0], recorded[1], _EFFECT).filter(pl.col("obligor_id").is_in(obligors.implode()))
    rest = _rest(total, effects)
    of_members = pl.concat([_differences(in_groups, _EFFECT, obligors), rest])
    summed = of_members.filter(~pl.col("measure").is_in(JOINT_MEASURES))
    return pl.concat([effects, rest]), summed, _differences(beside, ["book_id", "group_id", "measure"])


def _beside(joint: pl.DataFrame, members: pl.DataFrame, books: set[str]) -> pl.DataFrame:
    """What members of groups owe whole beside: book_id, group_id, measure, amount_minor."""
    sums = joint_sums_by_book(joint, members, of="group_id", holder="party_id")
    return _long(sums, "group_id", books, JOINT_MEASURES)


def _measured(tables: Tables, selection: Selection, books: set[str]) -> Amounts:
    validated = {**tables, **validate.run(tables, selection)}
    stage = {**validated, **exposures.run(validated, selection)}
    ids = stage["parties"].select("party_id", obligor_key="party_key")
    party_ids = ids.sort("obligor_key")["party_id"]
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
    joint = stage["joint_exposures"].with_columns(
        party_ids.gather(stage["joint_exposures"][key]).alias(key)
        for key in ("obligor_key", "joint_obligor_key")
    )
    facility_ids = stage["facilities"].sort("facility_key")["facility_id"]
    joint = joint.with_columns(facility_ids.gather(joint["facility_key"]).alias("facility_key"))
    return Amounts(alone, in_groups, joint)


def _long(
    rows: pl.DataFrame, subject: str, books: set[str], measures: Sequence[str] = MEASURES
) -> pl.DataFrame:
    """One row an amount: book_id, the subject, measure, amount_minor; an amount that the book does not define has none."""
    amounts = {f"{measure}_minor": measure for measure in measures}
    return (
        rows.filter(pl.col("book_id").is_in(sorted(books)))
        .unpivot(
            list(amounts), index=["book_id", subject], variable_name="measure", value_name="amount_minor"
        )
        .with_columns(pl.col("measure").replace_strict(amounts))
        .drop_nulls("amount_minor")
    )


def _differences(
    found: list[tuple[str, pl.DataFrame]], key: list[str], obligors: pl.Series | None = None
) -> pl.DataFrame:
    """What each cause changed, from one measurement to the next, of these obligors where some are named."""
    empty = pl.DataFrame(
        schema={**dict.fromkeys(key, pl.String()), "change_minor": pl.Int64(), "cause": pl.String()}
    )
    pairs = pairwise(found)
    changes = [
        _change(before, after, key).with_columns(cause=pl.lit(cause)) for (_, before), (cause, after) in pairs
    ]
    rows = pl.concat([empty, *changes])
    return rows if obligors is None else rows.filter(pl.col("obligor_id").is_in(obligors.implode()))


def _change(before: pl.DataFrame, after: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    joined = before.join(after, on=key, how="full", coalesce=True, suffix="_after")
    change = pl.col("amount_minor_after").fill_null(0) - pl.col("amount_minor").fill_null(0)
    return joined.select(*key, change_minor=change).filter(pl.col("change_minor") != 0)


def _rest(total: pl.DataFrame, effects: pl.DataFrame) -> pl.DataFrame:
    """What the measured causes leave unexplained: another version of the code measured the earlier run."""
    explained = effects.group_by(_EFFECT).agg(explained_minor=pl.col("change_minor").sum())
    joined = total.join(explained, on=_EFFECT, how="full", coalesce=True)
    left = pl.col("change_minor").fill_null(0) - pl.col("explained_minor").fill_null(0)
    return joined.select(*_EFFECT, change_minor=left, cause=pl.lit("other")).filter(
        pl.col("change_minor") != 0
    )
