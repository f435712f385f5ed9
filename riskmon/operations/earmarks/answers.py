"""What can become of an earmark: the order of each enum is the order of precedence, of several that hold the first."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from riskmon.store.earmarks import Earmark
from riskmon.store.ledger import LineKey


class PlaceOutcome(StrEnum):
    """What became of the wish to place. One under an id that is taken by the same terms is answered as it was then."""

    NAME_MISSING = "name_missing"
    KEY_REUSED = "key_reused"
    ID_MISSING = "id_missing"
    HOURS_OUT_OF_RANGE = "hours_out_of_range"
    AMOUNT_MISSING = "amount_missing"
    TERMS_DIFFER = "terms_differ"
    NOTHING_PUBLISHED = "nothing_published"
    PARTY_UNKNOWN = "party_unknown"
    NOT_COMPUTABLE = "not_computable"
    SNAPSHOT_STALE = "snapshot_stale"
    VETOED = "vetoed"
    LIMIT_UNKNOWN = "limit_unknown"
    LIMIT_FROZEN = "limit_frozen"
    LIMIT_BROKEN = "limit_broken"
    PLACED = "placed"


class ResolveOutcome(StrEnum):
    """What became of the wish to end one. One that ended just so is answered as it was then."""

    NAME_MISSING = "name_missing"
    KEY_REUSED = "key_reused"
    EARMARK_UNKNOWN = "earmark_unknown"
    AMOUNT_OUT_OF_RANGE = "amount_out_of_range"
    STATE_CHANGED = "state_changed"
    ALREADY_RESOLVED = "already_resolved"
    TIME_OVER = "time_over"
    CONFIRMED = "confirmed"
    RELEASED = "released"


class PublishOutcome(StrEnum):
    """What became of the wish to publish a run."""

    NAME_MISSING = "name_missing"
    ALREADY_IN_FORCE = "already_in_force"
    RUN_OLDER = "run_older"
    LEVEL_DIFFERS = "level_differs"
    BOOK_MISSING = "book_missing"
    EARMARK_NOT_COMPUTABLE = "earmark_not_computable"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Once:
    """The key that a caller gave a request, so that it is done once however often it is sent.

    Attributes:
        fingerprint: of all that the request says; under one key it stays the same.
    """

    caller: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome, with the earmark that it is about, if there is one, as it stands now.

    Attributes:
        is_new: whether this call did it, and not one before.
        line: the limit that refuses.
        left_minor: what it has left, in minor units of `currency`; None where that is unknown.
        currency: the reporting currency of the run that was decided on.
        detail: what the outcome is about, where it is no line.
        is_clock_behind: whether the clock shows less than was recorded already; the later time was used.
        swept: of a sweep the ids of those whose time was over.
        repeated: what the same request was answered before, as `answer_item`; it is answered again.
    """

    outcome: PlaceOutcome | ResolveOutcome
    earmark: Earmark | None = None
    is_new: bool = False
    line: LineKey | None = None
    left_minor: int | None = None
    currency: str | None = None
    detail: str = ""
    is_clock_behind: bool = False
    swept: tuple[str, ...] = ()
    repeated: Mapping[str, Any] | None = None
