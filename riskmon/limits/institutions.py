"""Institutions in a group: the limit that a floor amount lifts, and the line for the members that are none.

A book that sets such limits asks of every subject whether an institution is in it, and how much of its exposure is on
members that are no institutions.
"""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.joint import joint_sums
from riskmon.domain.money import exact_sum, limit_minor
from riskmon.limits.rates import reported_amount
from riskmon.rulebook.model import Limit
from riskmon.rulebook.select import Book, Selection

Floors = Mapping[str, int]
"""Floor amounts by the id of their limit, in minor units of the reporting currency."""

_SUBJECT = ["subject_kind", "subject_key"]

CLASSES = {"institution": pl.col("has_institution"), "no_institution": ~pl.col("has_institution")}
"""The classes of a subject that its members decide, not its anchor."""


def is_asked(book: Book) -> bool:
    """Whether a limit of the book tells subjects with an institution from others."""
    return any(limit.applies_to in CLASSES for limit in book.limits)


def with_institutions(
    subjects: pl.DataFrame, members: pl.DataFrame, tables: Mapping[str, pl.DataFrame], book: Book
) -> pl.DataFrame:
    """The subjects with `has_institution` and `non_institution_minor` (exposure less exempt on the other members).

    subjects: subject_kind, subject_key. members: group_key, party_key, role, of the groups among them. tables:
    parties, joint_exposures, obligor_exposures. A party says itself whether it is an institution, else its kind does.
    """
    kinds = book.grouping.institution_kinds if book.grouping else ()
    parties = tables["parties"].select(
        "party_key", is_institution=pl.coalesce("is_institution", pl.col("kind").is_in(kinds))
    )
    counted = tables["obligor_exposures"].filter(pl.col("book_id") == book.id)
    amounts = counted.select(
        party_key="obligor_key", counted_minor=pl.col("exposure_minor") - pl.col("exempt_minor")
    )
    alone = counted.select(subject_kind=pl.lit("obligor"), subject_key="obligor_key", party_key="obligor_key")
    grouped = members.filter(pl.col("role") != "connector").select(
        subject_kind=pl.lit("group"), subject_key="group_key", party_key="party_key"
    )
    held = pl.concat([alone, grouped]).join(parties, on="party_key", how="left")
    found = (
        held.join(amounts, on="party_key", how="left")
        .group_by(_SUBJECT)
        .agg(
            has_institution=pl.col("is_institution").any(),
            non_institution_minor=exact_sum(
                pl.when("is_institution").then(0).otherwise("counted_minor").fill_null(0)
            ),
        )
    )
    beside = _beside(held.filter(~pl.col("is_institution").fill_null(value=False)), tables, book)
    return (
        subjects.join(found, on=_SUBJECT, how="left")
        .join(beside, on=_SUBJECT, how="left")
        .with_columns(
            pl.col("has_institution").fill_null(value=False),
            pl.col("non_institution_minor") + pl.col("beside_minor").fill_null(0),
        )
        .drop("beside_minor")
    )


def _beside(others: pl.DataFrame, tables: Mapping[str, pl.DataFrame], book: Book) -> pl.DataFrame:
    """What members that are no institutions owe whole, and none of them is the obligor of: _SUBJECT, beside_minor."""
    joint = tables["joint_exposures"].filter(pl.col("book_id") == book.id)
    sums = [
        joint_sums(joint, others.filter(subject_kind=kind), of="subject_key").with_columns(
            subject_kind=pl.lit(kind)
        )
        for kind in ("obligor", "group")
    ]
    return pl.concat(sums).select(
        *_SUBJECT, beside_minor=pl.col("joint_minor") - pl.col("joint_exempt_minor")
    )


def floors(
    book: Book, tables: Mapping[str, pl.DataFrame], selection: Selection
) -> tuple[Floors, list[dict[str, str]]]:
    """The floor amounts of the book, rounded down, and which of them cannot be converted.

    tables: reporting, and fx_rates where delivered. Without a rate the share of capital alone counts, which is never higher.
    """
    known: dict[str, int] = {}
    unknown = []
    for limit in book.limits:
        if limit.floor is None:
            continue
        amount = reported_amount(limit.floor.amount, limit.floor.currency, tables, selection)
        if amount is not None:
            known[limit.id] = amount
        else:
            unknown.append(
                {
                    "item": f"{book.id}/{limit.id}",
                    "book_id": book.id,
                    "missing": f"fx_rates.{limit.floor.currency}",
                    "effect": "The amount that may lift the limit is not known: the share of capital alone counts.",
                }
            )
    return known, unknown


def line(limit: Limit, base: int | None, known: Floors) -> int | None:
    """The limit in minor units: the share of capital, lifted to its floor amount, never above the cap; rounded down."""
    if base is None:
        return None
    share = limit_minor(base_minor=base, ratio=limit.ratio)
    if limit.floor is None or limit.id not in known:
        return share
    return max(share, min(known[limit.id], limit_minor(base_minor=base, ratio=limit.floor.cap_ratio)))
