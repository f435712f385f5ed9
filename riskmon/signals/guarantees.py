"""Guarantees: guarantors that promised more than they own (E10), and rings of firms that answer for one another (G02).

Both read `guarantees` and `guarantee_rings`, in which guarantees to the bank and to others stand together.
"""

from typing import Final

import polars as pl

from riskmon.domain.money import amount_text, exact_sum, floor_divide, in_reporting_currency, percent_text
from riskmon.rulebook.model import SignalRule
from riskmon.rulebook.select import Selection
from riskmon.signals.outcome import (
    Outcome,
    Reporting,
    Tables,
    concluded,
    gap,
    missing_inputs,
    obligor_facilities,
)
from riskmon.signals.severity import severity_of, top_severity, whole_parameter
from riskmon.signals.statements import known_statements
from riskmon.signals.wording import either, named, told, words

TROUBLED_CLASSES: Final = ("substandard", "doubtful", "loss")
"""Loan classes of a facility that is not expected to be paid in full."""


def over_committed(tables: Tables, selection: Selection, rule: SignalRule) -> Outcome:
    """E10: guarantees that a party gave for others, over its net assets.

    Every guarantee counts whose debtor is not the guarantor itself, inside its group too. Net assets are those of the
    newest period, in its newest version; the guarantor's own statement goes before a consolidated one. Net assets of
    zero or less raise the top severity.
    Lines: ratio; 1.00 is guarantees equal to net assets. Guarantees are rounded up, net assets down.
    Unknown: a guarantee without an amount; a guarantor without net assets. Clause: `E10`.
    """
    reporting = Reporting.of(tables)
    given = (
        tables["guarantees"]
        .filter(pl.col("guarantor_key") != pl.col("debtor_key"))
        .group_by(subject_key="guarantor_key")
        .agg(
            given_minor=exact_sum(pl.col("amount_minor")),
            debtor_count=pl.col("debtor_key").n_unique(),
            is_amount_unknown=pl.col("amount_minor").has_nulls(),
        )
        .filter((pl.col("given_minor") > 0) | pl.col("is_amount_unknown"))
    )
    net_assets = _net_assets(tables, selection, reporting.exponent)
    if net_assets.is_empty() and not given.is_empty():
        missing = gap(rule, "financial_statements.net_assets", "No guarantor's capacity is known.")
        return Outcome.silent(missing)
    net, guaranteed = pl.col("net_assets_minor"), pl.col("given_minor")
    subjects = given.join(net_assets, on="subject_key", how="left", validate="1:1").with_columns(
        subject_kind=pl.lit("obligor"),
        severity=pl.when(net <= 0)
        .then(pl.lit(top_severity(rule)))
        .otherwise(severity_of(rule, guaranteed, net)),
        missing=missing_inputs(
            {
                "financial_statements.net_assets": net.is_null(),
                "relationships.amount of a guarantee": pl.col("is_amount_unknown"),
            }
        ),
    )
    evidence = told(
        "Guarantees of {}{} {} for {} other{} against net assets of {} {}{} at {}",
        "对外担保{}{} {}（被担保人{}户{}），净资产{} {}{}，时点{}",
        either(pl.col("is_amount_unknown"), words("at least ", "至少")),
        amount_text(guaranteed, reporting.exponent),
        pl.lit(reporting.currency),
        "debtor_count",
        either(pl.col("debtor_count") > 1, words("s", "")),
        amount_text(net, reporting.exponent),
        pl.lit(reporting.currency),
        either(net > 0, told(" ({})", "（占比{}）", percent_text(guaranteed, net))),
        pl.col("period_end").dt.to_string("iso"),
    )
    return Outcome(concluded(subjects, rule, evidence=evidence))


