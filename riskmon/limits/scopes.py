"""Scopes: how much of the bank's exposure falls under each of its own limits.

A limit that is shared is one amount for all that it counts; one that is not gives the amount to each obligor.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from riskmon.domain.money import exact_sum
from riskmon.limits.subjects import MEASURES
from riskmon.limits.tree import ATTRIBUTES, PARTY_CONDITIONS, LimitTree

_LIMIT: Final = ["limit_id", "book_id"]
_HOLDER: Final = [*_LIMIT, "obligor_key"]
_AMOUNT: Final = ["limit_id", "is_shared", "obligor_key", "counted"]
_OBLIGOR_ATTRIBUTES: Final = tuple(name for name in ATTRIBUTES if name != "product")


@dataclass(frozen=True, slots=True)
class Measured:
    """What limits are measured on, under every selected book.

    Attributes:
        cells: book_id, obligor_key, product, the measures (see `exposures.products`), is_grouped (whether it counts
            in the sum of a group).
        obligors: book_id, obligor_key, industry, region, country, is_complete; every obligor of the book.
        joint: as cells, facility by facility, of facilities that several owe: one row for the obligor, whose cells have
            it, and one for each joint obligor (is_joint).
        holders: book_id, kind, value, obligor_key: who meets a condition on the party, an obligor by its id and the
            members of a group by its anchor's.
    """

    cells: pl.DataFrame
    obligors: pl.DataFrame
    joint: pl.DataFrame
    holders: pl.DataFrame


def measured(tables: Mapping[str, pl.DataFrame], ungrouped: Mapping[str, tuple[str, ...]]) -> Measured:
    """The exposures at the grain that limits ask for.

    tables: obligor_products, joint_exposures, obligor_exposures, parties, groups, group_members. ungrouped: by book, the products that
    stay out of a group's sum where the obligor is a central counterparty.
    """
    parties = tables["parties"].select(
        "party_id", "kind", *_OBLIGOR_ATTRIBUTES, obligor_key="party_key", is_known="is_complete"
    )
    obligors = (
        tables["obligor_exposures"]
        .select("book_id", "obligor_key", "is_complete")
        .join(parties, on="obligor_key", how="left")
        .with_columns(is_complete=pl.col("is_complete") & pl.col("is_known"))
        .select("book_id", "obligor_key", "party_id", *_OBLIGOR_ATTRIBUTES, "is_complete")
    )
    is_ungrouped = pl.any_horizontal(
        pl.lit(value=False),
        *(
            (pl.col("book_id") == book_id) & pl.col("product").is_in(products)
            for book_id, products in ungrouped.items()
            if products
        ),
    ).fill_null(value=False)
    cells, joint = (
        rows.join(parties.select("obligor_key", "kind"), on="obligor_key", how="left").with_columns(
            **{f"{name}_measure": measure for name, measure in MEASURES.items()},
            is_grouped=~((pl.col("kind") == "ccp") & is_ungrouped),
        )
        for rows in (tables["obligor_products"], _by_holder(tables["joint_exposures"]))
    )
    members = (
        tables["group_members"]
        .join(tables["groups"].select("group_key", "anchor_key"), on="group_key", how="left")
        .join(parties.select("party_id", anchor_key="obligor_key"), on="anchor_key", how="left")
        .select("book_id", kind=pl.lit("group"), value="party_id", obligor_key="party_key")
    )
    alone = obligors.select("book_id", kind=pl.lit("obligor"), value="party_id", obligor_key="obligor_key")
    return Measured(cells, obligors.drop("party_id"), joint, pl.concat([members, alone]))


def _by_holder(joint: pl.DataFrame) -> pl.DataFrame:
    """`joint_exposures` with a row for the obligor of each facility beside those of its joint obligors (is_joint)."""
    owners = joint.unique(["book_id", "facility_key"]).with_columns(is_joint=pl.lit(value=False))
    signers = joint.with_columns(obligor_key="joint_obligor_key", is_joint=pl.lit(value=True))
    return pl.concat([owners, signers])


def limit_amounts(tree: LimitTree, wanted: pl.DataFrame, found: Measured) -> pl.DataFrame:
    """How much each limit counts.

    wanted: limit_id, book_id, measure, is_shared of the limits to measure. Returns limit_id, obligor_key (null where
    the limit is shared), exposure_minor, is_complete: one row a shared limit, zero where it counts nothing; for
    another one row for each obligor that it counts.
    """
    conditions = tree.conditions.join(wanted.select(_LIMIT), on="limit_id", how="inner")
    holders = _holders(conditions, found)
    attributes = _attributes(conditions)
    scopes = wanted.join(attributes, on="limit_id", how="left").with_columns(
        has_party=pl.col("limit_id").is_in(
            conditions.filter(pl.col("kind").is_in(PARTY_CONDITIONS))["limit_id"].implode()
        ),
        has_group=pl.col("limit_id").is_in(conditions.filter(kind="group")["limit_id"].implode()),
    )
    given = [pl.col(name).is_not_null().alias(f"has_{name}") for name in ATTRIBUTES]
    shape = ["has_party", "has_group", *(f"has_{name}" for name in ATTRIBUTES)]
    scopes = scopes.with_columns(given)
    parts = [
        _counted(part, part.row(0, named=True), holders, found)
        for _, part in sorted(scopes.partition_by(shape, as_dict=True).items())
    ]
    empty = pl.DataFrame(
        schema={
            "limit_id": pl.String(),
            "obligor_key": pl.Int32(),
            "exposure_minor": pl.Int64(),
            "is_complete": pl.Boolean(),
        }
    )
    return pl.concat([empty, *parts]).sort("limit_id", "obligor_key")


def _holders(conditions: pl.DataFrame, found: Measured) -> pl.DataFrame:
    """The obligors that meet every condition on the party: limit_id, book_id, obligor_key."""
    of_party = conditions.filter(pl.col("kind").is_in(PARTY_CONDITIONS))
    asked = of_party.group_by("limit_id").len("asked_count")
    return (
        of_party.join(found.holders, on=["book_id", "kind", "value"], how="inner")
        .group_by(_HOLDER)
        .len("met_count")
        .join(asked, on="limit_id", how="inner")
        .filter(pl.col("met_count") == pl.col("asked_count"))
        .select(_HOLDER)
    )


def _attributes(conditions: pl.DataFrame) -> pl.DataFrame:
    """The code that each limit asks of each attribute; `is_empty` where two codes of one attribute contradict."""
    asked = conditions.filter(pl.col("kind").is_in(ATTRIBUTES))
    codes = {name: pl.col("value").filter(pl.col("kind") == name) for name in ATTRIBUTES}
    return asked.group_by("limit_id").agg(
        *(values.first().alias(name) for name, values in codes.items()),
        is_empty=pl.any_horizontal(*(values.n_unique() > 1 for values in codes.values())),
    )


def _counted(
    scopes: pl.DataFrame, shape: Mapping[str, object], holders: pl.DataFrame, found: Measured
) -> pl.DataFrame:
    """`limit_amounts` of limits that ask for the same things."""
    on_obligor = [name for name in _OBLIGOR_ATTRIBUTES if shape[f"has_{name}"]]
    asking = scopes.filter(~pl.col("is_empty").fill_null(value=False)).select(
        *_LIMIT, "measure", "is_shared", *on_obligor, *(["product"] if shape["has_product"] else [])
    )
    keys = ["book_id", *on_obligor]
    if shape["has_party"]:
        asking = asking.join(holders, on=_LIMIT, how="inner")
        keys.append("obligor_key")
    on = [*keys, *(["product"] if shape["has_product"] else [])]
    counted = [
        _matching(
            asking.join(_described(rows, on_obligor, found), on=on), is_grouped=bool(shape["has_group"])
        )
        for rows in (found.cells, found.joint)
    ]
    amounts = pl.concat([counted[0].select(_AMOUNT), _owed_beside(counted[1]).select(_AMOUNT)])
    holder = pl.when(~pl.col("is_shared")).then("obligor_key").alias("obligor_key")
    sums = amounts.group_by("limit_id", holder).agg(
        exposure_minor=pl.when(pl.col("counted").is_not_null().any()).then(exact_sum(pl.col("counted")))
    )
    doubts = _incomplete(asking, keys, on_obligor, found, holder)
    nothing = (
        scopes.filter("is_shared")
        .join(sums, on="limit_id", how="anti")
        .select(
            "limit_id", obligor_key=pl.lit(None, dtype=pl.Int32), exposure_minor=pl.lit(0, dtype=pl.Int64)
        )
    )
    return (
        pl.concat([sums, nothing.select(sums.columns)])
        .join(doubts, on=["limit_id", "obligor_key"], how="left", nulls_equal=True)
        .with_columns(is_complete=~pl.col("is_doubtful").fill_null(value=False))
        .select("limit_id", "obligor_key", "exposure_minor", "is_complete")
    )


def _described(rows: pl.DataFrame, on_obligor: list[str], found: Measured) -> pl.DataFrame:
    """The rows with what limits ask of the obligor."""
    about = found.obligors.select("book_id", "obligor_key", *on_obligor)
    return rows.join(about, on=["book_id", "obligor_key"], how="left")


def _matching(rows: pl.DataFrame, *, is_grouped: bool) -> pl.DataFrame:
    """The rows that limits count, each with the amount that the limit's measure takes of it."""
    measure = pl.coalesce(pl.when(pl.col("measure") == name).then(f"{name}_measure") for name in MEASURES)
    return (rows.filter("is_grouped") if is_grouped else rows).with_columns(counted=measure)


