"""Level 2, who owns whom: relationship records as rows of `relationships`, from the end node to the start node.

The relationship holds for its relationship period; accounting and filing periods say when a report was about it. One
that is inactive or retired without an end ended when that was recorded. One that was annulled never was: it stays on
record, rejected.
"""

import polars as pl

from riskmon.ingest.formats.gleif.contents import RELATIONSHIPS
from riskmon.ingest.formats.gleif.delivered import Delivered
from riskmon.ingest.formats.reported_links import REPORTED_LINKS, Meaning

_PERIODS = range(1, 6)
_UNKNOWN = Meaning("control", "dominant_influence", "doubtful")


def read_links(delivered: Delivered) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Rows of `relationships` with `link_type` beside them, and findings as frames."""
    rows = delivered.newest(RELATIONSHIPS)
    is_over = (pl.col("status") == "INACTIVE") | (pl.col("registration") == "RETIRED")
    is_annulled = (pl.col("registration") == "ANNULLED").fill_null(value=False)
    end = _period("end")
    links = rows.select(
        relationship_id=pl.concat_str("start", "type", "end", separator="/"),
        source_party_id="end",
        target_party_id="start",
        link_type="type",
        kind=_meaning("kind"),
        basis=_meaning("basis"),
        assessment=pl.when(is_annulled).then(pl.lit("rejected")).otherwise(_meaning("assessment")),
        valid_from=_day(_period("start")),
        valid_to=pl.coalesce(_day(end), pl.when(is_over).then(_day(pl.col("updated_at")))),
        known_since=_day(pl.col("registered_on")),
        evidence=pl.format(
            "{} ({}, {}, validated: {}) {}",
            *(pl.col(name).fill_null("?") for name in ("type", "status", "registration", "validation")),
            pl.col("reference").fill_null(""),
        ).str.strip_chars(),
    )
    unread = rows.filter((_period("start").is_not_null() & _day(_period("start")).is_null())
                         | (end.is_not_null() & _day(end).is_null()))  # fmt: skip
    unknown = rows.filter(~pl.col("type").is_in(list(REPORTED_LINKS)))
    return links, [
        _findings(unread, "date_invalid", pl.lit("A date of its relationship period cannot be read and counts as unknown.")),
        _findings(unknown, "type_unknown", pl.format("The relationship type {} is not known; it is doubtful.", "type")),
        _findings(rows.filter(is_annulled), "relationship_annulled", pl.lit("It was recorded in error; it stays on record, rejected.")),
    ]  # fmt: skip


def _meaning(field: str) -> pl.Expr:
    meanings = {name: getattr(meaning, field) for name, meaning in REPORTED_LINKS.items()}
    return pl.col("type").replace_strict(meanings, default=getattr(_UNKNOWN, field), return_dtype=pl.String)


def _period(side: str) -> pl.Expr:
    """The start or the end of the first relationship period."""
    return pl.coalesce(
        pl.when(pl.col(f"period_{n}_type") == "RELATIONSHIP_PERIOD").then(f"period_{n}_{side}")
        for n in _PERIODS
    )


def _day(moment: pl.Expr) -> pl.Expr:
    """The day that a moment names where it was written down."""
    return moment.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def _findings(rows: pl.DataFrame, code: str, message: pl.Expr) -> pl.DataFrame:
    return rows.select(
        finding_code=pl.lit(code),
        statement_id=pl.concat_str("start", "type", "end", separator="/"),
        record_id="start",
        message=message,
    )
