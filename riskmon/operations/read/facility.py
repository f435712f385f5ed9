"""One facility, or another agreement, from its contract to the limits: what was measured, what protects it, where it counts."""

from collections.abc import Sequence

import polars as pl

from riskmon.domain.errors import CallerError, NotFoundError
from riskmon.operations.read.agreement import SOURCES, Agreement
from riskmon.operations.read.items import Item, items, stamp
from riskmon.operations.read.joint import joint_debts
from riskmon.operations.read.landed import landed_parts
from riskmon.operations.read.measuring import AppliedMeasures, applied_measures
from riskmon.operations.read.paging import Body
from riskmon.operations.refusals import refusal_said
from riskmon.store.snapshots import ROW_NUMBER, Snapshot, Snapshots


def facility(snapshots: Snapshots, facility_id: str, run_id: str | None = None) -> Body:
    """An agreement: its contract, and under each book its exposure, every protection, the parties and limits it counts in.

    A facility comes as `facility`. A netting set, a financing trade or `trading/ISSUER` comes as `agreement` with its rows,
    and `steps` say how its exposure comes about; where a facility has the same id, `SOURCE/ID` names it, such as
    `netting_sets/N1`.

    An exposure row names the conversion factor and the exemption with their clauses; a protection the clause that recognises
    it, or why none does. `look_through` says where each part of a fund or securitisation landed. A party comes with its groups,
    and the headroom of both. `joint_debts` are the parties that owe it whole beside its obligor; their limits count it too.

    Raises:
        NotFoundError: the snapshot has no such agreement.
        CallerError: several agreements that are no facility have this id.
    """
    snapshot = snapshots.find(run_id)
    currency = snapshot.manifest.currency
    own = pl.col("facility_id") == facility_id
    found = items(_rows(snapshots, snapshot, "facilities", own), currency)
    if not found:
        return _of_agreement(snapshots, snapshot, facility_id)
    # The id of a facility may also be that of a netting set or a trade.
    exposures = _rows(snapshots, snapshot, "exposures", own & (pl.col("source") == "facilities"))
    uses = _rows(snapshots, snapshot, "protection_uses", own)
    landed = landed_parts(snapshots, snapshot, own)
    joint = joint_debts(snapshots, snapshot, own)
    owing = pl.Series([debt["joint_obligor_id"] for debt in joint], dtype=pl.String)
    books = [
        {
            **_under(
                book_id,
                found[0],
                items(exposures.filter(book_id=book_id).drop("source"), currency),
                items(uses.filter(book_id=book_id), currency),
                applied_measures(snapshot.manifest, book_id),
            ),
            "steps": [],
            "look_through": [part for part in landed if part["book_id"] == book_id],
            "joint_debts": [debt for debt in joint if debt["book_id"] == book_id],
        }
        for book_id in exposures["book_id"].unique().sort()
    ]
    counted = _with_parties(snapshots, snapshot, books, exposures, owing)
    return {**stamp(snapshot.manifest), "facility": found[0], "agreement": None, "books": counted}


def _of_agreement(snapshots: Snapshots, snapshot: Snapshot, agreement_id: str) -> Body:
    """The same of what is no facility."""
    currency = snapshot.manifest.currency
    exposures = _found(snapshots, snapshot, agreement_id)
    agreement = Agreement(snapshots, snapshot, exposures)
    steps = agreement.steps()
    contract: Item = {"product": None, "is_cancellable": None, "is_qualifying": None}
    books = [
        {
            **_under(
                book_id,
                contract,
                items(exposures.filter(book_id=book_id).drop("source"), currency),
                [],
                applied_measures(snapshot.manifest, book_id),
            ),
            "steps": steps.get(book_id, []),
            "look_through": [],
            "joint_debts": [],
        }
        for book_id in exposures["book_id"].unique().sort()
    ]
    counted = _with_parties(snapshots, snapshot, books, exposures, pl.Series([], dtype=pl.String))
    return {**stamp(snapshot.manifest), "facility": None, "agreement": agreement.item(), "books": counted}


