"""Separation: the parties that a book assesses with each directly linked party by itself, such as a government."""

import numpy as np
import polars as pl

from graph_models.arrays import Separate
from riskmon.domain.errors import CallerError
from riskmon.rulebook.model import Grouping


def separation(parties: pl.DataFrame, grouping: Grouping) -> Separate | None:
    """Who stands apart under a grouping, or None where nobody does.

    parties: party_key, kind, and party_id where the grouping names parties.

    Raises:
        CallerError: a named party is not among the parties.
    """
    if not grouping.separate_kinds:
        return None
    is_hub = pl.col("kind").is_in(grouping.separate_kinds)
    named = grouping.separate_parties
    if not named:
        return Separate(
            is_hub=_marked(parties.filter(is_hub), parties.height),
            is_named=np.ones(parties.height, dtype=np.bool_),
        )
    meant = parties.filter(pl.col("party_id").is_in(named))
    unknown = sorted(set(named) - set(meant["party_id"]))
    if unknown:
        raise CallerError(
            f"The choice names {unknown[0]!r}, which is none of the parties.",
            why="A choice for nobody would be recorded as if it had an effect.",
            remedy="Name parties by their party_id, joined by semicolons.",
        )
    return Separate(
        is_hub=_marked(parties.filter(is_hub), parties.height), is_named=_marked(meant, parties.height)
    )


def _marked(meant: pl.DataFrame, party_count: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    marked = np.zeros(party_count, dtype=np.bool_)
    marked[meant["party_key"].to_numpy()] = True
    return marked
