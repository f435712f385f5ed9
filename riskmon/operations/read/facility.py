"""One facility from its contract to the limits: what was measured, what protects it, where it counts."""

from collections.abc import Sequence

import polars as pl

from riskmon.domain.errors import NotFoundError
from riskmon.operations.read.items import Item, items, stamp
from riskmon.operations.read.joint import joint_debts
from riskmon.operations.read.landed import landed_parts
from riskmon.operations.read.measuring import AppliedMeasures, applied_measures
from riskmon.operations.read.paging import Body
from riskmon.operations.refusals import refusal_said
from riskmon.store.snapshots import ROW_NUMBER, Snapshot, Snapshots


def facility(snapshots: Snapshots, facility_id: str, run_id: str | None = None) -> Body:
    """A facility: its contract, and under each book its exposure, every protection, the parties and limits it counts in.

    An exposure row names the conversion factor and the exemption with their clauses; a protection the clause that recognises
    it, or why none does. `look_through` says where each part of a fund or securitisation landed. A party comes with its groups,
    and the headroom of both. `joint_debts` are the parties that owe it whole beside its obligor; their limits count it too.

    Raises:
        NotFoundError: the snapshot has no such facility.
    """
    snapshot = snapshots.find(run_id)
    currency = snapshot.manifest.currency
    found = items(_rows(snapshots, snapshot, "facilities", pl.col("facility_id") == facility_id), currency)
    if not found:
        raise NotFoundError(
            f"The run {snapshot.manifest.run_id} has no facility {facility_id!r}.",
            remedy="List the facilities for their ids; one that was refused stands in the quarantine.",
        )
    own = pl.col("facility_id") == facility_id
    # The id of a facility may also be that of a netting set or a trade.
    exposures = _rows(snapshots, snapshot, "exposures", own & (pl.col("source") == "facilities")).drop(
        "source"
    )
    uses = _rows(snapshots, snapshot, "protection_uses", own)
    landed = landed_parts(snapshots, snapshot, own)
    joint = joint_debts(snapshots, snapshot, own)
    owing = pl.Series([debt["joint_obligor_id"] for debt in joint], dtype=pl.String)
    counted = _Counted(snapshots, snapshot, pl.concat([exposures["obligor_id"], owing]).unique().sort())
    return {
        **stamp(snapshot.manifest),
        "facility": found[0],
        "books": [
            _under(
                book_id,
                found[0],
                items(exposures.filter(book_id=book_id), currency),
                items(uses.filter(book_id=book_id), currency),
                applied_measures(snapshot.manifest, book_id),
            )
            | {
                "look_through": [part for part in landed if part["book_id"] == book_id],
                "joint_debts": [debt for debt in joint if debt["book_id"] == book_id],
                "parties": counted.parties(book_id, exposures, owing),
            }
            for book_id in exposures["book_id"].unique().sort()
        ],
    }


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
