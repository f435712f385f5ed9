"""Reading a snapshot for decisions: its output tables book by book, and the inputs as the run validated them."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

import polars as pl

from riskmon import validate
from riskmon.domain.errors import SnapshotUnreadableError
from riskmon.domain.money import exact_sum
from riskmon.domain.terms import ANONYMOUS_PARTY_ID
from riskmon.frames.inputs import INPUT_TABLES
from riskmon.groups.register import registered_cover
from riskmon.limits.subjects import BANK
from riskmon.operations.checks.measuring import CLEARING
from riskmon.operations.checks.own_limits import Tested
from riskmon.operations.checks.standings import Flags, Groups, Parties, parties_of
from riskmon.rulebook.select import Book, Selection
from riskmon.store.snapshots import Snapshot, Snapshots
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


class Reader:
    """Reads the output tables of a snapshot book by book."""

    def __init__(
        self, snapshots: Snapshots, snapshot: Snapshot, keys: dict[str, int], parties: pl.DataFrame
    ) -> None:
        """Take the snapshot, and its parties with the keys of their ids."""
        self._snapshots, self._snapshot, self._keys = snapshots, snapshot, keys
        self._ccps = parties.filter(kind="ccp")["party_id"]

    def parties(self, book: Book, is_institution: Flags) -> Parties:
        """Every party under a book."""
        # What stands behind funds and cannot be told is no party that a deal could be with.
        totals = self._of(book, "obligor_exposures").filter(pl.col("obligor_id") != ANONYMOUS_PARTY_ID)
        found = totals.collect()
        joint = self._of(book, "joint_exposures").collect()
        return parties_of(book, found, joint, self._cleared(book), self._keys, is_institution)

    def groups(self, book: Book, parties: Parties, named: frozenset[str]) -> Groups:
        """The groups that limits can be tested on: of two members that count, or named by a limit."""
        members = (
            self._of(book, "group_members").select("group_id", "party_id", "role", "anchor_id").collect()
        )
        counted = (pl.col("role") != "connector").sum().over("group_id")
        members = members.filter((counted > 1) | pl.col("anchor_id").is_in(sorted(named)))
        totals = self._of(book, "group_exposures").collect()
        totals = totals.join(members.select("group_id").unique(), on="group_id", how="semi")
        return Groups(members, self._keys, totals, parties)

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


def validated(
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


def registered(tables: Mapping[str, pl.DataFrame], selection: Selection) -> pl.DataFrame:
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


def declared_digest(declared: pl.DataFrame) -> str:
    """SHA-256 of a table of declared limits."""
    return sha256(declared.write_json().encode()).hexdigest()


def on_bank(headroom: pl.DataFrame) -> dict[tuple[str, str], tuple[str, Tested]]:
    """By book and limit what the snapshot says of a limit on all obligors together, with the bank's id."""
    rows = headroom.filter((pl.col("subject_kind") == BANK) & (pl.col("book_id") != "bank_limits"))
    columns = ("book_id", "limit_id", "subject_id", "exposure_minor", "limit_minor", "is_complete")
    return {row[:2]: (row[2], Tested(*row[3:])) for row in rows.select(columns).iter_rows()}


def vetoes(
    signals: pl.DataFrame, selection: Selection, keys: Mapping[str, int]
) -> dict[tuple[str, int], list[dict[str, object]]]:
    """The raised signals that veto, by book and anchor of a group, or by nothing and the key of an obligor.

    One that a broken limit raises is left to the limit, which the deal may not touch.
    """
    of_limits = [rule.id for rule in selection.early_warning.signals if rule.veto == "hard_breach"]
    raised = signals.filter(
        pl.col("state") == "raised", pl.col("is_veto"), ~pl.col("signal_id").is_in(of_limits)
    ).select("signal_id", "subject_kind", "subject_id", "severity", "evidence", "evidence_zh", "clause")
    found: dict[tuple[str, int], list[dict[str, object]]] = {}
    for row in raised.iter_rows(named=True):
        book_id, party_id = "", str(row["subject_id"])
        if row["subject_kind"] == "group":
            book_id, party_id = party_id.split("/", 1)
        if party_id in keys:
            found.setdefault((book_id, keys[party_id]), []).append(row)
    return found


def covered_whole(covers: pl.DataFrame, keys: Mapping[str, int]) -> frozenset[int]:
    """The parties all of whose facilities a protection covers."""
    named = covers.filter(pl.col("facility_id").is_null())["party_id"].drop_nulls().unique()
    return frozenset(keys[party_id] for party_id in named if party_id in keys)


def guarantors(parties: pl.DataFrame, selection: Selection) -> tuple[int, ...]:
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
