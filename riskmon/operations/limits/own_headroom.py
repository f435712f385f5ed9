"""The bank's own limits on a finished run under other declarations: the limit stage asked again, and nothing else.

What limits count is stored with the run, so that no exposure and no group is computed anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from riskmon import validate
from riskmon.domain.terms import ANONYMOUS_PARTY_ID
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.limits.bank_limits import BOOK_ID, bank_limit_headroom
from riskmon.limits.headroom import with_binding
from riskmon.limits.stage import capital_bases
from riskmon.operations.recorded import selection_of
from riskmon.rulebook.select import Selection
from riskmon.store.snapshots import ROW_NUMBER, Snapshot, Snapshots

DECLARED = "declared_limits"

_ASKED = ("bank", "parties", "capital", "fx_rates", "bank_limits", "delivered")
"""The inputs that limits are read with."""


@dataclass(frozen=True, slots=True)
class OwnHeadroom:
    """What the bank's own limits say of a run.

    Attributes:
        headroom: the output table `headroom`, those of the books as the run found them.
        not_evaluated: what of the own limits is not evaluated.
        findings: what is wrong with the limits.
        frozen: the limits that are held at what is used.
    """

    headroom: pl.DataFrame
    not_evaluated: pl.DataFrame
    findings: pl.DataFrame
    frozen: tuple[str, ...]


def declared_of(snapshots: Snapshots, snapshot: Snapshot) -> pl.DataFrame:
    """The declared limits that a run counted."""
    return snapshots.inputs(snapshot, only=(DECLARED,))[DECLARED]


def own_headroom(
    snapshots: Snapshots, snapshot: Snapshot, declared: pl.DataFrame, selection: Selection | None = None
) -> OwnHeadroom:
    """Every limit on the subjects of a run, the own ones under these declarations.

    declared: the table `declared_limits`. selection: what the run was asked for, read from its manifest if not given.

    Raises:
        CallerError: the rules of the run are not at hand any more.
        SnapshotUnreadableError: the tables of the run are damaged.
    """
    selection = selection or selection_of(snapshot.manifest)
    asked = snapshots.inputs(snapshot, only=_ASKED)
    validated = validate.run({**asked, DECLARED: declared}, selection)
    found = _Found(snapshots, snapshot, validated["parties"])
    tables = {
        "bank_limits": validated["bank_limits"],
        "reporting": validated["reporting"],
        **found.tables,
    }
    bases = capital_bases(validated["capital"], 0, selection.as_of)
    own, unread = bank_limit_headroom(tables, selection, bases)
    others = found.of("headroom").filter(pl.col("book_id") != BOOK_ID)
    headroom = pl.concat(
        [others.drop("is_binding"), found.named(own).select(others.drop("is_binding").columns)]
    )
    is_of_limits = pl.col("table") == "bank_limits"
    return OwnHeadroom(
        OUTPUT_TABLES["headroom"].shape(found.bound(headroom)),
        unread,
        validated["findings"].filter(is_of_limits),
        tuple(validated["bank_limits"].filter("is_frozen")["limit_id"]),
    )


class _Found:
    """What a run found, under keys again."""

    def __init__(self, snapshots: Snapshots, snapshot: Snapshot, parties: pl.DataFrame) -> None:
        self._snapshots, self._snapshot = snapshots, snapshot
        anonymous = pl.DataFrame(
            {"party_id": [ANONYMOUS_PARTY_ID], "party_key": [parties.height], "kind": ["anonymous"]},
            schema_overrides={"party_key": pl.Int32},
        )
        # Whom a refused row touches is known of every obligor already.
        self._parties = pl.concat([parties, anonymous], how="diagonal").with_columns(
            is_complete=pl.lit(value=True)
        )
        self._keys = self._parties.select("party_id", "party_key")
        members = self.of("group_members")
        self._groups = (
            members.select("group_id", "anchor_id", "book_id")
            .unique()
            .sort("group_id")
            .with_row_index("group_key")
            .with_columns(pl.col("group_key").cast(pl.Int32))
        )
        self.tables: Mapping[str, pl.DataFrame] = {
            "parties": self._parties,
            "obligor_products": self._keyed(self.of("obligor_products"), "obligor_id", "obligor_key"),
            "joint_exposures": self._keyed(
                self._keyed(self.of("joint_exposures"), "obligor_id", "obligor_key"),
                "joint_obligor_id",
                "joint_obligor_key",
            ).rename({"facility_id": "facility_key"}),
            "obligor_exposures": self._keyed(self.of("obligor_exposures"), "obligor_id", "obligor_key"),
            "groups": self._keyed(self._groups, "anchor_id", "anchor_key"),
            "group_members": self._keyed(members, "party_id", "party_key")
            .join(self._groups.select("group_id", "group_key"), on="group_id", how="left")
            .select("book_id", "group_key", "party_key"),
        }

    def of(self, table: str) -> pl.DataFrame:
        return self._snapshots.table(self._snapshot, table).drop(ROW_NUMBER).collect()

    def named(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows about keys with the ids of their subjects."""
        parties = self._keys.select(subject_key="party_key", of_party="party_id")
        groups = self._groups.select(subject_key="group_key", of_group="group_id")
        kind = pl.col("subject_kind")
        subject = (
            pl.when(kind == "obligor")
            .then("of_party")
            .when(kind == "group")
            .then("of_group")
            .otherwise("subject_id")
        )
        joined = rows.join(parties, on="subject_key", how="left").join(groups, on="subject_key", how="left")
        return joined.with_columns(subject_id=subject)

    def bound(self, headroom: pl.DataFrame) -> pl.DataFrame:
        """The rows with the binding limit of each subject marked."""
        anchors = self._groups.select(
            group_key="group_id", anchor_key=pl.col("group_id").str.strip_prefix(pl.col("book_id") + "/")
        )
        kind = pl.col("subject_kind")
        keyed = headroom.with_columns(
            subject_key=pl.when(kind.is_in(["obligor", "group"])).then("subject_id"),
            named_id="subject_id",
            subject_id=pl.when(~kind.is_in(["obligor", "group"])).then("subject_id"),
        )
        return with_binding(keyed, anchors).with_columns(subject_id="named_id")

    def _keyed(self, rows: pl.DataFrame, id_name: str, key_name: str) -> pl.DataFrame:
        keys = self._keys.select(pl.col("party_id").alias(id_name), pl.col("party_key").alias(key_name))
        return rows.join(keys, on=id_name, how="left", maintain_order="left")
