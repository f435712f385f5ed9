"""A ledger over a world of three numbers: who owes what, who is grouped with whom, and what each may owe.

What a deal claims is its amount, on its obligor, on the obligor's group and on the bank; a run is a state of the world.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import polars as pl

from riskmon.operations.checks import Deal
from riskmon.operations.earmarks import (
    Answer,
    PlaceWish,
    Published,
    ResolveWish,
    confirm_earmark,
    open_ledger,
    place_earmark,
    release_earmark,
)
from riskmon.operations.earmarks.answers import PlaceOutcome
from riskmon.operations.earmarks.ledger import Ledger
from riskmon.operations.earmarks.measured import Measured
from riskmon.operations.earmarks.publish_run import Run, put_in_force
from riskmon.store.database import Place
from riskmon.store.ledger import Claim, LineKey, earmarked

AS_OF = date(2026, 6, 30)
BANK = ("book", "all", "bank", "BANK")


@dataclass(frozen=True)
class State:
    """One run. Amounts are minor units; a party without a group is one of its own."""

    owed: Mapping[str, int]
    group_of: Mapping[str, str] = field(default_factory=dict)
    limit: int = 100_00
    bank_limit: int = 10**12
    unknown: frozenset[LineKey] = frozenset()

    def lines(self, party: str) -> list[LineKey]:
        group = self.group_of.get(party)
        own = [("book", "single", "obligor", party)]
        return [*own, *([("book", "group", "group", group)] if group else []), BANK]

    def room(self, line: LineKey) -> int:
        limit = self.bank_limit if line == BANK else self.limit
        return limit - sum(owed for party, owed in self.owed.items() if line in self.lines(party))

    def measure(self, deal: Deal, at: datetime) -> Measured:
        if deal.obligor_id not in self.owed:
            return Measured(None, PlaceOutcome.PARTY_UNKNOWN, deal.obligor_id, "CNY")
        claims = [
            Claim(line, deal.amount_minor, None if line in self.unknown else self.room(line), is_hard=True)
            for line in self.lines(deal.obligor_id)
        ]
        return Measured(tuple(claims), currency="CNY")


@dataclass
class Desk:
    """A ledger, the runs it may be counted against and a clock that the test sets."""

    ledger: Ledger
    runs: dict[str, State]
    time: list[datetime]

    def publish(self, state: State, facilities=(), *, as_of=AS_OF, by="Li Na", run_id=None) -> Published:
        """facilities: rows of facility_id, obligor_id, earmark_id."""
        run_id = run_id or f"run{len(self.runs) + 1}"
        self.runs[run_id] = state
        rows = pl.DataFrame(
            list(facilities),
            schema=dict.fromkeys(("facility_id", "obligor_id", "earmark_id"), pl.String),
            orient="row",
        )
        run = Run(run_id, as_of, len(self.runs), "solo", ("book",), rows, {})
        return put_in_force(self.ledger, run, by)

    def place(self, earmark_id="E1", obligor="A", amount="60.00", *, hours=24, by="Li Na") -> Answer:
        return place_earmark(self.ledger, PlaceWish(earmark_id, loan(obligor, amount), hours, by))

    def confirm(self, earmark_id="E1", amount=None, facility_id=None, *, by="Li Na") -> Answer:
        wish = ResolveWish(earmark_id, by, amount=amount, facility_id=facility_id)
        return confirm_earmark(self.ledger, wish)

    def release(self, earmark_id="E1", *, by="Li Na") -> Answer:
        return release_earmark(self.ledger, ResolveWish(earmark_id, by))

    def pass_time(self, **time) -> None:
        self.time[0] += timedelta(**time)

    def earmarked(self) -> dict[LineKey, int]:
        with self.ledger.database.reading() as connection:
            return earmarked(connection)

    def on(self, party="A") -> int:
        return self.earmarked().get(("book", "single", "obligor", party), 0)


def loan(obligor: str, amount: str) -> Deal:
    return Deal(obligor_id=obligor, product="loan", amount=amount, currency="CNY")


@contextmanager
def desk(place: Place, state: State | None = None) -> Iterator[Desk]:
    """An open ledger with one run in force, none if no state is given."""
    runs: dict[str, State] = {}
    time = [datetime(2026, 7, 1, 8, tzinfo=UTC)]
    with open_ledger(
        place, lambda run_id, _: runs[run_id].measure, most_hours=720, clock=lambda: time[0]
    ) as ledger:
        opened = Desk(ledger, runs, time)
        if state is not None:
            opened.publish(state)
        yield opened
