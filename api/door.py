"""What a route is handed: the snapshots, and a page request with the settings applied."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from api.rates import Rates
from api.schemas.queries import ListQuery, PageQuery
from riskmon.domain.access import Caller
from riskmon.operations.access import KeyRing, Persons, Tokens
from riskmon.operations.assessments import Place, place_of_settings
from riskmon.operations.checks import Decisions, LiveDecisions
from riskmon.operations.earmarks.live import LiveLedger
from riskmon.operations.read import PageRequest, Snapshots
from riskmon.settings import Settings


@dataclass(frozen=True, slots=True)
class DoorState:
    """What one application holds for its whole life."""

    snapshots: Snapshots
    settings: Settings
    decisions: LiveDecisions = field(init=False)
    ledger: LiveLedger = field(init=False)
    keys: KeyRing = field(init=False)
    tokens: Tokens = field(init=False)
    rates: Rates = field(init=False)
    persons: Persons = field(init=False)

    def __post_init__(self) -> None:
        """Keep what is decided on beside the snapshots it is read from, and who may ask; nothing is read yet."""
        decisions = Decisions(self.snapshots, self.database)
        object.__setattr__(self, "decisions", LiveDecisions(decisions, self.database))
        object.__setattr__(self, "ledger", LiveLedger(decisions, self.database, self.settings))
        object.__setattr__(self, "keys", KeyRing(self.database))
        object.__setattr__(self, "tokens", Tokens(self.settings))
        object.__setattr__(self, "rates", Rates(self.settings))
        object.__setattr__(self, "persons", Persons(self.snapshots))

    @property
    def database(self) -> Place:
        """Where what persons decided is kept."""
        return place_of_settings(self.settings)

    def page(self, query: PageQuery, caller: Caller | None = None) -> PageRequest:
        """The page that a query asks for, of a size that the settings allow, kept to the branches of the caller."""
        wanted = query.limit or self.settings.page_size_default
        return PageRequest(
            run_id=query.run if isinstance(query, ListQuery) else None,
            cursor=query.cursor,
            limit=min(wanted, self.settings.page_size_max),
            branches=caller.branches if caller else None,
        )


async def door_of(request: Request) -> DoorState:
    """The state of the application that serves the request. It waits for nothing, and so needs no thread of its own."""
    door: DoorState = request.app.state.door
    return door


Door = Annotated[DoorState, Depends(door_of)]
