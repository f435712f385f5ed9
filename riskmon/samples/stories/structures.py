"""The story of what stands behind a fund and a securitisation: each claim keeps the line, together they break it."""

from random import Random

from riskmon.samples.draft import REPORTING_CURRENCY, Draft
from riskmon.samples.story import Expected, Story, obligor_limit, obligor_signal

_MILLION = 1_000_000_00
_DEVELOPER, _SUPPLIER, _KIOSK = "S15-DEVELOPER", "S15-SUPPLIER", "S15-KIOSK"
_FUND, _VEHICLE = "S15-FUND", "S15-VEHICLE"
_TENANTS = tuple(f"S15-TENANT-{n}" for n in (1, 2, 3))


def developer_behind_structures(draft: Draft, rng: Random) -> Story:
    """A developer borrows within every line; a fund and a securitisation that the bank holds lend it the rest."""
    for firm in (_DEVELOPER, _SUPPLIER, _KIOSK, *_TENANTS):
        draft.party(firm, industry="K70")
    draft.party(_FUND, "fund", name="金桥信用基金 (Jinqiao Credit Fund)")
    draft.party(_VEHICLE, "spv", name="金桥租金信托 (Jinqiao Rent Trust)")
    loan = rng.randint(470, 490) * _MILLION
    draft.facility(_DEVELOPER, "loan", loan, purpose="construction")
    # A quarter of the fund: 300 million of the developer, 194 of its supplier, 6 of a kiosk, below every line.
    _structure(draft, _FUND, {_DEVELOPER: 1_200, _SUPPLIER: 776, _KIOSK: 24})
    _holding(draft, _FUND, "fund_unit", 500)
    # Half of a tranche of 200 million: a half of 200 for the developer, of 100 for each tenant.
    _structure(draft, _VEHICLE, {_DEVELOPER: 300, **dict.fromkeys(_TENANTS, 100)})
    draft.add(
        "tranches", structure_id=_VEHICLE, tranche_id="S15-SENIOR", size=200 * _MILLION, rank=1,
        currency=REPORTING_CURRENCY,
    )  # fmt: skip
    _holding(draft, _VEHICLE, "securitisation", 100, tranche_id="S15-SENIOR")
    exposure = loan + 300 * _MILLION + 100 * _MILLION
    return Story(
        "S15",
        "A developer behind a fund and a securitisation",
        "隐藏在基金与证券化产品背后的房地产企业",
        "Loan, fund and securitisation each keep the line. Looked through, the developer stands behind all three and is "
        "over 15 % of tier 1 capital; a kiosk below the look-through line stays with the fund.",
        (_DEVELOPER, _FUND, _KIOSK, _SUPPLIER, *_TENANTS, _VEHICLE),
        Expected(
            limits=(
                obligor_limit("cn_large_exposures", "single", _DEVELOPER, exposure, is_breach=True),
                obligor_limit("cn_large_exposures", "loan_single", _DEVELOPER, loan, is_breach=False),
                obligor_limit("example_policy", "single", _DEVELOPER, exposure, is_breach=True),
                obligor_limit("basel_lex", "general", _DEVELOPER, exposure, is_breach=False),
                obligor_limit("cn_large_exposures", "single", _SUPPLIER, 194 * _MILLION, is_breach=False),
                obligor_limit("cn_large_exposures", "single", _TENANTS[0], 50 * _MILLION, is_breach=False),
                obligor_limit("cn_large_exposures", "single", _FUND, 6 * _MILLION, is_breach=False),
            ),
            signals=(obligor_signal("H01", _DEVELOPER, "red", is_veto=True),),
        ),
    )


def _structure(draft: Draft, party: str, millions: dict[str, int]) -> None:
    """A structure that is a party, with an asset of each obligor."""
    draft.add(
        "structures", structure_id=party, party_id=party, total_value=sum(millions.values()) * _MILLION,
        currency=REPORTING_CURRENCY,
    )  # fmt: skip
    for obligor, amount in millions.items():
        draft.add(
            "underlyings", structure_id=party, underlying_id=draft.next_id("AST"), obligor_id=obligor,
            amount=amount * _MILLION, currency=REPORTING_CURRENCY,
        )  # fmt: skip


def _holding(draft: Draft, party: str, product: str, millions: int, *, tranche_id: str | None = None) -> None:
    amount = millions * _MILLION
    draft.add(
        "fund_holdings", holding_id=draft.next_id("HLD"), facility_id=draft.facility(party, product, amount),
        structure_id=party, tranche_id=tranche_id, amount=amount, currency=REPORTING_CURRENCY,
    )  # fmt: skip
