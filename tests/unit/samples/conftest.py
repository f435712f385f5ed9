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

    @cached_property
    def shares_behind(self):
        """What the bank's holdings make of each obligor's assets: by structure, obligor to amount.

        A share of the whole takes its part of each asset, one of a tranche that of the asset or of the tranche,
        whichever is less. All are in the reporting currency; no obligor stands behind one structure twice.
        """
        totals = {row["structure_id"]: Decimal(row["total_value"]) for row in self.tables["structures"]}
        sizes = {row["tranche_id"]: Decimal(row["size"]) for row in self.tables["tranches"]}
        found = defaultdict(lambda: defaultdict(Decimal))
        for holding in self.tables["fund_holdings"]:
            name, size = holding["structure_id"], sizes.get(holding["tranche_id"])
            for asset in self.tables["underlyings"]:
                if asset["structure_id"] == name:
                    value = Decimal(asset["amount"])
                    burned = min(size, value) if size else value
                    share = Decimal(holding["amount"]) / (size or totals[name])
                    found[name][asset["obligor_id"]] += share * burned
        return found

    def looked_through(self, obligor):
        """What an obligor of a story has from structures: its own parts, and what stays with it as a structure.

        The line is 0.15 % of tier 1 capital of 5,000 million in the Chinese books and 0.25 % in Basel's.
        """
        lines = [self.capital("tier1_capital") * share for share in (Decimal("0.0015"), Decimal("0.0025"))]
        own = [shares.get(obligor, Decimal(0)) for shares in self.shares_behind.values()]
        staying = list(self.shares_behind.get(obligor, {}).values())
        assert not any(lines[0] <= amount < lines[1] for amount in (*own, *staying))
        return sum(part for part in own if part >= lines[0]) + sum(
            part for part in staying if part < lines[0]
        )

    def nominal(self, obligor):
        """Everything agreed or drawn, on and off the balance sheet, in the reporting currency."""
        return sum(
            (
                self.rates[row["currency"]] * max(Decimal(row["commitment"] or 0), Decimal(row["drawn"] or 0))
                for row in self.facilities_of[obligor]
            ),
            Decimal(0),
        )

    def from_derivatives(self, obligor):
        """1.4 times market value less collateral and 4 % of the net notional: long-dated forwards on one pair of currencies."""
        total = Decimal(0)
        for netting_set in self.tables["netting_sets"]:
            trades = [
                row
                for row in self.tables["derivatives"]
                if row["netting_set_id"] == netting_set["netting_set_id"]
            ]
            if netting_set["counterparty_id"] == obligor and trades:
                assert {(row["asset_class"], row["reference_id"]) for row in trades} == {
                    ("foreign_exchange", "USD")
                }
                assert all(row["end_date"] > "2027-06-30" for row in trades)
                signed = [Decimal(row["notional"]) * (1 if row["side"] == "long" else -1) for row in trades]
                value = sum(Decimal(row["market_value"]) for row in trades) - Decimal(
                    netting_set["collateral"]
                )
                total += Decimal("1.4") * (max(value, Decimal(0)) + abs(sum(signed)) * Decimal("0.04"))
        return total

    def from_financing(self, obligor):
        """Cash that the bank gave less bonds cut by 4 %; what is cut stands with the issuer."""
        counterparty = {row["netting_set_id"]: row["counterparty_id"] for row in self.tables["netting_sets"]}
        total = Decimal(0)
        for row in self.tables["securities_financing"]:
            assert (row["direction"], row["haircut_class"]) == ("reverse_repo", "issuer_aaa_aa_5y")
            cash = Decimal(row["cash"])
            held = min(cash, Decimal(row["security_value"]) * Decimal("0.96"))
            total += held if row["security_issuer_id"] == obligor else 0
            total += cash - held if counterparty[row["netting_set_id"]] == obligor else 0
        return total

    def from_trading(self, obligor):
        """From the most junior rank up, what the longs so far are more than the shorts so far; the most of it."""
        own = [row for row in self.tables["trading_positions"] if row["issuer_id"] == obligor]
        running, most = Decimal(0), Decimal(0)
        for rank in ("subordinated", "senior"):
            for row in own:
                if row["seniority"] == rank:
                    running += Decimal(row["market_value"]) * (1 if row["side"] == "long" else -1)
            most = max(most, running)
        assert {row["seniority"] for row in own} <= {"subordinated", "senior"}
        return most

    def together(self, measure, obligors):
        """What a limit on a subject measures: its parties, and what they owe whole with others that are not among them."""
        beside = [
            row
            for row in self.tables["facilities"]
            if row["obligor_id"] not in obligors and set(row["joint_obligor_ids"].split(";")) & set(obligors)
        ]
        own = sum((self.measured(measure, obligor) for obligor in obligors), Decimal(0))
        return own + self.of_rows(measure, beside)

    def measured(self, measure, obligor):
        """What a limit measures, for an obligor of a story.

        Loan balance: principal of loans, before provision and margin. Credit balance: everything nominal less margin.
        Exposure: after provision, with a tenth of what is undrawn and cancellable (the large-exposure measures,
        annex 4; Basel LEX30.7, CRE20 floor; the example policy 5.2), acceptances in full, less margin.
        """
        total = self.of_rows(measure, self.facilities_of[obligor])
        if measure == "exposure":
            traded = (self.from_derivatives, self.from_financing, self.from_trading)
            total += Decimal(self.looked_through(obligor)) + sum(found(obligor) for found in traded)
        return total

    def of_rows(self, measure, rows):
        """The same of facilities."""
        total = Decimal(0)
        for row in rows:
            rate = self.rates[row["currency"]]
            drawn, commitment = Decimal(row["drawn"] or 0), Decimal(row["commitment"])
            if row["product"] in ("fund_unit", "securitisation"):
                total += drawn if measure == "credit_balance" else 0
                continue
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
