"""Stories about the base: a limit broken by a fall in capital, and two tests that disagree."""

from random import Random

from riskmon.samples.draft import Draft
from riskmon.samples.lines import whole
from riskmon.samples.story import Expected, Story, obligor_limit, obligor_signal

_MILLION = 1_000_000_00


def tier1_fall(draft: Draft, rng: Random) -> Story:
    """An obligor that kept its limit at the previous tier 1 capital breaks it now, without having borrowed more."""
    miner = "S10-MINER"
    draft.party(miner, industry="B06")
    exposure = draft.lines.share("cn_large_exposures", "single", rng.randint(10_250, 10_600))
    # Loans stay low, so that only the test on tier 1 capital breaks; bonds of the firm make up the rest.
    loan, provision = whole(exposure * 42 // 100), 4 * _MILLION
    bond = exposure + provision - loan
    draft.facility(miner, "loan", loan, provision=provision, start_date=draft.day(-500), purpose="mine")
    draft.facility(miner, "bond", bond, start_date=draft.day(-600), maturity_date=draft.day(1_200))
    return Story(
        "S10",
        "A breach made by a fall in tier 1 capital alone",
        "一级资本净额下降导致被动超限",
        "The exposure is within 15 % of the previous quarter's tier 1 capital and over 15 % of today's.",
        (miner,),
        Expected(
            limits=(
                obligor_limit("cn_large_exposures", "single", miner, exposure, is_breach=True),
                obligor_limit("cn_large_exposures", "loan_single", miner, loan, is_breach=False),
                obligor_limit("example_policy", "single", miner, exposure, is_breach=True),
                obligor_limit("basel_lex", "general", miner, exposure, is_breach=False),
            ),
            signals=(
                obligor_signal("H08", miner, "red"),
                obligor_signal("H01", miner, "red", is_veto=True),
            ),
        ),
    )


def loan_test_alone(draft: Draft, rng: Random) -> Story:
    """Loans over 10 % of net capital, while provisions keep the exposure within every line on tier 1 capital."""
    builder = "S11-BUILDER"
    draft.party(builder, industry="E47")
    loan = draft.lines.share("cn_large_exposures", "loan_single", rng.randint(10_060, 10_150))
    provision, undrawn = 60 * _MILLION, 120 * _MILLION
    draft.facility(
        builder, "loan", loan, commitment=loan + undrawn, provision=provision, is_cancellable=True,
        loan_class="special_mention", purpose="construction",
    )  # fmt: skip
    # The undrawn part may be cancelled at any time and counts with a tenth in every book used here.
    exposure = loan - provision + undrawn // 10
    return Story(
        "S11",
        "The loan test fails while the exposure test passes",
        "贷款集中度超限而风险暴露未超限",
        "Loans count before provisions against net capital, exposure after them against tier 1 capital: the two tests "
        "disagree.",
        (builder,),
        Expected(
            limits=(
                obligor_limit("cn_large_exposures", "loan_single", builder, loan, is_breach=True),
                obligor_limit("cn_large_exposures", "single", builder, exposure, is_breach=False),
                obligor_limit("example_policy", "loan_single", builder, loan, is_breach=True),
                obligor_limit("example_policy", "single", builder, exposure, is_breach=False),
                obligor_limit("basel_lex", "general", builder, exposure, is_breach=False),
            ),
            signals=(obligor_signal("H01", builder, "red", is_veto=True),),
        ),
    )
