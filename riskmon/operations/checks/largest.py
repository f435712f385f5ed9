"""The largest amount of a deal that passes: it does, and one minor unit more does not."""

from collections.abc import Callable, Sequence
from typing import Final

from riskmon.domain.money import BP, MAX_DIGITS
from riskmon.operations.checks.desk import Desk, Measured
from riskmon.operations.checks.lines import Line, Standing
from riskmon.operations.checks.measuring import Cell, Shape
from riskmon.operations.checks.verdict import INCURABLE, Judged

MOST_MINOR: Final[int] = 10**MAX_DIGITS - 1
"""The largest amount that a facility can have."""

PROBE_MINOR: Final = 10**12
"""The amount of which the lines are asked where there is protection: so large that all of it is used up."""


def largest_passing(desk: Desk, measured: Measured, judged: Judged) -> int:
    """The largest amount of the deal, all else equal, that passes; 0 where none does.

    A deal adds more the larger it is, so there is one such amount. Every line says where it gives out. Without protection, and where
    the amount changes nothing in who counts with whom, that is exact. Otherwise it holds from where all protection is used up: then
    the least of these amounts is tried, and searched from where it is not right.
    """
    shape = measured.shape
    if shape is None or judged.outcome in INCURABLE:
        return 0
    # Without protection a deal adds in proportion whatever it is, and its lines are at hand.
    cells = shape.cells(PROBE_MINOR) if shape.has_protection else measured.cells
    standing = desk.standing_lines(cells)
    lines = desk.lines(cells) if shape.has_protection else judged.lines
    amounts = [_gives_out(shape, cells, *each) for each in zip(standing, lines, strict=True)]
    guess = min(max(min(amounts, default=MOST_MINOR), 0), MOST_MINOR)
    if not shape.has_protection and (guess == 0 or _concerns_the_same(desk, shape, measured, guess)):
        return guess

    def passes(amount: int) -> bool:
        return amount == 0 or desk.fits([shape.cells(amount)])

    return _boundary(passes, guess)


def _concerns_the_same(desk: Desk, shape: Shape, measured: Measured, guess: int) -> bool:
    """Whether the amount and the next one change the same in who counts with whom as the deal does.

    More is never changed by less, so that of all amounts in between only the farthest from the deal has to be looked at.
    """
    farthest = guess + 1 if guess >= measured.amount else guess
    return desk.concerns_the_same(measured.cells, shape.cells(farthest))


def _gives_out(shape: Shape, cells: Sequence[Cell], standing: Standing, line: Line) -> int:
    """The last amount that leaves a line as it has to be, of a deal that uses up its protection."""
    if line.before is None or line.after is None:
        return 0
    amounts = [MOST_MINOR]
    for n in standing.cells:
        cell = cells[n]
        if cell.product is None:
            continue  # what has moved to a provider grows no more
        counted = cell.of(line.terms.measure)
        # What else the line counts of the deal is there already.
        room = line.most - (line.after - (counted or 0))
        amounts.append(_inverse(shape, cell.book_id, line.terms.measure, room))
    return min(amounts)


def _inverse(shape: Shape, book_id: str, measure: str, room: int) -> int:
    """The largest amount of which the obligor's own cell counts no more than there is room for."""
    book = shape.book(book_id)
    numerator, denominator = shape.rate
    if room < 0:
        return 0
    if measure == "loan_balance":
        return room * denominator // numerator if book.claim.counts_loan else MOST_MINOR
    exempt = book.claim.exempt_bp if measure == "exposure" else 0
    if not book.claim.share_bp or exempt == BP:
        return MOST_MINOR
    covered = sum(each.value * each.worth // each.unit for each in book.taken)
    gross = room * BP // (BP - exempt) + covered
    return gross * denominator * BP // (numerator * book.claim.share_bp)


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
