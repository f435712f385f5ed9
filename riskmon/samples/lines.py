"""The sample bank's capital, and the limits that the books set on it, so that a story can stand beside a line."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from riskmon.domain.money import BP, limit_minor
from riskmon.rulebook.select import Selection, select

BOOKS = ("basel_lex", "cn_group_credit", "cn_large_exposures", "example_policy")
"""The books whose groups and lines the stories stand beside."""

OTHER_BOOKS = ("cn_joint_credit", "cn_related_parties")
"""The books whose limits some stories know as well; their groups are those of registers and ledgers."""


@dataclass(frozen=True, slots=True)
class Capital:
    """One capital row of the sample bank, in minor units."""

    net_capital: int
    tier1_capital: int
    cet1_capital: int


# Net capital stands still while tier 1 falls (a perpetual bond was called and a tier 2 bond took its place), so that
# whatever the fall breaks, it breaks through tier 1 alone.
CAPITAL = Capital(6_200_000_000_00, 5_000_000_000_00, 4_600_000_000_00)
PREVIOUS_CAPITAL = Capital(6_200_000_000_00, 5_600_000_000_00, 4_600_000_000_00)


@cache
def _selection(as_of: date) -> Selection:
    return select(BOOKS, as_of=as_of)


@dataclass(frozen=True, slots=True)
class Lines:
    """The limits of the four books at the sample's capital, as they stand at `as_of`."""

    as_of: date

    def limit(self, book_id: str, limit_id: str) -> int:
        """One limit in minor units."""
        book = next(book for book in _selection(self.as_of).books if book.id == book_id)
        rule = next(rule for rule in book.limits if rule.id == limit_id)
        return limit_minor(base_minor=int(getattr(CAPITAL, rule.base)), ratio=rule.ratio)

    def share(self, book_id: str, limit_id: str, share_bp: int) -> int:
        """A share of a limit in minor units, rounded down to a whole 10,000 in major units."""
        return whole(self.limit(book_id, limit_id) * share_bp // BP)


def whole(amount: int) -> int:
    """An amount rounded down to a whole 10,000 in major units, as contracts are written."""
    return amount - amount % 1_000_000
