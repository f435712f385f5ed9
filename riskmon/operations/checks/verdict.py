"""Verdicts: what follows from the lines of a deal, the signals that veto it and the age of what is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from riskmon.operations.checks.lines import Line


class Verdict(StrEnum):
    """The answer to a deal."""

    PASS = "pass"
    WARN = "warn"
    REFUSE = "refuse"


class Outcome(StrEnum):
    """Why a deal is answered as it is, in order of precedence: of several that hold, the first is the reason."""

    PARTY_UNKNOWN = "party_unknown"
    NOT_COMPUTABLE = "not_computable"
    SNAPSHOT_STALE = "snapshot_stale"
    VETOED = "vetoed"
    LIMIT_UNKNOWN = "limit_unknown"
    LIMIT_FROZEN = "limit_frozen"
    LIMIT_BROKEN = "limit_broken"
    LIMIT_WAIVED = "limit_waived"
    SOFT_LIMIT_BROKEN = "soft_limit_broken"
    WARNING_REACHED = "warning_reached"
    TOTAL_INCOMPLETE = "total_incomplete"
    FITS = "fits"


VERDICTS: Final = {
    Outcome.LIMIT_WAIVED: Verdict.WARN,
    Outcome.SOFT_LIMIT_BROKEN: Verdict.WARN,
    Outcome.WARNING_REACHED: Verdict.WARN,
    Outcome.TOTAL_INCOMPLETE: Verdict.WARN,
    Outcome.FITS: Verdict.PASS,
}
"""The verdict of an outcome; every other one refuses."""

_RANKS: Final = {outcome: rank for rank, outcome in enumerate(Outcome)}

INCURABLE: Final = (Outcome.PARTY_UNKNOWN, Outcome.NOT_COMPUTABLE, Outcome.SNAPSHOT_STALE, Outcome.VETOED)
"""Outcomes that no other amount and no protection would change."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found about deals.

    Attributes:
        outcome: the first that holds.
        lines: every line that the deals concern.
        binding: the line behind the outcome; where none is, the one with least room that the deals add to.
        detail: what the outcome is about, where it is no line; `detail_zh` in Chinese, where that is not the same.
        vetoes: the signals that veto.
    """

    outcome: Outcome
    lines: Sequence[Line] = ()
    binding: Line | None = None
    detail: str = ""
    detail_zh: str = ""
    vetoes: Sequence[dict[str, object]] = ()

    @property
    def verdict(self) -> Verdict:
        """The verdict."""
        return VERDICTS.get(self.outcome, Verdict.REFUSE)

    @property
    def passes(self) -> bool:
        """Whether the deals may be done without a word."""
        return self.verdict is Verdict.PASS


def outcome_of(line: Line) -> Outcome:
    """What one line says to a deal. A limit that the deal does not add to says nothing, broken or not."""
    if not line.is_worse:
        return Outcome.FITS
    if not line.is_known:
        return Outcome.LIMIT_UNKNOWN
    if line.terms.is_frozen:
        return Outcome.LIMIT_FROZEN
    if line.is_broken and line.is_waived:
        return Outcome.LIMIT_WAIVED
    if line.is_broken:
        return Outcome.LIMIT_BROKEN if line.terms.is_hard else Outcome.SOFT_LIMIT_BROKEN
    if line.new_level is not None:
        return Outcome.WARNING_REACHED
    return Outcome.FITS if line.is_complete else Outcome.TOTAL_INCOMPLETE


def judged(lines: Sequence[Line], vetoes: Sequence[dict[str, object]]) -> Judged:
    """The verdict on what deals do."""
    outcomes = [outcome_of(line) for line in lines]
    worst = min(outcomes, key=_RANKS.__getitem__, default=Outcome.FITS)
    concerned = [line for line, found in zip(lines, outcomes, strict=True) if found is worst]
    adding = [line for line in concerned if line.is_worse]
    binding = min(adding or concerned, key=_room, default=None)
    if vetoes:
        named = sorted({(str(each["signal_id"]), str(each["subject_id"])) for each in vetoes})
        return Judged(
            Outcome.VETOED,
            lines,
            binding,
            detail=", ".join(f"{signal} on {subject}" for signal, subject in named),
            detail_zh="、".join(f"{subject}的{signal}" for signal, subject in named),
            vetoes=vetoes,
        )
    return Judged(worst, lines, binding)


def _room(line: Line) -> tuple[bool, int, tuple[str, ...]]:
    """An unknown limit before any other, then the least room; by name where it is equal."""
    room = line.room_after
    return room is not None, room or 0, line.key
