"""Looking through funds, securitisations and other structures: where each part of a holding lands under one book.

A part lands with the obligor behind it, with the structure as a party of its own, or with the one unknown client of
all structures; a third party whose failure could cost the investment carries it as well. Parts are rounded up once, in
the rows that say where they land, and exposures are the sums of these rows. Without a capital figure the line is
unknown and taken as zero, the stricter reading.

Protection of a holding that is looked through reduces nothing: it stands against the structure, and no rule says what
of it protects which of the parts.
"""

from dataclasses import dataclass

import polars as pl

from riskmon.domain.money import ceil_divide, exact_sum, limit_minor
from riskmon.domain.terms import ANONYMOUS_PARTY_ID, POOLED_PRODUCTS, Landing, Part
from riskmon.exposures.holdings import Holdings
from riskmon.rulebook.exposure_rules import LookThrough
from riskmon.rulebook.select import Book

LANDED = pl.Schema(
    {
        "facility_key": pl.Int32(),
        "structure_key": pl.Int32(),
        "underlying_key": pl.Int32(),
        "obligor_key": pl.Int32(),
        "landing": pl.String(),
        "part": pl.String(),
        "depth": pl.Int32(),
        "underlying_count": pl.Int32(),
        "booked_minor": pl.Int64(),
        "potential_minor": pl.Int64(),
    }
)
"""Where parts of holdings land. `underlying_key` is null where several parts stay together, or no asset is known."""

_SPLIT = ("obligor_key", "booked_minor", "potential_minor", "loan_balance_minor")
"""What differs between the rows of one opened facility; all else is the facility's."""


@dataclass(frozen=True, slots=True)
class LookedThrough:
    """The gross parts of one book after looking through.

    Attributes:
        whole: facilities that are not opened, one row each, as `measure.gross_parts` has them; a fund without any
            holding delivered may have moved to the unknown client.
        opened: the same columns for facilities that are, one row a facility and obligor.
        landed: LANDED, one row a part; `opened` is its sums.
    """

    whole: pl.DataFrame
    opened: pl.DataFrame
    landed: pl.DataFrame


def with_anonymous_party(parties: pl.DataFrame, facilities: pl.LazyFrame) -> pl.DataFrame:
    """The parties, and after them the anonymous one where the bank holds funds or securitisations."""
    is_pooled = pl.col("product").is_in(POOLED_PRODUCTS)
    if not facilities.select(is_pooled.any()).collect().item():
        return parties
    anonymous = pl.DataFrame(
        {
            "party_key": [parties.height],
            "party_id": [ANONYMOUS_PARTY_ID],
            "name": ["Anonymous client 匿名客户"],
            "kind": ["anonymous"],
            "is_complete": [True],
            "is_own_bank": [False],
        },
        schema_overrides={"party_key": pl.Int32},
    )
    return pl.concat([parties, anonymous], how="diagonal")


def looked_through(
    gross: pl.DataFrame, holdings: Holdings, parties: pl.DataFrame, capital: pl.DataFrame, book: Book
) -> LookedThrough:
    """The gross parts of a book's facilities, those of funds and securitisations split over who stands behind them.

    gross: `measure.gross_parts`. A book that does not look through leaves everything with its obligor.
    """
    rule = book.look_through
    anonymous = parties.filter(pl.col("kind") == "anonymous")
    if rule is None or anonymous.is_empty():
        return LookedThrough(gross, gross.clear(), pl.DataFrame(schema=LANDED))
    line = _Line.of(rule, capital)
    unknown_key = pl.lit(anonymous["party_key"][0], dtype=pl.Int32)
    untold = _untold(gross, holdings, rule)
    nameless = _nameless(untold, holdings, rule)
    parts = _landing(holdings.parts.lazy(), nameless, line)
    untold = untold.join(
        nameless, on="vehicle_key", how="left", maintain_order="left", validate="m:1"
    ).with_columns(is_leaving=line.reached(pl.col("nameless_minor"), of_whole=True))
    landed = pl.concat(
        [
            _shaped(_leaving(parts, unknown_key)),
            _shaped(_staying(parts) if rule.structure_keeps == "rest" else _nominal(holdings.held)),
            _shaped(_untold_landed(untold, unknown_key)),
            _shaped(_support(holdings.support, rule)),
        ]
    ).collect()
    whole, opened = _split(gross, holdings.held, landed)
    return LookedThrough(_moved(whole, landed), _opened(opened, landed), landed)


@dataclass(frozen=True, slots=True)
class _Line:
    """A book's line in minor units, and what reaches it."""

    rule: LookThrough
    minor: int

    @classmethod
    def of(cls, rule: LookThrough, capital: pl.DataFrame) -> "_Line":
        base = capital[f"{rule.base}_minor"].head(1).to_list()
        known = base[0] if base and base[0] is not None else 0
        return cls(rule, limit_minor(base_minor=known, ratio=rule.ratio))

    def reached(self, amount: pl.Expr, *, of_whole: bool = False) -> pl.Expr:
        boundary = self.rule.whole_boundary if of_whole else self.rule.boundary
        return amount >= self.minor if boundary == "at_or_above" else amount > self.minor


