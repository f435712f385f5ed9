"""The group stage: for every book the groups, their members with reasons, their totals, and who controls whom."""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.joint import joint_sums, with_joint_sums
from riskmon.domain.money import BP
from riskmon.groups.circles import guarantee_circles
from riskmon.groups.clearing import grouped_exposures
from riskmon.groups.covers import CoverReader, WholeCover
from riskmon.groups.gate import open_gates, passing_parties
from riskmon.groups.guarantees import guarantee_rings, guarantees
from riskmon.groups.hubs import glued_groups, gluing_hubs, hub_findings
from riskmon.groups.membership import membership
from riskmon.groups.register import registered_cover
from riskmon.groups.supports import with_common_support
from riskmon.groups.totals import group_totals, with_if_confirmed
from riskmon.rulebook.model import Grouping
from riskmon.rulebook.select import Book, Selection

ALONE = Grouping.model_validate(
    {
        "votes_above_bp": BP,
        "control_bases": (),
        "dependence": "off",
        "source": {"clause": "none", "certainty": "verified", "note": "The book groups nobody."},
    }
)
"""The reading of a book without a grouping: every party stands alone."""


def run(tables: Mapping[str, pl.DataFrame], selection: Selection) -> dict[str, pl.DataFrame]:
    """Groups under every selected book that has a grouping; books with the same grouping share the work.

    Tables in: parties, relationships, exposures, joint_exposures, obligor_exposures, capital, protections, protection_covers,
    facilities, supported_structures, related_parties, reporting, not_evaluated.
    Tables out: groups, group_members, group_exposures, controllers, if_confirmed_groups, if_confirmed_members,
    if_confirmed_exposures, guarantees, guarantee_rings, guarantee_circles, relationships (with those of common support, and
    counting_books), findings, not_evaluated.
    """
    exponent = int(tables["reporting"]["exponent"][0])
    parties = tables["parties"]
    relationships = with_common_support(tables, selection)
    answers_for = guarantees(
        relationships,
        tables["protections"],
        tables["protection_covers"],
        tables["facilities"],
        reporting_exponent=exponent,
    )
    frames: dict[str, list[pl.DataFrame]] = {}
    reader = CoverReader(relationships, parties)
    counting: dict[str, pl.Series] = {}
    cut, gluing = [], []
    for book in selection.books:
        grouping = book.grouping or ALONE
        if grouping.of_register:
            whole = registered_cover(tables["related_parties"], parties, grouping, as_of=selection.as_of)
        else:
            whole = reader.read(grouping, passing_parties(tables, book))
        of_book = _book_frames(tables, book, whole)
        for name, frame in of_book.items():
            frames.setdefault(name, []).append(frame)
        counting[book.id] = whole.links["relationship_key"]
        found = (of_book["groups"], of_book["group_members"])
        cut.append((book.id, glued_groups(relationships, parties, grouping, found)))
        gluing.append((book.id, gluing_hubs(parties, grouping, whole.links, of_book["group_members"])))
    return {
        "relationships": _with_books(relationships, counting),
        "findings": pl.concat(
            [
                tables["findings"],
                hub_findings(parties, "hub_cut", "{} would merge {} groups under {}.", cut),
                hub_findings(parties, "hub_glues", "{} alone connects {} parts under {}.", gluing),
            ]
        ),
        "not_evaluated": pl.concat([tables["not_evaluated"], open_gates(tables, selection)]),
        **{name: _numbered(name, parts, parties.height) for name, parts in frames.items()},
        "guarantees": answers_for,
        "guarantee_rings": guarantee_rings(answers_for, parties.height),
        "guarantee_circles": guarantee_circles(
            answers_for, parties.height, selection.early_warning.guarantee_network
        ),
    }


def party_groups(parties: pl.DataFrame, relationships: pl.DataFrame, book: Book) -> dict[str, pl.DataFrame]:
    """The groups of one book where no exposure is known: every party counts that is not said to be no obligor.

    Returns groups, group_members, if_confirmed_groups, if_confirmed_members.
    """
    if book.grouping is None:
        return {}
    whole = CoverReader(relationships, parties).read(book.grouping)
    counted = parties.filter(pl.col("is_obligor").fill_null(value=True))["party_key"]
    groups, members = membership(whole.groups, whole.links, counted)
    wider_groups, wider_members = membership(whole.wider_groups, whole.wider_links, counted)
    frames = {
        "groups": groups,
        "group_members": members,
        "if_confirmed_groups": wider_groups,
        "if_confirmed_members": wider_members,
    }
    return {name: frame.with_columns(book_id=pl.lit(book.id)) for name, frame in frames.items()}


def party_controllers(parties: pl.DataFrame, relationships: pl.DataFrame, grouping: Grouping) -> pl.DataFrame:
    """Who controls whom under one grouping, as `controllers` of a run; no group is made."""
    return CoverReader(relationships, parties).controllers(grouping)


def _book_frames(
    tables: Mapping[str, pl.DataFrame], book: Book, whole: WholeCover
) -> dict[str, pl.DataFrame]:
    """The frames of one book; `group_key` is still the number within the book."""
    own = tables["obligor_exposures"].filter(pl.col("book_id") == book.id)
    exposed = own.filter(
        (pl.col("exposure_gross_minor") + pl.col("mitigated_in_minor") + pl.col("joint_gross_minor") > 0)
        | ~pl.col("is_complete")
    )
    groups, members = membership(whole.groups, whole.links, exposed["obligor_key"])
    wider_groups, wider_members = membership(whole.wider_groups, whole.wider_links, exposed["obligor_key"])
    counted = grouped_exposures(own, tables, book)
    joint = tables["joint_exposures"].filter(pl.col("book_id") == book.id)
    totals, wider_totals = (
        with_joint_sums(
            group_totals(each, counted, tables["parties"]), joint_sums(joint, each, "group_key"), "group_key"
        )
        for each in (members, wider_members)
    )
    frames = {
        "groups": groups,
        "group_members": members,
        "group_exposures": with_if_confirmed(totals, groups, wider_members, wider_totals),
        "if_confirmed_groups": wider_groups,
        "if_confirmed_members": wider_members,
        "if_confirmed_exposures": wider_totals.with_columns(if_confirmed_minor="exposure_minor"),
        "controllers": whole.controllers,
    }
    return {name: frame.with_columns(book_id=pl.lit(book.id)) for name, frame in frames.items()}


def _with_books(relationships: pl.DataFrame, counting: Mapping[str, pl.Series]) -> pl.DataFrame:
    """The relationships with `counting_books`: the books under which each counts, by id."""
    nothing = pl.lit(None, dtype=pl.String)
    named = [
        pl.when(pl.col("relationship_key").is_in(keys.implode())).then(pl.lit(book_id)).otherwise(nothing)
        for book_id, keys in sorted(counting.items())
    ]
    return relationships.with_columns(counting_books=pl.concat_list(named or [nothing]).list.drop_nulls())


def _numbered(name: str, parts: list[pl.DataFrame], party_count: int) -> pl.DataFrame:
    """The books' frames in one; `group_key` becomes unique over all books, since none has more groups than parties."""
    if name == "controllers":
        return pl.concat(parts)
    return pl.concat(
        part.with_columns(pl.col("group_key") + pl.lit(number * party_count, dtype=pl.Int32))
        for number, part in enumerate(parts)
    )
