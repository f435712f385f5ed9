"""The catalogue: the literal list of the signals, each with the optional input tables it reads, and the stage itself."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import polars as pl

from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.rulebook.model import SignalRule
from riskmon.rulebook.select import Book, Selection
from riskmon.signals import guarantees, limits, payment, pledges, statements
from riskmon.signals.outcome import FACTS, Outcome, Tables, gap


class Signal(NamedTuple):
    """One signal of the catalogue: its rule's id, its function, the optional input tables it draws on."""

    id: str
    evaluate: Callable[[Tables, Selection, SignalRule], Outcome]
    optional_tables: tuple[str, ...] = ()


SIGNALS: Final = (
    Signal("A01", payment.past_due),
    Signal("A08", payment.rolled_over),
    Signal("B19", statements.versions_differ, ("financial_statements",)),
    Signal("D10", pledges.pledged_twice, ("protections", "protection_covers")),
    Signal("E10", guarantees.over_committed, ("relationships", "protections", "financial_statements")),
    Signal("F01", limits.group_limits),
    Signal("F22", limits.would_breach, ("relationships",)),
    Signal("G02", guarantees.rings, ("relationships", "protections")),
    Signal("H01", limits.obligor_limits),
    Signal("H08", limits.shrunk_limits),
)


def run(tables: Mapping[str, pl.DataFrame], selection: Selection) -> dict[str, pl.DataFrame]:
    """Every signal of the catalogue, on every obligor and group of the run.

    Tables in: reporting, delivered, not_evaluated, parties, facilities, protections, protection_covers, financial_statements, groups,
    if_confirmed_groups, guarantees, guarantee_rings, headroom, headroom_if_confirmed, headroom_previous_capital.
    Tables out: signals (subject_kind, subject_key, signal_id, state, severity, is_veto, cause_id, evidence, clause;
    sorted by subject, signal and cause) and not_evaluated, with the rows of the earlier stages.
    """
    book = selection.early_warning
    outcomes = [signal.evaluate(tables, selection, book.signal(signal.id)) for signal in SIGNALS]
    gaps = [row for outcome in outcomes for row in outcome.gaps] + _undelivered(tables, book)
    raised = pl.concat([outcome.signals for outcome in outcomes])
    return {
        "signals": _with_cause_and_clause(raised, tables, book),
        "not_evaluated": OUTPUT_TABLES["not_evaluated"].shape(pl.concat([tables["not_evaluated"], *gaps])),
    }


def _undelivered(tables: Tables, book: Book) -> list[pl.DataFrame]:
    """One row a signal and input table that was not delivered. An empty table that was delivered says: there is none."""
    delivered = set(tables["delivered"]["table"])
    return [
        gap(
            book.signal(signal.id),
            f"table {table}",
            "What stands there raises no signal; silence is no all-clear.",
        )
        for signal in SIGNALS
        for table in signal.optional_tables
        if table not in delivered
    ]


def _with_cause_and_clause(raised: pl.DataFrame, tables: Tables, book: Book) -> pl.DataFrame:
    """The signals with their clause; one without a cause of its own is caused by its subject."""
    clauses = {signal.id: book.edition.clause(book.signal(signal.id)) for signal in SIGNALS}
    subject_cause = pl.format("{}/{}", "signal_id", "subject_id")
    return (
        raised.join(_subject_ids(tables), on=["subject_kind", "subject_key"], how="left", validate="m:1")
        .with_columns(
            cause_id=pl.coalesce("cause_id", subject_cause),
            clause=pl.col("signal_id").replace_strict(clauses, return_dtype=pl.String),
        )
        .select(*FACTS.names(), "clause")
        .sort("subject_kind", "subject_key", "signal_id", "cause_id")
    )


def _subject_ids(tables: Tables) -> pl.DataFrame:
    """The id of every party and group that can be a subject: subject_kind, subject_key, subject_id."""
    parties = tables["parties"].select(
        subject_kind=pl.lit("obligor"), subject_key="party_key", subject_id="party_id"
    )
    groups = (
        tables["groups"]
        .join(tables["parties"], left_on="anchor_key", right_on="party_key", how="left", validate="m:1")
        .select(
            subject_kind=pl.lit("group"),
            subject_key="group_key",
            subject_id=pl.format("{}/{}", "book_id", "party_id"),
        )
    )
    return pl.concat([parties, groups])
