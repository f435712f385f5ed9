"""Names and numbers of natural persons, taken out of an answer for who may not see them, wherever in it they stand."""

import json
import re
from collections.abc import Iterable
from threading import Lock
from typing import Any, Final

import polars as pl
from stdnum.cn import ric

from riskmon.domain.errors import NotFoundError, NotReadyError
from riskmon.store.snapshots import Snapshots

MASK: Final = "(natural person)"
"""What stands in the place of a name or a number."""

_PERSON_KINDS: Final = ("person", "sole_trader")
_MOST_RUNS: Final = 4
_RESIDENT_NUMBER: Final = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")


class NameMask:
    """Finds any of many names in a text, in a time that does not depend on how many there are."""

    def __init__(self, names: Iterable[str]) -> None:
        """Of these names; blanks around them mean nothing."""
        self._names = frozenset(filter(None, (name.strip() for name in names)))
        lengths: dict[str, set[int]] = {}
        for name in self._names:
            lengths.setdefault(name[:2], set()).add(len(name))
        self._lengths = {start: sorted(found, reverse=True) for start, found in lengths.items()}

    def text(self, value: str) -> str:
        """The text with every name, and every number of a resident of China, replaced."""
        numbered = _RESIDENT_NUMBER.sub(
            lambda found: MASK if ric.is_valid(found.group()) else found.group(), value
        )
        return self._without_names(numbered)

    def value(self, value: Any) -> Any:  # noqa: ANN401 -- any JSON value
        """A JSON value with every text in it masked; the names of fields stay."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(each) for each in value]
        if isinstance(value, dict):
            return {name: self.value(each) for name, each in value.items()}
        return value

    def _without_names(self, value: str) -> str:
        if value in self._names:
            return MASK
        kept, begin, at = [], 0, 0
        while at < len(value):
            end = self._end_of_name(value, at)
            if end is None:
                at += 1
                continue
            kept += [value[begin:at], MASK]
            begin = at = end
        return "".join([*kept, value[begin:]]) if kept else value

    def _end_of_name(self, value: str, at: int) -> int | None:
        """Where the longest name that begins at a place ends; a word that only begins like a name is none."""
        for length in self._lengths.get(value[at : at + 2], ()):
            end = at + length
            if value[at:end] in self._names and not (_joins(value, at) or _joins(value, end)):
                return end
        return None


class Persons:
    """The natural persons of each run. `masked` may wait for a run to be read."""

    def __init__(self, snapshots: Snapshots) -> None:
        """Of these runs; nothing is read yet."""
        self._snapshots = snapshots
        self._turn = Lock()
        self._masks: dict[str, NameMask] = {}

    def masked(self, body: bytes) -> bytes:
        """A JSON body without the natural persons of the run that it names, else of the current one.

        Raises:
            SnapshotUnreadableError: the run cannot be read, so that nobody can be told from a firm.
        """
        told = json.loads(body)
        run_id = told.get("run_id") if isinstance(told, dict) else None
        masked = self._mask(run_id if isinstance(run_id, str) else None).value(told)
        return json.dumps(masked, ensure_ascii=False, separators=(",", ":")).encode()

    def _mask(self, run_id: str | None) -> NameMask:
        try:
            snapshot = self._snapshots.find(run_id)
        except (NotReadyError, NotFoundError):
            return NameMask(())
        known = snapshot.manifest.run_id
        with self._turn:
            if known not in self._masks:
                parties = self._snapshots.table(snapshot, "parties").filter(
                    pl.col("kind").is_in(_PERSON_KINDS)
                )
                names = parties.select("name").drop_nulls().collect()["name"]
                while len(self._masks) >= _MOST_RUNS:
                    del self._masks[next(iter(self._masks))]
                self._masks[known] = NameMask(names)
            return self._masks[known]


def _joins(value: str, at: int) -> bool:
    """Whether letters of one Latin word stand on both sides of a place."""
    return 0 < at < len(value) and _is_latin(value[at - 1]) and _is_latin(value[at])


def _is_latin(letter: str) -> bool:
    return letter.isalnum() and letter.isascii()
