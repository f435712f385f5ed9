"""A check made again from the receipt of its answer: is it what it was, bit for bit, and if not, why?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from riskmon.domain.errors import (
    CallerError,
    NotFoundError,
    NotReadyError,
    SnapshotUnreadableError,
    StoreError,
)
from riskmon.operations.checks import Body, Receipt, check_id, repeat_check
from riskmon.store.database import Place
from riskmon.store.snapshots import Snapshots

_OF_RECEIPT: Final = ("check_id", "receipt")


class Outcome(StrEnum):
    """Whether a past decision was made again as it was."""

    IDENTICAL = "identical"
    DIFFERS = "differs"
    IMPOSSIBLE = "impossible"


class Cause(StrEnum):
    """Why it was not, or could not be."""

    RECEIPT_ALTERED = "receipt_altered"
    SNAPSHOT_MISSING = "snapshot_missing"
    SNAPSHOT_UNREADABLE = "snapshot_unreadable"
    RULES_OR_LIMITS_GONE = "rules_or_limits_gone"
    CODE_DIFFERS = "code_differs"
    ANSWER_OR_SNAPSHOT_CHANGED = "answer_or_snapshot_changed"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of making a decision again.

    Attributes:
        causes: why it is not the same, as far as that is known; other code is told where the answer is the same, too.
        detail: what cannot be found, in a sentence.
        differences: what differs, as (name, then, now).
        again: the answer as it is made again; None where there is none.
    """

    outcome: Outcome
    causes: tuple[Cause, ...]
    detail: str = ""
    differences: tuple[tuple[str, object, object], ...] = ()
    again: Body | None = None


class _Said(BaseModel):
    check_id: str
    verdict: str
    receipt: Receipt


def replay_check(snapshots: Snapshots, place: Place, said: Mapping[str, Any]) -> Replayed:
    """Make a check again from its answer as it was given, receipt included.

    Raises:
        CallerError: that is no answer of a check with its receipt.
        StoreError: the database cannot be read.
    """
    receipt = _receipt(said)
    if check_id(receipt.model_dump(mode="json")) != said["check_id"]:
        return Replayed(Outcome.IMPOSSIBLE, (Cause.RECEIPT_ALTERED,))
    try:
        again = repeat_check(snapshots, place, receipt)
    except StoreError:
        raise
    except CallerError as error:
        return Replayed(Outcome.IMPOSSIBLE, (cause_of(error),), str(error))
    now = json.loads(to_json(again))
    names = [name for name in (*said, *(name for name in now if name not in said)) if name not in _OF_RECEIPT]
    differences = tuple(
        (name, said.get(name), now.get(name)) for name in names if said.get(name) != now.get(name)
    )
    other_code = () if now["receipt"]["code"] == receipt.code else (Cause.CODE_DIFFERS,)
    if not differences:
        return Replayed(Outcome.IDENTICAL, other_code, again=now)
    causes = other_code or (Cause.ANSWER_OR_SNAPSHOT_CHANGED,)
    return Replayed(Outcome.DIFFERS, causes, differences=differences, again=now)


def cause_of(error: CallerError) -> Cause:
    """What it means for a replay that something of that time cannot be read."""
    match error:
        case NotFoundError() | NotReadyError():
            return Cause.SNAPSHOT_MISSING
        case SnapshotUnreadableError():
            return Cause.SNAPSHOT_UNREADABLE
        case _:
            return Cause.RULES_OR_LIMITS_GONE


def _receipt(said: Mapping[str, Any]) -> Receipt:
    try:
        return _Said.model_validate(said).receipt
    except ValidationError as error:
        raise CallerError(
            "This is not the answer of a check with its receipt.",
            why="Without the receipt nobody knows what the answer was made of.",
            remedy="Keep the answer of POST /v1/checks, or of `riskmon check --json`, as it is.",
        ) from error
