"""The search stage: links of dependence that the data suggest join the relationships as doubtful ones.

Who has signed one facility together is no suggestion: these links join as facts, whatever the exposure.

A suggestion is never more than that: it counts in the "if confirmed" groups, under every book whose test its share
passes, as it would once a person had confirmed it.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from riskmon.domain.assessment import SUGGESTED, none_approved
from riskmon.domain.terms import DEPENDENCE_SEARCH
from riskmon.groups.covers import CoverReader
from riskmon.groups.gate import parties_above
from riskmon.groups.search.assessed import assessed_suggestions, withdrawn_suggestions
from riskmon.groups.search.candidates import Asking, Search, with_ids
from riskmon.groups.search.co_signed import joint_liabilities
from riskmon.groups.search.flows import flow_candidates
from riskmon.groups.search.gaps import search_gaps, unknown_lines
from riskmon.groups.search.liabilities import (
    guarantee_candidates,
    receivable_candidates,
    repayment_candidates,
)
from riskmon.groups.search.owners import owner_candidates
from riskmon.groups.search.suggestions import suggestions, tests_of
from riskmon.rulebook.model import DependenceSearch, ExposureGate, Threshold
from riskmon.rulebook.select import Book, Selection

Tables = Mapping[str, pl.DataFrame]

RECORDED_BY = "riskmon"
"""Who recorded a suggestion."""


def run(tables: Tables, selection: Selection) -> dict[str, pl.DataFrame]:
    """Search the data for dependence on or of every party whose exposure passes the line of a book.

    The line is the book's threshold `dependence_search`, or its gate, which a party above it opens for all whom control
    connects it with. Where a relationship of the same basis runs the
    same way already, whatever became of it, nothing is suggested.
    Tables in: relationships, parties, facilities, protections, protection_covers, financial_statements, payments,
    obligor_exposures, capital, reporting, bank, delivered, findings, not_evaluated; `assessments` (see
    `domain.assessment`) count for suggestions too. Tables out: relationships (with suggestions, keyed anew by id),
    findings and not_evaluated.
    """
    rule = selection.early_warning.dependence_search
    asking, unknown = [], []
    for book in selection.books:
        if line := _line(book):
            above = _due(tables, book, line)
            if above is None:
                unknown.append(book.id)
            elif above.len():
                asking.append(Asking(book, above))
    gaps = unknown_lines(unknown)
    assessments = tables.get("assessments", none_approved())
    signed = assessed_suggestions(joint_liabilities(tables), assessments, selection.as_of)
    relationships = _with_made(tables["relationships"], signed)
    if rule is not None and asking:
        search = _search(tables, selection, rule, asking)
        found = suggestions(_candidates(tables, search, asking), tables, asking, rule)
        named = assessed_suggestions(_named(found, tables["parties"]), assessments, selection.as_of)
        relationships = _with_made(relationships, named)
        gaps = pl.concat([gaps, search_gaps(tables, search, asking)])
    withdrawn = withdrawn_suggestions(relationships, assessments, selection.as_of)
    return {
        "relationships": relationships,
        "findings": pl.concat([tables["findings"], withdrawn]),
        "not_evaluated": pl.concat([tables["not_evaluated"], gaps]),
    }


def _line(book: Book) -> ExposureGate | Threshold | None:
    """The line above which the book asks for a search; none where it knows no dependence."""
    if book.grouping is None or book.grouping.dependence == "off":
        return None
    return book.threshold(DEPENDENCE_SEARCH) or book.grouping.gate


def _due(tables: Tables, book: Book, line: ExposureGate | Threshold) -> pl.Series | None:
    """The parties that a book asks to search for; None where its line is unknown."""
    above = parties_above(tables, book, line)
    if above is None or above.is_empty() or not isinstance(line, ExposureGate) or book.grouping is None:
        return above
    return CoverReader(tables["relationships"], tables["parties"]).open_families(book.grouping, above)


def _search(tables: Tables, selection: Selection, rule: DependenceSearch, asking: Sequence[Asking]) -> Search:
    begin = pl.select(pl.lit(selection.as_of).dt.offset_by(f"-{rule.window_months}mo")).item()
    reporting = tables["reporting"].row(0, named=True)
    lines: dict[str, int] = {}
    for test in (test for each in asking for test in tests_of(each.book)):
        for basis in test.bases:
            line = rule.lines.get(basis) if test.at_least_bp is None else test.at_least_bp
            if line is not None:
                lines[basis] = min(line, lines.get(basis, line))
    return Search(
        as_of=selection.as_of,
        known_at=selection.known_at,
        begin=begin,
        months=rule.window_months,
        currency=reporting["currency"],
        exponent=int(reporting["exponent"]),
        due=pl.concat([each.due for each in asking]).unique().sort(),
        own_bank=tables["parties"].filter("is_own_bank")["party_key"],
        lines=lines,
    )


def _candidates(tables: Tables, search: Search, asking: Sequence[Asking]) -> pl.DataFrame:
    """Every link that the data suggest, of the situations that some book knows."""
    exposures = {
        book.id: tables["obligor_exposures"]
        .filter(pl.col("book_id") == book.id)
        .select(party_key="obligor_key", exposure_minor=pl.col("exposure_minor") - pl.col("exempt_minor"))
        for book in (each.book for each in asking)
        if any(test.guarantee_against == "exposure" for test in tests_of(book))
    }
    found = [flow_candidates(tables, search)]
    if "guarantee_burden" in search.lines:
        found.append(guarantee_candidates(tables, search, exposures))
    if "repayment_source" in search.lines:
        found.append(repayment_candidates(tables, search))
    if "receivables" in search.lines:
        found.append(receivable_candidates(tables, search))
    if "owners_in_common" in search.lines:
        found.append(owner_candidates(tables, search))
    return pl.concat(found)


def _named(found: pl.DataFrame, parties: pl.DataFrame) -> pl.DataFrame:
    """The suggestions as relationships, with source_id and target_id."""
    return with_ids(found, parties).select(
        "source_key",
        "target_key",
        "source_id",
        "target_id",
        "basis",
        "dependence_bp",
        "is_mutual",
        "evidence",
        relationship_id=pl.concat_str(
            pl.lit(SUGGESTED), pl.format("{}:{}:{}", "basis", "source_id", "target_id")
        ),
        kind=pl.lit("economic_dependence"),
        assessment=pl.lit("doubtful"),
        recorded_by=pl.lit(RECORDED_BY),
        is_suggested=pl.lit(value=True),
    )


def _with_made(relationships: pl.DataFrame, suggested: pl.DataFrame) -> pl.DataFrame:
    """The relationships with the suggested ones, all keyed by id."""
    if suggested.is_empty():
        return relationships
    rows = pl.concat([relationships, suggested], how="diagonal").sort("relationship_id")
    return rows.with_columns(relationship_key=pl.int_range(pl.len(), dtype=pl.Int32))
