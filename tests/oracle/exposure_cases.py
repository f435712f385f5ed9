"""The published exposure cases, and the bank that each is asked of.

A case is told in units; a unit here is a million of the reporting currency, so that six decimals of a case are whole
minor units or nearly so. Every case is asked of a run: a bank written to a folder, run under one book, its tables read.
"""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders

AS_OF = date(2026, 6, 30)
UNIT = 1_000_000
CENTS = 100
CASES = json.loads(
    (Path(__file__).parent / "data" / "exposure_numeric.json").read_text(encoding="utf-8"),
    parse_float=Decimal,
)["cases"]


def amount(units):
    """Units of a case as a bank would deliver them, None for none."""
    return None if units is None else f"{Decimal(units) * UNIT:.2f}"


def minor(units):
    """Units of a case in minor units of the reporting currency."""
    return int(Decimal(units) * UNIT * CENTS)


def loan(facility_id, obligor_id, units, **more):
    """A loan that is fully drawn."""
    drawn = {"drawn": amount(units), "commitment": amount(units), "currency": "EUR"}
    return builders.facility(facility_id, obligor_id, **(drawn | more))


def protection(protection_id, units, **more):
    """A protection in the reporting currency."""
    return builders.protection(protection_id, value=amount(units), currency="EUR", **more)


@dataclass(frozen=True)
class Outcome:
    """The tables of one run under one book, as rows."""

    tables: dict

    def total(self, obligor_id):
        """The obligor's row of `obligor_exposures`, None where it has none."""
        rows = [row for row in self.tables["obligor_exposures"] if row["obligor_id"] == obligor_id]
        return rows[0] if rows else None

    def exposure(self, obligor_id):
        """The obligor's exposure value in minor units; nothing at stake is 0."""
        row = self.total(obligor_id)
        return row["exposure_minor"] if row else 0

    def headroom(self, limit_id, subject_id=None):
        """The rows of one limit, of one subject or of all."""
        return [
            row
            for row in self.tables["headroom"]
            if row["limit_id"] == limit_id and subject_id in (None, row["subject_id"])
        ]

    def breaching(self):
        """Ids of the subjects over a limit."""
        return {row["subject_id"] for row in self.tables["breaches"]}

    def set(self, name):
        """Ids of the parties in one of the sets to be reported."""
        rows = [r for r in self.tables["large_exposures"] if r["set"] == name]
        return {row["subject_id"] for row in rows if row["subject_kind"] == "obligor"}


@dataclass(frozen=True)
class Bank:
    """Runs banks in a folder of its own, each from the tables of one case."""

    folder: Path

    def run(self, book, *, tier1=1_000_000, choices=None, **tables):
        """The outcome of one book over these tables; tier 1 in units, too much to bind unless the case says it."""
        capital = builders.capital(AS_OF, net_capital=None, tier1_capital=amount(tier1), currency="EUR")
        bank = {"relationships": [], "capital": [capital]} | tables
        number = len(list(self.folder.iterdir()))
        folder = builders.write_bank(self.folder / f"bank{number}", **bank)
        chosen = {f"{book}.{name}": value for name, value in (choices or {}).items()}
        selection = select([book], as_of=AS_OF, choices=chosen)
        result = run_monitor(folder, selection, self.folder / f"data{number}")
        return Outcome({name: frame.to_dicts() for name, frame in result.tables.items()})
