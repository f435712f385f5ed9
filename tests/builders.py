"""Tiny valid rows of a bank's tables, each with one field to override, and the folder that holds them.

A row is a dict of cells as a bank would deliver them: amounts as decimal text in major units, dates as ISO text or
`date`, lists as Python lists, None for an empty cell.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import polars as pl

from riskmon import validate
from riskmon.domain.terms import Level
from riskmon.frames.inputs import INPUT_TABLES
from riskmon.ingest import read_bank
from riskmon.rulebook.select import select

AS_OF = date(2026, 6, 30)
"""The business date that the default rows are valid on."""

Row = dict[str, object]


def party(party_id: str = "P1", **overrides: object) -> Row:
    """A Chinese corporate."""
    return {
        "party_id": party_id,
        "name": f"Name of {party_id}",
        "kind": "corporate",
        "country": "CN",
    } | overrides


def facility(facility_id: str = "F1", obligor_id: str = "P1", **overrides: object) -> Row:
    """A fully drawn loan of 100.00 CNY, running at `AS_OF`."""
    return {
        "facility_id": facility_id, "obligor_id": obligor_id, "product": "loan", "currency": "CNY",
        "commitment": "100.00", "drawn": "100.00", "start_date": "2025-01-01", "maturity_date": "2027-12-31",
    } | overrides  # fmt: skip


def relationship(
    relationship_id: str = "R1", source_party_id: str = "P1", target_party_id: str = "P2", **overrides: object
) -> Row:
    """The source controls the target by consolidation; always in force, always known, not assessed."""
    return {
        "relationship_id": relationship_id, "source_party_id": source_party_id, "target_party_id": target_party_id,
        "kind": "control", "basis": "consolidation",
    } | overrides  # fmt: skip


def shareholding(
    relationship_id: str, source_party_id: str, target_party_id: str, voting_bp: object, **overrides: object
) -> Row:
    """The source holds `voting_bp` of the votes in the target."""
    changes = {"kind": "shareholding", "basis": None, "voting_bp": voting_bp} | overrides
    return relationship(relationship_id, source_party_id, target_party_id, **changes)


def capital(as_of: object = AS_OF, **overrides: object) -> Row:
    """Net capital of 10 000.00 CNY, tier 1 of 8 000.00, consolidated."""
    return {
        "as_of": as_of, "level": "consolidated", "net_capital": "10000.00", "tier1_capital": "8000.00",
        "cet1_capital": "7000.00", "currency": "CNY",
    } | overrides  # fmt: skip


def fx_rate(currency: str = "USD", rate: object = "7.2", **overrides: object) -> Row:
    """`rate` units of the reporting currency for one unit of `currency`, on `AS_OF`."""
    return {"as_of": AS_OF, "currency": currency, "rate": rate} | overrides


def protection(protection_id: str = "G1", **overrides: object) -> Row:
    """A cash margin of 50.00 CNY without a provider."""
    return {
        "protection_id": protection_id,
        "kind": "cash_margin",
        "currency": "CNY",
        "value": "50.00",
    } | overrides


def cover(protection_id: str = "G1", facility_id: str | None = "F1", **overrides: object) -> Row:
    """The protection covers the facility with all of its value."""
    return {"protection_id": protection_id, "facility_id": facility_id, "party_id": None} | overrides


def dependence(
    relationship_id: str, source_party_id: str, target_party_id: str, basis: str | None, **overrides: object
) -> Row:
    """The target relies economically on the source."""
    changes = {"kind": "economic_dependence", "basis": basis} | overrides
    return relationship(relationship_id, source_party_id, target_party_id, **changes)


def payment(
    payment_id: str, payer_id: str | None, payee_id: str | None, amount: str, **overrides: object
) -> Row:
    """A payment of CNY within the year before `AS_OF`, for goods."""
    return {
        "payment_id": payment_id, "payer_id": payer_id, "payee_id": payee_id, "amount": amount, "currency": "CNY",
        "paid_on": "2026-03-31", "purpose": "goods",
    } | overrides  # fmt: skip


def statement(party_id: str, item: str, amount: str, **overrides: object) -> Row:
    """One item of a party's own statement for 2025, received in time."""
    return {
        "party_id": party_id, "period_end": "2025-12-31", "version": "1", "received_on": "2026-03-01",
        "is_consolidated": False, "item": item, "amount": amount, "currency": "CNY",
    } | overrides  # fmt: skip


