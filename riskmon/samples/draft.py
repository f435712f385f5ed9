"""The rows of the sample bank in the making: the contract's tables as text cells, with ids handed out in order."""

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from riskmon.domain.money import decimal_text
from riskmon.domain.terms import OFF_BALANCE_PRODUCTS
from riskmon.frames.inputs import INPUT_TABLES
from riskmon.samples.lines import Lines
from riskmon.samples.names import REGIONS, NameMaker

Cell = str | int | bool | date | Decimal | None
"""A value of a cell. A whole number in an amount column is minor units; text is written as it is."""

OWN_BANK = "BANK-OWN"
REPORTING_CURRENCY = "CNY"
FOREIGN_CURRENCIES = ("USD", "EUR", "HKD")
_USUAL_RATES = {"USD": Decimal("7.15"), "EUR": Decimal("8.20"), "HKD": Decimal("0.915")}


@dataclass
class Draft:
    """The tables of the sample bank while they are written.

    `rates` are the exchange rates of the run's date; `unknown_columns` are planted outside the contract.
    """

    as_of: date
    names: NameMaker
    lines: Lines
    rates: dict[str, Decimal]
    rows: dict[str, list[dict[str, str]]] = field(
        default_factory=lambda: {table: [] for table in INPUT_TABLES}
    )
    unknown_columns: dict[str, str] = field(default_factory=dict)
    _last: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def next_id(self, prefix: str) -> str:
        """The next free id of a kind, such as `FAC-000123`."""
        self._last[prefix] += 1
        return f"{prefix}-{self._last[prefix]:06d}"

    def day(self, days: int) -> date:
        """The date so many days after the run's date; before it if negative."""
        return self.as_of + timedelta(days=days)

    def month_end(self, months_back: int) -> date:
        """The last day of the month so many months before the run's."""
        year, month = divmod(self.as_of.year * 12 + self.as_of.month - 1 - months_back, 12)
        return date(year, month + 1, monthrange(year, month + 1)[1])

    def add(self, table: str, **cells: Cell) -> None:
        """One row. A column outside the contract is refused unless it was planted in `unknown_columns`."""
        contract = INPUT_TABLES[table]
        planted = self.unknown_columns.get(table)
        self.rows[table].append(
            {
                name: _text(value, "text" if name == planted else contract.column(name).type)
                for name, value in cells.items()
            }
        )

    def party(self, party_id: str, kind: str = "corporate", *, name: str = "", **cells: Cell) -> str:
        """A party with the identifiers that its kind has; returns its id."""
        industry = cells.get("industry")
        if kind == "corporate":
            firm: dict[str, Cell] = {"uscc": self.names.credit_code(), "is_obligor": True}
            cells = firm | cells
        if not name:
            name = self.names.person() if kind == "person" else self.names.firm(str(industry or "F51"))
        defaults: dict[str, Cell] = {"country": "CN", "region": self.names.rng.choice(REGIONS)}
        self.add("parties", **(defaults | cells | {"party_id": party_id, "kind": kind, "name": name}))
        return party_id

    def relationship(self, source: str, target: str, kind: str, **cells: Cell) -> str:
        """A relationship from source to target, the way distress travels; returns its id."""
        row: dict[str, Cell] = {
            "relationship_id": self.next_id("REL"), "source_party_id": source, "target_party_id": target,
            "kind": kind, "valid_from": self.day(-900), "known_since": self.day(-880), "recorded_by": "credit file",
        }  # fmt: skip
        self.add("relationships", **(row | cells))
        return str((row | cells)["relationship_id"])

    def facility(self, obligor: str, product: str, amount: Cell, **cells: Cell) -> str:
        """A facility; `amount` is what is drawn, or the contingent amount of an off-balance product."""
        is_off_balance = product in OFF_BALANCE_PRODUCTS
        row: dict[str, Cell] = {
            "facility_id": self.next_id("FAC"), "obligor_id": obligor, "product": product,
            "currency": REPORTING_CURRENCY, "commitment": amount, "drawn": None if is_off_balance else amount,
            "accrued_interest": 0, "provision": 0, "is_cancellable": False, "start_date": self.day(-200),
            "maturity_date": self.day(400), "past_due_days": 0, "loan_class": "normal", "status": "active",
            "branch": "Head Office",
        }  # fmt: skip
        self.add("facilities", **(row | cells))
        return str((row | cells)["facility_id"])

    def protection(self, kind: str, facility: str, value: int, **cells: Cell) -> str:
        """A protection of one facility, as long as any facility of a story; returns its id."""
        row: dict[str, Cell] = {
            "protection_id": self.next_id("PRO"), "kind": kind, "currency": REPORTING_CURRENCY, "value": value,
            "valued_on": self.month_end(1), "start_date": self.day(-200), "maturity_date": self.day(2000),
            "is_registered": True,
        }  # fmt: skip
        self.add("protections", **(row | cells))
        protection_id = str((row | cells)["protection_id"])
        self.add(
            "protection_covers",
            protection_id=protection_id,
            facility_id=facility,
            covered_amount=value,
            rank=1,
        )
        return protection_id

    def payment(
        self, payer: str | None, payee: str | None, amount: int, paid_on: date, *, purpose: str
    ) -> None:
        """A payment in the reporting currency; a payer or payee that is None is nobody the bank knows."""
        self.add(
            "payments", payment_id=self.next_id("PAY"), payer_id=payer, payee_id=payee, amount=amount,
            currency=REPORTING_CURRENCY, paid_on=paid_on, purpose=purpose,
        )  # fmt: skip

    def statement(self, party: str, period_end: date, items: dict[str, int], *, version: str = "1") -> None:
        """One version of a party's own statement: item to amount in minor units of the reporting currency."""
        received = period_end + timedelta(days=45 if version == "1" else 60)
        for item, amount in items.items():
            self.add(
                "financial_statements", party_id=party, period_end=period_end, version=version, received_on=received,
                is_consolidated=False, is_audited=period_end.month == 12, item=item, amount=amount,
                currency=REPORTING_CURRENCY,
            )  # fmt: skip


def new_draft(seed: int, as_of: date) -> Draft:
    """An empty bank, with the exchange rates of its date."""
    rng = Random(f"{seed}/draft")
    rates = {
        currency: (rate * (10_000 + rng.randint(-150, 150)) / 10_000).quantize(Decimal("0.0001"))
        for currency, rate in _USUAL_RATES.items()
    }
    return Draft(as_of, NameMaker(Random(f"{seed}/names")), Lines(as_of), rates)


def _text(value: Cell, kind: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and kind == "amount":
        return decimal_text(value, REPORTING_CURRENCY) or ""
    return value.isoformat() if isinstance(value, date) else str(value)
