"""What became of investments in structures: where each part landed, and why."""

import polars as pl

from riskmon.operations.landings import landing_said
from riskmon.operations.read.items import Item, items
from riskmon.operations.read.measuring import applied_measures
from riskmon.store.snapshots import ROW_NUMBER, Snapshot, Snapshots


def landed_parts(snapshots: Snapshots, snapshot: Snapshot, wanted: pl.Expr) -> list[Item]:
    """The wanted rows of `look_through` in the stored order, with the name of the obligor, sentences and clause.

    The clause is null where the book's text is not at hand.
    """
    parties = snapshots.table(snapshot, "parties").select("name", obligor_id="party_id")
    rows = (
        snapshots.table(snapshot, "look_through")
        .filter(wanted)
        .drop(ROW_NUMBER)
        .join(parties, on="obligor_id", how="left", maintain_order="left")
        .collect()
    )
    measures = {book: applied_measures(snapshot.manifest, book) for book in rows["book_id"].unique()}
    return [
        {
            **row,
            **landing_said(row),
            "clause": (applied := measures[str(row["book_id"])]) and applied.look_through_clause(),
        }
        for row in items(rows, snapshot.manifest.currency)
    ]
