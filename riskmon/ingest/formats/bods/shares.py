"""Shares in percent as whole basis points, in exact arithmetic.

A share finer than a basis point is rounded up. A band open below begins at the next basis point: more than 50 % is
5001. A band's upper end is rounded up too and stays what it is when the band is open above, since a holding just
under it rounds up to it.
"""

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import NamedTuple

from riskmon.domain.money import BP
from riskmon.ingest.formats.bods.statements import Share

_EXACT = Context(prec=60, rounding=ROUND_CEILING)


class BasisPoints(NamedTuple):
    """A share: exact, or a band; nothing at all if the source states none."""

    exact: int | None = None
    minimum: int | None = None
    maximum: int | None = None


ABSENT = BasisPoints()


def basis_points(share: Share | None, *, is_open_below: bool) -> BasisPoints:
    """A share in basis points; `is_open_below` reads a closed lower end as an open one."""
    if share is None:
        return ABSENT
    if share.exact is not None:
        return BasisPoints(exact=_rounded_up(share.exact))
    return BasisPoints(minimum=_lower(share, is_open_below=is_open_below), maximum=_upper(share))


def in_several_capacities(bands: Iterable[BasisPoints]) -> BasisPoints:
    """What a holder has of one right that is stated once for each capacity in which it is held.

    Whether the bands cover the same shares is not said: all are at least the largest lower end, and at most the sum.
    """
    several = list(bands)
    if len(several) == 1:
        return several[0]
    lows = [band.minimum for band in several if band.minimum is not None]
    highs = [band.maximum for band in several if band.maximum is not None]
    maximum = min(sum(highs), BP) if len(highs) == len(several) else None
    return BasisPoints(minimum=max(lows, default=None), maximum=maximum)


def is_majority(share: Share | None) -> bool:
    """Whether a share is certainly more than half."""
    lowest = basis_points(share, is_open_below=False)
    known = lowest.exact if lowest.exact is not None else lowest.minimum
    return known is not None and 2 * known > _rounded_up(Decimal(100))


def _lower(share: Share, *, is_open_below: bool) -> int | None:
    if share.exclusive_minimum is not None:
        return _next(share.exclusive_minimum)
    if share.minimum is None:
        return None
    return _next(share.minimum) if is_open_below else _rounded_up(share.minimum)


def _upper(share: Share) -> int | None:
    highest = share.maximum if share.maximum is not None else share.exclusive_maximum
    return None if highest is None else _rounded_up(highest)


def _rounded_up(percent: Decimal) -> int:
    return int(_EXACT.scaleb(percent, 2).to_integral_value(rounding=ROUND_CEILING))


def _next(percent: Decimal) -> int:
    """The first whole basis point above a percentage."""
    return int(_EXACT.scaleb(percent, 2).to_integral_value(rounding=ROUND_FLOOR)) + 1
