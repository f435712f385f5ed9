"""Limits: how near each group and obligor is (F01, H01), what doubt (F22) and a fall in capital (H08) would change.

The lines of these rules are the warning lines of the limits themselves; nothing is computed again here. A subject's
gravest limit speaks for it, of several equally grave the one with least headroom.
"""

import polars as pl

from riskmon.domain.money import amount_text, percent_text
from riskmon.domain.terms import Severity
from riskmon.rulebook.model import SignalRule
from riskmon.rulebook.select import Selection
from riskmon.signals.outcome import Outcome, Reporting, Tables, concluded, gap
from riskmon.signals.severity import severity_rank
from riskmon.signals.wording import Told, either, measure, told, words

_SUBJECT = ["subject_kind", "subject_key"]
_LIMIT = ["book_id", "limit_id"]
_ANCHOR = ["grouping_book_id", "anchor_key"]
_IS_UNKNOWN = pl.col("limit_minor").is_null() | pl.col("exposure_minor").is_null()
_IS_BREACH = pl.col("is_breach").fill_null(value=False)


def group_limits(tables: Tables, _selection: Selection, rule: SignalRule) -> Outcome:
    """F01: the worst warning level over the limits of a group; a breach of a hard limit is red with a veto.

    Lines: the limits' own warning lines. Unknown: a limit whose capital base or exposure is unknown. Clause: `F01`.
    """
    return _near_limits(tables, rule, "group")


def obligor_limits(tables: Tables, _selection: Selection, rule: SignalRule) -> Outcome:
    """H01: the worst warning level over the limits of an obligor; a breach of a hard limit is red with a veto.

    Lines: the limits' own warning lines. Unknown: a limit whose capital base or exposure is unknown. Clause: `H01`.
    """
    return _near_limits(tables, rule, "obligor")


def would_breach(tables: Tables, _selection: Selection, rule: SignalRule) -> Outcome:
    """F22: a limit that a group would break if its doubtful relationships were confirmed, and does not break now.

    The subject is the confirmed group with the same anchor under the same book; where that is no group with limits of
    its own, the anchor as an obligor. Red over a hard limit, orange over another.
    Unknown: a limit whose capital base or exposure is unknown. Clause: `F22`.
    """
    confirmed = _with_anchor(tables["headroom"], tables["groups"])
    already = confirmed.filter(_IS_BREACH).select(*_LIMIT, *_ANCHOR)
    subjects = confirmed.select(*_ANCHOR, group_key="subject_key").unique()
    rows = (
        _with_anchor(tables["headroom_if_confirmed"], tables["if_confirmed_groups"])
        .join(already, on=[*_LIMIT, *_ANCHOR], how="anti")
        .join(subjects, on=_ANCHOR, how="left", validate="m:1")
        .with_columns(
            subject_kind=pl.when(pl.col("group_key").is_null())
            .then(pl.lit("obligor"))
            .otherwise(pl.lit("group")),
            subject_key=pl.coalesce("group_key", "anchor_key"),
        )
    )
    severity = _by_hardness(Severity.RED, Severity.ORANGE)
    opening = words("If every doubtful relationship were confirmed: ", "如全部疑似关系得到认定：")
    return _outcome(tables, rule, rows, severity=severity, opening=opening)


def shrunk_limits(tables: Tables, _selection: Selection, rule: SignalRule) -> Outcome:
    """H08: a limit broken now that would not be broken at the previous capital, by the same exposure.

    Red over a hard limit, yellow over another; a limit that is a fixed amount does not move with the capital.
    Unknown: the previous capital, as a whole or the base of one limit. Clause: `H08`.
    """
    previous = tables["headroom_previous_capital"]
    if previous.is_empty():
        return Outcome.silent(
            gap(rule, "capital of an earlier date", "Limits that shrank with the capital cannot be told.")
        )
    before = previous.select(*_SUBJECT, *_LIMIT, was_breach="is_breach")
    is_fixed = pl.col("limit_minor").is_not_null() & pl.col("base_minor").is_null()
    rows = (
        tables["headroom"]
        .filter(~is_fixed & (_IS_UNKNOWN | _IS_BREACH))
        .join(before, on=[*_SUBJECT, *_LIMIT], how="left", validate="1:1")
        .filter(_IS_UNKNOWN | ~pl.col("was_breach").fill_null(value=False))
        # A breach whose past is unknown may be new or old: it counts as a limit that is not known.
        .with_columns(limit_minor=pl.when(pl.col("was_breach").is_not_null()).then("limit_minor"))
    )
    severity = _by_hardness(Severity.RED, Severity.YELLOW)
    return _outcome(
        tables,
        rule,
        rows,
        severity=severity,
        opening=words("Not broken at the previous capital: ", "按上期资本未超限："),
    )


