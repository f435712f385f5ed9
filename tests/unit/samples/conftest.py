"""The sample bank as a reader without our code sees it: CSV files, a JSON file and the rulebooks' TOML."""

import csv
import io
import json
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import pytest

from riskmon.samples.bank import SampleBank, write_sample_bank

SEEDS = (1, 2, 3, 4, 5)
AS_OF = date(2026, 6, 30)
BOOKS_FOLDER = Path(__file__).parents[3] / "riskmon" / "rulebook" / "books"
LOAN_PRODUCTS = ("loan", "trade_finance", "bill_discount", "overdraft", "advance")
OFF_BALANCE = ("bill_acceptance", "documentary_credit", "standby_credit", "financing_guarantee", "performance_guarantee",
               "commitment", "card_undrawn", "note_issuance")  # fmt: skip


@dataclass
class WrittenBank:
    """The files of one seed, read back with plain Python."""

    folder: Path
    bank: SampleBank

    @cached_property
    def tables(self):
        return {
            path.stem: list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
            for path in self.folder.glob("*.csv")
        }

    @cached_property
    def stories_file(self):
        return json.loads((self.folder / "stories.json").read_text(encoding="utf-8"))

    @cached_property
    def stories(self):
        return {story["id"]: story for story in self.stories_file["stories"]}

    @cached_property
    def rates(self):
        """Rates of the run's date."""
        at = {
            row["currency"]: Decimal(row["rate"])
            for row in self.tables["fx_rates"]
            if row["as_of"] == str(AS_OF)
        }
        return at | {"CNY": Decimal(1)}

    @cached_property
    def facilities_of(self):
        found = defaultdict(list)
        for row in self.tables["facilities"]:
            found[row["obligor_id"]].append(row)
        return found

    @cached_property
    def margin_of(self):
        """Cash margin by facility. Margins of stories outlast their facilities."""
        kinds = {row["protection_id"]: row["kind"] for row in self.tables["protections"]}
        found = defaultdict(Decimal)
        for row in self.tables["protection_covers"]:
            if kinds[row["protection_id"]] == "cash_margin":
                found[row["facility_id"]] += Decimal(row["covered_amount"])
        return found

    def capital(self, base, *, previous=False):
        rows = sorted(self.tables["capital"], key=lambda row: row["as_of"])
        return Decimal(rows[0 if previous else -1][base])

    def limit(self, rule, *, previous=False):
        return self.capital(rule["base"], previous=previous) * rule["ratio"]

    def nominal(self, obligor):
        """Everything agreed or drawn, on and off the balance sheet, in the reporting currency."""
        return sum(
            (
                self.rates[row["currency"]] * max(Decimal(row["commitment"] or 0), Decimal(row["drawn"] or 0))
                for row in self.facilities_of[obligor]
            ),
            Decimal(0),
        )

    def measured(self, measure, obligor):
        """What a limit measures, for an obligor of a story.

        Loan balance: principal of loans, before provision and margin. Credit balance: everything nominal less margin.
        Exposure: after provision, with a tenth of what is undrawn and cancellable (the large-exposure measures,
        annex 4; Basel LEX30.7, CRE20 floor; the example policy 5.2), acceptances in full, less margin.
        """
        total = Decimal(0)
        for row in self.facilities_of[obligor]:
            rate = self.rates[row["currency"]]
            drawn, commitment = Decimal(row["drawn"] or 0), Decimal(row["commitment"])
            assert row["product"] in ("loan", "trade_finance", "bond", "bill_acceptance"), row
            undrawn = commitment - drawn if row["drawn"] else Decimal(0)
            assert undrawn == 0 or row["is_cancellable"] == "true", row
            if measure == "loan_balance":
                total += rate * drawn if row["product"] in LOAN_PRODUCTS else 0
                continue
            contingent = commitment if row["product"] in OFF_BALANCE else Decimal(0)
            if measure == "credit_balance":
                total += rate * (drawn + undrawn + contingent)
            else:
                claim = drawn + Decimal(row["accrued_interest"]) - Decimal(row["provision"])
                total += rate * (claim + undrawn / 10 + contingent)
            total -= self.margin_of[row["facility_id"]]
        return total


@pytest.fixture(scope="session")
def rulebooks():
    """The TOML of each book, with exact ratios."""
    return {
        path.parent.name: tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        for path in sorted(BOOKS_FOLDER.glob("*/*.toml"))
    }


@pytest.fixture(scope="session", params=SEEDS)
def written(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(f"seed{request.param}")
    return WrittenBank(folder, write_sample_bank(folder, seed=request.param, as_of=AS_OF))


@pytest.fixture(scope="session")
def any_written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seed7")
    return WrittenBank(folder, write_sample_bank(folder, seed=7, as_of=AS_OF))
