"""Asking for a waiver: on one limit of one subject, as the run in force knows it, of what its book lets be waived."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

import polars as pl

from riskmon.domain.clock import now
from riskmon.domain.errors import CallerError
from riskmon.domain.money import currency_exponents, decimal_text
from riskmon.domain.person import person
from riskmon.limits.bank_limits import BOOK_ID
from riskmon.operations.limits.known import limits_now
from riskmon.operations.limits.own_headroom import own_headroom
from riskmon.operations.limits.preview import run_in_force
from riskmon.operations.recorded import selection_of
from riskmon.rulebook.select import Selection
from riskmon.store.database import Place
from riskmon.store.proposals import Proposal
from riskmon.store.schema import open_to_write
from riskmon.store.snapshots import Snapshot, Snapshots
from riskmon.store.waivers import WAIVERS, LineKey, Waiver


class AskOutcome(StrEnum):
    """What became of the wish to be allowed more; the order is that of precedence: of several that hold, the first."""

    NAME_MISSING = "name_missing"
    REASON_MISSING = "reason_missing"
    AMOUNT_MISSING = "amount_missing"
    UNTIL_PAST = "until_past"
    LINE_UNKNOWN = "line_unknown"
    CURRENCY_DIFFERS = "currency_differs"
    NOT_WAIVABLE = "not_waivable"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class AskWish:
    """On which line, how far beyond its limit (in minor units of the currency), until which last day, why, and who asks."""

    line: LineKey
    amount_minor: int
    currency: str
    until: date
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The outcome, the proposal that was kept, if it was, and what else the outcome is about."""

    outcome: AskOutcome
    proposal: Proposal[Waiver] | None = None
    detail: str = ""


def ask_waiver(
    snapshots: Snapshots, place: Place, wish: AskWish, *, clock: Callable[[], datetime] = now
) -> Asked:
    """Ask for a waiver. It counts nowhere until another person with the authority approves it.

    Raises:
        StoreError: the database cannot be written to. One that is embedded is made where there is none.
        NotReadyError: there is no run.
        CallerError: the rules of the run are not at hand any more.
    """
    by, reason = person(wish.by), wish.reason.strip()
    if not by:
        return Asked(AskOutcome.NAME_MISSING)
    if not reason:
        return Asked(AskOutcome.REASON_MISSING)
    if wish.amount_minor <= 0:
        return Asked(AskOutcome.AMOUNT_MISSING)
    if wish.until < clock().astimezone(UTC).date():
        return Asked(AskOutcome.UNTIL_PAST)
    snapshot = snapshots.find(run_in_force(place))
    selection = selection_of(snapshot.manifest)
    limit = _limit_minor(snapshots, snapshot, place, wish.line, selection)
    if limit is None:
        return Asked(AskOutcome.LINE_UNKNOWN, detail="/".join(wish.line))
    currency = snapshot.manifest.currency
    if wish.currency != currency:
        return Asked(AskOutcome.CURRENCY_DIFFERS, detail=currency)
    most = most_waivable(selection, wish.line, limit)
    if most is not None and wish.amount_minor > most:
        return Asked(AskOutcome.NOT_WAIVABLE, detail=f"at most {decimal_text(most, currency)} {currency}")
    content = Waiver(
        *wish.line,
        amount_minor=wish.amount_minor,
        currency=currency,
        valid_until=wish.until,
        groups=" ".join(groups_of(snapshots, snapshot, wish.line)),
        run_id=snapshot.manifest.run_id,
        reason=reason,
    )
    database = open_to_write(place, clock=clock)
    try:
        with database.writing() as connection:
            return Asked(AskOutcome.ASKED, WAIVERS.add(connection, content, by, database.clock()))
    finally:
        database.close()


def minor_of(amount: str, currency: str) -> int:
    """An amount in major units as minor units of its currency, exactly.

    Raises:
        CallerError: it is no amount, has a fraction of a minor unit, or there is no such currency.
    """
    exponent = currency_exponents().get(currency)
    try:
        minor = Decimal(amount).scaleb(exponent or 0)
    except InvalidOperation:
        minor = None
    if exponent is None or minor is None or minor != minor.to_integral_value():
        raise CallerError(
            f"{amount!r} is no amount of {currency}.", remedy="Write it in major units, such as 50000000.00."
        )
    return int(minor)


def most_waivable(selection: Selection, line: LineKey, limit_minor: int) -> int | None:
    """How far the book lets its limit be passed, in minor units, rounded down; None where only the bank's own authority says."""
    book_id, limit_id = line[:2]
    if book_id == BOOK_ID:
        return None
    ratios = [
        limit.waivable_ratio
        for book in selection.books
        if book.id == book_id
        for limit in book.limits
        if limit.id == limit_id
    ]
    return int(limit_minor * ratios[0]) if ratios else 0


def groups_of(snapshots: Snapshots, snapshot: Snapshot, line: LineKey) -> list[str]:
    """The anchors of the groups that a waiver of a line counts against; an obligor of no group counts alone."""
    _, _, subject_kind, subject_id = line
    if subject_kind not in ("obligor", "group"):
        return []
    members = snapshots.table(snapshot, "group_members")
    is_it = pl.col("party_id" if subject_kind == "obligor" else "group_id") == subject_id
    found = members.filter(is_it).select("anchor_id").unique().sort("anchor_id").collect()
    return found["anchor_id"].to_list() or [subject_id]


def _limit_minor(
    snapshots: Snapshots, snapshot: Snapshot, place: Place, line: LineKey, selection: Selection
) -> int | None:
    """The amount of the limit as it stands now; None where there is no such line, or its amount is not known."""
    tested = own_headroom(snapshots, snapshot, limits_now(place).rows, selection).headroom
    names = ("book_id", "limit_id", "subject_kind", "subject_id")
    rows = tested.filter(**dict(zip(names, line, strict=True)))
    found: int | None = rows["limit_minor"][0] if rows.height else None
    return found