def _near_limits(tables: Tables, rule: SignalRule, subject_kind: str) -> Outcome:
    hard_breach = pl.when(_IS_BREACH & pl.col("is_hard")).then(pl.lit(Severity.RED.value))
    severity = pl.coalesce(hard_breach, "warning_level")
    return _outcome(
        tables,
        rule,
        _of(tables["headroom"], subject_kind),
        severity=severity,
        opening=words("Gravest limit: ", "最紧限额："),
    )


def _outcome(
    tables: Tables, rule: SignalRule, rows: pl.DataFrame, *, severity: pl.Expr, opening: Told
) -> Outcome:
    """One signal a subject from its rows of headroom: the gravest speaks, the others are counted.

    A limit that is unknown for every subject is one gap of the bank, not a signal on each of them.
    """
    rows = rows.with_columns(
        severity=pl.when(~_IS_UNKNOWN).then(severity), is_hard_breach=_IS_BREACH & pl.col("is_hard")
    )
    unknown_limits = (
        rows.group_by(_LIMIT).agg(_IS_UNKNOWN.all().alias("is_all")).filter("is_all").sort(_LIMIT)
    )
    names = ", ".join(
        f"{book_id}/{limit_id}" for book_id, limit_id in unknown_limits.select(_LIMIT).iter_rows()
    )
    gaps = (
        (
            gap(
                rule,
                f"capital base or exposure under {names}",
                "No subject is known to be within these limits.",
            ),
        )
        if names
        else ()
    )
    missing = pl.when(_IS_UNKNOWN).then(pl.format("the capital base or exposure under {}/{}", *_LIMIT))
    subjects = (
        rows.filter(_IS_UNKNOWN | pl.col("severity").is_not_null())
        .join(unknown_limits, on=_LIMIT, how="anti")
        .with_columns(missing=missing, rank=severity_rank(pl.col("severity")))
        .sort(
            "rank", "is_hard_breach", "headroom_minor", *_LIMIT, descending=[True, True, False, False, False]
        )
        .group_by(_SUBJECT, maintain_order=True)
        .agg(
            pl.exclude(*_SUBJECT, "missing").first(),
            missing=pl.col("missing").drop_nulls().first(),
            other_count=pl.col("severity").count().cast(pl.Int64) - 1,
        )
    )
    return Outcome(concluded(subjects, rule, evidence=_evidence(Reporting.of(tables), opening)), gaps)


def _evidence(reporting: Reporting, opening: Told) -> Told:
    exposure, limit = pl.col("exposure_minor"), pl.col("limit_minor")
    return told(
        "{}{} of {} {} under {}/{} against a limit of {} {}{}{}{}",
        "{}{}{} {}（{}/{}），限额{} {}{}{}{}",
        opening,
        measure(),
        amount_text(exposure, reporting.exponent),
        pl.lit(reporting.currency),
        *_LIMIT,
        amount_text(limit, reporting.exponent),
        pl.lit(reporting.currency),
        either(limit > 0, told(" ({})", "（使用率{}）", percent_text(exposure, limit))),
        either(
            ~pl.col("is_complete"),
            words(", a lower bound since rows were refused", "，因有记录被拒收，仅为下限"),
        ),
        either(
            pl.col("other_count") > 0,
            told("; limits at a line besides it: {}", "；另有{}项限额达到预警线", "other_count"),
        ),
    )


def _of(headroom: pl.DataFrame, subject_kind: str) -> pl.DataFrame:
    return headroom.filter(pl.col("subject_kind") == subject_kind)


def _with_anchor(headroom: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """The rows of groups with their anchor and the book they are groups of: a bank's own limit is in no such book."""
    anchors = groups.select("anchor_key", subject_key="group_key", grouping_book_id="book_id")
    return _of(headroom, "group").join(anchors, on="subject_key", how="left", validate="m:1")


def _by_hardness(hard: Severity, soft: Severity) -> pl.Expr:
    level = pl.when("is_hard").then(pl.lit(hard.value)).otherwise(pl.lit(soft.value))
    return pl.when(_IS_BREACH).then(level)
