"""The output tables of a run: every column with its type, unit and meaning, and the key each table is sorted by."""

from dataclasses import dataclass
from typing import Final

import polars as pl


@dataclass(frozen=True, slots=True)
class Column:
    """What one column name means, in every output table."""

    name: str
    dtype: pl.DataType
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class OutputTable:
    """One table of a snapshot."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def schema(self) -> pl.Schema:
        """Column names and types, in order."""
        return pl.Schema({column.name: column.dtype for column in self.columns})

    def empty(self) -> pl.DataFrame:
        """The table without a row."""
        return pl.DataFrame(schema=self.schema)

    def shape(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with exactly this table's columns, types and order, sorted by its key."""
        return rows.select(pl.col(c.name).cast(c.dtype) for c in self.columns).sort(self.key)


def _columns(*columns: tuple[str, pl.DataType, str, str]) -> tuple[Column, ...]:
    return tuple(Column(*column) for column in columns)


_TEXT, _BOOL, _MINOR = pl.String(), pl.Boolean(), pl.Int64()
_IDS = pl.List(pl.String())

REGISTRY: Final = {
    column.name: column
    for column in _columns(
        ("facility_id", _TEXT, "id", "the agreement the exposure arises under: a facility, netting set, financing trade or trading/issuer"),
        ("source", _TEXT, "code", "the input table it comes from: facilities, netting_sets, securities_financing or trading_positions"),
        ("obligor_id", _TEXT, "id", "the party exposed to; for protection moved in, its provider"),
        ("structure_id", _TEXT, "id", "the structure held by the bank; null for a holding without one"),
        ("underlying_id", _TEXT, "id", "the asset behind it; null where several stay together or none is known"),
        ("landing", _TEXT, "code", "whose exposure a part becomes: obligor, structure, unknown_client or supporter"),
        ("part", _TEXT, "code", "what it is: identified, unidentified, untold, ring, nominal or support"),
        ("depth", pl.Int32(), "levels", "how many levels of structures were looked through to reach it"),
        ("underlying_count", pl.Int32(), "assets", "how many assets the row is about; 0 where none is known"),
        ("looked_through_minor", _MINOR, "minor units", "gross exposure that arrives at the obligor through the structure"),
        ("party_id", _TEXT, "id", "a legal or natural person"),
        ("group_id", _TEXT, "id", "book_id/anchor party_id"),
        ("anchor_id", _TEXT, "id", "the party the group is built from"),
        ("book_id", _TEXT, "id", "the rulebook the row was computed under"),
        ("limit_id", _TEXT, "id", "the limit's id within its book"),
        ("subject_kind", _TEXT, "code", "obligor or group; for a signal also bank; for a line of the bank's own also product, industry, region, country or bank"),
        ("subject_id", _TEXT, "id", "the party, the group or the code that the row is about"),
        ("category", _TEXT, "code", "general, specific, trading, counterparty, potential or other"),
        ("exposure_gross_minor", _MINOR, "minor units", "before protection"),
        ("mitigated_out_minor", _MINOR, "minor units", "taken off by eligible protection"),
        ("mitigated_in_minor", _MINOR, "minor units", "moved here as the provider of a protection"),
        ("exposure_minor", _MINOR, "minor units", "exposure value; in headroom the measure that is tested"),
        ("exempt_minor", _MINOR, "minor units", "part of the exposure value that the book exempts from limits"),
        ("factor_bp", pl.Int32(), "basis points", "conversion factor of an undrawn or contingent part; null for any other row"),
        ("exemption_id", _TEXT, "id", "the exemption of the book that holds, null where none does"),
        ("protection_id", _TEXT, "id", "the protection"),
        ("provider_id", _TEXT, "id", "who pays: the guarantor, or the issuer of a security or deposit"),
        ("mitigation_id", _TEXT, "id", "the entry of the book that recognises the protection; null where none does"),
        ("refusal", _TEXT, "code", "why no entry recognises it; null where one does"),
        ("is_substitution", _BOOL, "yes or no", "the exposure moves to the provider; otherwise it is deducted"),
        ("value_minor", _MINOR, "minor units", "the protection's value before haircut"),
        ("haircut_bp", pl.Int32(), "basis points", "kept off the value, with what another currency costs"),
        ("adjusted_minor", _MINOR, "minor units", "the facility's share after haircut, maturity and conversion"),
        ("applied_minor", _MINOR, "minor units", "what comes off the facility's exposure"),
        ("general_minor", _MINOR, "minor units", "exposure value in the general category"),
        ("specific_minor", _MINOR, "minor units", "exposure value in funds and securitisations"),
        ("trading_minor", _MINOR, "minor units", "exposure value in the trading book"),
        ("counterparty_minor", _MINOR, "minor units", "exposure value from derivatives and securities financing"),
        ("potential_minor", _MINOR, "minor units", "exposure value off the balance sheet"),
        ("other_minor", _MINOR, "minor units", "exposure value of anything else"),
        ("joint_obligor_id", _TEXT, "id", "a party that owes the facility whole beside its obligor"),
        ("joint_gross_minor", _MINOR, "minor units", "before protection, of facilities it owes whole and that count with another obligor; of a group with none of its members"),
        ("joint_minor", _MINOR, "minor units", "exposure value of these; it is not in exposure_minor, and the subject's limits count both"),
        ("joint_exempt_minor", _MINOR, "minor units", "part of joint_minor that the book exempts from limits"),
        ("joint_loan_minor", _MINOR, "minor units", "loan balance of these facilities; zero where the book has none"),
        ("loan_balance_minor", _MINOR, "minor units", "loan principal before provision; null where the book has none"),
        ("credit_balance_minor", _MINOR, "minor units", "credit balance net of margin, deposits, treasuries; null where the book has none"),
        ("if_confirmed_minor", _MINOR, "minor units", "exposure value if every doubtful relationship were confirmed"),
        ("is_complete", _BOOL, "yes or no", "no refused or partly measured row touches the number"),
        ("role", _TEXT, "code", "anchor, controlled, dependent, linked or connector"),
        ("reason", _IDS, "ids", "relationship ids of the path from the anchor"),
        ("controlled_by", _IDS, "ids", "parties that control the party directly"),
        ("ultimate_controllers", _IDS, "ids", "controlling parties that nobody controls"),
        ("lowest_controller", _TEXT, "id", "the controller nearest to the party; the smallest id of several"),
        ("is_joint", _BOOL, "yes or no", "controlled or held only jointly: by several holders, none of them alone"),
        ("is_bridged", _BOOL, "yes or no", "a reported ultimate parent stands in for a link that is not recorded"),
        ("change", _TEXT, "code", "appeared, vanished, merged, reanchored, split, joined or left"),
        ("other_group_id", _TEXT, "id", "the group that members went to; null where a change concerns one group"),
        ("relationship_ids", _IDS, "ids", "the relationships that did it: new, changed or gone"),
        ("cause", _TEXT, "code", "what did it"),
        ("change_minor", _MINOR, "minor units", "the later amount less the earlier one, as far as the cause made it"),
        ("explanation", _TEXT, "text", "the change and its cause in words"),
        ("measure", _TEXT, "code", "what the limit is set on"),
        ("limit_minor", _MINOR, "minor units", "the most the subject may carry; null where the base is unknown"),
        ("base_minor", _MINOR, "minor units", "the capital figure the limit is a share of"),
        ("headroom_minor", _MINOR, "minor units", "limit less exposure; negative in a breach"),
        ("excess_minor", _MINOR, "minor units", "how far over the limit; zero without a breach"),
        ("utilisation_ratio", pl.Float64(), "1.0 is 100 %", "exposure over limit, to be read, never multiplied back"),
        ("warning_level", _TEXT, "code", "blue, yellow, orange, red, or null below every line"),
        ("clause", _TEXT, "text", "document and numbered place of the rule"),
        ("is_binding", _BOOL, "yes or no", "the limit with least headroom for the subject"),
        ("is_breach", _BOOL, "yes or no", "exposure over the limit"),
        ("is_hard", _BOOL, "yes or no", "the limit may not be broken; otherwise it warns"),
        ("set", _TEXT, "code", "large, large_before_mitigation, exempt, top_n, fixed_amount, dependence_search or joint_credit_<condition>"),
        ("signal_id", _TEXT, "id", "the catalogue's id of the rule that raised it"),
        ("state", _TEXT, "code", "raised or not_evaluable"),
        ("severity", _TEXT, "code", "blue, yellow, orange or red; null if not evaluable"),
        ("is_veto", _BOOL, "yes or no", "blocks new credit"),
        ("cause_id", _TEXT, "id", "what the signals that share one cause have in common"),
        ("evidence", _TEXT, "text", "the facts the rule saw, in one sentence"),
        ("evidence_zh", _TEXT, "text", "the same sentence in Chinese"),
        ("finding_code", _TEXT, "code", "what is wrong with the data; stable for ever"),
        ("table", _TEXT, "id", "the input table"),
        ("row_count", _MINOR, "rows", "how many rows show it"),
        ("sample", _IDS, "ids", "up to five of them"),
        ("message", _TEXT, "text", "what is wrong and why it matters"),
        ("remedy", _TEXT, "text", "what to do"),
        ("owner", _TEXT, "text", "who can mend it"),
        ("item", _TEXT, "id", "the rule, limit, signal or table that could not be evaluated"),
        ("missing", _TEXT, "text", "the input that is missing, or several"),
        ("effect", _TEXT, "text", "what is therefore not known"),
        ("circle_id", _TEXT, "id", "kind of guarantee circle/its centre, or the party ids that tell it apart"),
        ("centre_id", _TEXT, "id", "the party a star, a hub or a neighbourhood is drawn around"),
        ("member_ids", _IDS, "ids", "the parties of the circle; of a chain from the first guarantor to the last debtor"),
        ("member_count", pl.Int32(), "parties", "how many they are; of a chain its length"),
        ("amount_minor", _MINOR, "minor units", "what members guarantee for one another; of a star or hub for or by its centre"),
        ("has_unknown_amount", _BOOL, "yes or no", "a guarantee among them has no known amount, so the amount is a lower bound"),
        ("breaker_id", _TEXT, "id", "the member whose removal leaves most others in no ring"),
        ("broken_count", pl.Int32(), "parties", "how many others that are"),
        ("cycle_count", pl.Int32(), "cycles", "simple cycles found in the ring, up to a length and a number"),
        ("is_truncated", _BOOL, "yes or no", "a search in the ring ended at a bound: there may be more to find"),
        ("within_id", _TEXT, "id", "the smallest party id of all that guarantees connect with the circle"),
        ("alias_id", _TEXT, "id", "an id that was delivered for the same party"),
        ("identifier", _TEXT, "code", "the public number that both carry: uscc, lei or registration_number"),
        ("identifier_value", _TEXT, "text", "the number, without blanks and hyphens"),
        ("name", _TEXT, "text", "the party's name as delivered"),
        ("kind", _TEXT, "code", "kind of party, of relationship or of guarantee circle"),
        ("country", _TEXT, "code", "country of the party"),
        ("industry", _TEXT, "code", "industry of the party"),
        ("is_own_bank", _BOOL, "yes or no", "the party is the bank itself"),
        ("relationship_id", _TEXT, "id", "the recorded relationship"),
        ("source_party_id", _TEXT, "id", "where distress starts"),
        ("target_party_id", _TEXT, "id", "where distress arrives"),
        ("basis", _TEXT, "code", "the legal or economic limb"),
        ("voting_bp", pl.Int32(), "basis points", "votes the source holds in the target"),
        ("voting_min_bp", pl.Int32(), "basis points", "lower end of the votes where only a band is known"),
        ("voting_max_bp", pl.Int32(), "basis points", "upper end of such a band; it counts only if doubts are confirmed"),
        ("dependence_bp", pl.Int32(), "basis points", "share of receipts, spending or output"),
        ("is_mutual", _BOOL, "yes or no", "a dependence that runs both ways"),
        ("is_replaceable", _BOOL, "yes or no", "the dependent could replace the other in time, so there is no dependence"),
        ("counting_books", _IDS, "ids", "the books under which the relationship counts"),
        ("is_suggested", _BOOL, "yes or no", "proposed by the run from the bank's data, and not recorded by the bank"),
        ("assessment", _TEXT, "code", "the one that counts: confirmed, rejected, doubtful or none"),
        ("recorded_assessment", _TEXT, "code", "the assessment as delivered, where one of two persons counts in its place"),
        ("assessment_reason", _TEXT, "text", "why the assessment that counts was made"),
        ("assessed_by", _TEXT, "text", "who proposed the assessment that counts; null where it is the delivered one"),
        ("approved_by", _TEXT, "text", "the second person, who approved it"),
        ("valid_until", pl.Date(), "date", "the last day on which the assessment counts; null without an end"),
        ("evidence_text", _TEXT, "text", "what the relationship rests on, as recorded"),
        ("product", _TEXT, "code", "product of the facility"),
        ("currency", _TEXT, "code", "currency of the facility"),
        ("commitment_minor", _MINOR, "minor units of `currency`", "agreed or contingent amount"),
        ("drawn_minor", _MINOR, "minor units of `currency`", "used amount"),
        ("accrued_interest_minor", _MINOR, "minor units of `currency`", "interest earned and unpaid"),
        ("provision_minor", _MINOR, "minor units of `currency`", "impairment provision"),
        ("rate_e10", pl.Int64(), "ten decimals", "reporting-currency units for one unit of `currency`, as applied"),
        ("start_date", pl.Date(), "date", "contractual beginning"),
        ("maturity_date", pl.Date(), "date", "contractual end"),
        ("is_cancellable", _BOOL, "yes or no", "the bank may cancel at any time without condition; null is unknown"),
        ("is_qualifying", _BOOL, "yes or no", "meets what a book asks of its better factor; null is unknown"),
        ("parent_facility_id", _TEXT, "id", "the facility whose commitment this one is drawn under"),
        ("since_date", pl.Date(), "date", "date of the first run of an unbroken row that has the breach"),
        ("since_run_id", _TEXT, "id", "that run; null where it is this one"),
        ("report", _TEXT, "code", "how soon the supervisor is told: immediately or without_delay; null where the book asks for no report"),
        ("deadline_date", pl.Date(), "date", "by when the subject is to be back within the limit, as the book asks of its warning level"),
        ("duty_clause", _TEXT, "text", "document and clause of what is to be done about the breach"),
        ("proposal_id", _TEXT, "id", "the proposal that declared the limit; null where it was delivered"),
        ("declared_by", _TEXT, "text", "who proposed the limit, or its end"),
        ("declaration_reason", _TEXT, "text", "why it was declared"),
        ("parent_limit_id", _TEXT, "id", "the limit within which this one is a line"),
        ("is_shared", _BOOL, "yes or no", "one amount for all that the limit counts; otherwise each obligor has it for itself"),
        ("limit_amount_minor", _MINOR, "minor units of `currency`", "the amount that the limit states"),
        ("capital_bp", pl.Int32(), "basis points", "the share of a capital figure that the limit states"),
        ("capital_base", _TEXT, "code", "the capital figure that the share is of"),
        ("blue_bp", pl.Int32(), "basis points", "share of the limit from which the level is blue"),
        ("yellow_bp", pl.Int32(), "basis points", "share of the limit from which the level is yellow"),
        ("orange_bp", pl.Int32(), "basis points", "share of the limit from which the level is orange"),
        ("red_bp", pl.Int32(), "basis points", "share of the limit from which the level is red"),
        ("is_frozen", _BOOL, "yes or no", "the limit is held at what is used"),
        ("valid_from", pl.Date(), "date", "first day on which the limit counts"),
        ("valid_to", pl.Date(), "date", "last day on which the limit counts"),
        ("booked_class", _TEXT, "code", "class the bank has booked: normal, special_mention, substandard, doubtful or loss; of an obligor the worst"),
        ("floor_class", _TEXT, "code", "class it has at least by the triggers that hold; worse where something is missing"),
        ("triggers", _IDS, "ids", "the book's triggers that hold, gravest first"),
        ("clauses", _IDS, "text", "document and clause of these triggers"),
        ("past_due_days", pl.Int32(), "days", "whole days since the oldest unpaid due date"),
    )
}  # fmt: skip

