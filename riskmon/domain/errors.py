"""Errors: what went wrong with the program's caller, told so that it can be mended."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command line call ends with."""

    DONE = 0
    OUR_FAULT = 1
    CALLER_MISTAKE = 2
    LIMIT_BROKEN = 3
    NOT_AS_RECORDED = 3


class CallerError(Exception):
    """A mistake of the caller that stops the work: a missing column, a corrupt file, an unknown book.

    Attributes:
        what: what is wrong, and where, in one sentence.
        why: why it matters, in one sentence.
        remedy: what to do about it, in one sentence.
    """

    def __init__(self, what: str, *, why: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.remedy = remedy

    def __str__(self) -> str:
        """The three sentences, those that are given."""
        return " ".join(part for part in (self.what, self.why, self.remedy) if part)


class NotFoundError(CallerError):
    """Something was asked for by an id that the snapshot does not hold."""


class StoreError(CallerError):
    """The database cannot be used: it is not there, unreachable, damaged, or of another version."""


class IdentityError(CallerError):
    """Nobody can be told from another now: what vouches for callers cannot be read."""


class NotReadyError(CallerError):
    """Nothing can be read yet: there is no data folder, or no run in it has finished."""


class SnapshotUnreadableError(CallerError):
    """A stored run is damaged, or was written by another version."""