def _found(snapshots: Snapshots, snapshot: Snapshot, agreement_id: str) -> pl.DataFrame:
    """The exposure rows of an agreement that is no facility, by its id or by its source and id."""
    source, _, named = agreement_id.partition("/")
    is_it = pl.col("facility_id") == agreement_id
    if source in SOURCES:
        is_it |= (pl.col("facility_id") == named) & (pl.col("source") == source)
    found = _rows(snapshots, snapshot, "exposures", is_it & (pl.col("source") != "facilities"))
    sources = found["source"].unique().sort()
    if found.is_empty():
        raise NotFoundError(
            f"The run {snapshot.manifest.run_id} has no facility {agreement_id!r}, nor another agreement of this id.",
            remedy="List the facilities for their ids; netting sets, financing trades and trading/ISSUER stand in the "
            "exposures. What was refused stands in the quarantine.",
        )
    if sources.len() > 1:
        raise CallerError(
            f"{agreement_id!r} is the id of several agreements: {', '.join(sources)}.",
            remedy=f"Name the table as well, such as {sources[0]}/{agreement_id}.",
        )
    return found


def _with_parties(
    snapshots: Snapshots, snapshot: Snapshot, books: list[Item], exposures: pl.DataFrame, owing: pl.Series
) -> list[Item]:
    """The books with the parties that the agreement counts with under each."""
    everybody = pl.concat([exposures["obligor_id"], owing]).unique().sort()
    counted = _Counted(snapshots, snapshot, everybody)
    return [book | {"parties": counted.parties(str(book["book_id"]), exposures, owing)} for book in books]


def _under(
    book_id: str,
    contract: Item,
    exposures: Sequence[Item],
    uses: Sequence[Item],
    measures: AppliedMeasures | None,
) -> Item:
    """What one book makes of the facility. Clauses are null where the book's text is not at hand."""
    return {
        "book_id": book_id,
        "deducts_provision": None if measures is None else measures.deducts_provision,
        "measurement_clause": None if measures is None else measures.measurement_clause(),
        "exposures": [
            {
                **row,
                "factor_clause": measures.factor_clause(contract, row["factor_bp"]) if measures else None,
                "exemption_clause": measures.exemption_clause(_text(row["exemption_id"]))
                if measures
                else None,
            }
            for row in exposures
        ],
        "protections": [
            {
                **use,
                "clause": measures.mitigation_clause(_text(use["mitigation_id"])) if measures else None,
                **refusal_said(use["refusal"]),
            }
            for use in uses
        ],
    }


class _Counted:
    """The parties that the facility counts with, their groups, and the limits of both."""

    def __init__(self, snapshots: Snapshots, snapshot: Snapshot, party_ids: pl.Series) -> None:
        self._currency = snapshot.manifest.currency
        is_one = pl.col("party_id").is_in(party_ids.implode())
        self._names = dict(
            _rows(snapshots, snapshot, "parties", is_one).select("party_id", "name").iter_rows()
        )
        self._members = _rows(snapshots, snapshot, "group_members", is_one)
        subjects = pl.concat([party_ids, self._members["group_id"]]).unique()
        self._headroom = _rows(
            snapshots, snapshot, "headroom", pl.col("subject_id").is_in(subjects.implode())
        )

    def parties(self, book_id: str, exposures: pl.DataFrame, owing: pl.Series) -> list[Item]:
        ids = pl.concat([exposures.filter(book_id=book_id)["obligor_id"], owing]).unique().sort()
        return [self._party(book_id, party_id) for party_id in ids]

    def _party(self, book_id: str, party_id: str) -> Item:
        groups = self._members.filter(party_id=party_id, book_id=book_id)["group_id"].sort()
        is_own = (pl.col("subject_kind") == "obligor") & (pl.col("subject_id") == party_id)
        is_group = (pl.col("subject_kind") == "group") & pl.col("subject_id").is_in(groups.implode())
        tested = self._headroom.filter((pl.col("book_id") == book_id) & (is_own | is_group))
        return {
            "party_id": party_id,
            "name": self._names.get(party_id),
            "group_ids": groups.to_list(),
            "headroom": items(tested, self._currency),
        }


def _rows(snapshots: Snapshots, snapshot: Snapshot, table: str, wanted: pl.Expr) -> pl.DataFrame:
    return snapshots.table(snapshot, table).filter(wanted).drop(ROW_NUMBER).collect()


def _text(value: object) -> str | None:
    return None if value is None else str(value)