_AMOUNTS = "exposure_gross_minor mitigated_out_minor mitigated_in_minor exposure_minor exempt_minor"
_SUBJECT_AMOUNTS = (
    f"{_AMOUNTS} general_minor specific_minor trading_minor counterparty_minor potential_minor other_minor "
    "joint_gross_minor joint_minor joint_exempt_minor joint_loan_minor loan_balance_minor credit_balance_minor if_confirmed_minor is_complete"
)


def _table(name: str, key: str, columns: str) -> OutputTable:
    return OutputTable(name, tuple(REGISTRY[column] for column in columns.split()), tuple(key.split()))


_TABLES = (
    _table("exposures", "book_id facility_id source obligor_id category",
           f"facility_id source obligor_id book_id category {_AMOUNTS} factor_bp exemption_id is_complete"),
    _table("protection_uses", "book_id facility_id protection_id",
           """book_id facility_id protection_id kind provider_id mitigation_id refusal is_substitution value_minor haircut_bp
           adjusted_minor applied_minor"""),
    _table("look_through", "book_id facility_id structure_id underlying_id obligor_id part",
           """facility_id structure_id underlying_id obligor_id book_id landing part depth underlying_count
           looked_through_minor"""),
    _table("joint_exposures", "book_id facility_id joint_obligor_id",
           """book_id facility_id obligor_id joint_obligor_id product exposure_gross_minor exposure_minor exempt_minor
           loan_balance_minor credit_balance_minor is_complete"""),
    _table("obligor_exposures", "book_id obligor_id", f"obligor_id book_id {_SUBJECT_AMOUNTS}"),
    _table("asset_classes", "book_id facility_id",
           "facility_id obligor_id book_id booked_class floor_class triggers clauses missing is_complete"),
    _table("obligor_classes", "book_id obligor_id",
           "obligor_id book_id booked_class floor_class triggers clauses missing is_complete"),
    _table("group_exposures", "book_id group_id", f"group_id book_id {_SUBJECT_AMOUNTS}"),
    _table("group_members", "book_id group_id party_id", "group_id party_id role anchor_id book_id reason"),
    _table("if_confirmed_members", "book_id group_id party_id", "group_id party_id role anchor_id book_id reason"),
    _table("group_changes", "book_id group_id change party_id other_group_id",
           "book_id group_id change party_id other_group_id relationship_ids cause explanation"),
    _table("controllers", "book_id party_id", "party_id book_id controlled_by ultimate_controllers lowest_controller is_joint is_bridged"),
    _table("attribution", "book_id subject_kind subject_id limit_id measure cause",
           "book_id subject_kind subject_id limit_id measure cause change_minor"),
    _table("headroom", "subject_kind subject_id book_id limit_id",
           """subject_kind subject_id book_id limit_id measure exposure_minor limit_minor base_minor headroom_minor
           excess_minor utilisation_ratio warning_level clause is_binding is_breach is_hard is_complete"""),
    _table("bank_limits", "limit_id",
           """limit_id subject_kind subject_id book_id product measure parent_limit_id is_shared limit_amount_minor currency
           capital_bp capital_base blue_bp yellow_bp orange_bp red_bp is_hard is_frozen valid_from valid_to approved_by
           proposal_id declared_by declaration_reason"""),
    _table("obligor_products", "book_id obligor_id product",
           "obligor_id book_id product exposure_minor exempt_minor loan_balance_minor credit_balance_minor"),
    _table("breaches", "book_id limit_id subject_kind subject_id",
           """book_id limit_id subject_kind subject_id measure exposure_minor limit_minor base_minor excess_minor
           utilisation_ratio warning_level clause is_hard is_complete since_date since_run_id cause change_minor report
           deadline_date duty_clause"""),
    _table("large_exposures", "book_id set subject_kind subject_id",
           "subject_kind subject_id book_id set exposure_gross_minor exposure_minor exempt_minor clause"),
    _table("signals", "subject_kind subject_id signal_id cause_id",
           "subject_kind subject_id signal_id state severity is_veto cause_id evidence evidence_zh clause"),
    _table("guarantee_circles", "kind circle_id",
           """circle_id kind centre_id member_ids member_count amount_minor has_unknown_amount breaker_id broken_count
           cycle_count is_truncated within_id"""),
    _table("party_aliases", "alias_id", "alias_id party_id identifier identifier_value"),
    _table("findings", "finding_code table subject_id",
           "finding_code table subject_id row_count sample message remedy owner"),
    _table("not_evaluated", "item book_id missing", "item book_id missing effect"),
    _table("parties", "party_id", "party_id name kind country industry is_own_bank"),
    _table("relationships", "relationship_id",
           """relationship_id source_party_id target_party_id kind basis voting_bp voting_min_bp voting_max_bp
           dependence_bp is_replaceable is_mutual assessment is_suggested recorded_assessment assessment_reason
           assessed_by approved_by valid_until evidence_text counting_books"""),
    _table("facilities", "facility_id",
           """facility_id obligor_id product currency commitment_minor drawn_minor accrued_interest_minor
           provision_minor rate_e10 start_date maturity_date is_cancellable is_qualifying parent_facility_id
           past_due_days"""),
)  # fmt: skip

OUTPUT_TABLES: Final = {table.name: table for table in _TABLES}
"""Every table that a run writes, by name. Amounts are minor units of the reporting currency unless said otherwise."""
