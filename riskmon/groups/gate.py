"""The gate: under some books nothing connects two parties while the bank has little at stake with both.

The exposure to one of the two must pass the line; a party stands here with everybody it is connected with by control,
so that a holding company without exposure does not hide a parent above the line from its subsidiary. A sum over
parties that are all below the line opens no gate.
"""

from collections.abc import Mapping

import polars as pl

from graph_models.arrays import FoundControl, components, lowest_links
from riskmon.domain.money import limit_minor
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.rulebook.model import ExposureGate, Threshold
from riskmon.rulebook.select import Book, Selection


def passing_parties(tables: Mapping[str, pl.DataFrame], book: Book) -> pl.Series | None:
    """The parties whose exposure passes the book's gate; None where it has none, or its capital base is unknown.

    tables: obligor_exposures, capital. An exposure that is not complete passes: its size is not known.
    """
    if book.grouping is None or book.grouping.gate is None:
        return None
    return parties_above(tables, book, book.grouping.gate)


def parties_above(
    tables: Mapping[str, pl.DataFrame], book: Book, line: ExposureGate | Threshold
) -> pl.Series | None:
    """The parties whose exposure under the book passes a line; None where its capital base is unknown.

    tables: obligor_exposures, capital. An exposure that is not complete passes: its size is not known.
    """
    own = tables["obligor_exposures"].filter(pl.col("book_id") == book.id)
    base = tables["capital"][f"{line.base}_minor"].head(1).to_list()
    if not base or base[0] is None:
        return None
    amount = limit_minor(base_minor=base[0], ratio=line.ratio)
    exempt = pl.col("exempt_minor") + pl.col("joint_exempt_minor")
    exposure = pl.col("exposure_minor") + pl.col("joint_minor") - exempt
    # In whole minor units above the line is above the line rounded down; at the line is at the line rounded up.
    is_line_whole = base[0] * line.ratio == amount
    is_at = (exposure == amount) if line.boundary == "at_or_above" and is_line_whole else pl.lit(value=False)
    return own.filter((exposure > amount) | is_at | ~pl.col("is_complete"))["obligor_key"]


def open_gates(tables: Mapping[str, pl.DataFrame], selection: Selection) -> pl.DataFrame:
    """The gates that are taken as passed because their line is unknown, as rows of `not_evaluated`."""
    gates = {book.id: book.grouping.gate for book in selection.books if book.grouping}
    rows = [
        {
            "item": "exposure gate",
            "book_id": book.id,
            "missing": f"capital.{gate.base}",
            "effect": "The gate is taken as passed: links count whatever the exposure.",
        }
        for book in selection.books
        if (gate := gates.get(book.id)) and passing_parties(tables, book) is None
    ]
    return pl.DataFrame(rows, schema=OUTPUT_TABLES["not_evaluated"].schema)


def passing_links(links: pl.DataFrame, passing: pl.Series, found: FoundControl) -> pl.DataFrame:
    """The links that the gate lets through.

    links: relationship_key, source_key, target_key. passing: `passing_parties`. found: control under these links.
    """
    keys = open_families(passing, found).implode()
    return links.filter(pl.col("source_key").is_in(keys) | pl.col("target_key").is_in(keys))


def open_families(passing: pl.Series, found: FoundControl) -> pl.Series:
    """The keys of the parties that pass, and of everybody they are connected with by control."""
    control = lowest_links(found)
    label = components(found.party_count, control.controller, control.controlled, is_strong=False)
    families = pl.DataFrame({"label": label}, schema={"label": pl.Int64}).with_row_index("party_key")
    is_open = families.filter(pl.col("party_key").is_in(passing.implode()))["label"].unique()
    return families.filter(pl.col("label").is_in(is_open.implode()))["party_key"].cast(pl.Int32)
