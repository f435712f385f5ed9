"""The closed vocabularies of the data contract: every value a coded column may hold."""

from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """The perimeter a run looks at: the bank alone, or with its subsidiaries."""

    SOLO = "solo"
    CONSOLIDATED = "consolidated"


class Severity(StrEnum):
    """How grave a signal or a warning is, mildest first."""

    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


SEVERITY_RANK: Final = {severity.value: rank for rank, severity in enumerate(Severity, start=1)}


class Category(StrEnum):
    """The categories of exposure that add up to the exposure value."""

    GENERAL = "general"
    SPECIFIC = "specific"
    TRADING = "trading"
    COUNTERPARTY = "counterparty"
    POTENTIAL = "potential"
    OTHER = "other"


class Landing(StrEnum):
    """Whose exposure a part of a holding in a structure becomes."""

    OBLIGOR = "obligor"
    STRUCTURE = "structure"
    UNKNOWN_CLIENT = "unknown_client"
    SUPPORTER = "supporter"


class Part(StrEnum):
    """What a part of a holding in a structure is.

    The part of an asset whose obligor is named, or is not; what no asset explains; what structures that hold each
    other in a ring hold of themselves; the whole investment beside what left it; or the same investment with a third
    party that stands behind the structure.
    """

    IDENTIFIED = "identified"
    UNIDENTIFIED = "unidentified"
    UNTOLD = "untold"
    RING = "ring"
    NOMINAL = "nominal"
    SUPPORT = "support"


PARTY_KINDS: Final = (
    "corporate", "person", "bank", "financial", "sovereign", "central_bank", "regional_government",
    "public_sector", "ccp", "multilateral", "international_organisation", "fund", "spv", "sole_trader",
    "policy_bank",
)  # fmt: skip

GOVERNMENT_LEVELS: Final = ("central", "province", "planned_city", "other")

RELATIONSHIP_KINDS: Final = (
    "shareholding", "control", "economic_dependence", "guarantee", "family", "key_person", "acting_in_concert",
)  # fmt: skip

CONTROL_BASES: Final = (
    "consolidation", "votes", "voting_agreement", "board", "management", "contract", "statutes",
    "dominant_influence", "unified_management", "reported_ultimate", "deemed",
)  # fmt: skip

DEPENDENCE_BASES: Final = (
    "receipts", "expenditure", "guarantee_burden", "output", "repayment_source", "funding_source",
    "joint_liability", "owners_in_common", "receivables", "partner_liability", "judgement",
)  # fmt: skip

DEPENDENCE_SEARCH: Final = "dependence_search"
"""The id of the threshold above which a book asks for a search for economic dependence."""

FAMILY_BASES: Final = (
    "spouse", "minor_child", "direct_1", "direct_2", "direct_3", "collateral_1", "collateral_2",
)  # fmt: skip

BASES: Final = CONTROL_BASES + DEPENDENCE_BASES + FAMILY_BASES

ASSESSMENTS: Final = ("confirmed", "rejected", "doubtful", "none")

ON_BALANCE_PRODUCTS: Final = (
    "loan", "trade_finance", "bill_discount", "finance_lease", "overdraft", "advance", "bond", "covered_bond",
    "interbank_placement", "interbank_deposit", "interbank_certificate", "equity_holding", "reverse_repo",
    "fund_unit", "securitisation", "ccp_clearing", "derivative", "securities_financing",
)  # fmt: skip

OFF_BALANCE_PRODUCTS: Final = (
    "bill_acceptance", "documentary_credit", "standby_credit", "financing_guarantee", "performance_guarantee",
    "credit_confirmation", "bond_issue_guarantee", "loan_guarantee", "sale_with_recourse", "forward_purchase",
    "commitment", "card_undrawn", "note_issuance",
)  # fmt: skip

PRODUCTS: Final = ON_BALANCE_PRODUCTS + OFF_BALANCE_PRODUCTS

