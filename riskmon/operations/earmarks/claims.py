"""What a deal claims: what it adds to every limit, as the check of deals tells it, and to those of groups that could come to be."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import polars as pl

from riskmon.operations.checks import Deal, DecisionBook, Decisions, decision_book
from riskmon.operations.checks.check_deals import NO_CLAIMS
from riskmon.operations.checks.desk import Desk
from riskmon.operations.checks.lines import Line
from riskmon.operations.checks.measuring import Cell
from riskmon.operations.checks.possible import PossibleGroups
from riskmon.operations.checks.verdict import Outcome
from riskmon.operations.earmarks.answers import PlaceOutcome
from riskmon.operations.earmarks.measured import Measured, Measures
from riskmon.operations.limits.counting import MeasureUnder
from riskmon.store.ledger import Claim
from riskmon.store.snapshots import Snapshots

UNTOLD: Final = (Outcome.PARTY_UNKNOWN, Outcome.NOT_COMPUTABLE)
"""Outcomes of a check that leave it untold what a deal adds."""

REFUSED: Final = {
    each: PlaceOutcome(each.value)
    for each in (*UNTOLD, Outcome.SNAPSHOT_STALE, Outcome.VETOED, Outcome.LIMIT_UNKNOWN, Outcome.LIMIT_FROZEN)
}
"""Outcomes of a check that nothing is placed on, whatever is left. Whether a limit has room, the ledger says."""


def measures_of(decisions: Decisions, *, most_days: int) -> Measures:
    """Measures of the runs of a data folder. most_days: for how many days after its date a run may be decided on."""
    kept: dict[str, RunMeasure] = {}

    def of_run(run_id: str, limits: int) -> RunMeasure:
        book = decisions.of(run_id, limits)
        found = kept.get(run_id)
        if found is None or found.decisions is not book:
            kept.clear()
            found = kept[run_id] = RunMeasure(book, most_days)
        return found

    return of_run


def measures_under(snapshots: Snapshots, *, most_days: int) -> MeasureUnder:
    """Measures of runs under other limits of the bank's own than those that count."""

    def under(run_id: str, declared: pl.DataFrame) -> RunMeasure:
        return RunMeasure(decision_book(snapshots, run_id, declared), most_days)

    return under


class RunMeasure:
    """What deals claim under one run."""

    def __init__(self, decisions: DecisionBook, most_days: int) -> None:
        """Take the snapshot, and for how many days after its date it may be decided on."""
        self.decisions = decisions
        self._most_days = most_days
        self._currency = decisions.manifest.currency
        self._possible = PossibleGroups(decisions)

    def __call__(self, deal: Deal, at: datetime) -> Measured:
        """What the deal claims of every limit it adds to. A room is that of the run, whatever else is claimed."""
        desk = Desk(self.decisions, at.astimezone(UTC).date(), self._most_days, NO_CLAIMS)
        measured = desk.measure(deal)
        judged = desk.judge_measured([measured])
        refused = REFUSED.get(judged.outcome)
        if judged.outcome in UNTOLD:
            return Measured(None, refused, judged.detail, self._currency)
        binding = "/".join(judged.binding.key) if judged.binding else ""
        lines = {line.key: line for line in (*self._possible.lines(measured.cells), *judged.lines)}
        claims = self._claims([lines[key] for key in sorted(lines)], measured.cells)
        return Measured(claims, refused, judged.detail or binding, self._currency)

    def _claims(self, lines: Sequence[Line], cells: Sequence[Cell]) -> tuple[Claim, ...] | None:
        """The lines as claims, sorted by their keys; None where one cannot say what is added."""
        found = []
        for line in lines:
            if line.before is None or line.after is None:
                return None
            amount = max(line.after - line.before, self._added_to_the_lesser(line, cells))
            if amount > 0:
                found.append(Claim(line.key, amount, line.room_before, line.terms.is_hard))
        return tuple(found)

    def _added_to_the_lesser(self, line: Line, cells: Sequence[Cell]) -> int:
        """What is added to a limit that counts the larger of two parts; it may be the lesser part that grows.

        Of many deals the parts are not told apart on one line: each counts in full, which is never too little.
        """
        if line.terms.counts != "clearing_and_rest_each":
            return 0
        party = self.decisions.keys[line.subject_id]
        added = (
            cell.of(line.terms.measure)
            for cell in cells
            if (cell.book_id, cell.party_key) == (line.terms.book_id, party)
        )
        return sum(each or 0 for each in added)
