"""Stories of what is traded: derivatives, a repo and the trading book each hide a part of what one firm may cost."""

from random import Random

from riskmon.samples.draft import REPORTING_CURRENCY, Draft
from riskmon.samples.story import Expected, Story, obligor_limit, obligor_signal

_MILLION = 1_000_000_00


def derivatives_beside_loans(draft: Draft, rng: Random) -> Story:
    """An importer keeps every line by the market value of its forwards, and breaks one by what they may come to cost."""
    importer, netting_set = "S16-IMPORTER", "S16-MASTER-AGREEMENT"
    draft.party(importer, industry="F51")
    loan, bond = rng.randint(470, 480) * _MILLION, 140 * _MILLION
    draft.facility(importer, "loan", loan, purpose="trade")
    draft.facility(importer, "bond", bond)
    draft.add(
        "netting_sets", netting_set_id=netting_set, counterparty_id=importer, is_margined=False,
        collateral=30 * _MILLION, currency=REPORTING_CURRENCY,
    )  # fmt: skip
    for side, notional, value in (("long", 4_000, 95), ("short", 1_000, -15)):
        draft.add(
            "derivatives", trade_id=draft.next_id("DER"), netting_set_id=netting_set, asset_class="foreign_exchange",
            instrument="forward", side=side, currency=REPORTING_CURRENCY, notional=notional * _MILLION,
            market_value=value * _MILLION, end_date=draft.day(800), reference_id="USD",
        )  # fmt: skip
    # Replacement cost: 95 - 15 - 30 of collateral = 50. Potential: yuan against dollars for more than a year offset in
    # full, 4 % of 4 000 - 1 000 = 120. 1.4 times 170 = 238 (Basel CRE52; the large-exposure measures, annex 1).
    exposure = loan + bond + 238 * _MILLION
    return Story(
        "S16",
        "Forwards that weigh more than their market value",
        "市值之外的远期外汇风险暴露",
        "Loans, bonds and the market value of its forwards keep the line. What the forwards may come to cost under the "
        "standardised approach puts the importer over 15 % of tier 1 capital.",
        (importer,),
        _over_one_line(importer, loan, exposure),
    )


def bonds_from_a_repo(draft: Draft, rng: Random) -> Story:
    """The bank holds bonds of an issuer in the banking book, and more of them as collateral for a reverse repo."""
    issuer, house = "S17-ISSUER", "S17-TRADING-HOUSE"
    draft.party(issuer, industry="C30")
    draft.party(house, industry="F51")
    bond = rng.randint(345, 360) * _MILLION
    draft.facility(issuer, "bond", bond)
    draft.add(
        "netting_sets",
        netting_set_id="S17-REPO-AGREEMENT",
        counterparty_id=house,
        currency=REPORTING_CURRENCY,
    )
    draft.add(
        "securities_financing", trade_id=draft.next_id("SFT"), netting_set_id="S17-REPO-AGREEMENT",
        direction="reverse_repo", cash=500 * _MILLION, security_issuer_id=issuer, security_value=520 * _MILLION,
        haircut_class="issuer_aaa_aa_5y", currency=REPORTING_CURRENCY,
    )  # fmt: skip
    # 520 of bonds after 4 % are 499.2 and stand with their issuer; 0.8 of the 500 stay with the house (CRE22).
    held = 499_200_000_00
    exposure = bond + held
    return Story(
        "S17",
        "The bonds that came with a repo",
        "逆回购质押券带来的发行人集中度",
        "Bonds taken as collateral for a reverse repo make their issuer the one who owes. With the bonds that the bank has "
        "bought, the issuer is over 15 % of tier 1 capital, and the trading house owes next to nothing.",
        (issuer, house),
        Expected(
            limits=(
                *_over_one_line(issuer, 0, exposure).limits,
                obligor_limit("cn_large_exposures", "single", house, 500 * _MILLION - held, is_breach=False),
            ),
            signals=(obligor_signal("H01", issuer, "red", is_veto=True),),
        ),
    )


def short_that_sets_nothing_off(draft: Draft, rng: Random) -> Story:
    """A firm's loans and its trading bonds pass the line; a short position looks like relief and is none."""
    issuer = "S18-ISSUER"
    draft.party(issuer, industry="C26")
    loan = rng.randint(415, 428) * _MILLION
    draft.facility(issuer, "loan", loan, purpose="equipment")
    positions = (
        ("S18-SUBORDINATED", "long", "subordinated", 430),
        ("S18-SENIOR", "short", "senior", 130),
        ("S18-SENIOR-LATE", "long", "senior", 20),
    )
    for issue, side, seniority, value in positions:
        draft.add(
            "trading_positions", position_id=draft.next_id("POS"), issuer_id=issuer, issue_id=issue, instrument="bond",
            side=side, market_value=value * _MILLION, seniority=seniority, currency=REPORTING_CURRENCY,
        )  # fmt: skip
    # The junior long of 430 ranks behind the senior short of 130, which sets off the senior long of 20 alone (LEX30.24).
    exposure = loan + 430 * _MILLION
    return Story(
        "S18",
        "A short position that sets nothing off",
        "无法抵销的空头头寸",
        "The bank is short in senior bonds and long in subordinated ones of the same firm. If the firm fails, the short pays "
        "little: only what ranks behind the long may be set off, and the firm is over 15 % of tier 1 capital.",
        (issuer,),
        _over_one_line(issuer, loan, exposure),
    )


def _over_one_line(firm: str, loan: int, exposure: int) -> Expected:
    """Over 15 % of tier 1 capital, 750 million now and 840 before, and the bank's own line of 600; within Basel's 1 250."""
    loans = (obligor_limit("cn_large_exposures", "loan_single", firm, loan, is_breach=False),) if loan else ()
    return Expected(
        limits=(
            obligor_limit("cn_large_exposures", "single", firm, exposure, is_breach=True),
            obligor_limit("example_policy", "single", firm, exposure, is_breach=True),
            obligor_limit("basel_lex", "general", firm, exposure, is_breach=False),
            *loans,
        ),
        signals=(obligor_signal("H01", firm, "red", is_veto=True),),
    )
