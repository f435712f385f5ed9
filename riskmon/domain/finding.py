"""Findings: what can be wrong with the data, why it matters, what to do, and who owns it.

A code is stable for ever. `quarantines` says whether the row is refused (it cannot be computed) or stays (it is
merely suspicious). The message and the remedy are completed by the table and the rows they were found in.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One thing that can be wrong with the data."""

    code: str
    quarantines: bool
    message: str
    remedy: str
    owner: str


def _refuses(code: str, message: str, remedy: str, owner: str = "data steward") -> FindingKind:
    """A fault that keeps the row out of every number."""
    return FindingKind(code, quarantines=True, message=message, remedy=remedy, owner=owner)


def _stays(code: str, message: str, remedy: str, owner: str = "data steward") -> FindingKind:
    """A doubt that leaves the row in every number."""
    return FindingKind(code, quarantines=False, message=message, remedy=remedy, owner=owner)


_KINDS = (
    _refuses("key_missing", "A required id or date is empty, so the row belongs to nothing.",
                "Fill the key in the source system and deliver the row again."),
    _refuses("id_duplicate", "The same row was delivered more than once; it is counted once.",
                "Stop the double delivery in the extract."),
    _refuses("id_conflict", "Several different rows carry one id; none of them can be trusted.",
                "Decide which row is right and deliver only that one."),
    _refuses("value_invalid", "A cell cannot be read as the type of its column.",
                "Correct the cell: dates as YYYY-MM-DD, booleans as true or false, whole numbers without separators."),
    _refuses("value_unknown", "A coded column holds a value outside its vocabulary.",
                "Use a value of the data contract, or map the bank's own code to one."),
    _refuses("value_missing", "A value that the row cannot be computed without is empty.",
                "Fill the value in the source system."),
    _refuses("amount_invalid", "An amount is not plain decimal text (no separators, no exponent).",
                "Deliver amounts as decimal text in major units, such as 1234567.89."),
    _refuses("amount_precision", "An amount has more decimals than its currency; it is never rounded.",
                "Deliver the amount with the decimals of its currency."),
    _refuses("amount_too_large", "An amount has more than 15 digits, so sums could overflow.",
                "Check the unit of the amount; amounts are in major units."),
    _refuses("amount_negative", "An amount that cannot be negative is negative.",
                "Deliver the outstanding amount as a positive number; credit balances are deposits."),
    _refuses("amount_missing", "The amount at stake is empty; unknown is never zero.",
                "Fill `drawn` for an on-balance product, `commitment` for an off-balance one, `strike_value` for a put or "
                "for protection."),
    _refuses("currency_unknown", "The currency is not an active ISO 4217 code with a minor unit.",
                "Deliver the three-letter ISO 4217 code."),
    _refuses("rate_missing", "No exchange rate to the reporting currency is known on or before the run's date.",
                "Deliver the rate in fx_rates for the run's date.", "treasury"),
    _stays("rate_stale", "The newest exchange rate of a currency is too old. Claims convert at the highest of its rates "
                "delivered, protection and limits at the lowest, and whoever has an amount in it is incomplete.",
                "Deliver the rate in fx_rates for the run's date.", "treasury"),
    _refuses("dates_out_of_order", "A period ends before it begins.",
                "Correct the dates in the source system."),
    _refuses("reference_missing", "The row points to a party, facility or protection that does not exist or was refused.",
                "Deliver the missing row, or correct the id."),
    _refuses("self_loop", "A relationship other than a shareholding links a party to itself.",
                "Correct the source or the target of the relationship."),
    _refuses("share_out_of_range", "A share is below zero or above 10,000 basis points.",
                "Deliver shares in basis points between 0 and 10000."),
    _stays("votes_over_100", "The votes recorded in one firm add up to more than 100 %; they count as recorded.",
                "Find the holding that is recorded twice or out of date; two controllers may result until then.",
                "relationship owner"),
    _stays("two_full_owners", "Several holders are each recorded with all the votes of one firm; every one of them counts.",
                "Close the holding that ended, or correct the share.", "relationship owner"),
    _stays("relationship_repeated", "One relationship is recorded more than once for the same time: same ends, kind and "
                "basis. Its votes count as often as it is recorded.",
                "Deliver it once; several classes of share are the one reason to keep both.", "relationship owner"),
    _stays("relationship_dates_conflict", "Two records of one relationship overlap and disagree on when it began or ended.",
                "Find the true dates and keep the record that has them.", "relationship owner"),
    _stays("assessment_unmatched", "An approved assessment is of a relationship that is not delivered any more, so it "
                "changes nothing.", "Find out why the relationship is gone; assess the one that took its place.",
                "relationship owner"),
    _stays("assessment_outdated", "An approved assessment was made of other ends, another kind or another basis than the "
                "relationship of that id has now; what was delivered counts.",
                "Assess the relationship again as it is now.", "relationship owner"),
    _stays("assessment_expired", "An approved assessment has expired and no other is in force; what was delivered counts again.",
                "Assess the relationship again, or let what was delivered stand.", "relationship owner"),
    _stays("earmark_unmatched", "A confirmed earmark has no facility: none names it, and the one that the confirmation names is "
                "not there, was refused or is another obligor's. It keeps counting.",
                "Deliver the facility with its `earmark_id`; one that fell through once more with nothing drawn.",
                "relationship owner"),
    _stays("hub_cut", "A party of an exempt kind is not followed, which keeps groups apart that it would join.",
                "Check that its kind is right; nothing, if it is.", "relationship owner"),
    _stays("hub_glues", "A party of a kind that books exempt is followed under this one, and holds parties in one group "
                "that no other relationship connects.",
                "Check that its kind is right and that the book should group what it controls.", "relationship owner"),
    _stays("band_conflict", "The ends of a band of votes are the wrong way round, or the exact votes lie outside it; the exact "
                "votes count, and without them the lower end.", "Correct the votes in the register.", "relationship owner"),
    _stays("basis_conflict", "The basis does not fit the kind of relationship; it is taken as unknown, and the relationship "
                "counts.", "Use a basis that the data contract names for the kind.", "relationship owner"),
    _stays("parent_missing", "A recorded holder or parent of a firm is not among the parties, so the firm's group may lack "
                "its head.", "Deliver the party that the relationship names.", "relationship owner"),
    _stays("treasury_shares", "A firm holds its own shares; they leave the denominator of its votes.",
                "Nothing, if the holding is real.", "relationship owner"),
    _stays("kind_unknown", "The party's kind is empty or outside the vocabulary; it is treated as a corporate, "
                "the strictest reading.", "Fill `parties.kind`."),
    _stays("identifier_invalid", "A check digit of a public identifier (credit code, LEI) is wrong.",
                "Correct the identifier; matching on it is unsafe until then."),
    _stays("identity_merged", "Several ids carry one public number (credit code, LEI, registration number of one "
                "country); they count as one party under the smallest id.",
                "Join the records in the source system."),
    _stays("identity_conflict", "Several ids carry one public number but differ in kind, country, credit code or LEI; "
                "they count as different parties.", "Correct the number, or the facts that differ."),
    _stays("drawn_above_commitment", "More is drawn than was committed.",
                "Check the facility: an unapproved overdraft or a wrong commitment."),
    _stays("parent_missing", "The facility names a parent facility that is not there; its undrawn part counts in full.",
                "Deliver the parent facility, or correct the id."),
    _stays("past_maturity", "The facility is past its maturity and still carries an amount.",
                "Check for an extension that was not recorded, or for arrears."),
    _stays("not_yet_begun", "The facility begins after the run's date; what it carries counts all the same.",
                "Check the start date, or deliver the facility from the day on which it begins."),
    _stays("past_due_negative", "Days past due are below zero; they are taken as unknown.",
                "Deliver whole days since the oldest unpaid due date, zero where nothing is due."),
    _stays("not_yet_known", "The row became known after the date the run may look at; it is left out of this run.",
                "Nothing: run with a later --known-at to use it."),
    _stays("superseded", "The source said otherwise on or before the date the run looks at; what it said before is left out.",
                "Nothing: run with an earlier --known-at to see what was held true then."),
    _stays("factor_missing", "The book has no conversion factor for the product; the full amount counts.",
                "Add the factor to the rulebook, with its clause.", "rulebook owner"),
    _stays("measure_partial", "The product's exposure is only partly measured; what is booked counts in full.",
                "Treat the obligor's total as a lower bound.", "risk methodology"),
    _stays("structure_ring", "Structures hold each other in a ring; what one would hold of itself counts as unidentified.",
                "Correct the holding, or deliver the assets of the structure that closes the ring.", "portfolio data owner"),
    _stays("holding_above_size", "The bank's holdings add up to more than the structure or the tranche they are in; what "
                "its assets do not explain counts as unidentified.",
                "Correct the size of the structure or the holding.", "portfolio data owner"),
    _stays("set_without_trades", "A netting set has no trade that can be used, so what it costs to replace is not known.",
                "Deliver its trades, or leave the set out if it has none left.", "derivatives operations"),
    _stays("market_value_missing", "A derivative has no market value; its set's replacement cost is only partly known.",
                "Fill `derivatives.market_value`.", "derivatives operations"),
    _stays("collateral_unknown", "A netting set says nothing of its collateral; none counts as held, and what the bank "
                "may have posted is not known.", "Fill `netting_sets.collateral`, 0 where there is none.",
                "derivatives operations"),
    _stays("counted_twice", "The obligor has positions in a table of their own and a facility of the same kind; both count.",
                "Deliver the position in one table only, if it is the same.", "risk methodology"),
    _stays("class_too_good", "A claim is booked in a better class than the rules on asset classes leave open to it.",
                "Reclassify it, or correct the facts that bring it into the worse class; `asset_classes` names them.",
                "risk classification"),
    _stays("protection_unused", "A protection covers no facility, so it mitigates nothing.",
                "Deliver its row in protection_covers."),
    _stays("limit_sharing_unstated", "A limit of the bank's own does not say whether its amount is shared or for each obligor; "
                "it counts as shared, the stricter reading.", "Fill `bank_limits.is_shared`.", "limit administrator"),
    _stays("limit_replaced", "Two persons declared another content of a delivered limit, or its end; what they declared counts.",
                "Deliver the limit as it was declared, or leave it out.", "limit administrator"),
    _stays("column_unknown", "The table has a column that the data contract does not know; it is not read.",
                "Map the column with --mapping, or leave it out."),
)  # fmt: skip

FINDING_KINDS: Final = {kind.code: kind for kind in _KINDS}
QUARANTINING: Final = frozenset(kind.code for kind in _KINDS if kind.quarantines)
