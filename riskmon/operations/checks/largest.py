"""The largest amount of a deal that passes: it does, and one minor unit more does not."""

from collections.abc import Callable
from typing import Final

from riskmon.domain.money import MAX_DIGITS
from riskmon.operations.checks.deal import Deal
from riskmon.operations.checks.desk import Desk
from riskmon.operations.checks.lines import Line
from riskmon.operations.checks.measuring import PROBE_MINOR
from riskmon.operations.checks.verdict import INCURABLE, Judged

MOST_MINOR: Final[int] = 10**MAX_DIGITS - 1
"""The largest amount that a facility can have."""


def largest_passing(desk: Desk, deal: Deal, judged: Judged) -> int:
    """The largest amount of the deal, all else equal, that passes; 0 where none does.

    A deal adds more the larger it is, so there is one such amount. Two points far out say where it should be, since from
    where all protection is used up a deal adds in proportion; from there it is searched.
    """
    if judged.outcome in INCURABLE:
        return 0

    def passes(amount: int) -> bool:
        return amount == 0 or desk.judge([deal.of_amount(amount)]).passes

    near = desk.judge([deal.of_amount(PROBE_MINOR)])
    if near.outcome in INCURABLE:
        return 0
    far = desk.judge([deal.of_amount(2 * PROBE_MINOR)])
    return _boundary(passes, _expected(near, far))


def _expected(near: Judged, far: Judged) -> int:
    """Where the lines of two amounts say that the first of them gives out."""
    ahead = {line.key: line for line in far.lines}
    amounts: list[int] = [MOST_MINOR]
    for line in near.lines:
        further = ahead.get(line.key)
        if further is None or line.after is None or further.after is None or further.after <= line.after:
            continue
        slope: int = further.after - line.after
        expected = PROBE_MINOR + (_most(line) - line.after) * PROBE_MINOR // slope
        amounts.append(expected)
    return min(max(min(amounts), 0), MOST_MINOR)


def _most(line: Line) -> int:
    """The most that the line may count for the deal to pass."""
    before, limit = line.before or 0, line.terms.limit_minor
    if limit is None or not line.is_complete or line.terms.is_frozen:
        return before
    lines = [limit, *(amount - 1 for _, amount in line.terms.levels if amount > before)]
    return max(before, min(lines))


def _boundary(passes: Callable[[int], bool], guess: int) -> int:
    """The largest amount that passes, searched outwards from a guess in steps that double. Nothing always passes."""
    step = 1
    if passes(guess):
        low, high = guess, min(guess + step, MOST_MINOR + 1)
        while high <= MOST_MINOR and passes(high):
            step *= 2
            low, high = high, min(high + step, MOST_MINOR + 1)
    else:
        high, low = guess, max(guess - step, 0)
        while not passes(low):
            step *= 2
            high, low = low, max(low - step, 0)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if passes(middle) else (low, middle)
    return low
