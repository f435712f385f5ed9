"""Payment behaviour: days past due (A01), and debt that is rolled over or restructured instead of paid (A08)."""

import polars as pl

from riskmon.domain.money import amount_text, ceil_divide, exact_sum, in_reporting_currency, percent_text
from riskmon.rulebook.model import SignalRule
from riskmon.rulebook.select import Selection
from riskmon.signals.outcome import (
    Outcome,
    Reporting,
    Tables,
    concluded,
    gap,
    is_never_filled,
    missing_inputs,
    obligor_facilities,
)
from riskmon.signals.severity import severity_of, top_severity, whole_parameter
from riskmon.signals.wording import either, told, words


def past_due(tables: Tables, _selection: Selection, rule: SignalRule) -> Outcome:
    """A01: the longest arrears of an obligor, over all facilities it owes alone or jointly.

    Lines: whole days past due. Unknown: a facility without past_due_days, unless another one raises.
    Clause: `A01`.
    """
    facilities = tables["facilities"].select(
        "facility_key", "facility_id", "obligor_key", "joint_obligor_keys", "past_due_days"
    )
    if is_never_filled(facilities, "past_due_days"):
        return Outcome.silent(
            gap(rule, "facilities.past_due_days", "No obligor's arrears at the bank are known.")
        )
    days = pl.col("past_due_days")
    subjects = (
        obligor_facilities(facilities)
        .sort("past_due_days", "facility_id", descending=[True, False], nulls_last=True)
        .group_by(subject_key="party_key", maintain_order=True)
        .agg(
            days.first(),
            pl.col("facility_id").first(),
            facility_count=pl.len(),
            missing=missing_inputs({"facilities.past_due_days": days.has_nulls()}),
        )
        .with_columns(subject_kind=pl.lit("obligor"), severity=severity_of(rule, days))
    )
    evidence = told(
        "{} days past due on facility {}, the most among its facilities ({})",
        "逾期{}天，授信业务{}，为其{}笔业务中最长",
        days,
        "facility_id",
        "facility_count",
    )
    return Outcome(concluded(subjects, rule, evidence=evidence))


def rolled_over(tables: Tables, selection: Selection, rule: SignalRule) -> Outcome:
    """A08: the share of an obligor's drawn debt in facilities that were rolled over or restructured of late.

    A facility counts if it refinances another and started, or was restructured, within `window_months` before
    `as_of`, both ends included. The top severity is raised as well where a facility was restructured in the window
    and refinances one that had been restructured (`second_restructuring` times in all).
    Lines: share of the drawn amounts (1.00 is all of them), each in minor units of the reporting currency, rounded up.
    Unknown: the start of a refinancing facility; whether a refinanced facility that is no longer delivered was
    restructured. Clause: `A08`.
    """
    facilities = tables["facilities"]
    gaps = [
        gap(rule, f"facilities.{column}", "What it would show is not counted in the share.")
        for column in ("refinances_facility_id", "restructured_on")
        if is_never_filled(facilities, column)
    ]
    since = pl.lit(selection.as_of).dt.offset_by(f"-{whole_parameter(rule, 'window_months')}mo")
    reporting = Reporting.of(tables)
    rolled = _rolled_facilities(
        facilities, since=since, as_of=pl.lit(selection.as_of), exponent=reporting.exponent
    )
    drawn, times = pl.col("drawn_reporting_minor"), pl.col("restructured_times")
    is_second = times >= whole_parameter(rule, "second_restructuring")
    subjects = (
        obligor_facilities(rolled)
        .group_by(subject_key="party_key")
        .agg(
            times.max(),
            debt_minor=exact_sum(drawn),
            rolled_minor=exact_sum(drawn.filter("is_rolled")),
            missing=missing_inputs(
                {
                    "facilities.start_date": pl.col("is_start_unknown").any(),
                    "the facility that was refinanced": pl.col("is_refinanced_unknown").any(),
                }
            ),
        )
        .with_columns(
            subject_kind=pl.lit("obligor"),
            severity=pl.when(is_second)
            .then(pl.lit(top_severity(rule)))
            .otherwise(severity_of(rule, pl.col("rolled_minor"), pl.col("debt_minor"))),
        )
    )
    evidence = told(
        "{} of {} {} drawn debt{} was rolled over or restructured since {}{}",
        "已用余额中{}／{} {}{}自{}以来借新还旧或重组{}",
        amount_text(pl.col("rolled_minor"), reporting.exponent),
        amount_text(pl.col("debt_minor"), reporting.exponent),
        pl.lit(reporting.currency),
        either(
            pl.col("debt_minor") != 0,
            told(" ({})", "（占比{}）", percent_text(pl.col("rolled_minor"), pl.col("debt_minor"))),
        ),
        since.dt.to_string("iso"),
        either(is_second, words(", a part of it for the second time", "，其中部分为第二次")),
    )
    return Outcome(concluded(subjects, rule, evidence=evidence), tuple(gaps))


def _rolled_facilities(
    facilities: pl.DataFrame, *, since: pl.Expr, as_of: pl.Expr, exponent: int
) -> pl.DataFrame:
    """Each facility's drawn amount, and whether and how often it was rolled over or restructured.

    Returns facility_key, obligor_key, joint_obligor_keys, drawn_reporting_minor, is_rolled, is_start_unknown,
    is_refinanced_unknown, restructured_times.
    """
    refinances = pl.col("refinances_facility_id").is_not_null()
    is_restructured = pl.col("restructured_on").is_between(since, as_of).fill_null(value=False)
    refinanced = facilities.select(
        refinances_facility_id="facility_id",
        was_restructured=(pl.col("restructured_on") <= as_of).fill_null(value=False),
    )
    # An empty `drawn` is an off-balance facility, which sums pass over: a row that owes an unknown amount is refused.
    numerator, denominator = in_reporting_currency(pl.col("drawn_minor"), exponent)
    return facilities.join(refinanced, on="refinances_facility_id", how="left", validate="m:1").select(
        "facility_key",
        "obligor_key",
        "joint_obligor_keys",
        drawn_reporting_minor=ceil_divide(numerator, denominator),
        is_rolled=is_restructured
        | (refinances & pl.col("start_date").is_between(since, as_of).fill_null(value=False)),
        is_start_unknown=refinances & pl.col("start_date").is_null() & ~is_restructured,
        is_refinanced_unknown=refinances & is_restructured & pl.col("was_restructured").is_null(),
        restructured_times=is_restructured.cast(pl.Int8)
        + pl.col("was_restructured").fill_null(value=False).cast(pl.Int8),
    )
