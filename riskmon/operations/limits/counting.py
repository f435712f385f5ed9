"""What live earmarks claim of the run in force if other limits counted."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import polars as pl

from riskmon.operations.checks import Deal
from riskmon.operations.earmarks.measured import Measure, Measured
from riskmon.store.database import Database
from riskmon.store.earmarks import Earmark, live_earmarks
from riskmon.store.ledger import Claim, LineKey, claims_of, recorded_now
from riskmon.store.proposals import Transaction

MeasureUnder = Callable[[str, pl.DataFrame], Measure]
"""From the id of a run and the table `declared_limits` to what deals claim under both."""


class Recount:
    """The claims of live earmarks under other limits, each measured once."""

    def __init__(self, database: Database, measure: Measure | None) -> None:
        """Measure what is live now. measure: None where no run is in force, and nothing is claimed."""
        self._clock = database.clock
        self._measure = measure
        self._found: dict[tuple[str, int], Measured] = {}
        with database.reading() as connection:
            self.of_live(connection)

    def of_live(self, connection: Transaction) -> Mapping[str, Sequence[Claim]]:
        """By earmark what it claims; what cannot be told any more is kept as it stands."""
        if self._measure is None:
            return {}
        at = recorded_now(connection, self._clock)
        found = {}
        for earmark in live_earmarks(connection):
            claims = self._claims(earmark, at).claims
            found[earmark.earmark_id] = (
                claims_of(connection, earmark.earmark_id) if claims is None else claims
            )
        return found

    def _claims(self, earmark: Earmark, at: datetime) -> Measured:
        key = earmark.earmark_id, earmark.counted_minor
        if key not in self._found and self._measure is not None:
            deal = Deal.model_validate_json(earmark.deal).of_amount(earmark.counted_minor)
            self._found[key] = self._measure(deal, at)
        return self._found[key]


def over(claims: Mapping[str, Sequence[Claim]]) -> dict[LineKey, int]:
    """The hard lines on which more is claimed than there is room for, or whose room is unknown, with how far they are over."""
    sums: dict[LineKey, int] = defaultdict(int)
    room: dict[LineKey, int] = {}
    for each in (claim for own in claims.values() for claim in own):
        if each.is_hard:
            sums[each.line] += each.amount_minor
            room[each.line] = each.room_minor or 0
    return {line: total - room[line] for line, total in sums.items() if total > room[line]}