_IS_NAMED = pl.col("obligor_key").is_not_null()


def _untold(gross: pl.DataFrame, holdings: Holdings, rule: LookThrough) -> pl.DataFrame:
    """What is invested and no asset explains: beside the holdings of a facility, and inside a structure.

    `is_nominal`: the structure carries the amount already, with its whole investment.
    """
    held = holdings.held.group_by("facility_key").agg(held_minor=exact_sum(pl.col("amount_minor")))
    beside = (
        gross.filter(pl.col("product").is_in(POOLED_PRODUCTS))
        .join(held, on="facility_key", how="left", validate="1:1")
        .select(
            "facility_key",
            structure_key=pl.lit(None, dtype=pl.Int32),
            vehicle_key="obligor_key",
            booked_minor=(pl.col("booked_minor") - pl.col("held_minor").fill_null(0)).clip(lower_bound=0),
            potential_minor="potential_minor",
            is_nominal=pl.lit(value=False),
        )
        .filter((pl.col("booked_minor") + pl.col("potential_minor")) > 0)
    )
    inside = holdings.untold.select(
        "facility_key",
        "structure_key",
        "vehicle_key",
        booked_minor="untold_minor",
        potential_minor=pl.lit(0, dtype=pl.Int64),
        is_nominal=pl.lit(value=rule.structure_keeps == "whole"),
    )
    return pl.concat([beside, inside])


def _nameless(untold: pl.DataFrame, holdings: Holdings, rule: LookThrough) -> pl.DataFrame:
    """What is tested as one investment in each structure: vehicle_key, nameless_minor.

    All that is held of one structure is one investment: splitting it over facilities does not bring it below the line.
    """
    amounts = [
        untold.select("vehicle_key", nameless_minor=pl.col("booked_minor") + pl.col("potential_minor"))
    ]
    if rule.unidentified == "together":
        amounts.append(holdings.parts.filter(~_IS_NAMED).select("vehicle_key", nameless_minor="part_minor"))
    return pl.concat(amounts).group_by("vehicle_key").agg(exact_sum(pl.col("nameless_minor")))


def _landing(parts: pl.LazyFrame, nameless: pl.DataFrame, line: _Line) -> pl.LazyFrame:
    """The parts of told holdings with where they land and what they are."""
    rule = line.rule
    tested = pl.col("tested_minor")
    if rule.tested == "asset":
        parts = parts.join(
            _assets_of_issuers(parts), on=["structure_key", "obligor_key"], how="left", validate="m:1"
        )
        tested = pl.col("issuer_minor")
    named_leaves = pl.lit(value=True) if rule.identified == "always" else line.reached(tested)
    nameless_leaves = line.reached(pl.col("tested_minor"))
    if rule.unidentified == "together":
        parts = parts.join(nameless.lazy(), on="vehicle_key", how="left", validate="m:1")
        nameless_leaves = line.reached(pl.col("nameless_minor"), of_whole=True)
    if rule.heeds_mandate:
        nameless_leaves &= ~pl.col("excludes_connection")
    return parts.with_columns(
        landing=pl.when(_IS_NAMED & named_leaves)
        .then(pl.lit(Landing.OBLIGOR.value))
        .when(~_IS_NAMED & (nameless_leaves | pl.col("is_cut")))
        .then(pl.lit(Landing.UNKNOWN_CLIENT.value))
        .otherwise(pl.lit(Landing.STRUCTURE.value)),
        part=pl.when("is_cut")
        .then(pl.lit(Part.RING.value))
        .when(_IS_NAMED)
        .then(pl.lit(Part.IDENTIFIED.value))
        .otherwise(pl.lit(Part.UNIDENTIFIED.value)),
    )


def _assets_of_issuers(parts: pl.LazyFrame) -> pl.LazyFrame:
    """All assets of one obligor in one structure, in full: structure_key, obligor_key, issuer_minor."""
    return (
        parts.filter(_IS_NAMED)
        .unique(["structure_key", "asset_key"])
        .group_by("structure_key", "obligor_key")
        .agg(issuer_minor=exact_sum(pl.col("asset_minor")))
    )


def _leaving(parts: pl.LazyFrame, unknown_key: pl.Expr) -> pl.LazyFrame:
    """The parts that leave their structure, one row an asset."""
    return (
        parts.filter(pl.col("landing") != Landing.STRUCTURE.value)
        .group_by("facility_key", "structure_key", "asset_key")
        .agg(
            pl.col("underlying_key", "depth", "obligor_key", "landing", "part").first(),
            booked_minor=exact_sum(pl.col("part_minor")),
        )
        .with_columns(pl.coalesce("obligor_key", unknown_key).alias("obligor_key"), underlying_count=1)
    )