def _net_assets(tables: Tables, selection: Selection, exponent: int) -> pl.DataFrame:
    """Newest known net assets: subject_key, period_end, net_assets_minor (reporting currency, rounded down).

    Versions are ordered by receipt, then by number or name; of rows that tie the smallest amount counts.
    """
    version_number = pl.col("version").str.extract(r"(\d+)").cast(pl.Int64, strict=False)
    net_assets = floor_divide(*in_reporting_currency(pl.col("amount_minor"), exponent))
    return (
        known_statements(tables, selection)
        .filter(pl.col("item") == "net_assets")
        .with_columns(net_assets_minor=net_assets, version_number=version_number)
        .drop_nulls("net_assets_minor")
        .sort(
            "period_end",
            ~pl.col("is_consolidated").fill_null(value=False),
            "received_on",
            "version_number",
            "version",
            -pl.col("net_assets_minor"),
            descending=True,
            nulls_last=True,
        )
        .group_by(subject_key="party_key", maintain_order=True)
        .agg(pl.col("period_end").first(), pl.col("net_assets_minor").first())
    )


def rings(tables: Tables, _selection: Selection, rule: SignalRule) -> Outcome:
    """G02: a ring in which every party answers, through others, for every other; raised on each member.

    Red with a veto on all of them once one is in trouble: `troubled_past_due_days` past due on any facility, or a
    facility classified substandard or worse. A ring is one cause. Two parties that guarantee each other are no ring
    by the lines.
    Lines: number of members. Unknown: the trouble of a member with a facility that lacks past_due_days or loan_class
    and shows none by the other; it leaves the severity a lower bound. Clause: `G02`.
    """
    members = (
        tables["guarantee_rings"]
        .join(tables["parties"].select("party_key", "party_id"), on="party_key", how="left", validate="m:1")
        .join(_trouble(tables, rule), on="party_key", how="left", validate="m:1")
    )
    is_troubled = pl.col("is_troubled").fill_null(value=False)
    circles = members.group_by("ring_key").agg(
        member_count=pl.len(),
        party_ids=pl.col("party_id").sort(),
        troubled_ids=pl.col("party_id").filter(is_troubled).sort(),
        missing=missing_inputs(
            {"facilities.past_due_days or loan_class of a member": pl.col("is_trouble_unknown").any()}
        ),
    )
    has_trouble = pl.col("troubled_ids").list.len() > 0
    severity = severity_of(rule, pl.col("member_count"))
    circles = (
        circles.with_columns(severity=severity)
        .drop_nulls("severity")
        .with_columns(
            severity=pl.when(has_trouble).then(pl.lit("red")).otherwise("severity"),
            missing=pl.when(~has_trouble).then("missing"),
            cause_id=pl.format("{}/{}", pl.lit(rule.id), pl.col("party_ids").list.first()),
        )
    )
    subjects = members.select("ring_key", subject_key="party_key", subject_kind=pl.lit("obligor")).join(
        circles, on="ring_key", how="inner", validate="m:1"
    )
    evidence = told(
        "Guarantee ring of {} parties ({}){}",
        "{}户互保成圈（{}）{}",
        "member_count",
        named("party_ids"),
        either(has_trouble, told("; in trouble: {}", "；其中已出险：{}", named("troubled_ids"))),
    )
    return Outcome(concluded(subjects, rule, evidence=evidence))


def _trouble(tables: Tables, rule: SignalRule) -> pl.DataFrame:
    """Whether each ring member with a facility is in trouble, and whether that cannot be told from a facility."""
    days, loan_class = pl.col("past_due_days"), pl.col("loan_class")
    trouble = (days >= whole_parameter(rule, "troubled_past_due_days")) | loan_class.is_in(TROUBLED_CLASSES)
    return (
        obligor_facilities(
            tables["facilities"].select("facility_key", "obligor_key", "joint_obligor_keys", days, loan_class)
        )
        .join(tables["guarantee_rings"], on="party_key", how="semi")
        .group_by("party_key")
        .agg(is_troubled=trouble.any(), is_trouble_unknown=trouble.has_nulls())
    )
