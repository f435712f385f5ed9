"""Cells: what one deal adds, at the grain at which limits ask."""

from typing import Final, NamedTuple

CLEARING: Final = "ccp_clearing"
"""The product of what a central counterparty owes from clearing."""


class Cell(NamedTuple):
    """What a deal adds to one party under one book. Amounts are minor units of the reporting currency.

    Attributes:
        book_id: the book.
        party_key: the obligor, or who has to pay in its place.
        product: the deal's product; None for what protection moves to a provider, which is a claim on no product.
        exposure: exposure value less what the book exempts.
        loan: loan principal that a limit on loans counts; None where the book does not define it.
        credit: credit balance; None where the book does not define it.
        is_exposed: whether there is any exposure before exemptions.
        is_complete: whether all of it is measured.
    """

    book_id: str
    party_key: int
    product: str | None
    exposure: int
    loan: int | None
    credit: int | None
    is_exposed: bool
    is_complete: bool

    def of(self, measure: str) -> int | None:
        """The amount that a limit on this measure counts."""
        if measure == "exposure":
            return self.exposure
        return self.loan if measure == "loan_balance" else self.credit
