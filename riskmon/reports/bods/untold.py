"""What the standard cannot say: relationships it has no word for, and columns it has no place for.

Each is counted with its reason, so that nobody takes the package for the whole.
"""

from typing import Final

import polars as pl

from riskmon.domain.money import BP

_SAID: Final = ("shareholding", "control", "key_person")

SCHEMA: Final = pl.Schema(
    {"table": pl.String(), "what": pl.String(), "row_count": pl.Int64(), "reason": pl.String()}
)

_SHARES: Final = ("voting_bp", "voting_min_bp", "voting_max_bp", "economic_bp")

_PARTY_COLUMNS: Final = ("party_id", "name", "kind", "country", "uscc", "lei", "registration_number")
_RELATIONSHIP_COLUMNS: Final = (
    "relationship_id", "source_party_id", "target_party_id", "kind", "basis", "voting_bp", "voting_min_bp", "voting_max_bp",
    "economic_bp", "assessment", "valid_from", "valid_to", "known_since", "known_until", "evidence", "recorded_by",
)  # fmt: skip


def reasons(parties: pl.DataFrame) -> dict[str, pl.Expr]:
    """Why a relationship is left out, by reason; the first that holds counts."""
    persons = parties.filter(kind="person")["party_id"].to_list()
    by_person = pl.col("source_party_id").is_in(persons)
    return {
        "an id, an end or a cell of it is missing or cannot be read": pl.col("has_faults")
        | pl.any_horizontal(
            pl.col("relationship_id", "source_party_id", "target_party_id", "kind").is_null()
        ),
        "a share is below nothing or above the whole": ~pl.all_horizontal(
            pl.col(name).is_between(0, BP) for name in _SHARES
        ),
        "the standard has interests only, and this is none": ~pl.col("kind").is_in(_SAID),
        "a firm is no officer": (pl.col("kind") == "key_person") & ~by_person,
        "the standard cannot say that something is not so": pl.col("assessment") == "rejected",
        "the source has taken it back": pl.col("known_until").is_not_null(),
    }


def left_out(relationships: pl.DataFrame) -> pl.DataFrame:
    """Relationships that are not in the package. relationships: kind, reason (null where it is said)."""
    counted = relationships.drop_nulls("reason").group_by("kind", "reason").agg(row_count=pl.len())
    return counted.select(
        table=pl.lit("relationships"),
        what=pl.col("kind").fill_null("unknown kind"),
        row_count=pl.col("row_count").cast(pl.Int64),
        reason="reason",
    )


def without_place(parties: pl.DataFrame, relationships: pl.DataFrame) -> pl.DataFrame:
    """Columns that have values and no place in the standard, for the rows that are in the package."""
    level = (pl.col("kind") == "sovereign") & (pl.col("government_level") == "central")
    is_band_lost = pl.col("voting_bp").is_not_null() & (
        pl.col("voting_min_bp").is_not_null() | pl.col("voting_max_bp").is_not_null()
    )
    is_number_lost = (pl.col("kind") == "person") & pl.any_horizontal(
        pl.col("lei", "uscc", "registration_number").is_not_null()
    )
    unread = parties.filter("has_faults").height
    counts = [
        ("parties", "cell that cannot be read", unread, "it counts as empty"),
        *_columns("parties", parties, _PARTY_COLUMNS, {"government_level": ~level.fill_null(value=False)}),
        *_columns("relationships", relationships, _RELATIONSHIP_COLUMNS, {}),
        ("parties", "identifier of a person", parties.filter(is_number_lost).height, "a person has no such number"),
        ("relationships", "band beside an exact share", relationships.filter(is_band_lost).height, "the exact share is said"),
        ("relationships", "known_since", relationships["known_since"].null_count(), "it is empty; the package's day is said"),
    ]  # fmt: skip
    return pl.DataFrame([row for row in counts if row[2]], schema=SCHEMA, orient="row")


def _columns(
    table: str, rows: pl.DataFrame, said: tuple[str, ...], partly: dict[str, pl.Expr]
) -> list[tuple[str, str, int, str]]:
    lost = [name for name in rows.columns if name not in (*said, "has_faults")]
    held = rows.select(
        (pl.col(name).is_not_null() & partly.get(name, pl.lit(value=True))).sum() for name in lost
    )
    return [
        (table, name, count, "the standard has no place for it")
        for name, count in zip(lost, held.row(0) if lost else (), strict=True)
    ]
