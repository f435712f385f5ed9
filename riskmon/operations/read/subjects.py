"""One group or one obligor with everything the snapshot says of it."""

import polars as pl

from riskmon.domain.errors import NotFoundError
from riskmon.operations.read.aliases import present_id
from riskmon.operations.read.if_confirmed import would_join
from riskmon.operations.read.items import Item, items, stamp
from riskmon.operations.read.joint import joint_debts
from riskmon.operations.read.landed import landed_parts
from riskmon.operations.read.paging import Body
from riskmon.operations.read.tables import with_anchors
from riskmon.operations.read.why import GroupWhy, group_why
from riskmon.store.snapshots import ROW_NUMBER, Snapshot, Snapshots


def group(snapshots: Snapshots, group_id: str, run_id: str | None = None) -> Body:
    """A group: its exposure down to facilities, its members with role and reason, its headroom under every limit.

    A member's reason is the path of relationships from the anchor, each spelled out, and told in one sentence.
    `splitting_links` are the single relationships without which the group would not hold together; null where there
    are too many to try, or the book's rules are not at hand.

    Raises:
        NotFoundError: the snapshot has no such group.
    """
    snapshot = snapshots.find(run_id)
    group_id = _present_group_id(snapshots, snapshot, group_id)
    found = _rows(snapshots, snapshot, "group_exposures", group_id=group_id)
    if found.is_empty():
        wider = _rows(snapshots, snapshot, "if_confirmed_members", group_id=group_id)
        raise NotFoundError(
            f"The run {snapshot.manifest.run_id} has no group {group_id!r}.",
            why="" if wider.is_empty() else "It would stand only if doubtful relationships were confirmed.",
            remedy="A group id is `<book_id>/<anchor party_id>`; list the groups, with party_id for those of a party.",
        )
    currency = snapshot.manifest.currency
    described = items(with_anchors(snapshots, snapshot, found), currency)[0]
    why = group_why(snapshots, snapshot, group_id)
    members = why.members
    exposures = (
        snapshots.table(snapshot, "obligor_exposures")
        .filter(pl.col("book_id") == described["book_id"])
        .select(pl.col("obligor_id").alias("party_id"), "exposure_minor", "is_complete")
    )
    return {
        **stamp(snapshot.manifest),
        "group": described,
        "members": [
            why.told(member)
            for member in _spelled_out(
                snapshots, snapshot, _described(snapshots, snapshot, members, exposures)
            )
        ],
        "splitting_links": why.splitting_links(),
        "if_confirmed": _if_confirmed(snapshots, snapshot, why, exposures),
        "exposures": _by_facility(
            snapshots,
            snapshot,
            pl.col("obligor_id").is_in(members["party_id"].implode())
            & (pl.col("book_id") == described["book_id"]),
        ),
        "headroom": items(_headroom(snapshots, snapshot, "group", group_id), currency),
        "changes": items(_changes(snapshots, snapshot, "group", group_id), currency),
    }


def obligor(snapshots: Snapshots, obligor_id: str, run_id: str | None = None) -> Body:
    """An obligor: its exposure down to facilities, the class of its claims, its groups and why, headroom and signals.

    `joint_debts` are the facilities that it owes whole beside, each counting with another. `look_through` is what reaches it through funds, securitisations and other structures, part by part. A party without exposure is answered with empty lists.

    Raises:
        NotFoundError: the snapshot has no such party.
    """
    snapshot = snapshots.find(run_id)
    obligor_id, aliases = present_id(snapshots, snapshot, obligor_id)
    party = _rows(snapshots, snapshot, "parties", party_id=obligor_id)
    if party.is_empty():
        raise NotFoundError(
            f"The run {snapshot.manifest.run_id} has no party {obligor_id!r}.",
            remedy="List the obligors for their ids; a party that was refused stands in the findings.",
        )
    currency = snapshot.manifest.currency
    memberships = _rows(snapshots, snapshot, "group_members", party_id=obligor_id)
    return {
        **stamp(snapshot.manifest),
        "party": {**items(party, currency)[0], "alias_ids": aliases},
        "exposures": items(_rows(snapshots, snapshot, "obligor_exposures", obligor_id=obligor_id), currency),
        "facilities": _by_facility(snapshots, snapshot, pl.col("obligor_id") == obligor_id),
        "joint_debts": joint_debts(snapshots, snapshot, pl.col("joint_obligor_id") == obligor_id),
        "look_through": landed_parts(snapshots, snapshot, pl.col("obligor_id") == obligor_id),
        "asset_class": next(
            iter(items(_rows(snapshots, snapshot, "obligor_classes", obligor_id=obligor_id), currency)), None
        ),
        "asset_classes": items(_rows(snapshots, snapshot, "asset_classes", obligor_id=obligor_id), currency),
        "groups": [
            _told(snapshots, snapshot, membership, obligor_id)
            for membership in _spelled_out(
                snapshots,
                snapshot,
                items(memberships.select("group_id", "book_id", "anchor_id", "role", "reason"), currency),
            )
        ],
        "headroom": items(_headroom(snapshots, snapshot, "obligor", obligor_id), currency),
        "changes": items(_changes(snapshots, snapshot, "obligor", obligor_id), currency),
        "signals": items(
            _rows(snapshots, snapshot, "signals", subject_kind="obligor", subject_id=obligor_id), currency
        ),
    }


