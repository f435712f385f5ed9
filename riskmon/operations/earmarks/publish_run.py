"""Publishing a run: what earmarks are counted against from then on.

It is an act of its own, since a run may be of an earlier date, of fewer books or a trial: only what a person puts in force
changes what may be lent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import polars as pl

from riskmon.domain.earmark import booked
from riskmon.domain.person import person
from riskmon.operations.checks import Deal
from riskmon.operations.earmarks.answers import PublishOutcome
from riskmon.operations.earmarks.audited import booked_entry, published_entry
from riskmon.operations.earmarks.ledger import Ledger
from riskmon.operations.earmarks.listing import earmark_item
from riskmon.operations.earmarks.measured import Measured
from riskmon.operations.earmarks.resolve_earmark import expire_earmarks
from riskmon.store.audit import record
from riskmon.store.earmarks import Earmark, confirmed_rows, live_earmarks
from riskmon.store.ledger import (
    LineKey,
    Publication,
    add_booking,
    booked_facilities,
    current_publication,
    enter,
    is_published,
    limits_approved,
    lines_over,
    publish,
    recorded_now,
)
from riskmon.store.outbox import Event, announce
from riskmon.store.snapshots import Snapshot, Snapshots


@dataclass(frozen=True, slots=True)
class Published:
    """The outcome, and what it made of the live earmarks.

    Attributes:
        publication: the run in force now; None where there is none.
        booked: facility by the earmark whose place it took.
        unmatched: confirmed earmarks whose facility has not arrived; they keep counting.
        over: hard lines whose earmarks are more than the run leaves room for, with how far, in minor units.
        detail: what a refusal is about.
    """

    outcome: PublishOutcome
    publication: Publication | None = None
    booked: Mapping[str, str] | None = None
    unmatched: Sequence[str] = ()
    over: Mapping[LineKey, int] | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What publishing asks of a run.

    Attributes:
        facilities: those it counted, with the earmark that each names: facility_id, obligor_id, earmark_id.
        merged: the id that stands for a party by another id it was delivered under.
    """

    run_id: str
    as_of: date
    sequence: int
    level: str
    books: tuple[str, ...]
    facilities: pl.DataFrame
    merged: Mapping[str, str]


def publish_run(ledger: Ledger, snapshots: Snapshots, by: str, run_id: str | None = None) -> Published:
    """Count every live earmark against a run, the current one if none is named: see `put_in_force`.

    Raises:
        NotFoundError, NotReadyError: there is no such run.
        StoreError: the database cannot be written to.
    """
    return put_in_force(ledger, _read(snapshots, snapshots.find(run_id)), by)


def put_in_force(ledger: Ledger, run: Run, by: str) -> Published:
    """Count every live earmark against a run, under its groups and limits.

    Confirmed earmarks whose facility the run holds stop counting, once. All of it in one transaction that nobody places or
    ends an earmark beside. Dates only go forward, and no book and no perimeter is lost on the way.

    Raises:
        StoreError: the database cannot be written to.
    """
    if not person(by):
        return Published(PublishOutcome.NAME_MISSING)
    expire_earmarks(ledger)
    with ledger.database.reading() as connection:
        limits = limits_approved(connection)
        at, live = recorded_now(connection, ledger.database.clock), live_earmarks(connection)
    counting = _Counting(ledger, run.run_id, limits)
    for earmark in live:
        # Measured before the ledger is locked; what is placed until then is measured inside.
        counting.claims(earmark, at)
    with ledger.database.writing() as connection:
        enter(connection, alone=True)
        current = current_publication(connection)
        refused = _refused(current, run, is_known=is_published(connection, run.run_id))
        if refused is not None:
            return refused
        counting.renew(limits_approved(connection))
        at, live = recorded_now(connection, ledger.database.clock), live_earmarks(connection)
        waiting = [each for each in live if each.state == "confirmed"]
        by_id = {each.earmark_id: each for each in waiting}
        arrived = _arrived(waiting, run, booked_facilities(connection))
        measured = {e.earmark_id: counting.claims(e, at) for e in live if e.earmark_id not in arrived}
        untold = [f"{name} ({found.detail})" for name, found in measured.items() if found.claims is None]
        if untold:
            return Published(PublishOutcome.EARMARK_NOT_COMPUTABLE, current, detail="; ".join(untold))
        publication = _publication(current, run, person(by), at)
        publish(connection, publication, {name: found.claims or () for name, found in measured.items()})
        record(connection, published_entry(current, publication), at)
        announce(connection, _published(publication), at)
        for earmark_id, facility_id in arrived.items():
            add_booking(connection, earmark_id, facility_id, publication.run_id, at)
            record(connection, booked_entry(earmark_id, facility_id, publication), at)
            announce(connection, _booked(by_id[earmark_id], facility_id, at), at)
        over = lines_over(connection)
    unmatched = [each.earmark_id for each in waiting if each.earmark_id not in arrived]
    return Published(PublishOutcome.PUBLISHED, publication, arrived, unmatched, over)


