"""The limit stage: headroom, breaches and large exposures under every selected book.

Limits are a conjunction: every limit of every book is evaluated, none replaces another, the binding one is found.
"""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.terms import CAPITAL_BASES
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.limits.bank_limits import bank_limit_headroom
from riskmon.limits.headroom import Bases, book_headroom, with_binding
from riskmon.limits.institutions import floors, is_asked, with_institutions
from riskmon.limits.large_exposures import large_exposures
from riskmon.limits.subjects import group_subjects, obligor_subjects, party_classes
from riskmon.rulebook.model import Limit
from riskmon.rulebook.select import Book, Selection


def run(tables: Mapping[str, pl.DataFrame], selection: Selection) -> dict[str, pl.DataFrame]:
    """Every limit against every subject, now, with doubts confirmed, and at the previous capital.

    Tables in: parties, bank, capital, bank_limits, obligor_products, obligor_exposures, groups, group_exposures,
    if_confirmed_groups, if_confirmed_members, if_confirmed_exposures. Tables out: headroom, headroom_if_confirmed, headroom_previous_capital, breaches,
    large_exposures, not_evaluated.
    """
    bank = tables["bank"]
    bank_is_gsib = bool(bank["is_gsib"].fill_null(value=False).any())
    bank_is_dsib = bool(bank["is_dsib"].fill_null(value=False).any())
    now, before = _bases(tables["capital"], 0), _bases(tables["capital"], 1)
    headroom, wider, earlier, large, unlifted = [], [], [], [], []
    for book in selection.books:
        classes = party_classes(
            tables["parties"],
            book,
            bank_is_gsib=bank_is_gsib,
            bank_is_dsib=bank_is_dsib,
            as_of=selection.as_of,
        )
        obligors = obligor_subjects(tables["obligor_exposures"], book)
        groups = group_subjects(tables["group_exposures"], tables["groups"], book)
        if_confirmed = group_subjects(tables["if_confirmed_exposures"], tables["if_confirmed_groups"], book)
        subjects = pl.concat([obligors, groups], how="diagonal_relaxed")
        large.append(large_exposures(subjects, book, now))
        if not book.limits:
            continue
        if is_asked(book):
            subjects = with_institutions(subjects, tables["group_members"], tables, book)
            if_confirmed = with_institutions(if_confirmed, tables["if_confirmed_members"], tables, book)
        known, unknown = floors(book, tables, selection)
        unlifted += unknown
        headroom.append(book_headroom(subjects, classes, book, now, known))
        wider.append(book_headroom(if_confirmed, classes, book, now, known))
        earlier.append(book_headroom(subjects, classes, book, before, known))
    own, unread = bank_limit_headroom(tables, selection, now)
    wider_groups = {"groups": tables["if_confirmed_groups"], "group_members": tables["if_confirmed_members"]}
    wider.append(bank_limit_headroom({**tables, **wider_groups}, selection, now, is_on_groups=True)[0])
    earlier.append(bank_limit_headroom(tables, selection, before)[0])
    anchors = tables["groups"].select("group_key", "anchor_key")
    wider_anchors = tables["if_confirmed_groups"].select("group_key", "anchor_key")
    tested = with_binding(pl.concat([*headroom, own], how="diagonal_relaxed"), anchors)
    return {
        "headroom": tested,
        "headroom_if_confirmed": with_binding(pl.concat(wider, how="diagonal_relaxed"), wider_anchors),
        "headroom_previous_capital": with_binding(pl.concat(earlier, how="diagonal_relaxed"), anchors)
        if before
        else tested.clear(),
        "breaches": tested.filter("is_breach"),
        "large_exposures": pl.concat(large),
        "not_evaluated": pl.concat(
            [tables["not_evaluated"], unread, _unknown_bases(selection, now), _as_rows(unlifted)]
        ),
    }


def _bases(capital: pl.DataFrame, age: int) -> Bases:
    """The capital figures of the newest row (age 0) or the one before (age 1); empty where there is none."""
    if capital.height <= age:
        return {}
    return {base: capital[f"{base}_minor"][age] for base in CAPITAL_BASES}


def _unknown_bases(selection: Selection, bases: Bases) -> pl.DataFrame:
    """Every limit whose capital base is not known."""
    rows = [
        {
            "item": f"{book.id}/{limit.id}",
            "book_id": book.id,
            "missing": f"capital.{limit.base}",
            "effect": "The limit is not tested: no subject is known to be within it.",
        }
        for book, limit in _all_limits(selection)
        if bases.get(limit.base) is None
    ]
    return _as_rows(rows)


def _as_rows(rows: list[dict[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=OUTPUT_TABLES["not_evaluated"].schema)


def _all_limits(selection: Selection) -> list[tuple[Book, Limit]]:
    return [(book, limit) for book in selection.books for limit in book.limits]