def _present_group_id(snapshots: Snapshots, snapshot: Snapshot, group_id: str) -> str:
    """The id of the group whose anchor may be named by any id that was delivered for it."""
    book_id, slash, anchor_id = group_id.partition("/")
    return f"{book_id}{slash}{present_id(snapshots, snapshot, anchor_id)[0]}" if slash else group_id


def _if_confirmed(
    snapshots: Snapshots, snapshot: Snapshot, why: GroupWhy, exposures: pl.LazyFrame
) -> list[Item]:
    """Who would join if doubts were confirmed, each with its name, exposure, sentences and the doubts behind it."""
    joining = would_join(snapshots, snapshot, why)
    members = pl.DataFrame([each.member for each in joining], schema=why.members.schema)
    told = _spelled_out(snapshots, snapshot, _described(snapshots, snapshot, members, exposures))
    return [
        {**each.why.told(member), "doubtful_links": each.doubtful_links}
        for member, each in zip(told, joining, strict=True)
    ]


def _described(
    snapshots: Snapshots, snapshot: Snapshot, members: pl.DataFrame, exposures: pl.LazyFrame
) -> list[Item]:
    """The members with name, kind and exposure."""
    known = (
        members.lazy()
        .select("party_id", "role", "reason")
        .join(_names(snapshots, snapshot), on="party_id", how="left", maintain_order="left")
        .join(exposures, on="party_id", how="left", maintain_order="left")
    )
    return items(known.collect(), snapshot.manifest.currency)


def _told(snapshots: Snapshots, snapshot: Snapshot, membership: Item, party_id: str) -> Item:
    """A membership of a party with its sentences."""
    why = group_why(snapshots, snapshot, str(membership["group_id"]))
    told = why.told({**membership, "party_id": party_id})
    return {name: value for name, value in told.items() if name != "party_id"}


def _changes(snapshots: Snapshots, snapshot: Snapshot, kind: str, subject_id: str) -> pl.DataFrame:
    """What changed its amounts and its headroom since the run before."""
    return _rows(snapshots, snapshot, "attribution", subject_kind=kind, subject_id=subject_id)


def _headroom(snapshots: Snapshots, snapshot: Snapshot, kind: str, subject_id: str) -> pl.DataFrame:
    return _rows(snapshots, snapshot, "headroom", subject_kind=kind, subject_id=subject_id)


def _by_facility(snapshots: Snapshots, snapshot: Snapshot, wanted: pl.Expr) -> list[Item]:
    """The wanted rows of `exposures` in the stored order, each with what is behind it.

    Of a facility its product, and in its own `facility_currency` what is drawn and committed; these are null for what
    is measured from a table of its own, which `source` names.
    """
    rows = snapshots.table(snapshot, "exposures").filter(wanted).drop(ROW_NUMBER).collect()
    facilities = snapshots.table(snapshot, "facilities").select(
        "facility_id", "product", "currency", "drawn_minor", "commitment_minor"
    )
    behind = (
        rows.lazy()
        .select(facility_id=pl.when(pl.col("source") == "facilities").then("facility_id"))
        .join(facilities, on="facility_id", how="left", maintain_order="left")
    )
    currency = snapshot.manifest.currency
    return [
        {
            **exposure,
            "product": facility["product"],
            "facility_currency": facility["currency"],
            "drawn": facility["drawn"],
            "commitment": facility["commitment"],
        }
        for exposure, facility in zip(items(rows, currency), items(behind.collect(), currency), strict=True)
    ]


def _rows(snapshots: Snapshots, snapshot: Snapshot, table: str, **where: str) -> pl.DataFrame:
    """The rows of a table with these values, in the stored order, without their numbers."""
    return snapshots.table(snapshot, table).filter(**where).drop(ROW_NUMBER).collect()


def _names(snapshots: Snapshots, snapshot: Snapshot) -> pl.LazyFrame:
    return snapshots.table(snapshot, "parties").select("party_id", "name", "kind")


def _spelled_out(snapshots: Snapshots, snapshot: Snapshot, memberships: list[Item]) -> list[Item]:
    """The memberships with each relationship id of `reason` replaced by the relationship, its parties named.

    An id that the snapshot's relationships do not hold stays, with everything else of it unknown.
    """
    path = pl.DataFrame({"reason": [m["reason"] for m in memberships]}, schema={"reason": pl.List(pl.String)})
    ids = path.select(relationship_id="reason").explode("relationship_id").drop_nulls().unique()
    names = _names(snapshots, snapshot).drop("kind")
    found = (
        ids.lazy()
        .join(snapshots.table(snapshot, "relationships").drop(ROW_NUMBER), on="relationship_id", how="left")
        .join(
            names.rename({"party_id": "source_party_id", "name": "source_name"}),
            on="source_party_id",
            how="left",
        )
        .join(
            names.rename({"party_id": "target_party_id", "name": "target_name"}),
            on="target_party_id",
            how="left",
        )
        .collect()
    )
    by_id = {item["relationship_id"]: item for item in items(found, snapshot.manifest.currency)}
    return [
        {**membership, "reason": [by_id[i] for i in reason]}
        for membership, reason in zip(memberships, path["reason"].to_list(), strict=True)
    ]
