"""What joint obligors owe, as the API answers it."""

from typing import Annotated

from pydantic import Field

from api.schemas import fields as f


class JointDebt(f.Answer):
    """A facility that a joint obligor owes whole, beside the obligor that it counts with."""

    book_id: f.BookId
    facility_id: Annotated[str, Field(description="The facility.", examples=["F1"])]
    obligor_id: Annotated[str, Field(description="The party that it counts with.", examples=["P1"])]
    obligor_name: f.Name
    joint_obligor_id: Annotated[str, Field(description="The party that owes it too.", examples=["P2"])]
    joint_obligor_name: f.Name
    product: Annotated[str | None, Field(description="Product of the facility.", examples=["loan"])]
    exposure_gross: Annotated[f.MaybeAmount, Field(description="Before protection.")]
    exposure: Annotated[f.MaybeAmount, Field(description="Exposure value, as it counts with its obligor.")]
    exempt: Annotated[f.MaybeAmount, Field(description="Part that the book exempts from limits.")]
    loan_balance: Annotated[
        f.MaybeAmount, Field(description="Loan principal before provision; null where the book has none.")
    ]
    credit_balance: Annotated[
        f.MaybeAmount, Field(description="Credit balance; null where the book has none.")
    ]
    is_complete: f.IsComplete
    currency: f.Currency