PRODUCT_CATEGORIES: Final = {
    **dict.fromkeys(ON_BALANCE_PRODUCTS, Category.GENERAL.value),
    **dict.fromkeys(OFF_BALANCE_PRODUCTS, Category.POTENTIAL.value),
    "fund_unit": Category.SPECIFIC.value,
    "securitisation": Category.SPECIFIC.value,
    "ccp_clearing": Category.COUNTERPARTY.value,
    "derivative": Category.COUNTERPARTY.value,
    "securities_financing": Category.COUNTERPARTY.value,
}
"""Category of a product's own amount; an undrawn part is potential, a trading-book position is trading."""

POOLED_PRODUCTS: Final = ("fund_unit", "securitisation")
"""Products behind which other obligors stand."""

PARTLY_MEASURED_PRODUCTS: Final = ("derivative", "securities_financing")
"""Products whose exposure is more than what is booked: the booked amount counts, the total is marked incomplete."""

ANONYMOUS_PARTY_ID: Final = "(anonymous)"
"""The virtual party that collects what stands behind funds and securitisations and cannot be identified."""

GRADES: Final = (
    "AAA", "AA+", "AA", "AA-", "A+", "A", "A-", "BBB+", "BBB", "BBB-", "BB+", "BB", "BB-", "B+", "B", "B-",
    "CCC+", "CCC", "CCC-", "CC", "C", "D",
)  # fmt: skip
"""External grades of countries, best first."""

PROTECTION_KINDS: Final = (
    "cash_margin", "deposit_certificate", "government_bond", "policy_bank_bond", "accepted_draft", "gold",
    "security", "guarantee", "standby_credit", "credit_derivative", "property", "receivable", "inventory",
    "equity_stake",
)  # fmt: skip

CCP_COMPONENTS: Final = (
    "segregated_margin", "other_margin", "funded_default_fund", "unfunded_default_fund", "equity",
)  # fmt: skip

ASSET_CLASSES: Final = ("interest_rate", "foreign_exchange", "credit", "equity", "commodity")

DERIVATIVE_INSTRUMENTS: Final = (
    "swap", "forward", "future", "call", "put", "credit_default_swap", "cdo_tranche",
)  # fmt: skip

TRADING_INSTRUMENTS: Final = ("bond", "equity", "call", "put", "credit_default_swap")

SIDES: Final = ("long", "short", "buy", "sell")
"""Whose side the bank is on. Who buys an option or protection is long in it, who sells is short."""

LONG_SIDES: Final = ("long", "buy")

SENIORITIES: Final = (
    "covered",
    "secured",
    "senior",
    "senior_non_preferred",
    "subordinated",
    "hybrid",
    "equity",
)
"""Ranks of an issue, first paid first."""

FINANCING_DIRECTIONS: Final = ("reverse_repo", "securities_borrowing", "repo", "securities_lending")

CASH_OUT_DIRECTIONS: Final = ("reverse_repo", "securities_borrowing")
"""The bank gives cash and holds the security; in the others it gives the security and holds cash."""

REFERENCE_GRADES: Final = (*GRADES, "IG", "SG")
"""Grades of what a credit derivative refers to; an index is of investment or of speculative grade."""

LOAN_CLASSES: Final = ("normal", "special_mention", "substandard", "doubtful", "loss")

SALE_PURPOSES: Final = ("goods", "services")
FUNDING_PURPOSES: Final = ("funding",)
NO_BUSINESS_PURPOSES: Final = (*FUNDING_PURPOSES, "repayment", "internal")
"""Purposes of a payment that a rule asks for: what was sold, money lent or put in, and what is no income or spending.

Any other purpose, or none, is income of the one and spending of the other."""

MEASURES: Final = ("exposure", "loan_balance", "credit_balance")

CAPITAL_BASES: Final = ("net_capital", "tier1_capital", "cet1_capital")

SUBJECT_KINDS: Final = ("obligor", "group")

ROLES: Final = ("anchor", "controlled", "dependent", "linked", "connector")
