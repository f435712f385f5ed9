"""From the stages' frames to the output tables: keys become ids again, every table takes its declared shape."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from riskmon.frames.outputs import OUTPUT_TABLES


def output_tables(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Every output table of a run, in its shape and sorted by its key."""
    return {name: OUTPUT_TABLES[name].shape(frame) for name, frame in _named(tables)}


def _named(tables: Mapping[str, pl.DataFrame]) -> Iterator[tuple[str, pl.DataFrame]]:
    """The tables with ids in the place of keys, one after the other: together they would be half as much again."""
    ids = _Ids(tables, ("groups", "if_confirmed_groups"))
    yield "exposures", ids.party(_of_agreements(tables), "obligor_key", "obligor_id")
    yield "protection_uses", ids.uses(tables["protection_uses"])
    yield "look_through", ids.looked_through(tables["look_through"])
    yield "joint_exposures", ids.joint(tables["joint_exposures"])
    yield "obligor_exposures", ids.party(tables["obligor_exposures"], "obligor_key", "obligor_id")
    yield "obligor_products", ids.party(tables["obligor_products"], "obligor_key", "obligor_id")
    yield "bank_limits", tables["bank_limits"].with_columns(limit_amount_minor="amount_minor")
    yield "asset_classes", ids.party(ids.facility(tables["asset_classes"]), "obligor_key", "obligor_id")
    yield "obligor_classes", ids.party(tables["obligor_classes"], "obligor_key", "obligor_id")
    yield "group_exposures", ids.group(tables["group_exposures"], "groups")
    yield "group_members", ids.members(tables["group_members"], "groups")
    yield "if_confirmed_members", ids.members(_changed_by_doubt(tables), "if_confirmed_groups")
    yield "controllers", ids.controllers(tables["controllers"])
    yield "headroom", ids.subject(tables["headroom"])
    yield "large_exposures", ids.subject(tables["large_exposures"])
    yield "signals", ids.subject(tables["signals"])
    yield "guarantee_circles", ids.circles(tables["guarantee_circles"])
    yield "party_aliases", tables["party_aliases"]
    yield "findings", tables["findings"]
    yield "not_evaluated", tables["not_evaluated"].unique()
    yield "parties", tables["parties"]
    yield "relationships", ids.relationships(tables["relationships"])
    yield "facilities", ids.party(tables["facilities"], "obligor_key", "obligor_id")


