"""Measuring a deal: the exposure stage on the deal alone.

What a deal without protection adds is linear in its amount, but for one rounding up. Its rule is read from one run of the
exposure stage over a large amount, kept for all deals alike, and applied in whole numbers. A deal with protection goes through
the stage itself. Either way the number is the one the next run would find if the deal were booked.
"""

from calendar import isleap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from riskmon import exposures
from riskmon.domain.money import BP, RATE_SCALE, currency_exponents
from riskmon.domain.terms import OFF_BALANCE_PRODUCTS
from riskmon.operations.checks.cells import Cell
from riskmon.operations.checks.deal import Deal
from riskmon.rulebook.select import Selection
from riskmon.validate.reporting import Rates

PROBE_MINOR = 10**12
"""The amount that a rule is read from; large, so that no rounding hides a share."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """How an amount becomes a cell under one book: share_bp of it counts, exempt_bp of that does not."""

    book_id: str
    share_bp: int
    exempt_bp: int
    has_loan: bool | None
    has_credit: bool
    is_complete: bool

    def cell(self, party_key: int, product: str, amount: int, rate: tuple[int, int]) -> Cell:
        numerator, denominator = rate
        gross = -(-amount * numerator * self.share_bp // (denominator * BP))
        counted = gross - gross * self.exempt_bp // BP
        principal = -(-amount * numerator // denominator) if self.has_loan else 0
        return Cell(
            book_id=self.book_id,
            party_key=party_key,
            product=product,
            exposure=counted,
            loan=None if self.has_loan is None else principal,
            credit=gross if self.has_credit else None,
            is_exposed=gross > 0,
            is_complete=self.is_complete or gross == 0,
        )


class Measurer:
    """Measures deals against one snapshot's parties, rates and books."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], selection: Selection, rates: Rates) -> None:
        """Take the validated tables without facilities, protections and covers."""
        self._tables = tables
        self._selection = selection
        self._rates = rates
        self._exponent = int(tables["reporting"]["exponent"][0])
        self._standing = _standing(tables["parties"])
        self._rules: dict[tuple[object, ...], tuple[_Rule, ...]] = {}

    def has_rate(self, currency: str) -> bool:
        """Whether an amount in the currency can be converted."""
        return currency in self._rates.claims

    def is_stale(self, currency: str) -> bool:
        """Whether its newest rate is too old, so that what is in it is not certain."""
        return bool((self._rates.stale == currency).any())

    def cells(self, deal: Deal, obligor_key: int, providers: Sequence[int | None]) -> tuple[Cell, ...]:
        """What the deal adds, under every book. providers: the party of each protection, None where none is named."""
        if deal.protections:
            return self._measured(deal, obligor_key, providers)
        key = (
            deal.product,
            deal.currency,
            deal.is_cancellable,
            _is_short(deal.start_date, deal.maturity_date),
            self._standing[obligor_key],
        )
        if key not in self._rules:
            self._rules[key] = self._read_rules(deal, obligor_key)
        rate, amount = self._rate(deal.currency), deal.amount_minor
        return tuple(rule.cell(obligor_key, deal.product, amount, rate) for rule in self._rules[key])

    def reporting_minor(self, deal: Deal) -> int:
        """The amount of a deal in the reporting currency, rounded up."""
        numerator, denominator = self._rate(deal.currency)
        return -(-deal.amount_minor * numerator // denominator)

    def _rate(self, currency: str) -> tuple[int, int]:
        """Numerator and denominator from minor units of a currency to those of the reporting one."""
        exponent = currency_exponents()[currency]
        return self._rates.claims[currency] * 10**self._exponent, 10 ** (exponent + RATE_SCALE)

    def _read_rules(self, deal: Deal, obligor_key: int) -> tuple[_Rule, ...]:
        probe = deal.of_amount(PROBE_MINOR)
        made = self._run(probe, obligor_key, ())
        rate = self._rate(deal.currency)
        rules = []
        for book in self._selection.books:
            rows = made["exposures"].filter(book_id=book.id).to_dicts()
            total = made["obligor_exposures"].filter(book_id=book.id).row(0, named=True)
            if len(rows) != 1:
                raise ValueError("a deal without protection has one part")  # held by the shape of `Deal`
            row = rows[0]
            whole = BP if deal.product not in OFF_BALANCE_PRODUCTS else row["factor_bp"] or 0
            shares = {rule.id: rule.share_bp for rule in book.exemptions}
            loan = total["loan_balance_minor"]
            rules.append(
                _Rule(
                    book_id=book.id,
                    share_bp=whole,
                    exempt_bp=shares.get(row["exemption_id"], 0),
                    has_loan=None if loan is None else loan > 0,
                    has_credit=total["credit_balance_minor"] is not None,
                    is_complete=row["is_complete"],
                )
            )
        stated = [rule.cell(obligor_key, deal.product, PROBE_MINOR, rate) for rule in rules]
        if stated != list(_cells_of(made)):
            raise ValueError("the rule of a deal does not say what the exposure stage says")
        return tuple(rules)

    def _measured(self, deal: Deal, obligor_key: int, providers: Sequence[int | None]) -> tuple[Cell, ...]:
        return tuple(_cells_of(self._run(deal, obligor_key, providers)))

    def _run(self, deal: Deal, obligor_key: int, providers: Sequence[int | None]) -> dict[str, pl.DataFrame]:
        """The exposure stage over the deal alone."""
        keys = sorted({obligor_key, *(key for key in providers if key is not None)})
        parties = self._tables["parties"][keys].with_columns(is_complete=pl.lit(value=True))
        numbers = range(len(deal.protections))
        covers: list[dict[str, object]] = [
            {"cover_key": n, "protection_key": n, "facility_key": 0} for n in numbers
        ]
        rows: dict[str, list[dict[str, object]]] = {
            "facilities": [self._facility(deal, obligor_key)],
            "protections": [self._protection(deal, n, providers[n]) for n in numbers],
            "protection_covers": covers,
            # Any row: the stage then tells exposures by product.
            "bank_limits": [{"limit_id": "deal"}],
        }
        frames = {
            name: pl.DataFrame(
                [{column: row.get(column) for column in self._tables[name].columns} for row in given],
                schema=self._tables[name].schema,
            )
            for name, given in rows.items()
        }
        return exposures.run({**self._tables, "parties": parties, **frames}, self._selection)

    def _facility(self, deal: Deal, obligor_key: int) -> dict[str, object]:
        amount = deal.amount_minor
        return {
            **deal.model_dump(
                include={"product", "currency", "start_date", "maturity_date", "is_cancellable"}
            ),
            "facility_id": deal.deal_id,
            "facility_key": 0,
            "obligor_key": obligor_key,
            "joint_obligor_keys": [],
            "commitment_minor": amount,
            "drawn_minor": None if deal.product in OFF_BALANCE_PRODUCTS else amount,
            "rate_e10": self._rates.claims[deal.currency],
            "exponent": currency_exponents()[deal.currency],
        }

    def _protection(self, deal: Deal, number: int, provider: int | None) -> dict[str, object]:
        given = deal.protections[number]
        return {
            **given.model_dump(exclude={"provider_id", "value"}),
            "protection_id": f"{deal.deal_id}/{number}",
            "protection_key": number,
            "provider_key": provider,
            "value_minor": given.value_minor,
            "rate_e10": self._rates.offsets[given.currency],
            "exponent": currency_exponents()[given.currency],
        }


def _cells_of(made: Mapping[str, pl.DataFrame]) -> list[Cell]:
    """What the exposure stage found, as cells."""
    about = {
        (row["book_id"], row["obligor_key"]): row for row in made["obligor_exposures"].iter_rows(named=True)
    }
    cells = []
    for row in made["obligor_products"].iter_rows(named=True):
        total = about[row["book_id"], row["obligor_key"]]
        cells.append(
            Cell(
                book_id=row["book_id"],
                party_key=row["obligor_key"],
                product=row["product"],
                exposure=row["exposure_minor"] - row["exempt_minor"],
                loan=row["loan_balance_minor"],
                credit=row["credit_balance_minor"],
                is_exposed=total["exposure_gross_minor"] + total["mitigated_in_minor"] > 0,
                is_complete=total["is_complete"],
            )
        )
    return cells


def _standing(parties: pl.DataFrame) -> list[int]:
    """A number for all that books ask of a party, by party key: parties that stand alike have the same."""
    asked = ["kind", "country", "government_level", "is_qualifying_ccp", "risk_weight_bp", "tags"]
    alike = parties.select(asked).unique(maintain_order=True).with_row_index("standing")
    joined = parties.select(asked).join(
        alike, on=asked, how="left", nulls_equal=True, maintain_order="left", validate="m:1"
    )
    return joined["standing"].to_list()


def _is_short(start: date | None, maturity: date | None) -> bool | None:
    """Whether the deal is agreed for up to one year; None where its dates are not known."""
    if start is None or maturity is None:
        return None
    day = 28 if (start.month, start.day) == (2, 29) and not isleap(start.year + 1) else start.day
    return maturity <= start.replace(year=start.year + 1, day=day)