def _owed_beside(rows: pl.DataFrame) -> pl.DataFrame:
    """What joint obligors owe beside the cells: once in a limit that is shared, and not where it counts the obligor.

    Once is the most that one of them owes, since a book may exempt some of them.
    """
    signed = rows.filter("is_joint")
    each, shared = signed.filter(~pl.col("is_shared")), signed.filter("is_shared")
    once = ["limit_id", "facility_key"]
    own = rows.filter(~pl.col("is_joint")).select(once)
    most = shared.sort("counted", descending=True, nulls_last=True).unique(
        once, keep="first", maintain_order=True
    )
    return pl.concat([each, most.join(own, on=once, how="anti")])


def _incomplete(
    asking: pl.DataFrame, keys: list[str], on_obligor: list[str], found: Measured, holder: pl.Expr
) -> pl.DataFrame:
    """Limits whose amount is a lower bound: limit_id, obligor_key, is_doubtful.

    One that a refused row may belong to, and, where a code is asked of the obligor, one that an obligor without such
    a code may belong to.
    """
    refused = asking.join(found.obligors.filter(~pl.col("is_complete")), on=keys, how="inner").select(
        "limit_id", holder
    )
    is_unknown = pl.any_horizontal(pl.lit(value=False), *(pl.col(name).is_null() for name in on_obligor))
    unknown = found.obligors.filter(is_unknown).select("book_id").unique()
    may_hold = (
        asking.filter("is_shared")
        .join(unknown, on="book_id", how="inner")
        .select("limit_id", obligor_key=pl.lit(None, dtype=pl.Int32))
    )
    return pl.concat([refused, may_hold]).unique().with_columns(is_doubtful=pl.lit(value=True))
