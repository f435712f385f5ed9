"""What a signal's function hands back: what it raised, what it could not evaluate, and how both are told apart.

Three answers, not two. A subject with a severity is raised; one without a severity whose input is unknown is not
evaluable; only the rest is clear.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import polars as pl

from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.rulebook.model import SignalRule
from riskmon.rulebook.select import EARLY_WARNING
from riskmon.signals.wording import Told, missing_zh

Tables = Mapping[str, pl.DataFrame]

FACTS: Final = pl.Schema(
    {
        "subject_kind": pl.String(), "subject_key": pl.Int32(), "signal_id": pl.String(), "state": pl.String(),
        "severity": pl.String(), "is_veto": pl.Boolean(), "cause_id": pl.String(), "evidence": pl.String(),
        "evidence_zh": pl.String(),
    }
)  # fmt: skip
"""Columns of a signal before it is given its clause; `cause_id` is null where the subject itself is the cause."""


class Outcome(NamedTuple):
    """The signals of one rule (columns `FACTS`), and what it could not evaluate for the bank as a whole."""

    signals: pl.DataFrame
    gaps: tuple[pl.DataFrame, ...] = ()

    @classmethod
    def silent(cls, *gaps: pl.DataFrame) -> "Outcome":
        """No signal, because of the gaps."""
        return cls(FACTS.to_frame(), gaps)


class Reporting(NamedTuple):
    """The reporting currency and its decimals."""

    currency: str
    exponent: int

    @classmethod
    def of(cls, tables: Tables) -> "Reporting":
        """The one row of the table `reporting`."""
        row = tables["reporting"].row(0, named=True)
        return cls(str(row["currency"]), int(row["exponent"]))


def concluded(subjects: pl.DataFrame, rule: SignalRule, *, evidence: Told) -> pl.DataFrame:
    """The signals that a rule raises or cannot evaluate, one row a subject and cause.

    subjects: subject_kind, subject_key, severity (null is none), missing (the input that is unknown, or null); where
    the rule needs them cause_id, and is_hard_breach for a rule that vetoes on it. Clear subjects are left out.
    `evidence` is the sentence for a raised row, without its full stop. Returns the columns `FACTS`.
    """
    is_raised = pl.col("severity").is_not_null()
    unknown = pl.col("missing").is_not_null()
    given = subjects.filter(is_raised | unknown)
    if "cause_id" not in given.columns:
        given = given.with_columns(cause_id=pl.lit(None, dtype=pl.String))
    zh_missing = missing_zh(pl.col("missing"))
    lower_bound = pl.format("; a lower bound, for want of {} in part.", "missing")
    lower_bound_zh = pl.format("；因部分缺少{}，仅为下限。", zh_missing)
    return given.select(
        "subject_kind",
        "subject_key",
        signal_id=pl.lit(rule.id),
        state=pl.when(is_raised).then(pl.lit("raised")).otherwise(pl.lit("not_evaluable")),
        severity="severity",
        is_veto=is_raised & _vetoes(rule),
        cause_id="cause_id",
        evidence=pl.when(is_raised)
        .then(evidence.en + pl.when(unknown).then(lower_bound).otherwise(pl.lit(".")))
        .otherwise(pl.format("Not evaluable for want of {}.", "missing")),
        evidence_zh=pl.when(is_raised)
        .then(evidence.zh + pl.when(unknown).then(lower_bound_zh).otherwise(pl.lit("。")))
        .otherwise(pl.format("因缺少{}，无法评估。", zh_missing)),
    ).cast(FACTS)  # fmt: skip


def missing_inputs(unknown: Mapping[str, pl.Expr]) -> pl.Expr:
    """The names of the inputs whose condition holds, joined; null where none does."""
    named = [pl.when(condition).then(pl.lit(name)) for name, condition in unknown.items()]
    text = pl.concat_str(named, separator=" and ", ignore_nulls=True)
    return pl.when(text != "").then(text)


def gap(rule: SignalRule, missing: str, effect: str) -> pl.DataFrame:
    """One row of `not_evaluated`: an input that the whole bank lacks, said once instead of on every subject."""
    row = {"item": [rule.id], "book_id": [EARLY_WARNING], "missing": [missing], "effect": [effect]}
    return pl.DataFrame(row, schema=OUTPUT_TABLES["not_evaluated"].schema)


def is_never_filled(rows: pl.DataFrame, column: str) -> bool:
    """Whether a table has rows, and none of them fills the column."""
    return not rows.is_empty() and rows[column].null_count() == rows.height


def obligor_facilities(facilities: pl.DataFrame) -> pl.DataFrame:
    """Every facility once for each party that owes it: its obligor and its joint obligors, in `party_key`."""
    joint = (
        facilities.filter(pl.col("joint_obligor_keys").list.len() > 0)
        .explode("joint_obligor_keys")
        .with_columns(party_key="joint_obligor_keys")
        .filter(pl.col("party_key") != pl.col("obligor_key"))
        .unique(["facility_key", "party_key"])
    )
    both = [facilities.with_columns(party_key="obligor_key"), joint]
    return pl.concat([frame.drop("joint_obligor_keys") for frame in both])


def _vetoes(rule: SignalRule) -> pl.Expr:
    if rule.veto == "red":
        return pl.col("severity") == "red"
    if rule.veto == "hard_breach":
        return pl.col("is_hard_breach")
    return pl.lit(value=False)
