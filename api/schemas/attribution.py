"""What changed between two runs, as the API answers it."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas import fields as f


class AttributionItem(f.Answer):
    """One cause of the change of one amount since the run before; the causes of an amount add up to its change."""

    book_id: f.BookId
    subject_kind: f.SubjectKind
    subject_id: f.SubjectId
    limit_id: Annotated[
        str | None,
        Field(description="The limit whose headroom changed; null for an amount.", examples=["group_credit"]),
    ]
    measure: Annotated[
        Literal["exposure", "exempt", "loan_balance", "credit_balance", "headroom"],
        Field(description="The amount that changed.", examples=["exposure"]),
    ]
    cause: Annotated[
        Literal[
            "rulebook", "time", "currency", "capital", "provision", "collateral", "market", "reference", "repayment",
            "new_business", "group_membership", "limit", "other",
        ],
        Field(description="What did it.", examples=["new_business"]),
    ]  # fmt: skip
    change: f.Amount
    currency: f.Currency