def fund_unit(facility_id: str = "F1", obligor_id: str = "FUND", **overrides: object) -> Row:
    """Units of a fund, booked at 100.00 CNY."""
    return facility(facility_id, obligor_id, product="fund_unit", commitment=None) | overrides


def structure(structure_id: str = "S1", **overrides: object) -> Row:
    """A structure that is the party FUND and has assets of 1000.00 CNY."""
    return {
        "structure_id": structure_id, "party_id": "FUND", "total_value": "1000.00", "currency": "CNY",
    } | overrides  # fmt: skip


def tranche(tranche_id: str = "T1", structure_id: str = "S1", **overrides: object) -> Row:
    """A tranche of 200.00 CNY."""
    return {
        "structure_id": structure_id, "tranche_id": tranche_id, "size": "200.00", "currency": "CNY",
    } | overrides  # fmt: skip


def fund_holding(holding_id: str = "H1", facility_id: str = "F1", **overrides: object) -> Row:
    """A share of 100.00 CNY in the structure S1."""
    return {
        "holding_id": holding_id, "facility_id": facility_id, "structure_id": "S1", "amount": "100.00",
        "currency": "CNY",
    } | overrides  # fmt: skip


def underlying(underlying_id: str = "U1", obligor_id: str | None = "P1", **overrides: object) -> Row:
    """An asset of 1000.00 CNY in the structure S1."""
    return {
        "structure_id": "S1", "underlying_id": underlying_id, "obligor_id": obligor_id, "amount": "1000.00",
        "currency": "CNY",
    } | overrides  # fmt: skip


def write_bank(folder: Path, **tables: Iterable[Mapping[str, object]]) -> Path:
    """Write each table as `<table>.csv`, exactly the rows given; a table without rows gets its declared header.

    Returns the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        write_csv(folder / f"{table}.csv", list(rows))
    return folder


def validated(
    folder: Path,
    *,
    as_of: date = AS_OF,
    known_at: date | None = None,
    level: Level | None = None,
    **tables: Iterable[Mapping[str, object]],
) -> dict[str, pl.DataFrame]:
    """The bank written to the folder, read and validated: the frames after `validate`."""
    bank = read_bank(write_bank(folder, **tables), required=())
    return validate.run(bank, select(["example_policy"], as_of=as_of, known_at=known_at, level=level))


def refused(frames: Mapping[str, pl.DataFrame]) -> list[tuple[str, int, list[str]]]:
    """Table, position and finding codes of every refused row."""
    return frames["quarantine_rows"].rows()


def incomplete(frames: Mapping[str, pl.DataFrame]) -> list[str]:
    """Ids of the parties that a refused row touches."""
    return frames["parties"].filter(~pl.col("is_complete"))["party_id"].to_list()


def found(frames: Mapping[str, pl.DataFrame], code: str) -> list[tuple[str, int, list[str]]]:
    """Table, count and sample of one finding, a tuple for each table that shows it."""
    return frames["findings"].filter(finding_code=code).select("table", "row_count", "sample").rows()


def write_csv(path: Path, rows: list[Mapping[str, object]]) -> None:
    """Write rows under the union of their columns, in the order first seen."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    if not header:
        header = [column.name for column in INPUT_TABLES[path.stem].columns]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([_cell(row.get(name)) for name in header] for row in rows)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ";".join(str(item) for item in value)
    return str(value)
