"""Stories about guarantees: a ring with a member in trouble, and a guarantor far beyond its means."""

from random import Random

from riskmon.samples.draft import REPORTING_CURRENCY, Draft
from riskmon.samples.story import Expected, Story, obligor_limit, obligor_signal

_MILLION = 1_000_000_00


def _guarantee(draft: Draft, guarantor: str, debtor: str, amount: int) -> None:
    draft.relationship(
        guarantor, debtor, "guarantee", amount=amount, currency=REPORTING_CURRENCY, evidence="credit bureau"
    )


def _net_assets(draft: Draft, party: str, net_assets: int) -> None:
    """Statements at two quarter-ends in which the net assets barely move."""
    for months_back, amount in ((6, net_assets - _MILLION), (3, net_assets)):
        items = {
            "total_assets": amount * 5 // 2, "total_liabilities": amount * 5 // 2 - amount, "net_assets": amount,
            "revenue": amount * 2, "net_profit": amount // 20,
        }  # fmt: skip
        draft.statement(party, draft.month_end(months_back), items)


def guarantee_ring(draft: Draft, rng: Random) -> Story:
    """Four firms guarantee each other in a circle, and one of them no longer pays."""
    members = ("S05-ALPHA", "S05-BETA", "S05-DELTA", "S05-GAMMA")
    troubled = "S05-DELTA"
    loans = {}
    for member in members:
        draft.party(member, industry="C17")
        _net_assets(draft, member, rng.randint(150, 200) * _MILLION)
        is_troubled = member == troubled
        loans[member] = draft.facility(
            member, "loan", rng.randint(25, 40) * _MILLION, past_due_days=rng.randint(95, 150) if is_troubled else 0,
            loan_class="substandard" if is_troubled else "normal", is_credit_impaired=is_troubled,
            provision=5 * _MILLION if is_troubled else 0, purpose="working capital",
        )  # fmt: skip
    # Two of the four guarantees are given to other lenders, two to this bank: the ring closes only over both tables.
    for at, member in enumerate(members):
        debtor = members[(at + 1) % len(members)]
        if at % 2:
            draft.protection("guarantee", loans[debtor], 20 * _MILLION, provider_id=member)
        else:
            _guarantee(draft, member, debtor, 20 * _MILLION)
    return Story(
        "S05",
        "A guarantee ring of four with one member in trouble",
        "四户循环担保圈，其中一户逾期",
        "Each of four textile firms guarantees the next; one is more than 91 days past due. Two guarantees are given to "
        "other lenders and two to this bank, so neither table shows the ring alone.",
        members,
        Expected(
            signals=(
                *(obligor_signal("G02", member, "red", is_veto=True) for member in members),
                obligor_signal("A01", troubled, "red"),
            ),
        ),
    )


def guarantee_king(draft: Draft, rng: Random) -> Story:
    """One firm has guaranteed nine others for more than it owns."""
    king, debtors = "S06-KING", tuple(f"S06-DEBTOR-{number}" for number in range(1, 10))
    net_assets = rng.randint(300, 400) * _MILLION
    draft.party(king, industry="F51")
    _net_assets(draft, king, net_assets)
    owed = rng.randint(60, 90) * _MILLION
    draft.facility(king, "loan", owed, purpose="working capital")
    for at, debtor in enumerate(debtors):
        draft.party(debtor, industry="F51")
        loan = draft.facility(debtor, "loan", rng.randint(8, 15) * _MILLION, purpose="stock")
        # Seven guarantees to other lenders alone make 119 % of the net assets; two more stand in this bank's books.
        if at < 7:
            _guarantee(draft, king, debtor, net_assets * 17 // 100)
        else:
            draft.protection("guarantee", loan, 8 * _MILLION, provider_id=king)
    return Story(
        "S06",
        "A guarantee king",
        "担保大王：对外担保超过净资产",
        "One trader has guaranteed nine firms for more than its own net assets.",
        (king, *debtors),
        Expected(
            limits=(obligor_limit("cn_large_exposures", "single", king, owed, is_breach=False),),
            signals=(obligor_signal("E10", king, "red", is_veto=True),),
        ),
    )
