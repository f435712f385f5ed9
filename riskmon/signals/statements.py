"""Financial statements: those known to the run, and different versions of one period (B19)."""

import polars as pl

from riskmon.domain.money import BP, amount_text, floor_divide, in_reporting_currency, percent_text
from riskmon.rulebook.model import SignalRule
from riskmon.rulebook.select import Selection
from riskmon.signals.outcome import Outcome, Reporting, Tables, concluded, missing_inputs
from riskmon.signals.severity import severity_of, severity_rank
from riskmon.signals.wording import statement_item, told


def known_statements(tables: Tables, selection: Selection) -> pl.DataFrame:
    """The statement items of periods that had ended at `as_of`, as far as they had been received by `known_at`.

    A row without a date of receipt counts as received.
    """
    received = pl.col("received_on") <= selection.known_at
    return tables["financial_statements"].filter(
        (pl.col("period_end") <= selection.as_of) & received.fill_null(value=True)
    )


def versions_differ(tables: Tables, selection: Selection, rule: SignalRule) -> Outcome:
    """B19: the versions of one statement disagree on an item; a party's worst item speaks for it.

    Versions are compared for the same period, item and perimeter (consolidated or not), in the statement's own currency.
    Lines: relative difference, (largest - smallest) / largest absolute amount; 1.00 is all of it.
    Unknown: an item whose versions are in different currencies, or lack the amount. Clause: `B19`.
    """
    reporting = Reporting.of(tables)
    amount, reported = pl.col("amount_minor").cast(pl.Int128), pl.col("reported_minor")
    spread, largest = pl.col("spread_minor"), pl.col("largest_minor")
    worst_first = ["rank", "difference_bp", "period_end", "item", "is_consolidated"]
    subjects = (
        known_statements(tables, selection)
        .with_columns(reported_minor=floor_divide(*in_reporting_currency(amount, reporting.exponent)))
        .group_by("party_key", "period_end", "is_consolidated", "item")
        .agg(
            version_count=pl.len(),
            low_minor=reported.min(),
            high_minor=reported.max(),
            spread_minor=amount.max() - amount.min(),
            largest_minor=amount.abs().max(),
            missing=missing_inputs(
                {
                    "one currency of all versions in financial_statements": pl.col("currency").n_unique() > 1,
                    "financial_statements.amount": amount.has_nulls(),
                }
            ),
        )
        .filter(pl.col("version_count") > 1)
        .with_columns(severity=pl.when(pl.col("missing").is_null()).then(severity_of(rule, spread, largest)))
        .with_columns(rank=severity_rank(pl.col("severity")), difference_bp=spread * BP // largest)
        .sort(worst_first, descending=[True, True, True, False, False], nulls_last=True)
        .group_by(subject_key="party_key", maintain_order=True)
        .agg(
            pl.exclude("party_key", "missing").first(), missing=pl.col("missing").drop_nulls().sort().first()
        )
        .with_columns(subject_kind=pl.lit("obligor"))
    )
    evidence = told(
        "{} versions of {} for the period to {} run from {} to {} {}, {} apart",
        "{}个版本的{}（报告期至{}）介于{}与{} {}之间，相差{}",
        "version_count",
        statement_item(),
        pl.col("period_end").dt.to_string("iso"),
        amount_text(pl.col("low_minor"), reporting.exponent),
        amount_text(pl.col("high_minor"), reporting.exponent),
        pl.lit(reporting.currency),
        percent_text(spread, largest),
    )
    return Outcome(concluded(subjects, rule, evidence=evidence))
