"""What is decided on now: the run in force, read once and kept, and what live earmarks claim of its lines."""

import gc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock, Thread
from time import monotonic
from typing import Final

import polars as pl

from riskmon.domain.errors import CallerError
from riskmon.operations.checks.decision_book import DecisionBook, decision_book
from riskmon.operations.checks.lines import LineKey
from riskmon.operations.checks.regrouping import TakesTimeError
from riskmon.operations.limits.known import limits_now
from riskmon.store.database import Place
from riskmon.store.ledger_view import LedgerView
from riskmon.store.snapshots import Snapshots
from riskmon.store.waivers import Allowance

LOOK_SECONDS: Final = 1.0
"""How often the data folder is looked at for a newer run, where none was ever put in force."""

KEPT: Final = 2
"""How many decision books are kept: the one in use, and the one that takes its place."""


class Decisions:
    """The decision books of a data folder, the last ones asked for kept. Safe to share between threads."""

    def __init__(self, snapshots: Snapshots, place: Place | None = None) -> None:
        """Read from these snapshots when first asked. place: where the limits are that persons declare."""
        self._snapshots = snapshots
        self._place = place
        self._kept: dict[tuple[str, int], DecisionBook] = {}
        self._lock = Lock()

    def of(self, run_id: str | None = None, limits: int = 0) -> DecisionBook:
        """The decision book of a run; of the current one where none is named. It is waited for.

        limits: how many approvals of limits it is to count at least; of a run that counts its own, none.

        Raises:
            CallerError: as `decision_book`.
        """
        wanted = run_id or self.current_run()
        key = wanted, limits
        found = self._kept.get(key)
        if found is None:
            with self._lock:
                found = self._kept.get(key) or decision_book(
                    self._snapshots, wanted, declared_now(self._place, limits)
                )
                self._kept[key] = found
                # What is read once and kept need not be looked at by the collector of cycles again and again.
                gc.collect()
                gc.freeze()
                for old in list(self._kept)[:-KEPT]:
                    del self._kept[old]
        return found

    def known(self, run_id: str, limits: int = 0) -> DecisionBook | None:
        """The decision book of a run if it has been read."""
        return self._kept.get((run_id, limits))

    def current_run(self) -> str:
        """The current run of the data folder.

        Raises:
            NotReadyError: no run has finished yet.
        """
        return self._snapshots.find().manifest.run_id


@dataclass(frozen=True, slots=True)
class Now:
    """The snapshot that is decided on, by line what stands between it and now, and what waivers allow beyond limits."""

    decisions: DecisionBook
    claims: Mapping[LineKey, int]
    allowances: Sequence[Allowance] = ()


def decided_on(snapshots: Snapshots, place: Place, run_id: str | None = None) -> Now:
    """What is decided on if a run is named; the run in force, else the current one, where none is.

    A run that is named keeps the limits that it counted; otherwise those count that are approved now. Claims are counted against the run in force alone; on any other there are none.

    Raises:
        CallerError, StoreError: as `LiveDecisions.now`.
    """
    view = LedgerView(place)
    try:
        standing = view.now()
    finally:
        view.close()
    declared = None if run_id else declared_now(place, standing.limits)
    decisions = decision_book(snapshots, run_id or standing.run_id, declared)
    is_in_force = decisions.manifest.run_id == standing.run_id
    return Now(decisions, standing.claims if is_in_force else {}, standing.allowances)


def declared_now(place: Place | None, limits: int) -> pl.DataFrame | None:
    """The table `declared_limits` as it is now; None where nobody has declared any. limits: how many approvals there are."""
    return limits_now(place).rows if limits and place else None


class LiveDecisions:
    """The run in force with its claims, for as long as a server lives. Safe to share between threads.

    The run in force is the one that was published last, else the current one of the data folder. Another one is read beside the
    one in use; until it is there, answers rest on the old one with what was claimed when it was last in force, and name its run.
    Limits that two persons declare count for the next question, which waits for them.
    """

    def __init__(self, decisions: Decisions, place: Place) -> None:
        """Read nothing yet."""
        self._decisions = decisions
        self._ledger = LedgerView(place)
        self._lock = Lock()
        self._used: Now | None = None
        self._limits = 0
        self._loading: str | None = None
        self._failed: dict[str, CallerError] = {}
        self._current: tuple[float, str] | None = None

    def now(self, *, in_haste: bool = False) -> Now:
        """What is decided on now; only the first question waits until it is read. in_haste: it does not.

        Raises:
            TakesTimeError: in haste, and it has to be waited for a run, or for a database elsewhere.
            NotReadyError, NotFoundError: there is no run.
            CallerError: the run in force cannot be decided on.
            StoreError: the database cannot be read.
        """
        used = self._used
        if in_haste and (used is None or self._ledger.is_elsewhere):
            raise TakesTimeError
        standing = self._ledger.now()
        wanted = standing.run_id or self._current_run()
        is_wanted = used is not None and used.decisions.manifest.run_id == wanted
        if (
            used is not None
            and is_wanted
            and self._limits == standing.limits
            and used.claims is standing.claims
        ):
            return used
        if wanted in self._failed:
            raise self._failed[wanted]
        if in_haste and is_wanted and self._limits != standing.limits:
            raise TakesTimeError
        waits = used is None or is_wanted
        ask = self._decisions.of if waits else self._decisions.known
        decisions = ask(wanted, standing.limits)
        if decisions is None:
            self._load_beside(wanted, standing.limits)
            assert used is not None
            return used
        self._limits = standing.limits
        self._used = now = Now(decisions, standing.claims, standing.allowances)
        return now

    def close(self) -> None:
        """Close the connections to the database."""
        self._ledger.close()

    def _current_run(self) -> str:
        at = monotonic()
        if self._current is None or at - self._current[0] > LOOK_SECONDS:
            self._current = at, self._decisions.current_run()
        return self._current[1]

    def _load_beside(self, run_id: str, limits: int) -> None:
        with self._lock:
            if self._loading is None:
                self._loading = run_id
                Thread(target=self._load, args=(run_id, limits), name="decisions", daemon=True).start()

    def _load(self, run_id: str, limits: int) -> None:
        try:
            self._decisions.of(run_id, limits)
        except CallerError as error:
            self._failed[run_id] = error
        finally:
            self._loading = None