def _of_agreements(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The exposure rows with the id of their agreement and the table it comes from."""
    agreements = tables["agreements"].sort("facility_key")
    rows = tables["exposures"]
    return rows.with_columns(
        agreements[name].gather(rows["facility_key"]).alias(name) for name in ("facility_id", "source")
    )


def _changed_by_doubt(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Members of the groups that would stand otherwise if doubts were confirmed; the rest are in `group_members`."""
    key = ["book_id", "anchor_key", "party_key", "role"]
    groups = tables["groups"].select("group_key", "anchor_key")
    stands = tables["group_members"].join(groups, on="group_key", how="left").select(key)
    wider = tables["if_confirmed_members"]
    anchors = tables["if_confirmed_groups"].select("group_key", "anchor_key")
    changed = wider.join(anchors, on="group_key", how="left").join(stands, on=key, how="anti")["group_key"]
    return wider.filter(pl.col("group_key").is_in(changed.unique().implode()))


def named_members(tables: Mapping[str, pl.DataFrame], groups: str, members: str) -> pl.DataFrame:
    """Members of groups by id: group_id, anchor_id, party_id, role, reason (relationship ids)."""
    ids = _Ids(tables, (groups,))
    return ids.members(tables[members], groups).select("group_id", "anchor_id", "party_id", "role", "reason")


def named_controllers(parties: pl.DataFrame, controllers: pl.DataFrame) -> pl.DataFrame:
    """Controllers with ids in the place of keys, and the `party_id` they are about."""
    return _controllers(controllers, parties.sort("party_key")["party_id"])


def named_owners(parties: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """End owners with ids in the place of keys: party_id, owner_id (null where there is none), share, residual."""
    ids = parties.sort("party_key")["party_id"]
    return owners.select(
        ids.gather(owners["party_key"]).alias("party_id"),
        ids.gather(owners["owner_key"]).alias("owner_id"),
        "share",
        "residual",
    )


class _Ids:
    """Looks up ids by key. A key is the position in its table, so a lookup is a gather and loses no row."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], group_tables: Sequence[str]) -> None:
        self._party = tables["parties"].sort("party_key")["party_id"]
        self._facility = tables["facilities"].sort("facility_key")["facility_id"]
        self._protection = tables["protections"].sort("protection_key")["protection_id"]
        self._relationship = tables["relationships"].sort("relationship_key")["relationship_id"]
        self._structure = tables["structures"].sort("structure_key")["structure_id"]
        self._underlying = tables["underlyings"].sort("underlying_key")["underlying_id"]
        self._groups = {name: self._named(tables[name]) for name in group_tables}

    def party(self, frame: pl.DataFrame, key: str, name: str) -> pl.DataFrame:
        return frame.with_columns(self._party.gather(frame[key]).alias(name))

    def facility(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(self._facility.gather(frame["facility_key"]).alias("facility_id"))

    def joint(self, frame: pl.DataFrame) -> pl.DataFrame:
        named = self.party(self.facility(frame), "obligor_key", "obligor_id")
        return self.party(named, "joint_obligor_key", "joint_obligor_id")

    def uses(self, frame: pl.DataFrame) -> pl.DataFrame:
        named = self.party(self.facility(frame), "provider_key", "provider_id")
        return named.with_columns(self._protection.gather(frame["protection_key"]).alias("protection_id"))

    def looked_through(self, frame: pl.DataFrame) -> pl.DataFrame:
        named = self.party(self.facility(frame), "obligor_key", "obligor_id")
        return named.with_columns(
            structure_id=self._structure.gather(frame["structure_key"]),
            underlying_id=self._underlying.gather(frame["underlying_key"]),
            looked_through_minor=pl.col("booked_minor") + pl.col("potential_minor"),
        )

    def group(self, frame: pl.DataFrame, names: str) -> pl.DataFrame:
        return frame.join(self._groups[names], on="group_key", how="left")

    def members(self, frame: pl.DataFrame, names: str) -> pl.DataFrame:
        reasons = frame.with_columns(reason=_id_lists(frame["reason"], self._relationship))
        return self.group(self.party(reasons, "party_key", "party_id"), names)

    def controllers(self, frame: pl.DataFrame) -> pl.DataFrame:
        return _controllers(frame, self._party)

    def circles(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A circle is named by its kind and its centre, two that guarantee each other by both, else by its first member."""
        named = frame.with_columns(member_ids=_id_lists(frame["member_keys"], self._party))
        for role in ("centre", "breaker", "within"):
            named = self.party(named, f"{role}_key", f"{role}_id")
        members = pl.col("member_ids").list
        first = pl.when(pl.col("kind") == "mutual").then(members.join("/")).otherwise(members.first())
        return named.with_columns(circle_id=pl.format("{}/{}", "kind", pl.coalesce("centre_id", first)))

    def relationships(self, frame: pl.DataFrame) -> pl.DataFrame:
        source = self.party(frame, "source_key", "source_party_id")
        return self.party(source, "target_key", "target_party_id").with_columns(evidence_text="evidence")

    def subject(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`subject_id` of rows: of an obligor by its party key, of a group by its group key; others bring their own."""
        groups = self._groups["groups"].select(subject_key="group_key", group_id="group_id")
        kept = frame.join(groups, on="subject_key", how="left", maintain_order="left")
        party_key = pl.when(pl.col("subject_kind") == "obligor").then("subject_key")
        of_party = self._party.gather(kept.select(party_key.fill_null(0)).to_series())
        return kept.with_columns(
            subject_id=pl.when(pl.col("subject_kind") == "obligor")
            .then(of_party)
            .otherwise(pl.coalesce("group_id", *(["subject_id"] if "subject_id" in frame.columns else [])))
        )

    def _named(self, groups: pl.DataFrame) -> pl.DataFrame:
        named = self.party(groups, "anchor_key", "anchor_id")
        return named.select("group_key", "anchor_id", group_id=pl.format("{}/{}", "book_id", "anchor_id"))


def _controllers(frame: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    return frame.with_columns(
        party_id=ids.gather(frame["party_key"]),
        lowest_controller=ids.gather(frame["lowest_controller"]),
        controlled_by=_id_lists(frame["controlled_by"], ids),
        ultimate_controllers=_id_lists(frame["ultimate_controllers"], ids),
    )


def _id_lists(keys: pl.Series, ids: pl.Series) -> pl.Series:
    """A column of key lists as lists of ids, in the same order."""
    rows = pl.DataFrame({"key": keys}).with_row_index("row")
    flat = rows.explode("key", empty_as_null=False, keep_nulls=False)
    named = flat.select("row", id=ids.gather(flat["key"])).group_by("row", maintain_order=True).agg("id")
    back = rows.select("row").join(named, on="row", how="left", maintain_order="left")
    return back["id"].fill_null(pl.Series([[]], dtype=pl.List(pl.String)))
