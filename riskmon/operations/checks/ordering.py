"""The order of a package that lets most of its deals pass, one after the other."""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Final

from riskmon.operations.checks.deal import Deal
from riskmon.operations.checks.desk import Desk, Measured

EXACT: Final = 10
"""Up to so many deals every selection is tried; of more, the smallest is taken first as long as it passes with the others."""


def ordered(desk: Desk, deals: Sequence[Deal], measured: Sequence[Measured]) -> list[Deal]:
    """The deals that pass together, most deals first and of as many the larger amount, then the others; each in the order given.

    Deals only add, so what passes together passes in any order of taking.
    """

    def passes(chosen: Sequence[int]) -> bool:
        return desk.fits([measured[n].cells for n in chosen])

    amounts = [
        0 if each.refused else desk.reporting_minor(deal) for deal, each in zip(deals, measured, strict=True)
    ]
    possible = [n for n, each in enumerate(measured) if not each.refused and passes([n])]
    if len(possible) <= EXACT:
        chosen = _most(possible, amounts, passes)
    else:
        chosen = []
        for n in sorted(possible, key=lambda each: (amounts[each], each)):
            if passes([*chosen, n]):
                chosen.append(n)
    first = sorted(chosen)
    return [deals[n] for n in (*first, *(n for n in range(len(deals)) if n not in set(first)))]


def _most(
    possible: Sequence[int], amounts: Sequence[int], passes: Callable[[Sequence[int]], bool]
) -> list[int]:
    for size in range(len(possible), 0, -1):
        chosen = sorted(combinations(possible, size), key=lambda each: (-sum(amounts[n] for n in each), each))
        found = next((each for each in chosen if passes(each)), None)
        if found is not None:
            return list(found)
    return []