def _published(publication: Publication) -> Event:
    run = {"run_id": publication.run_id, "as_of": publication.as_of.isoformat()}
    return Event("run.published", publication.run_id, {**run, "generation": publication.generation})


def _booked(earmark: Earmark, facility_id: str, at: datetime) -> Event:
    item = earmark_item(replace(earmark, booked_as=facility_id, booked_at=at))
    return Event("earmark.booked", earmark.earmark_id, item)


def _arrived(waiting: Sequence[Earmark], run: Run, taken: set[str]) -> dict[str, str]:
    """Facility by the confirmed earmark whose place it takes."""
    earmarks = confirmed_rows(waiting).with_columns(pl.col("obligor_id").replace(run.merged))
    free = run.facilities.filter(~pl.col("facility_id").is_in(sorted(taken)))
    return dict(booked(earmarks, free).iter_rows())


class _Counting:
    """What earmarks claim under one run, each measured once."""

    def __init__(self, ledger: Ledger, run_id: str, limits: int) -> None:
        self._ledger, self._run_id, self._limits = ledger, run_id, limits
        self._measure = ledger.measures(run_id, limits)
        self._found: dict[tuple[str, int], Measured] = {}

    def renew(self, limits: int) -> None:
        """Forget what was measured under limits that have changed since."""
        if limits != self._limits:
            self._measure, self._limits = self._ledger.measures(self._run_id, limits), limits
            self._found = {}

    def claims(self, earmark: Earmark, at: datetime) -> Measured:
        key = earmark.earmark_id, earmark.counted_minor
        if key not in self._found:
            deal = Deal.model_validate_json(earmark.deal).of_amount(earmark.counted_minor)
            self._found[key] = self._measure(deal, at)
        return self._found[key]


def _refused(current: Publication | None, run: Run, *, is_known: bool) -> Published | None:
    if current is None:
        return None
    if current.run_id == run.run_id:
        return Published(PublishOutcome.ALREADY_IN_FORCE, current)
    if is_known or (run.as_of, run.sequence) < (current.as_of, current.sequence):
        return Published(PublishOutcome.RUN_OLDER, current, detail=f"{current.run_id} as of {current.as_of}")
    if run.level != current.level:
        return Published(PublishOutcome.LEVEL_DIFFERS, current, detail=current.level)
    missing = sorted(set(current.books) - set(run.books))
    if missing:
        return Published(PublishOutcome.BOOK_MISSING, current, detail=", ".join(missing))
    return None


def _publication(current: Publication | None, run: Run, by: str, at: datetime) -> Publication:
    return Publication(
        generation=1 if current is None else current.generation + 1,
        run_id=run.run_id,
        as_of=run.as_of,
        sequence=run.sequence,
        level=run.level,
        books=run.books,
        published_at=at,
        published_by=by,
    )


def _read(snapshots: Snapshots, snapshot: Snapshot) -> Run:
    manifest = snapshot.manifest
    counted = snapshots.table(snapshot, "facilities").select("facility_id", "obligor_id").collect()
    named = snapshots.inputs(snapshot)["facilities"].select("facility_id", "earmark_id").drop_nulls()
    aliases = snapshots.table(snapshot, "party_aliases").select("alias_id", "party_id").collect()
    return Run(
        run_id=manifest.run_id,
        as_of=manifest.as_of,
        sequence=manifest.sequence,
        level=manifest.level,
        books=tuple(sorted(book.book_id for book in manifest.books)),
        facilities=counted.join(
            named.unique("facility_id", keep="first", maintain_order=True), on="facility_id", how="left"
        ),
        merged=dict(aliases.iter_rows()),
    )
