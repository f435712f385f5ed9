"""The decision book: one snapshot in the form in which deals are checked, read once and never changed.

It is made of what the run stored: its output tables, the inputs it read, and its manifest with the books and choices.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from riskmon import validate
from riskmon.domain.errors import SnapshotUnreadableError
from riskmon.domain.money import exact_sum
from riskmon.domain.terms import ANONYMOUS_PARTY_ID
from riskmon.frames.inputs import INPUT_TABLES
from riskmon.groups.register import registered_cover
from riskmon.limits.subjects import BANK
from riskmon.operations.checks.book_limits import BookLimits
from riskmon.operations.checks.cells import CLEARING
from riskmon.operations.checks.measuring import Measurer
from riskmon.operations.checks.own_limits import OwnLimits, Tested, tested_limits
from riskmon.operations.checks.regrouping import Regrouping
from riskmon.operations.checks.standings import Groups, Parties, parties_of
from riskmon.operations.limits.own_headroom import own_headroom
from riskmon.operations.recorded import selection_of
from riskmon.rulebook.select import Book, Selection
from riskmon.store.snapshots import Manifest, Snapshot, Snapshots
from riskmon.validate.reporting import Rates, known_rates
from riskmon.validate.sieve import Sieve

READ: Final[tuple[str, ...]] = (
    "bank",
    "parties",
    "capital",
    "fx_rates",
    "country_ratings",
    "bank_limits",
    "declared_limits",
    "related_parties",
)
"""The inputs that a decision asks for; what is large is asked of the output tables."""


@dataclass(frozen=True, slots=True)
class DecisionBook:
    """One snapshot for decisions.

    Attributes:
        party_ids: by party key.
        keys: party key by id, ids that were merged included.
        parties, groups: by book.
        on_bank: by book and limit, what the snapshot says of a limit on all obligors together, with the bank's id.
        own: what it says of the bank's own limits, by limit, kind of subject and subject.
        signals: the raised signals that veto, by kind of subject and subject.
        covered: parties all of whose facilities a protection covers.
        guarantors: parties of a kind whose promise some book recognises.
        bank_party_id: the bank itself; None where it is not told.
    """

    manifest: Manifest
    selection: Selection
    party_ids: pl.Series
    keys: Mapping[str, int]
    kinds: pl.Series
    parties: Mapping[str, Parties]
    groups: Mapping[str, Groups]
    limits: BookLimits
    own_limits: OwnLimits
    on_bank: Mapping[tuple[str, str], tuple[str, Tested]]
    own: Mapping[tuple[str, str, str], Tested]
    measurer: Measurer
    regrouping: Regrouping
    vetoes: Mapping[tuple[str, str], list[dict[str, object]]]
    covered: frozenset[int]
    guarantors: tuple[int, ...]
    bank_party_id: str | None

    def party_id(self, key: int) -> str:
        """The id of a party."""
        return str(self.party_ids[key])


def decision_book(
    snapshots: Snapshots, run_id: str | None = None, declared: pl.DataFrame | None = None
) -> DecisionBook:
    """The decision book of a run; of the current one where none is named.

    declared: the table `declared_limits` as it is now; if it is not given, as the run counted it.

    Raises:
        NotFoundError, NotReadyError: there is no such run.
        CallerError: the rules of the run are not at hand any more.
        SnapshotUnreadableError: the tables of the run are damaged.
    """
    snapshot = snapshots.find(run_id)
    selection = selection_of(snapshot.manifest)
    inputs = snapshots.inputs(snapshot)
    if declared is not None:
        inputs["declared_limits"] = declared
    tables, rates = _validated(inputs, selection, snapshot)
    parties = tables["parties"]
    keys = dict(zip(parties["party_id"], range(parties.height), strict=True))
    aliases = snapshots.table(snapshot, "party_aliases").collect()
    keys |= {alias: keys[kept] for alias, kept in aliases.select("alias_id", "party_id").iter_rows()}
    headroom = snapshots.table(snapshot, "headroom").collect()
    if declared is not None:
        headroom = own_headroom(snapshots, snapshot, declared, selection).headroom
    limits = BookLimits(tables, selection, _registered(tables, selection))
    own_limits = OwnLimits(tables, selection, limits.bases)
    named = own_limits.named["group"]
    read = _Reader(snapshots, snapshot, keys, parties)
    covers = inputs.get("protection_covers")
    bank = tables["bank"]["party_id"].to_list()
    return DecisionBook(
        manifest=snapshot.manifest,
        selection=selection,
        party_ids=parties["party_id"],
        keys=keys,
        kinds=parties["kind"],
        parties={book.id: read.parties(book) for book in selection.books},
        groups={book.id: read.groups(book, named) for book in selection.books},
        limits=limits,
        own_limits=own_limits,
        on_bank=_on_bank(headroom),
        own=tested_limits(headroom),
        measurer=Measurer(tables, selection, rates),
        regrouping=Regrouping(tables, selection, read.relationships),
        vetoes=_vetoes(snapshots.table(snapshot, "signals").collect(), selection),
        covered=frozenset() if covers is None else _covered_whole(covers, keys),
        guarantors=_guarantors(parties, selection),
        bank_party_id=bank[0] if bank else None,
    )


class _Reader:
    """Reads the output tables of a snapshot book by book."""

    def __init__(
        self, snapshots: Snapshots, snapshot: Snapshot, keys: dict[str, int], parties: pl.DataFrame
    ) -> None:
        self._snapshots, self._snapshot, self._keys = snapshots, snapshot, keys
        self._count = parties.height
        self._ccps = parties.filter(kind="ccp")["party_id"]

    def parties(self, book: Book) -> Parties:
        # What stands behind funds and cannot be told is no party that a deal could be with.
        totals = self._of(book, "obligor_exposures").filter(pl.col("obligor_id") != ANONYMOUS_PARTY_ID)
        found = totals.collect()
        return parties_of(book, found, self._cleared(book), self._keys, self._count)

    def groups(self, book: Book, named: frozenset[str]) -> Groups:
        """The groups that limits can be tested on: of two members that count, or named by a limit."""
        members = (
            self._of(book, "group_members").select("group_id", "party_id", "role", "anchor_id").collect()
        )
        counted = (pl.col("role") != "connector").sum().over("group_id")
        members = members.filter((counted > 1) | pl.col("anchor_id").is_in(sorted(named)))
        totals = self._of(book, "group_exposures").collect()
        totals = totals.join(members.select("group_id").unique(), on="group_id", how="semi")
        return Groups(members, self._keys, totals)

    def relationships(self) -> pl.DataFrame:
        """The relationships that the run rested on, with party keys, suggestions and assessments included."""
        rows = self._snapshots.table(self._snapshot, "relationships").collect()
        keyed = rows.with_columns(relationship_key=pl.int_range(pl.len(), dtype=pl.Int32))
        ends = {
            f"{end}_key": pl.col(f"{end}_party_id").replace_strict(self._keys, return_dtype=pl.Int32)
            for end in ("source", "target")
        }
        return keyed.with_columns(**ends)

    def _cleared(self, book: Book) -> dict[str, int]:
        """What each central counterparty owes from clearing under the book, less what is exempt."""
        if self._ccps.is_empty():
            return {}
        is_own = pl.col("obligor_id").is_in(self._ccps.implode()) & (pl.col("mitigated_in_minor") == 0)
        facilities = self._snapshots.table(self._snapshot, "facilities").select("facility_id", "product")
        facilities = facilities.with_columns(source=pl.lit("facilities"))
        rows = (
            self._of(book, "exposures")
            .filter(is_own)
            .join(facilities, on=["source", "facility_id"], how="left")
        )
        # What is traded with a central counterparty is cleared by it.
        is_traded = pl.col("source").is_in(["netting_sets", "securities_financing"])
        cleared = rows.filter((pl.col("product") == CLEARING) | is_traded).group_by("obligor_id")
        amount = exact_sum(pl.col("exposure_minor") - pl.col("exempt_minor"))
        return dict(cleared.agg(amount=amount).collect().iter_rows())

    def _of(self, book: Book, table: str) -> pl.LazyFrame:
        return self._snapshots.table(self._snapshot, table).filter(pl.col("book_id") == book.id)


def _validated(
    inputs: dict[str, pl.DataFrame], selection: Selection, snapshot: Snapshot
) -> tuple[dict[str, pl.DataFrame], Rates]:
    """The tables that a decision asks for, validated as the run did, and the exchange rates."""
    wanted = {name: inputs[name] for name in (*READ, "delivered") if name in inputs}
    found = {**wanted, **validate.run(wanted, selection)}
    currency = snapshot.manifest.currency
    if found["reporting"]["currency"][0] != currency:
        # Without capital and a bank's currency, the facilities say it: then no limit is known, and none is tested.
        exponent = found["reporting"]["exponent"]
        found["reporting"] = found["reporting"].with_columns(currency=pl.lit(currency), exponent=exponent)
    rates = known_rates(Sieve(wanted).standing["fx_rates"], currency, selection)
    missing = set(INPUT_TABLES) - set(inputs)
    if "parties" in missing:
        raise SnapshotUnreadableError("The run was written without its parties.")
    return found, rates


def _registered(tables: Mapping[str, pl.DataFrame], selection: Selection) -> pl.DataFrame:
    """Everybody in the bank's register under the books that group by it: book_id, party_key."""
    found = [pl.DataFrame(schema={"book_id": pl.String, "party_key": pl.Int32})]
    for book in selection.books:
        if book.grouping is not None and book.grouping.of_register:
            whole = registered_cover(
                tables["related_parties"], tables["parties"], book.grouping, as_of=selection.as_of
            )
            found.append(
                pl.DataFrame(
                    {"book_id": [book.id] * len(whole.groups.party), "party_key": whole.groups.party},
                    schema=found[0].schema,
                )
            )
    return pl.concat(found)


