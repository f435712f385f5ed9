"""A small bank whose own limits are declared by persons, with a ledger, on a clock that the test sets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from riskmon.operations.checks import Decisions
from riskmon.operations.deciding import Decided, DecideWish
from riskmon.operations.earmarks import Answer, Ledger, PlaceWish, open_ledger, place_earmark, publish_run
from riskmon.operations.earmarks.claims import measures_of, measures_under
from riskmon.operations.limits.decide import DecidedLimits, approve_limits, decline_limits
from riskmon.operations.limits.preview import preview_limits
from riskmon.operations.limits.propose import LimitWish, Proposed, propose_limits
from riskmon.operations.limits.terms import read_terms
from riskmon.store.ledger import LineKey, earmarked
from tests import builders
from tests.assessing import Office
from tests.earmarking import loan

MOST_DAYS = 30


@dataclass
class LimitOffice(Office):
    """A bank with `bank_limits` as persons declare them; the run is of the day that `today` says."""

    books: tuple[str, ...] = ("cn_large_exposures",)

    @property
    def under(self):
        return measures_under(self.snapshots, most_days=MOST_DAYS)

    def declare(self, *limits: dict, by="Li Na", reason="board of 12 June") -> Proposed:
        wish = LimitWish(read_terms(limits), reason, by)
        return propose_limits(self.snapshots, self.place, wish, clock=self.clock)

    def approve_limits(self, answer: Proposed | str, by="Wang Wei") -> DecidedLimits:
        wish = DecideWish(self._id(answer), by)
        return approve_limits(self.place, self.under, wish, clock=self.clock)

    def decline_limits(self, answer: Proposed | str, by="Wang Wei", note=None) -> Decided:
        return decline_limits(self.place, DecideWish(self._id(answer), by, note), clock=self.clock)

    def preview_limits(self, answer: Proposed | str) -> dict:
        return preview_limits(self.snapshots, self.place, self.under, self._id(answer), clock=self.clock)

    def settle(self, *limits: dict) -> DecidedLimits:
        """Declared and approved."""
        return self.approve_limits(self.declare(*limits))

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        measures = measures_of(Decisions(self.snapshots, self.place), most_days=MOST_DAYS)
        with open_ledger(self.place, measures, most_hours=720, clock=self.clock) as opened:
            yield opened

    def publish(self) -> None:
        with self.ledger() as ledger:
            publish_run(ledger, self.snapshots, "Li Na")

    def place_earmark(self, earmark_id="E1", obligor="A", amount="100.00") -> Answer:
        with self.ledger() as ledger:
            return place_earmark(ledger, PlaceWish(earmark_id, loan(obligor, amount), 24, "Zhao Min"))

    def earmarked(self) -> dict[LineKey, int]:
        with self.ledger() as ledger, ledger.database.reading() as connection:
            return earmarked(connection)


def steel_bank() -> dict:
    """A and B of the steel industry owe 900 and 800; net capital is 10 000."""
    return {
        "parties": [builders.party("A", industry="C31"), builders.party("B", industry="C31")],
        "facilities": [
            builders.facility("F1", "A", commitment="900.00", drawn="900.00"),
            builders.facility("F2", "B", commitment="800.00", drawn="800.00"),
        ],
        "capital": [builders.capital("2026-01-31")],
    }


def steel(amount: str | None = "2000.00", **more: object) -> dict:
    """What the whole industry may owe."""
    cells = {"subject_kind": "industry", "subject_id": "C31", "is_shared": True, "is_hard": True}
    return {"limit_id": "STEEL", **cells, "amount": amount, "currency": "CNY"} | more


def own(rows) -> list[tuple]:
    """limit_id, exposure, limit and breach of the bank's own limits among rows of headroom."""
    found = rows.filter(book_id="bank_limits").sort("limit_id", "subject_id")
    return found.select("limit_id", "exposure_minor", "limit_minor", "is_breach").rows()
