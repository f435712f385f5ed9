"""Stories about conduct: goods pledged twice, a loan that is never repaid, statements that disagree."""

from random import Random

from riskmon.samples.draft import Draft
from riskmon.samples.story import Expected, Story, obligor_limit, obligor_signal

_MILLION = 1_000_000_00


def goods_pledged_twice(draft: Draft, rng: Random) -> Story:
    """Two steel traders pledge the same steel in the same warehouse, each for a loan of its own."""
    traders = ("S07-TRADER-1", "S07-TRADER-2")
    for trader in traders:
        draft.party(trader, industry="F51")
        loan = draft.facility(trader, "trade_finance", rng.randint(20, 35) * _MILLION, purpose="steel coil")
        draft.protection(
            "inventory", loan, 45 * _MILLION, asset_reference="WAREHOUSE-7/LOT-2291", title_holder_id=trader
        )
    return Story(
        "S07",
        "The same steel pledged by two traders",
        "同一批钢材被两家贸易商重复质押",
        "Two traders pledge one lot in one warehouse. Nothing else links them.",
        traders,
        Expected(signals=tuple(obligor_signal("D10", trader, "red", is_veto=True) for trader in traders)),
    )


def evergreened_loan(draft: Draft, rng: Random) -> Story:
    """A shipyard's loan has been repaid with a new loan twice within the year, the second time on easier terms."""
    shipyard = "S08-SHIPYARD"
    draft.party(shipyard, industry="C37")
    rolled, other = rng.randint(115, 130) * _MILLION, rng.randint(50, 65) * _MILLION
    first = draft.facility(
        shipyard,
        "loan",
        0,
        start_date=draft.day(-900),
        maturity_date=draft.day(-300),
        status="closed",
        purpose="ships",
    )
    second = draft.facility(
        shipyard, "loan", 0, start_date=draft.day(-300), maturity_date=draft.day(-60), status="closed",
        refinances_facility_id=first, restructured_on=draft.day(-300), purpose="renewal",
    )  # fmt: skip
    draft.facility(
        shipyard, "loan", rolled, start_date=draft.day(-60), maturity_date=draft.day(300), provision=3 * _MILLION,
        refinances_facility_id=second, restructured_on=draft.day(-60), purpose="renewal",
    )  # fmt: skip
    draft.facility(shipyard, "loan", other, start_date=draft.day(-400), purpose="dock crane")
    exposure = rolled + other - 3 * _MILLION
    return Story(
        "S08",
        "An evergreened shipyard loan",
        "船厂贷款反复借新还旧",
        "Two thirds of the shipyard's debt is a loan that refinanced a loan that refinanced a loan, all within the year, "
        "and was restructured twice. Nothing is past due, which is the point.",
        (shipyard,),
        Expected(
            limits=(obligor_limit("cn_large_exposures", "single", shipyard, exposure, is_breach=False),),
            signals=(obligor_signal("A08", shipyard, "red"),),
        ),
    )


def forged_statements(draft: Draft, rng: Random) -> Story:
    """One year-end, two statements: the one for the bank shows more than twice the revenue."""
    forger = "S09-FORGER"
    draft.party(forger, industry="C39")
    draft.facility(forger, "loan", rng.randint(60, 90) * _MILLION, purpose="equipment")
    revenue = rng.randint(300, 360) * _MILLION
    for version, factor in (("1", 250), ("2", 100)):
        net_assets = 120 * _MILLION * factor // 100
        items = {
            "total_assets": net_assets + 180 * _MILLION, "total_liabilities": 180 * _MILLION, "net_assets": net_assets,
            "revenue": revenue * factor // 100, "net_profit": 9 * _MILLION * factor // 100,
        }  # fmt: skip
        draft.statement(forger, draft.month_end(6), items, version=version)
    return Story(
        "S09",
        "Two versions of one year's statements",
        "同一年度两套报表",
        "The statements handed to the bank and those filed elsewhere for the same date differ by more than half.",
        (forger,),
        Expected(signals=(obligor_signal("B19", forger, "orange"),)),
    )
