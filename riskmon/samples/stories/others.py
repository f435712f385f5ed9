"""Stories of the other limits: the bank's own related parties, the credit of all banks, and who signs with whom."""

from random import Random

from riskmon.samples.draft import REPORTING_CURRENCY, Draft
from riskmon.samples.story import (
    Expected,
    ExpectedLimit,
    ExpectedReport,
    Story,
    group_limit,
    group_signal,
    in_books,
    obligor_limit,
    obligor_signal,
)

_MILLION = 1_000_000_00
_BILLION = 1_000 * _MILLION


def shareholder_that_borrows(draft: Draft, rng: Random) -> Story:
    """A shareholder of the bank is over a tenth of its net capital, and its group near the line for groups."""
    holder, subsidiary = "S19-SHAREHOLDER", "S19-SUBSIDIARY"
    for firm in (holder, subsidiary):
        draft.party(firm, industry="C26")
        draft.add("related_parties", party_id=firm, related_group_id=holder, since=draft.day(-700))
    loan, acceptance = rng.randint(465, 485) * _MILLION, 210 * _MILLION
    draft.facility(holder, "loan", loan, purpose="equipment")
    draft.facility(holder, "bill_acceptance", acceptance)
    other = rng.randint(200, 220) * _MILLION
    draft.facility(subsidiary, "loan", other, purpose="working capital")
    # Nominal and before provision, 10 % of the net capital of 6 200 million at the end of the quarter before: 620. The
    # group is within 15 %, 930, all related parties are within 50 %, 3 100.
    balance = loan + acceptance
    book = "cn_related_parties"
    return Story(
        "S19",
        "A shareholder that borrows more than a tenth",
        "授信超过资本净额百分之十的关联股东",
        "What a shareholder of the bank owes, acceptances in full, is over 10 % of net capital under the rules for the bank's "
        "own related parties, and within every other line of the law; its group comes near 15 %.",
        (holder, subsidiary),
        Expected(
            limits=(
                obligor_limit(book, "single", holder, balance, is_breach=True),
                obligor_limit(book, "single", subsidiary, other, is_breach=False),
                group_limit(book, "group", holder, balance + other, is_breach=False),
                ExpectedLimit(book, "all", "bank", "BANK-OWN", is_breach=False),
                obligor_limit("cn_large_exposures", "single", holder, balance, is_breach=False),
                obligor_limit("cn_large_exposures", "loan_single", holder, loan, is_breach=False),
                obligor_limit("example_policy", "single", holder, balance, is_breach=True),
            ),
            signals=(
                obligor_signal("H01", holder, "red", is_veto=True),
                group_signal("F01", book, holder, "red"),
            ),
        ),
    )


def credit_of_all_banks(draft: Draft, rng: Random) -> Story:
    """What this bank lends is small; all banks together have all but used up the limit that they agreed on."""
    steelworks = "S20-STEELWORKS"
    draft.party(steelworks, industry="C31")
    draft.facility(steelworks, "loan", rng.randint(100, 130) * _MILLION, purpose="working capital")
    bank_debt = 5 * _BILLION
    draft.add(
        "joint_credit", anchor_party_id=steelworks, as_of=draft.month_end(1), bank_count=4, joint_limit=8 * _BILLION,
        bank_debt=bank_debt, nonbank_debt=1_100 * _MILLION, other_debt=900 * _MILLION,
        guarantees_to_outsiders=300 * _MILLION, currency=REPORTING_CURRENCY,
    )  # fmt: skip
    # Three banks or more, five billion or more: joint credit is mandatory. 5 000 + 1 100 + 900 + 300 = 7 300 of 8 000,
    # 91.25 %: past the warning line of 90 %, within the limit.
    book, subject = "cn_joint_credit", f"cn_joint_credit/{steelworks}"
    return Story(
        "S20",
        "A joint limit that is nearly used up",
        "即将用尽的联合授信额度",
        "Four banks have lent five billion, so that joint credit is mandatory. With bonds and guarantees the firm has used "
        "91.25 % of what the banks agreed on: past the line of 90 %.",
        (steelworks,),
        Expected(
            limits=(group_limit(book, "joint_limit", steelworks, 7_300 * _MILLION, is_breach=False),),
            reports=(ExpectedReport(book, "joint_credit_mandatory", subject),),
        ),
    )


def co_signers(draft: Draft, rng: Random) -> Story:
    """Two firms that nothing else joins have signed one loan: each owes it whole, and together they owe it once."""
    farm, mill = "S21-FARM", "S21-MILL"
    for firm in (farm, mill):
        draft.party(firm, industry="A01")
    shared, own = rng.randint(340, 345) * _MILLION, 510 * _MILLION
    draft.facility(farm, "loan", shared, joint_obligor_ids=mill, purpose="equipment")
    draft.facility(mill, "bond", own)
    # The farm owes the loan, the mill the loan and its bonds, both together no more than the mill.
    both = shared + own
    return Story(
        "S21",
        "Two that have signed one loan",
        "共同借款的两家企业",
        "The loan counts with the farm, and the mill that has signed it owes it whole beside its own bonds: over 15 % of tier 1 "
        "capital. As one group they owe the loan once, within 20 %.",
        (farm, mill),
        Expected(
            groups=in_books(farm, (farm, mill), ("basel_lex", "cn_large_exposures")),
            limits=(
                obligor_limit("cn_large_exposures", "single", mill, both, is_breach=True),
                obligor_limit("cn_large_exposures", "loan_single", mill, shared, is_breach=False),
                obligor_limit("cn_large_exposures", "single", farm, shared, is_breach=False),
                group_limit("cn_large_exposures", "group", farm, both, is_breach=False),
                obligor_limit("example_policy", "single", mill, both, is_breach=True),
                obligor_limit("basel_lex", "general", mill, both, is_breach=False),
            ),
            signals=(obligor_signal("H01", mill, "red", is_veto=True),),
        ),
    )
