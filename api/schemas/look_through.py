"""Parts of investments in structures as the API answers them."""

from typing import Annotated

from pydantic import Field

from api.schemas import fields as f

MaybeClause = Annotated[
    str | None,
    Field(
        description="Document and numbered place; null where there is none or the text is not at hand.",
        examples=["Basel Framework LEX, LEX30.7, CRE20"],
    ),
]


class LandedPart(f.Answer):
    """Where one part of an investment in a fund, a securitisation or another structure landed, and why."""

    book_id: f.BookId
    facility_id: Annotated[str, Field(description="The agreement.", examples=["F1"])]
    structure_id: Annotated[
        str | None, Field(description="The structure that is held; null where none is told.", examples=["S1"])
    ]
    underlying_id: Annotated[
        str | None,
        Field(
            description="The asset behind it; null where several stay together or none is known.",
            examples=["U1"],
        ),
    ]
    obligor_id: f.ObligorId
    name: f.Name
    landing: Annotated[
        str,
        Field(
            description="Whose exposure it is: obligor, structure, unknown_client, supporter.",
            examples=["obligor"],
        ),
    ]
    part: Annotated[
        str,
        Field(
            description="What it is: identified, unidentified, untold, ring, nominal or support.",
            examples=["identified"],
        ),
    ]
    depth: Annotated[int | None, Field(description="Levels of structures that lie before it.", examples=[1])]
    underlying_count: Annotated[
        int, Field(description="Assets that it is about; 0 where none is known.", examples=[1])
    ]
    looked_through: Annotated[f.MaybeAmount, Field(description="Gross exposure that arrives there.")]
    sentence_en: Annotated[
        str, Field(description="Why it is there.", examples=["P1 owes the asset U1 of S1"])
    ]
    sentence_zh: Annotated[
        str, Field(description="The same in Chinese.", examples=["S1的基础资产U1的债务人为P1"])
    ]
    clause: MaybeClause
    currency: f.Currency
