"""The limit stage: headroom and large exposures under every selected book.

Limits are a conjunction: every limit of every book is evaluated, none replaces another, the binding one is found.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from riskmon.domain.joint import owed_in_full
from riskmon.domain.terms import CAPITAL_BASES
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.limits.bank_limits import bank_limit_headroom
from riskmon.limits.headroom import Bases, book_headroom, with_binding
from riskmon.limits.institutions import floors, is_asked, with_institutions
from riskmon.limits.joint_credit import joint_headroom, joint_ledger, under_joint_credit
from riskmon.limits.large_exposures import fixed_amounts, large_exposures
from riskmon.limits.subjects import (
    BANK,
    bank_subjects,
    group_subjects,
    obligor_subjects,
    party_classes,
    related_classes,
)
from riskmon.rulebook.model import Limit
from riskmon.rulebook.select import Book, Selection


def run(tables: Mapping[str, pl.DataFrame], selection: Selection) -> dict[str, pl.DataFrame]:
    """Every limit against every subject, now, with doubts confirmed, and at the previous capital.

    Tables in: parties, bank, capital, bank_limits, joint_credit, obligor_products, joint_exposures, obligor_exposures, groups,
    group_members, group_exposures, if_confirmed_groups, if_confirmed_members, if_confirmed_exposures.
    Tables out: headroom, headroom_if_confirmed, headroom_previous_capital, large_exposures, not_evaluated.
    """
    bank_id = tables["bank"]["party_id"][0] if tables["bank"].height else BANK
    now, before = (capital_bases(tables["capital"], age, selection.as_of) for age in (0, 1))
    fixed, unlifted = fixed_amounts(tables, selection)
    headroom, wider, earlier, large = [], [], [], []
    for book in selection.books:
        classes = classes_of(tables, book, selection)
        obligors = obligor_subjects(tables["obligor_exposures"], book)
        groups = group_subjects(tables["group_exposures"], tables["groups"], book)
        wider_groups = group_subjects(tables["if_confirmed_exposures"], tables["if_confirmed_groups"], book)
        # Who has signed with others owes the whole; a sum over all obligors counts it once.
        subjects = pl.concat([obligors, groups], how="diagonal_relaxed").with_columns(owed_in_full())
        if_confirmed = wider_groups.with_columns(owed_in_full())
        large.append(large_exposures(subjects, book, now, fixed_minor=fixed.get(book.id)))
        if not book.limits:
            continue
        if is_asked(book):
            subjects = with_institutions(subjects, tables["group_members"], tables, book)
            if_confirmed = with_institutions(if_confirmed, tables["if_confirmed_members"], tables, book)
        subjects = pl.concat(
            [subjects, bank_subjects(obligors, classes, book, bank_id)], how="diagonal_relaxed"
        )
        known, unknown = floors(book, tables, selection)
        unlifted += unknown
        headroom.append(book_headroom(subjects, classes, book, now, known))
        wider.append(book_headroom(if_confirmed, classes, book, now, known))
        earlier.append(book_headroom(subjects, classes, book, before, known))
    joint, under_joint = _joint_credit(tables, selection)
    headroom += joint
    own, unread = bank_limit_headroom(tables, selection, now)
    doubted = {"groups": tables["if_confirmed_groups"], "group_members": tables["if_confirmed_members"]}
    wider.append(bank_limit_headroom({**tables, **doubted}, selection, now, is_on_groups=True)[0])
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
        "large_exposures": pl.concat([*large, *under_joint], how="diagonal_relaxed"),
        "not_evaluated": pl.concat(
            [tables["not_evaluated"], unread, _unknown_bases(selection, now), _as_rows(unlifted)]
        ),
    }


def classes_of(tables: Mapping[str, pl.DataFrame], book: Book, selection: Selection) -> pl.DataFrame:
    """The classes of every party under one book: party_key, party_class; a party may have several."""
    bank = tables["bank"]
    by_kind = party_classes(
        tables["parties"],
        book,
        bank_is_gsib=bool(bank["is_gsib"].fill_null(value=False).any()),
        bank_is_dsib=bool(bank["is_dsib"].fill_null(value=False).any()),
        as_of=selection.as_of,
    )
    return pl.concat([by_kind, related_classes(tables["group_members"], book)])


def _joint_credit(
    tables: Mapping[str, pl.DataFrame], selection: Selection
) -> tuple[list[pl.DataFrame], list[pl.DataFrame]]:
    """What the books on joint credit test and report."""
    tested, reported = [], []
    for book in selection.books:
        if book.joint_limit is not None:
            ledger = joint_ledger(tables, book, selection)
            tested.append(joint_headroom(ledger, book, book.joint_limit))
            reported.append(under_joint_credit(ledger, tables, book, selection))
    return tested, reported


def capital_bases(capital: pl.DataFrame, age: int, as_of: date) -> Bases:
    """The capital figures of the newest row (age 0) or the one before (age 1); empty where there is none.

    capital: newest first. A figure as at the end of the quarter before is that of the newest row on or before it.
    """
    quarter_end = date(as_of.year, as_of.month - (as_of.month - 1) % 3, 1) - timedelta(days=1)
    dated = {"": capital, "@prior_quarter_end": capital.filter(pl.col("as_of") <= quarter_end)}
    return {
        f"{base}{at}": rows[f"{base}_minor"][age]
        for at, rows in dated.items()
        for base in CAPITAL_BASES
        if rows.height > age
    }


def _unknown_bases(selection: Selection, bases: Bases) -> pl.DataFrame:
    """Every limit whose capital base is not known."""
    rows = [
        {
            "item": f"{book.id}/{limit.id}",
            "book_id": book.id,
            "missing": f"capital.{limit.base_key}",
            "effect": "The limit is not tested: no subject is known to be within it.",
        }
        for book, limit in _all_limits(selection)
        if bases.get(limit.base_key) is None
    ]
    return _as_rows(rows)


def _as_rows(rows: list[dict[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=OUTPUT_TABLES["not_evaluated"].schema)


def _all_limits(selection: Selection) -> list[tuple[Book, Limit]]:
    return [(book, limit) for book in selection.books for limit in book.limits]
