"""Answers kept by the key of the request that they were given to, so that one that is sent again is answered the same."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select, tuple_

from riskmon.store.ledger_tables import ANSWERS

KEPT_FOR: Final = timedelta(days=7)
"""How long an answer is kept."""

Key = tuple[str, str]
"""Who asked, and the key that he gave his request."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What a request was answered. fingerprint: of all that it said; answer: JSON."""

    caller: str
    key: str
    fingerprint: str
    answer: str
    answered_at: datetime


def find_answers(connection: Connection, keys: Collection[Key], at: datetime) -> dict[Key, KeptAnswer]:
    """The answers under these keys that are still kept."""
    if not keys:
        return {}
    is_asked = tuple_(ANSWERS.c.caller, ANSWERS.c.key).in_(list(keys))
    rows = connection.execute(select(ANSWERS).where(is_asked, ANSWERS.c.answered_at > at - KEPT_FOR))
    return {(row["caller"], row["key"]): KeptAnswer(**row) for row in rows.mappings()}


def keep_answers(connection: Connection, answers: Mapping[Key, KeptAnswer]) -> None:
    """Keep answers, in the transaction of what they tell of.

    Raises:
        IntegrityError: another server has just answered a request of one of the keys.
    """
    if answers:
        rows = [
            {name: getattr(answers[key], name) for name in KeptAnswer.__slots__} for key in sorted(answers)
        ]
        connection.execute(insert(ANSWERS), rows)


def forget_answers(connection: Connection, at: datetime, keys: Sequence[Key] | None = None) -> int:
    """Forget what is older than `KEPT_FOR`; of these keys alone, if any are named. Returns how many were forgotten."""
    old = delete(ANSWERS).where(ANSWERS.c.answered_at <= at - KEPT_FOR)
    if keys is not None:
        old = old.where(tuple_(ANSWERS.c.caller, ANSWERS.c.key).in_(list(keys)))
    return connection.execute(old).rowcount
