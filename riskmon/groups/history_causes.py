"""Causes of a change in groups: the relationships that count now and did not then, or the reverse."""

from collections.abc import Mapping
from typing import Literal

import polars as pl

Side = Literal["then", "now"]

_NOT_TERMS = (
    "evidence_text", "counting_books", "recorded_assessment", "assessment_reason", "assessed_by", "approved_by",
    "valid_until",
)  # fmt: skip
"""Columns that say nothing of what a relationship is: where it is written, who assessed it, what a book makes of it."""

_TEXTS = {
    "appeared": "The group is new.",
    "vanished": "The group is gone: none of its members is exposed any more.",
    "merged": "The group is gone: its members now belong to the other group.",
    "reanchored": "The group goes on under another anchor.",
    "split": "Members of the group now stand in the other group, apart from it.",
    "joined": "The party is a member now and was none then.",
    "left": "The party was a member then and is none now.",
}

_CAUSES = {
    "relationship": "The relationships named are new, changed or gone.",
    "exposure": "A party became or stopped being exposed; no relationship changed.",
    "rulebook": "No record changed that leads there; the book's rules or choices are others.",
    "other": "No record changed that leads there: a party's kind, or what stands elsewhere, is another.",
}


class PathChanges:
    """Which relationships on a path are not the same in the other run."""

    def __init__(self, then: pl.DataFrame, now: pl.DataFrame) -> None:
        """Compare the relationships of two runs: output tables `relationships`."""
        terms = [name for name in now.columns if name not in _NOT_TERMS]
        self._all = {"then": then, "now": now}
        self._altered = {
            "then": then.join(now, on=terms, how="anti", nulls_equal=True),
            "now": now.join(then, on=terms, how="anti", nulls_equal=True),
        }

    def caused(self, memberships: pl.DataFrame, side: Side) -> pl.DataFrame:
        """The memberships with `relationship_ids`: those of `reason` that are altered, sorted.

        Where none on the path is, a firm on it may have been carried by pooled votes of which the path names only one
        holding: then the altered holdings in the firms of the path.

        memberships: reason (relationship ids of the run on that side), and any other columns.
        """
        rows = memberships.with_row_index("row")
        steps = rows.select("row", relationship_id="reason").explode(
            "relationship_id", empty_as_null=False, keep_nulls=False
        )
        own = steps.join(self._altered[side], on="relationship_id", how="semi")
        holdings = [
            each.filter(pl.col("kind") == "shareholding").select("relationship_id", "target_party_id")
            for each in self._altered.values()
        ]
        pooled = (
            steps.join(own, on="row", how="anti")
            .join(
                self._all[side]
                .filter(pl.col("kind") == "shareholding")
                .select("relationship_id", "target_party_id"),
                on="relationship_id",
                how="inner",
            )
            .select("row", "target_party_id")
            .join(pl.concat(holdings), on="target_party_id", how="inner")
            .select("row", "relationship_id")
        )
        ids = (
            pl.concat([own.select("row", "relationship_id"), pooled])
            .group_by("row")
            .agg(relationship_ids=pl.col("relationship_id").unique().sort())
        )
        return (
            rows.join(ids, on="row", how="left", maintain_order="left")
            .with_columns(pl.col("relationship_ids").fill_null(pl.lit([], dtype=pl.List(pl.String))))
            .drop("row", "reason")
        )


def causes_told(rows: pl.DataFrame, books: Mapping[str, bool]) -> pl.DataFrame:
    """The rows with `cause` and `explanation`.

    rows: book_id, change, relationship_ids, is_exposed_in_both. books: whether the rules of each differ.
    """
    is_rewritten = pl.col("book_id").is_in([book_id for book_id, differs in books.items() if differs])
    cause = (
        pl.when(pl.col("relationship_ids").list.len() > 0)
        .then(pl.lit("relationship"))
        .when(~pl.col("is_exposed_in_both"))
        .then(pl.lit("exposure"))
        .when(is_rewritten)
        .then(pl.lit("rulebook"))
        .otherwise(pl.lit("other"))
    )
    return rows.with_columns(cause=cause).with_columns(
        explanation=pl.concat_str(
            pl.col("change").replace_strict(_TEXTS, return_dtype=pl.String),
            pl.col("cause").replace_strict(_CAUSES, return_dtype=pl.String),
            separator=" ",
        )
    )
