"""Parts: a bank's facilities a bounded number at a time, each with all that has to be measured together with it.

A part is the facilities of a range of obligors with the protections that cover them. What hangs together across ranges
is one more part: facilities under one protection or one line, and those behind which there may be a structure, since a
line is drawn on what the bank holds of it altogether. Nothing else that a facility comes to depends on another one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from riskmon.domain.terms import POOLED_PRODUCTS
from riskmon.exposures.exemption import PRODUCT_FLAGS

_ASKED = (
    "facility_key", "facility_id", "obligor_key", "joint_obligor_keys", "product", "currency", "commitment_minor",
    "drawn_minor", "accrued_interest_minor", "provision_minor", "rate_e10", "exponent", "start_date", "maturity_date",
    "is_trading_book", "off_balance_risk", "parent_facility_id", "ccp_component", *PRODUCT_FLAGS,
)  # fmt: skip
"""What the rules ask of a facility."""

_ASKED_OF_PROTECTION = (
    "protection_key", "provider_key", "kind", "currency", "value_minor", "rate_e10", "exponent", "haircut_class",
    "is_used_for_capital", "trade_id", "start_date", "maturity_date", "original_maturity_date",
)  # fmt: skip
"""What they ask of a protection."""


@dataclass(frozen=True, slots=True)
class Lent:
    """What the bank has lent and what stands behind it: the validated tables, in memory or as scans of files.

    Files with the facilities in the order of their obligors are read once altogether; others once for each part.
    """

    facilities: pl.LazyFrame
    protections: pl.LazyFrame
    covers: pl.LazyFrame

    @classmethod
    def of(cls, tables: Mapping[str, pl.DataFrame]) -> "Lent":
        """All of it from tables in memory."""
        return cls(*(tables[name].lazy() for name in ("facilities", "protections", "protection_covers")))


@dataclass(frozen=True, slots=True)
class Part:
    """Some facilities and what belongs to them.

    Attributes:
        facilities: rows of the validated facilities, what the rules ask of them.
        protections: the protections that cover them.
        covers: all covers of these protections.
        is_rest: whether it is the one part that is no range of obligors; what is not lent goes with it.
    """

    facilities: pl.DataFrame
    protections: pl.DataFrame
    covers: pl.DataFrame
    is_rest: bool

    def named(self, parties: pl.DataFrame) -> pl.DataFrame:
        """Those of the parties that owe something here, alone or with others, or protect it."""
        signers = self.facilities["joint_obligor_keys"].drop_nulls().explode()
        keys = [self.facilities["obligor_key"], signers, self.protections["provider_key"]]
        return parties.join(pl.concat(keys).alias("party_key").to_frame(), on="party_key", how="semi")


def parts_of(lent: Lent, size: int) -> Iterator[Part]:
    """Parts of about so many facilities, each facility in one of them; a book that is no larger is one part.

    Only an obligor with more facilities, and what hangs together across ranges, makes a larger part.
    """
    counts = lent.facilities.group_by("obligor_key").len().sort("obligor_key").collect()
    if counts["len"].sum() <= size:
        yield Part(
            lent.facilities.select(_ASKED).collect(),
            lent.protections.select(_ASKED_OF_PROTECTION).collect(),
            lent.covers.collect(),
            is_rest=True,
        )
        return
    starts = _starts(counts, size)
    together = _together(lent, starts)
    yield _part(lent, lent.facilities.join(together.lazy(), on="facility_key", how="semi"), is_rest=True)
    ends = [*starts[1:], counts["obligor_key"][-1] + 1]
    for start, end in zip(starts, ends, strict=True):
        in_range = lent.facilities.filter(pl.col("obligor_key").is_between(start, end, closed="left"))
        yield _part(lent, in_range.join(together.lazy(), on="facility_key", how="anti"), is_rest=False)


def _part(lent: Lent, rows: pl.LazyFrame, *, is_rest: bool) -> Part:
    facilities = rows.select(_ASKED).collect()
    covers = lent.covers.join(facilities.lazy(), on="facility_key", how="semi").collect()
    behind = lent.protections.select(_ASKED_OF_PROTECTION)
    protections = behind.join(covers.lazy(), on="protection_key", how="semi").collect()
    return Part(facilities, protections, covers, is_rest)


def _starts(counts: pl.DataFrame, size: int) -> pl.Series:
    """The first obligor of each range."""
    number = (pl.col("len").cum_sum() - pl.col("len")) // size
    return counts.group_by(number.alias("number")).agg(pl.col("obligor_key").min())["obligor_key"].sort()


def _together(lent: Lent, starts: pl.Series) -> pl.DataFrame:
    """The facilities that do not stay in the range of their obligor: facility_key."""
    pooled = lent.facilities.filter(pl.col("product").is_in(POOLED_PRODUCTS)).select("facility_key").collect()
    number = pl.lit(starts).search_sorted(pl.col("obligor_key"), side="right")
    ties = _ties(lent)
    ranges = lent.facilities.select("facility_key", "obligor_key").join(
        ties.lazy(), on="facility_key", how="inner"
    )
    across = (
        ranges.with_columns(number=number)
        .group_by("tie")
        .agg(is_across=pl.col("number").n_unique() > 1)
        .filter("is_across")
        .collect()
    )
    found = _tied(ties, across, pooled)
    while True:
        wider = _tied(ties, ties.join(found, on="facility_key", how="semi"), found)
        if wider.height == found.height:
            return found
        found = wider


def _tied(ties: pl.DataFrame, held: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """The facilities found, and all those of the ties that are held."""
    more = ties.join(held, on="tie", how="semi").select("facility_key")
    return pl.concat([found, more]).unique()


def _ties(lent: Lent) -> pl.DataFrame:
    """What ties several facilities: facility_key, tie (even: their protection, odd: the one under which they are drawn)."""
    covered = lent.covers.select("facility_key", "protection_key").collect()
    covered = covered.filter(pl.col("protection_key").is_duplicated())
    lines = _lines(lent)
    of_protection, of_line = (
        pl.col("protection_key").cast(pl.Int64) * 2,
        pl.col("parent_key").cast(pl.Int64) * 2 + 1,
    )
    return pl.concat(
        [
            covered.select("facility_key", tie=of_protection),
            lines.select("facility_key", tie=of_line),
            lines.select(facility_key="parent_key", tie=of_line),
        ]
    )


def _lines(lent: Lent) -> pl.DataFrame:
    """The facilities that are drawn under another one: facility_key, parent_key."""
    drawn = lent.facilities.select("facility_key", "facility_id", "parent_facility_id")
    under = drawn.filter(pl.col("parent_facility_id").is_not_null()).drop("facility_id").collect()
    if under.is_empty():
        return pl.DataFrame(schema={"facility_key": pl.Int32, "parent_key": pl.Int32})
    above = drawn.select(parent_key="facility_key", parent_facility_id="facility_id")
    return (
        above.join(under.lazy(), on="parent_facility_id", how="inner")
        .select("facility_key", "parent_key")
        .collect()
    )
