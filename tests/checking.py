"""Checks on tiny banks that were run for real: the tables, the run, the question."""

from datetime import date, timedelta
from pathlib import Path

from riskmon.operations.checks import Deal, DecisionBook, check, decision_book
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from riskmon.store.snapshots import Snapshots
from tests import builders
from tests.builders import AS_OF


def decisions_on(folder: Path, *, books=("cn_group_credit",), **tables) -> DecisionBook:
    """The decision book of a bank with net capital of 10 000.00 and tier 1 of 8 000.00 CNY."""
    tables.setdefault("capital", [builders.capital()])
    bank = builders.write_bank(folder / "bank", **tables)
    run_monitor(bank, select(list(books), as_of=AS_OF), folder / "data")
    return decision_book(Snapshots(folder / "data"))


def deal(obligor_id="P1", amount="100.00", **terms) -> Deal:
    """A loan from the date of the run for two years."""
    given = {
        "product": "loan",
        "currency": "CNY",
        "start_date": AS_OF,
        "maturity_date": date(2028, 6, 30),
    } | terms
    return Deal(obligor_id=obligor_id, amount=amount, **given)


def ask(decisions: DecisionBook, *deals: Deal, days=0, most_days=3, **terms):
    """The answer, so many days after the run's date."""
    return check(decisions, deals, today=AS_OF + timedelta(days=days), most_days=most_days, **terms)


def line(body, limit_id, subject_id):
    """One limit of an answer."""
    return next(
        each for each in body["limits"] if (each["limit_id"], each["subject_id"]) == (limit_id, subject_id)
    )
