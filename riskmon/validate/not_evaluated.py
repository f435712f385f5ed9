"""What a run cannot evaluate, because a table, a row or a rate was not delivered. Never a silent zero."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from riskmon.frames.inputs import INPUT_TABLES
from riskmon.frames.outputs import OUTPUT_TABLES

_EFFECTS = {
    "bank": "The bank's own claims on itself and its own systemic status are not known; limits that ask for them "
    "are applied without.",
    "parties": "There is nobody to group, and no row that names a party can be used.",
    "relationships": "Every party stands alone: groups, control and guarantees between parties are not known.",
    "facilities": "There is no exposure to measure.",
    "protections": "No protection is known, so no exposure is mitigated.",
    "protection_covers": "It is not known what a protection covers, so none mitigates.",
    "capital": "No limit can be computed.",
    "fx_rates": "Amounts in another than the reporting currency cannot be converted; their rows are refused.",
    "country_ratings": "No exposure is exempt and no protection recognised on the strength of a country's grade.",
    "bank_limits": "The bank's own limits are not checked.",
    "ratings": "Signals on rating grades cannot be evaluated.",
    "financial_statements": "Signals on financial statements cannot be evaluated.",
    "account_behaviour": "Signals on accounts cannot be evaluated.",
    "bureau_summaries": "Signals on borrowing elsewhere cannot be evaluated.",
    "trading_positions": "The bank's trading positions are not known; what facilities say of the trading book counts.",
    "netting_sets": "Derivatives and securities financing are not measured by their sets; what is booked counts.",
    "derivatives": "Derivatives are not measured; what is booked counts.",
    "securities_financing": "Securities financing is not measured; what is booked counts.",
    "events": "Signals on events cannot be evaluated.",
    "related_parties": "Who is a related party of the bank is not known.",
    "joint_credit": "Limits that banks have agreed on together are not checked.",
    "payments": "Who lives on whom cannot be seen: dependence counts only where it is recorded.",
    "structures": "No fund and no securitisation is looked through.",
    "tranches": "A holding of a tranche cannot be told from a share of the whole; such holdings are refused.",
    "fund_holdings": "It is not known what the bank holds in a structure, so none is looked through.",
    "underlyings": "What stands behind funds and securitisations is not known; they count as unidentified.",
    "structure_support": "Originators, managers and supporters of structures carry no exposure for them.",
}
"""What is not known without a table."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that could not be evaluated."""

    item: str
    missing: str
    effect: str


def missing_tables(tables: Mapping[str, pl.DataFrame]) -> list[Gap]:
    """Tables of the data contract that were not delivered."""
    return [Gap(name, f"table {name}", _EFFECTS[name]) for name in INPUT_TABLES if name not in tables]


def empty_tables(tables: Mapping[str, pl.DataFrame], standing: Mapping[str, pl.DataFrame]) -> list[Gap]:
    """Delivered tables that a run is about, without a row that can be used."""
    return [
        Gap(name, f"rows of {name}", _EFFECTS[name])
        for name in ("parties", "facilities")
        if name in tables and standing[name].is_empty()
    ]


def missing_capital(capital: pl.DataFrame, tables: Mapping[str, pl.DataFrame], as_of: object) -> list[Gap]:
    """Capital that is delivered, but not for the run's perimeter on or before its date."""
    if "capital" not in tables or not capital.is_empty():
        return []
    return [Gap("capital", f"a row on or before {as_of}", _EFFECTS["capital"])]


def outside_perimeter(facility_count: int) -> list[Gap]:
    """Facilities of subsidiaries, which a run for the bank alone leaves out."""
    if not facility_count:
        return []
    effect = (
        f"{facility_count} facilities with is_solo = false are outside the solo perimeter and do not count."
    )
    return [Gap("perimeter", "level consolidated", effect)]


def unconverted_relationships(relationships: pl.DataFrame) -> list[Gap]:
    """Amounts of relationships without an exchange rate; the link stands, its amount is unknown.

    relationships: amount_minor, currency, rate_e10.
    """
    unknown = relationships.filter(pl.col("amount_minor").is_not_null(), pl.col("rate_e10").is_null())
    if unknown.is_empty():
        return []
    currencies = ", ".join(unknown["currency"].unique().sort())
    effect = f"The amounts of {unknown.height} relationships are not known; the relationships count."
    return [Gap("relationships", f"exchange rates of {currencies}", effect)]


def assembled(gaps: list[Gap]) -> pl.DataFrame:
    """The not_evaluated table; a gap in the data concerns every book."""
    rows = [{"item": gap.item, "book_id": None, "missing": gap.missing, "effect": gap.effect} for gap in gaps]
    table = OUTPUT_TABLES["not_evaluated"]
    return table.shape(pl.DataFrame(rows, schema=table.schema))