def _staying(parts: pl.LazyFrame) -> pl.LazyFrame:
    """The parts that stay, as one: their sum is exact and rounded up once for each holding."""
    return (
        parts.filter(pl.col("landing") == Landing.STRUCTURE.value)
        .group_by("holding_key", "facility_key", "structure_key", "vehicle_key", "part")
        .agg(
            pl.col("numerator").sum(),
            pl.col("denominator").first(),
            pl.col("depth").max(),
            underlying_count=pl.len(),
        )
        .with_columns(booked_minor=ceil_divide(pl.col("numerator"), pl.col("denominator")))
        .group_by("facility_key", "structure_key", "part", obligor_key="vehicle_key")
        .agg(
            exact_sum(pl.col("booked_minor")),
            pl.col("depth").max(),
            pl.col("underlying_count").max(),
        )
        .with_columns(landing=pl.lit(Landing.STRUCTURE.value))
    )


def _nominal(held: pl.DataFrame) -> pl.LazyFrame:
    """The whole investment, which stays with the structure beside what left it."""
    return (
        held.lazy()
        .group_by("facility_key", "structure_key", obligor_key="vehicle_key")
        .agg(booked_minor=exact_sum(pl.col("amount_minor")))
        .with_columns(landing=pl.lit(Landing.STRUCTURE.value), part=pl.lit(Part.NOMINAL.value))
    )


def _untold_landed(untold: pl.DataFrame, unknown_key: pl.Expr) -> pl.LazyFrame:
    """What no asset explains, with the unknown client or with the structure unless that carries it already."""
    leaves = pl.col("is_leaving")
    return (
        untold.lazy()
        .filter(leaves | ~pl.col("is_nominal"))
        .with_columns(
            obligor_key=pl.when(leaves).then(unknown_key).otherwise("vehicle_key"),
            landing=pl.when(leaves)
            .then(pl.lit(Landing.UNKNOWN_CLIENT.value))
            .otherwise(pl.lit(Landing.STRUCTURE.value)),
            part=pl.lit(Part.UNTOLD.value),
        )
    )


def _support(support: pl.DataFrame, rule: LookThrough) -> pl.LazyFrame:
    """The investment again, with each party that stands behind the structure; several roles of one are one."""
    return (
        support.lazy()
        .filter(~pl.col("role").is_in(rule.support_excludes).fill_null(value=False))
        .group_by("facility_key", "structure_key", "supported_key", "provider_key")
        .agg(pl.col("part_minor", "depth").first())
        .group_by("facility_key", "structure_key", obligor_key="provider_key")
        .agg(pl.col("depth").max(), booked_minor=exact_sum(pl.col("part_minor")))
        .with_columns(landing=pl.lit(Landing.SUPPORTER.value), part=pl.lit(Part.SUPPORT.value))
    )


def _shaped(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows as LANDED; an amount that they do not have is zero, anything else is not known."""
    known = rows.collect_schema().names()
    absent = {"potential_minor": 0, "underlying_count": 0}
    return rows.select(
        (pl.col(name) if name in known else pl.lit(absent.get(name))).cast(dtype).alias(name)
        for name, dtype in LANDED.items()
    )


def _split(
    gross: pl.DataFrame, held: pl.DataFrame, landed: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The facilities that stay whole, and those that are opened: with a holding, and with something at stake."""
    keys = held.join(landed, on="facility_key", how="semi")["facility_key"]
    is_opened = pl.col("facility_key").is_in(keys.implode())
    return gross.filter(~is_opened), gross.filter(is_opened)


def _moved(whole: pl.DataFrame, landed: pl.DataFrame) -> pl.DataFrame:
    """The whole facilities with the unknown client in the place of the obligor where they landed with it."""
    keys = landed.filter(pl.col("structure_key").is_null()).select("facility_key", landed_key="obligor_key")
    return (
        whole.join(keys, on="facility_key", how="left", maintain_order="left", validate="1:1")
        .with_columns(obligor_key=pl.coalesce("landed_key", "obligor_key"))
        .drop("landed_key")
    )


def _opened(gross: pl.DataFrame, landed: pl.DataFrame) -> pl.DataFrame:
    """The gross parts of the opened facilities, one row a facility and obligor.

    What a ring holds of itself was not measured, so its row is only partly measured.
    """
    sums = landed.group_by("facility_key", "obligor_key").agg(
        exact_sum(pl.col("booked_minor")),
        exact_sum(pl.col("potential_minor")),
        has_ring=(pl.col("part") == Part.RING.value).any(),
    )
    return (
        sums.join(gross.drop(_SPLIT), on="facility_key", how="inner", validate="m:1")
        .with_columns(
            loan_balance_minor=pl.lit(0, dtype=pl.Int64),
            is_partly_measured=pl.col("is_partly_measured") | pl.col("has_ring"),
        )
        .select(gross.columns)
        .sort("facility_key", "obligor_key")
    )
