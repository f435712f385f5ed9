"""From obligors to groups, and from amounts to headroom: the same causes, with membership and capital beside them."""

from collections.abc import Mapping
from decimal import Decimal

import polars as pl

from riskmon.domain.money import limit_minor
from riskmon.operations.attribution.causes import Tables
from riskmon.rulebook.select import Selection

_GROUP = ["book_id", "group_id", "measure"]
_LINE = ["subject_kind", "subject_id", "book_id", "limit_id"]
_SUBJECT = ["book_id", "subject_kind", "subject_id"]
_SIGNED = {
    "exposure": {"exposure": -1, "exempt": 1, "joint": -1, "joint_exempt": 1},
    "loan_balance": {"loan_balance": -1, "joint_loan": -1},
    "credit_balance": {"credit_balance": -1, "joint": -1},
}
"""What a rise of each amount does to the headroom of a limit on each measure."""

HEADROOM = "headroom"


def group_effects(
    either: pl.DataFrame,
    effects: pl.DataFrame,
    joint: pl.DataFrame,
    amounts: tuple[pl.DataFrame, pl.DataFrame],
) -> pl.DataFrame:
    """The effects on groups: what happened to all that were members, and what members brought and took with them.

    A member that came brings what it owed before, one that left takes what it owes now; business that began or ended
    with it is no change of membership. either: `either_members`. effects: book_id, obligor_id, measure, cause, change_minor
    of obligors as they count in groups. joint: the same of what all of either owe whole beside, by group_id. amounts: of both runs book_id, group_id, measure, amount_minor.
    Returns book_id, subject_kind, subject_id, measure, cause, change_minor.
    """
    member = ["book_id", "party_id"]
    of_members = either.join(effects, left_on=member, right_on=["book_id", "obligor_id"], how="inner")
    names = [*_GROUP, "cause", "change_minor"]
    kept = (
        pl.concat([of_members.select(names), joint.select(names)])
        .group_by(*_GROUP, "cause")
        .agg(pl.col("change_minor").sum())
    )
    before, after = amounts
    total = before.join(after, on=_GROUP, how="full", coalesce=True, suffix="_after").select(
        *_GROUP, total_minor=pl.col("amount_minor_after").fill_null(0) - pl.col("amount_minor").fill_null(0)
    )
    explained = kept.group_by(_GROUP).agg(explained_minor=pl.col("change_minor").sum())
    membership = total.join(explained, on=_GROUP, how="full", coalesce=True).select(
        *_GROUP,
        cause=pl.lit("group_membership"),
        change_minor=pl.col("total_minor").fill_null(0) - pl.col("explained_minor").fill_null(0),
    )
    return pl.concat([kept, membership]).select(
        "book_id", "measure", "cause", "change_minor", subject_kind=pl.lit("group"), subject_id="group_id"
    )


def either_members(then: Tables, now: Tables) -> pl.DataFrame:
    """Who counts in a group in one of two runs: book_id, group_id, party_id. then, now: the output table `group_members`."""
    return pl.concat([_members(then), _members(now)]).unique()


def headroom_effects(
    then: pl.DataFrame, now: pl.DataFrame, amounts: pl.DataFrame, selections: tuple[Selection, Selection]
) -> pl.DataFrame:
    """The effects on the headroom of every limit that both runs could test, by subject.

    then, now: the output table `headroom` of the books that both applied. amounts: _SUBJECT, measure, cause, change_minor.
    Returns _LINE, measure (`headroom`), cause, change_minor.
    """
    both = _lines(then).join(_lines(now), on=_LINE, how="inner", suffix="_after")
    ratios = [_ratios(selection) for selection in selections]
    limits = _limit_effects(both, ratios[0], ratios[1])
    signs = pl.DataFrame(
        [(limit, amount, sign) for limit, parts in _SIGNED.items() for amount, sign in parts.items()],
        schema={"limit_measure": pl.String, "measure": pl.String, "sign": pl.Int64},
        orient="row",
    )
    moved = (
        both.select(*_LINE, limit_measure="measure")
        .join(signs, on="limit_measure", how="inner")
        .join(amounts, on=[*_SUBJECT, "measure"], how="inner")
        .group_by(*_LINE, "cause")
        .agg(change_minor=(pl.col("change_minor") * pl.col("sign")).sum())
    )
    found = pl.concat([limits, moved]).group_by(*_LINE, "cause").agg(pl.col("change_minor").sum())
    explained = found.group_by(_LINE).agg(explained_minor=pl.col("change_minor").sum())
    total = pl.col("headroom_minor_after") - pl.col("headroom_minor")
    rest = both.join(explained, on=_LINE, how="left").select(
        *_LINE, cause=pl.lit("other"), change_minor=total - pl.col("explained_minor").fill_null(0)
    )
    return pl.concat([found, rest]).with_columns(measure=pl.lit(HEADROOM))


def _members(outputs: Tables) -> pl.DataFrame:
    is_exposed = pl.col("role") != "connector"
    return outputs["group_members"].filter(is_exposed).select("book_id", "group_id", "party_id")


def _lines(headroom: pl.DataFrame) -> pl.DataFrame:
    known = headroom.filter(pl.col("headroom_minor").is_not_null())
    return known.select(*_LINE, "measure", "limit_minor", "base_minor", "headroom_minor")


def _ratios(selection: Selection) -> Mapping[tuple[str, str], Decimal]:
    return {(book.id, limit.id): limit.ratio for book in selection.books for limit in book.limits}


def _limit_effects(
    both: pl.DataFrame, before: Mapping[tuple[str, str], Decimal], after: Mapping[tuple[str, str], Decimal]
) -> pl.DataFrame:
    """What moved the limits themselves: _LINE, cause, change_minor.

    The capital base is the same for all subjects of one limit, so one figure says what the old base would give now.
    """
    bases = both.select("book_id", "limit_id", "base_minor").drop_nulls().unique()
    midway = pl.DataFrame(
        [
            (book_id, limit_id, base, limit_minor(base_minor=base, ratio=after[book_id, limit_id]))
            for book_id, limit_id, base in bases.iter_rows()
            if (book_id, limit_id) in after
        ],
        schema={
            "book_id": pl.String,
            "limit_id": pl.String,
            "base_minor": pl.Int64,
            "midway_minor": pl.Int64,
        },
        orient="row",
    )
    lines = both.join(midway, on=["book_id", "limit_id", "base_minor"], how="left")
    line, later = pl.col("limit_minor"), pl.col("limit_minor_after")
    is_same_rule = pl.struct("book_id", "limit_id").is_in(
        [{"book_id": b, "limit_id": n} for (b, n), ratio in after.items() if before.get((b, n)) == ratio]
    )
    rulebook = pl.when(is_same_rule).then(0).otherwise(pl.col("midway_minor").fill_null(line) - line)
    return pl.concat(
        [
            lines.select(*_LINE, cause=pl.lit("rulebook"), change_minor=rulebook),
            lines.select(*_LINE, cause=pl.lit("capital"), change_minor=later - line - rulebook),
        ]
    )
