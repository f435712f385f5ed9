"""What a rulebook may say on the class of financial assets: what it classifies, and what brings which class at least."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from riskmon.domain import terms
from riskmon.rulebook.base import Entry, PartyKinds, Products, all_of

LoanClass = Annotated[str, AfterValidator(lambda name: all_of(terms.LOAN_CLASSES)((name,))[0])]

ClassTest = Literal[
    "past_due_days", "credit_impaired", "provision_bp", "rolled_over", "in_observation", "restructured_again",
    "managed_as_npl", "obligor_npl", "obligor_npl_bp", "npl_elsewhere", "overdue_elsewhere_bp",
]  # fmt: skip
"""What a trigger looks at: of a claim its own facts, of an obligor all its claims here or its debt at all banks."""

LINED = ("past_due_days", "provision_bp", "obligor_npl_bp", "overdue_elsewhere_bp")
"""Tests that compare a number with a line: whole days, or basis points of a whole."""


class AssetScope(Entry):
    """Which claims are classified, and the numbers that several triggers share.

    Claims of `excludes_products`, and those of the trading book, are not classified. The claims on a party of
    `retail_kinds` may be classified one by one: no other claim of it, and no debt elsewhere, worsens them. From the
    class `npl_from` on a claim is non-performing. A restructured claim is observed for `observation_months` from its
    first payment under the new contract.
    """

    excludes_products: Products = ()
    retail_kinds: PartyKinds = ()
    npl_from: LoanClass
    observation_months: int = Field(ge=1)


class ClassTrigger(Entry):
    """A fact that brings a claim at least into `loan_class`.

    `line` is in the unit of the test (`LINED`): whole days, or basis points of the balance, of the bank's claims on the
    obligor, of the obligor's debt at all banks. `boundary` says whether the line itself triggers.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    title_zh: str
    test: ClassTest
    loan_class: LoanClass
    line: int | None = Field(default=None, ge=0)
    boundary: Literal["above", "at_or_above"] = "above"
    excludes_products: Products = ()

    @model_validator(mode="after")
    def _line_where_asked(self) -> Self:
        if (self.line is not None) != (self.test in LINED):
            raise ValueError(f"{self.id}: a line belongs to {', '.join(LINED)}, and to no other test")
        return self
