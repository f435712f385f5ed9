"""Matching names: which pairs are likely one company, and which parties of a list may be one. Nothing is merged."""

from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import polars as pl

from riskmon.domain.errors import CallerError
from riskmon.operations.name_match import IS_MATCH_FROM, name_score
from riskmon.operations.name_parts import name_parts

_ENDING: Final = 4
"""Letters at the beginning or the end of two names that must agree for the pair to be looked at."""

_LARGEST_BLOCK: Final = 100
"""Names with one beginning or end beyond which they are too common to be compared pair by pair."""


def match_file(path: Path) -> dict[str, Any]:
    """Judge the pairs of a file, or find likely duplicates in a list of parties.

    Args:
        path: CSV with `name1` and `name2`, or with `party_id` and `name` as in the table of parties.

    Returns:
        `pairs`, each with what it was read from, `is_match` and `score` (0 to 1). Of a file of pairs every row in
        its order; of a list of parties those that are likely one, best first, and `not_compared`: how many names
        were too common at their beginning or end to be compared by it.

    Raises:
        CallerError: the file cannot be read, or has neither pair of columns.
    """
    rows = _read(path)
    if {"name1", "name2"} <= set(rows.columns):
        return {
            "pairs": [
                _judged({"name1": one or "", "name2": other or ""})
                for one, other in rows.select("name1", "name2").iter_rows()
            ]
        }
    if {"party_id", "name"} <= set(rows.columns):
        named = (
            rows.select("party_id", "name").drop_nulls().unique("party_id", keep="first", maintain_order=True)
        )
        return _likely_duplicates(dict(named.sort("party_id").iter_rows()))
    raise CallerError(
        f"{path} has neither the columns name1 and name2 nor party_id and name.",
        why="It is not known which names to compare.",
        remedy="Deliver pairs of names, or the table of parties.",
    )


def _read(path: Path) -> pl.DataFrame:
    try:
        return pl.read_csv(path, infer_schema=False, encoding="utf8")
    except (OSError, pl.exceptions.PolarsError) as error:
        raise CallerError(
            f"{path} cannot be read as CSV: {str(error).splitlines()[0]}.",
            remedy="Name a UTF-8 CSV file with a header.",
        ) from error


def _judged(pair: dict[str, str]) -> dict[str, Any]:
    score = name_score(pair["name1"], pair["name2"])
    return {**pair, "is_match": score >= IS_MATCH_FROM, "score": score}


def _likely_duplicates(names: dict[str, str]) -> dict[str, Any]:
    """Pairs of parties whose names begin or end alike and match. names: by party id, sorted."""
    blocks: dict[tuple[str, str], list[str]] = defaultdict(list)
    for party_id, name in names.items():
        core = "".join(name_parts(name).words)
        for end, letters in (("begins", core[:_ENDING]), ("ends", core[-_ENDING:])):
            blocks[end, letters].append(party_id)
    common = {party_id for block in blocks.values() if len(block) > _LARGEST_BLOCK for party_id in block}
    candidates = {
        pair for block in blocks.values() if len(block) <= _LARGEST_BLOCK for pair in combinations(block, 2)
    }
    judged = [
        {"party_id1": one, "party_id2": other, **_judged({"name1": names[one], "name2": names[other]})}
        for one, other in sorted(candidates)
    ]
    likely = [pair for pair in judged if pair["is_match"]]
    likely.sort(key=lambda pair: (-pair["score"], pair["party_id1"], pair["party_id2"]))
    return {"pairs": likely, "not_compared": len(common)}
