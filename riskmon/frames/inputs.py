"""The input tables of the data contract: which columns a bank hands in, of which type, which it must have.

A cell's type decides how `ingest` reads it:

- `id`, `text`: string; `code:NAME`: string from a closed vocabulary of `domain.terms`
- `amount`: decimal text in major units of the row's currency, read as `<name>_minor` (Int64)
- `rate`: decimal number, read as `<name>_e10` (Int64, ten decimals); `ratio`: decimal number, read as float
- `bp`, `int`: whole number; `bool`: true or false; `date`: YYYY-MM-DD; `ids`: ids joined by `;`

Empty means unknown in every type.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from riskmon.domain import terms


@dataclass(frozen=True, slots=True)
class InputColumn:
    """One column of an input table: its name in the contract, and how its cells are read."""

    name: str
    type: str
    is_required: bool = False

    @property
    def frame_name(self) -> str:
        """The name in frames: amounts and rates say their unit."""
        return {"amount": f"{self.name}_minor", "rate": f"{self.name}_e10"}.get(self.type, self.name)

    @property
    def dtype(self) -> pl.DataType:
        """The type in frames."""
        simple: dict[str, pl.DataType] = {
            "id": pl.String(), "text": pl.String(), "amount": pl.Int64(), "rate": pl.Int64(),
            "ratio": pl.Float64(), "bp": pl.Int32(), "int": pl.Int32(), "bool": pl.Boolean(), "date": pl.Date(),
            "ids": pl.List(pl.String()),
        }  # fmt: skip
        return simple.get(self.type, pl.String())

    @property
    def vocabulary(self) -> tuple[str, ...] | None:
        """The closed vocabulary of a coded column."""
        return VOCABULARIES[self.type.removeprefix("code:")] if self.type.startswith("code:") else None


VOCABULARIES: Final = {
    "party_kind": terms.PARTY_KINDS,
    "government_level": terms.GOVERNMENT_LEVELS,
    "relationship_kind": terms.RELATIONSHIP_KINDS,
    "basis": terms.BASES,
    "assessment": terms.ASSESSMENTS,
    "product": terms.PRODUCTS,
    "ccp_component": terms.CCP_COMPONENTS,
    "loan_class": terms.LOAN_CLASSES,
    "protection_kind": terms.PROTECTION_KINDS,
    "level": tuple(terms.Level),
    "subject_kind": ("obligor", "group", "product", "industry", "region", "country", "bank"),
    "measure": terms.MEASURES,
    "capital_base": terms.CAPITAL_BASES,
    "asset_class": terms.ASSET_CLASSES,
    "derivative_instrument": terms.DERIVATIVE_INSTRUMENTS,
    "trading_instrument": terms.TRADING_INSTRUMENTS,
    "side": terms.SIDES,
    "seniority": terms.SENIORITIES,
    "reference_grade": terms.REFERENCE_GRADES,
    "financing_direction": terms.FINANCING_DIRECTIONS,
}


@dataclass(frozen=True, slots=True)
class InputTable:
    """One input table: its key, its columns, and whether a run can do without it."""

    name: str
    key: tuple[str, ...]
    columns: tuple[InputColumn, ...]
    is_required: bool = False

    def column(self, name: str) -> InputColumn:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)


def _table(name: str, key: str, columns: str, *, is_required: bool = False) -> InputTable:
    """A table from its compact spelling: `column:type`, a star where the column must be there."""
    parsed = []
    for word in columns.split():
        column, _, kind = word.partition(":")
        parsed.append(InputColumn(column.removesuffix("*"), kind or "text", column.endswith("*")))
    return InputTable(name, tuple(key.split()), tuple(parsed), is_required)


_TABLES = (
    _table("bank", "party_id", "party_id:id name currency is_gsib:bool is_dsib:bool tier"),
    _table(
        "parties",
        "party_id",
        """party_id*:id name kind*:code:party_kind country is_obligor:bool industry region uscc lei registration_number
        is_gsib:bool gsib_since:date is_dsib:bool is_institution:bool is_shadow_bank:bool
        government_level:code:government_level is_qualifying_ccp:bool risk_weight_bp:bp tags branch owner""",
        is_required=True,
    ),
    _table(
        "relationships",
        "relationship_id",
        """relationship_id*:id source_party_id*:id target_party_id*:id kind*:code:relationship_kind basis:code:basis
        voting_bp:bp voting_min_bp:bp voting_max_bp:bp economic_bp:bp dependence_bp:bp amount:amount currency
        is_replaceable:bool is_ring_fenced:bool is_mutual:bool assessment:code:assessment valid_from:date valid_to:date
        known_since:date known_until:date evidence recorded_by""",
    ),
    _table(
        "facilities",
        "facility_id",
        """facility_id*:id obligor_id*:id joint_obligor_ids:ids product*:code:product currency* commitment*:amount
        drawn*:amount accrued_interest:amount provision:amount is_cancellable:bool start_date:date maturity_date:date
        branch is_trading_book:bool is_solo:bool past_due_days:int loan_class:code:loan_class restructured_on:date
        parent_facility_id:id refinances_facility_id:id purpose status off_balance_risk is_qualifying:bool
        is_subordinated:bool is_drawable_on_condition:bool is_deducted_from_capital:bool is_settlement:bool
        is_intraday:bool is_credit_impaired:bool first_payment_after_restructuring:date drawer_id:id
        ccp_component:code:ccp_component managed_as_npl:bool earmark_id:id""",
        is_required=True,
    ),
    _table(
        "protections",
        "protection_id",
        """protection_id*:id kind*:code:protection_kind provider_id:id currency* value*:amount valued_on:date
        haircut_class start_date:date maturity_date:date original_maturity_date:date is_registered:bool
        title_holder_id:id asset_reference is_used_for_capital:bool trade_id:id""",
    ),
    _table(
        "protection_covers",
        "protection_id facility_id party_id",
        "protection_id*:id facility_id:id party_id:id covered_amount:amount rank:int",
    ),
    _table(
        "capital",
        "as_of level",
        """as_of*:date level:code:level net_capital:amount tier1_capital:amount cet1_capital:amount
        total_assets:amount currency*""",
        is_required=True,
    ),
    _table("fx_rates", "as_of currency", "as_of*:date currency* rate*:rate"),
    _table("country_ratings", "country source rated_on", "country*:id source grade* rated_on:date"),
    _table(
        "bank_limits",
        "limit_id",
        """limit_id*:id subject_kind*:code:subject_kind subject_id*:id book_id product:code:product
        measure:code:measure parent_limit_id:id is_shared:bool amount:amount currency capital_bp:bp
        capital_base:code:capital_base blue_bp:bp yellow_bp:bp orange_bp:bp red_bp:bp is_hard:bool is_frozen:bool
        valid_from:date valid_to:date approved_by""",
    ),
    _table(
        "ratings", "party_id source model rated_on",
        "party_id*:id source model grade* pd:ratio rated_on*:date override_reason",
    ),
    _table(
        "financial_statements",
        "party_id period_end version item is_consolidated",
        """party_id*:id period_end*:date version received_on:date is_consolidated:bool is_audited:bool opinion item*
        amount*:amount currency*""",
    ),
    _table(
        "account_behaviour",
        "party_id period_end",
        """party_id*:id period_end*:date inflow:amount outflow:amount average_balance:amount utilisation_bp:bp
        overdraft_days:int missed_interest:amount currency*""",
    ),
    _table(
        "bureau_summaries",
        "party_id as_of",
        """party_id*:id as_of*:date lender_count:int debt:amount debt_overdue_90:amount has_npl_elsewhere:bool
        enquiries:int guarantees_given:amount currency*""",
    ),
    _table(
        "events",
        "event_id",
        """event_id*:id party_id*:id kind* amount:amount currency occurred_on:date known_since:date closed_on:date source
        cause_id:id""",
    ),
    _table("related_parties", "party_id related_group_id", "party_id*:id related_group_id:id since:date"),
    _table(
        "joint_credit",
        "anchor_party_id as_of",
        """anchor_party_id*:id as_of*:date bank_count:int joint_limit:amount warning_bp:bp bank_debt:amount
        nonbank_debt:amount other_debt:amount guarantees_to_outsiders:amount currency*""",
    ),
    _table(
        "payments",
        "payment_id",
        "payment_id*:id payer_id:id payee_id:id amount*:amount currency* paid_on*:date purpose",
    ),
    _table("structures", "structure_id", "structure_id*:id party_id:id total_value:amount currency"),
    _table(
        "tranches", "structure_id tranche_id",
        "structure_id*:id tranche_id*:id size*:amount rank:int currency*",
    ),
    _table(
        "fund_holdings",
        "holding_id",
        """holding_id*:id facility_id*:id structure_id*:id tranche_id:id amount*:amount currency*
        is_distinguishable:bool""",
    ),
    _table(
        "underlyings",
        "structure_id underlying_id",
        """structure_id*:id underlying_id*:id obligor_id:id inner_structure_id:id amount*:amount currency*
        excludes_connection:bool""",
    ),
    _table(
        "structure_support", "structure_id party_id role",
        "structure_id*:id party_id*:id role is_material:bool",
    ),
    _table(
        "trading_positions",
        "position_id",
        """position_id*:id issuer_id*:id issue_id:id instrument*:code:trading_instrument side*:code:side
        market_value*:amount strike_value:amount seniority:code:seniority currency*""",
    ),
    _table(
        "netting_sets",
        "netting_set_id",
        """netting_set_id*:id counterparty_id*:id is_margined:bool collateral:amount threshold:amount
        minimum_transfer:amount independent_amount:amount margin_days:int currency*""",
    ),
    _table(
        "derivatives",
        "trade_id",
        """trade_id*:id netting_set_id*:id asset_class*:code:asset_class instrument*:code:derivative_instrument
        side:code:side currency* notional*:amount market_value:amount start_date:date end_date:date expiry_date:date
        forward:ratio strike:ratio volatility:ratio reference_id:id reference_grade:code:reference_grade is_index:bool
        attachment:ratio detachment:ratio""",
    ),
    _table(
        "securities_financing",
        "trade_id",
        """trade_id*:id netting_set_id*:id direction*:code:financing_direction cash*:amount security_issuer_id:id
        security_value*:amount haircut_class currency* security_currency""",
    ),
)  # fmt: skip

INPUT_TABLES: Final = {table.name: table for table in _TABLES}
"""Every input table that this version reads, by name."""