def _on_bank(headroom: pl.DataFrame) -> dict[tuple[str, str], tuple[str, Tested]]:
    rows = headroom.filter((pl.col("subject_kind") == BANK) & (pl.col("book_id") != "bank_limits"))
    columns = ("book_id", "limit_id", "subject_id", "exposure_minor", "limit_minor", "is_complete")
    return {row[:2]: (row[2], Tested(*row[3:])) for row in rows.select(columns).iter_rows()}


def _vetoes(signals: pl.DataFrame, selection: Selection) -> dict[tuple[str, str], list[dict[str, object]]]:
    """The raised signals that veto. One that a broken limit raises is left to the limit, which the deal may not touch."""
    of_limits = [rule.id for rule in selection.early_warning.signals if rule.veto == "hard_breach"]
    raised = signals.filter(
        pl.col("state") == "raised", pl.col("is_veto"), ~pl.col("signal_id").is_in(of_limits)
    ).select("signal_id", "subject_kind", "subject_id", "severity", "evidence", "clause")
    found: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in raised.iter_rows(named=True):
        found.setdefault((row["subject_kind"], row["subject_id"]), []).append(row)
    return found


def _covered_whole(covers: pl.DataFrame, keys: Mapping[str, int]) -> frozenset[int]:
    """The parties all of whose facilities a protection covers."""
    named = covers.filter(pl.col("facility_id").is_null())["party_id"].drop_nulls().unique()
    return frozenset(keys[party_id] for party_id in named if party_id in keys)


def _guarantors(parties: pl.DataFrame, selection: Selection) -> tuple[int, ...]:
    """Parties of the kinds that some book names as providers of a promise that moves exposure."""
    kinds = {
        kind
        for book in selection.books
        for rule in book.mitigations
        if rule.effect == "substitute" and "guarantee" in rule.protection_kinds
        for kind in rule.provider_kinds
    }
    is_own = pl.col("is_own_bank").fill_null(value=False)
    found = parties.filter(pl.col("kind").is_in(sorted(kinds)) & ~is_own)["party_key"]
    return tuple(found.to_list())
