"""What a book may ask of a party: its kind, country, the grade of its country, its risk weight, its tags."""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.terms import GRADES
from riskmon.rulebook.select import Book

TAG_SEPARATOR = ";"


def party_standing(parties: pl.DataFrame, country_ratings: pl.DataFrame, role: str) -> pl.LazyFrame:
    """Each party as it stands in one role of a row: `<role>_key` and what may be asked of it, prefixed likewise.

    parties: party_key, kind, country, government_level, is_qualifying_ccp, risk_weight_bp, tags.
    """
    grades = country_ratings.lazy().select("country", grade_rank=grade_rank(pl.col("grade")))
    asked = parties.lazy().select(
        "party_key", "kind", "country", "government_level", "is_qualifying_ccp", "risk_weight_bp",
        tags=pl.col("tags").str.split(TAG_SEPARATOR),
    )  # fmt: skip
    named = asked.join(grades, on="country", how="left", validate="m:1", maintain_order="left")
    return named.select(pl.all().name.prefix(f"{role}_")).rename({f"{role}_party_key": f"{role}_key"})


def grade_rank(grade: pl.Expr) -> pl.Expr:
    """Rank of an external grade, 0 the best; null where the grade is not on the scale."""
    ranks: Mapping[str, int] = {name: rank for rank, name in enumerate(GRADES)}
    return grade.replace_strict(ranks, default=None, return_dtype=pl.Int32)


def has_tag(role: str, tags: tuple[str, ...]) -> pl.Expr:
    """Whether a party has one of the tags; a party without tags has none."""
    carried = (pl.col(f"{role}_tags").list.contains(tag).fill_null(value=False) for tag in tags)
    return pl.any_horizontal(*carried)


def has_grade(role: str, min_grade: str) -> pl.Expr:
    """Whether the country of a party has this grade or a better one; null where it has none."""
    return pl.col(f"{role}_grade_rank") <= GRADES.index(min_grade)


def risk_weight_bp(role: str, book: Book) -> pl.Expr:
    """The risk weight of a party: as delivered, else what the book says of its kind and grade, else null."""
    derived = []
    for rule in book.risk_weights:
        holds = pl.col(f"{role}_kind").is_in(rule.party_kinds)
        if rule.min_grade:
            holds &= has_grade(role, rule.min_grade)
        derived.append(pl.when(holds).then(pl.lit(rule.weight_bp, dtype=pl.Int32)))
    return pl.coalesce(pl.col(f"{role}_risk_weight_bp"), *derived)
