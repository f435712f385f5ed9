"""A story about dependence that nobody has recorded: the payments show it, and the monitor only suggests it."""

from random import Random

from riskmon.samples.draft import Draft
from riskmon.samples.lines import whole
from riskmon.samples.story import (
    Expected,
    ExpectedSuggestion,
    Story,
    group_limit,
    group_signal,
    in_books,
)

_MILLION = 1_000_000_00
_BOOKS = ("basel_lex", "cn_group_credit", "cn_large_exposures", "example_policy")


def supplier_of_one_buyer(draft: Draft, rng: Random) -> Story:
    """A supplier lives on one buyer, as the payments of the year show; each heads a group half a limit large."""
    buyer, store, supplier, plant = "S14-BUYER", "S14-BUYER-SUB", "S14-SUPPLIER", "S14-SUPPLIER-SUB"
    for party, industry in ((buyer, "C36"), (store, "F51"), (supplier, "C31"), (plant, "C31")):
        draft.party(party, industry=industry)
    halves = []
    for parent, child in ((buyer, store), (supplier, plant)):
        draft.relationship(
            parent, child, "shareholding", voting_bp=8_000, economic_bp=8_000, evidence="business register"
        )
        half = draft.lines.share("cn_large_exposures", "group", rng.randint(5_100, 5_180))
        draft.facility(parent, "loan", whole(half * 52 // 100), purpose="working capital")
        draft.facility(child, "loan", half - whole(half * 52 // 100), purpose="working capital")
        halves.append(half)
    _trade(draft, rng, buyer, supplier)
    # The supplier sells 400 million a year, 288 to 324 of them to the buyer: 72 to 81 %.
    draft.statement(supplier, draft.month_end(6), {"revenue": 400 * _MILLION})
    return Story(
        "S14",
        "The payments suggest that a supplier lives on one buyer",
        "流水显示供应商依赖单一买方",
        "Nobody has recorded that the supplier sells most of its output to one buyer; the payments of the year show it. "
        "The link is suggested as doubtful: nothing is broken now, the Chinese group limits would be if it were confirmed.",
        (buyer, store, supplier, plant),
        Expected(
            groups=(*in_books(buyer, (buyer, store), _BOOKS), *in_books(supplier, (supplier, plant), _BOOKS)),
            limits=(
                group_limit("cn_large_exposures", "group", buyer, halves[0], is_breach=False),
                group_limit("cn_large_exposures", "group", supplier, halves[1], is_breach=False),
                group_limit("example_policy", "group_credit", buyer, halves[0], is_breach=False),
            ),
            signals=tuple(
                group_signal("F22", book_id, buyer, "red")
                for book_id in ("cn_large_exposures", "example_policy")
            ),
            suggestions=tuple(
                ExpectedSuggestion(f"suggested:{basis}:{buyer}:{supplier}", basis, buyer, supplier)
                for basis in ("output", "receipts")
            ),
        ),
    )


def _trade(draft: Draft, rng: Random, buyer: str, supplier: str) -> None:
    """A year of trade: the buyer buys from many, the supplier sells to few."""
    for month in range(12):
        paid_on = draft.day(-15 - 30 * month)
        draft.payment(buyer, supplier, rng.randint(240, 270) * _MILLION // 10, paid_on, purpose="goods")
        draft.payment(None, supplier, 5 * _MILLION, paid_on, purpose="goods")
        draft.payment(buyer, None, 120 * _MILLION, paid_on, purpose="goods")
