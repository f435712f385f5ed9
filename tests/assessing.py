"""A small bank whose relationships are assessed, on a clock that the test sets."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from riskmon.operations.assess_relationship import Proposed, Wish, approve, decline, propose
from riskmon.operations.deciding import Decided
from riskmon.operations.preview_assessment import preview
from riskmon.operations.run_monitor import RunResult, run_monitor
from riskmon.rulebook.select import select
from riskmon.store.database import Place
from riskmon.store.snapshots import Snapshots
from tests import builders

AS_OF = date(2026, 6, 30)


@dataclass
class Office:
    """A bank, its data folder and its database; every verb speaks on the day that `today` says."""

    folder: Path
    place: Place
    books: tuple[str, ...] = ("example_policy",)
    today: date = AS_OF
    tables: dict = field(default_factory=dict)
    looks: int = 0

    @property
    def snapshots(self) -> Snapshots:
        return Snapshots(self.folder / "data")

    def deliver(self, **tables) -> None:
        self.tables |= tables
        builders.write_bank(self.folder / "bank", **self.tables)

    def run(self, as_of: date = AS_OF, known_at: date | None = None) -> RunResult:
        selection = select(list(self.books), as_of=as_of, known_at=known_at)
        return run_monitor(self.folder / "bank", selection, self.folder / "data", database=self.place)

    def propose(
        self, relationship_id="R1", assessment="confirmed", *, reason="visit", by="Li Na", until=None
    ) -> Proposed:
        wish = Wish(relationship_id, assessment, reason, by, until)
        return propose(self.snapshots, self.place, wish, clock=self.clock)

    def approve(self, answer: Proposed | str, by="Wang Wei") -> Decided:
        return approve(self.place, self._id(answer), by, clock=self.clock)

    def decline(self, answer: Proposed | str, by="Wang Wei", note=None) -> Decided:
        return decline(self.place, self._id(answer), by, note=note, clock=self.clock)

    def preview(self, answer: Proposed) -> dict:
        return preview(self.snapshots, self.place, self._id(answer), clock=self.clock)

    def clock(self) -> datetime:
        """Eight in the morning, and a second later at every look."""
        self.looks += 1
        return datetime(self.today.year, self.today.month, self.today.day, 8, tzinfo=UTC) + timedelta(
            seconds=self.looks
        )

    @staticmethod
    def _id(answer: Proposed | str) -> str:
        return answer if isinstance(answer, str) else answer.proposal.proposal_id


def two_firms(**relationship) -> dict:
    """A lends its name to B: 900 and 800 against a group line of 1 500 (15 % of 10 000) of the example policy."""
    return {
        "parties": [builders.party("A"), builders.party("B")],
        "relationships": [builders.relationship("R1", "A", "B", **{"assessment": "doubtful"} | relationship)],
        "facilities": [
            builders.facility("F1", "A", commitment="900.00", drawn="900.00"),
            builders.facility("F2", "B", commitment="800.00", drawn="800.00"),
        ],
        "capital": [builders.capital("2026-01-31")],
    }


def findings(result: RunResult, prefix: str = "assessment_") -> dict[str, list[str]]:
    """Finding code to sample, of those whose code begins so."""
    rows = result.tables["findings"].select("finding_code", "sample").rows()
    return {code: sample for code, sample in rows if code.startswith(prefix)}
