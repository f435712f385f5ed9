"""Groups, obligors, facilities and relationships as the API answers them."""

from datetime import date
from typing import Annotated

from pydantic import Field

from api.schemas import fields as f
from api.schemas.limits import HeadroomItem
from api.schemas.signals import SignalItem


class SubjectExposure(f.Answer):
    """The exposure of one subject under one book. Gross less mitigated out plus mitigated in is the exposure."""

    book_id: f.BookId
    exposure_gross: Annotated[f.MaybeAmount, Field(description="Before protection.")]
    mitigated_out: Annotated[f.MaybeAmount, Field(description="Taken off by eligible protection.")]
    mitigated_in: Annotated[f.MaybeAmount, Field(description="Moved here as the provider of a protection.")]
    exposure: Annotated[f.MaybeAmount, Field(description="Exposure value; the categories add up to it.")]
    exempt: Annotated[f.MaybeAmount, Field(description="Part that the book exempts from limits.")]
    general: Annotated[f.MaybeAmount, Field(description="Exposure value in the general category.")]
    specific: Annotated[f.MaybeAmount, Field(description="Exposure value in funds and securitisations.")]
    trading: Annotated[f.MaybeAmount, Field(description="Exposure value in the trading book.")]
    counterparty: Annotated[
        f.MaybeAmount, Field(description="Exposure value from derivatives and securities financing.")
    ]
    potential: Annotated[f.MaybeAmount, Field(description="Exposure value off the balance sheet.")]
    other: Annotated[f.MaybeAmount, Field(description="Exposure value of anything else.")]
    loan_balance: Annotated[
        f.MaybeAmount, Field(description="Loan principal before provision; null where the book has none.")
    ]
    credit_balance: Annotated[
        f.MaybeAmount,
        Field(
            description="Credit balance net of margin, deposits and treasuries; null where the book has none."
        ),
    ]
    if_confirmed: Annotated[
        f.MaybeAmount, Field(description="Exposure value if every doubtful relationship were confirmed.")
    ]
    is_complete: f.IsComplete
    currency: f.Currency


class GroupItem(SubjectExposure):
    """A group of connected clients under one book. Groups overlap: their totals never add up."""

    group_id: f.GroupId
    anchor_id: Annotated[str | None, Field(description="The party the group is built from.", examples=["P1"])]
    anchor_name: f.Name
    member_count: Annotated[
        int | None, Field(description="Members with exposure; connectors are not counted.", examples=[3])
    ]


class ObligorExposure(SubjectExposure):
    """The exposure to one obligor under one book."""

    obligor_id: f.ObligorId


class ObligorItem(ObligorExposure):
    """An obligor with its exposure under one book."""

    name: f.Name
    kind: f.PartyKind
    country: f.Country
    industry: f.Industry


class PartyItem(f.Answer):
    """A legal or natural person."""

    party_id: f.PartyId
    name: f.Name
    kind: f.PartyKind
    country: f.Country
    industry: f.Industry


class RelationshipItem(f.Answer):
    """A recorded relationship in force. Distress travels from the source to the target."""

    relationship_id: Annotated[str, Field(description="The recorded relationship.", examples=["R1"])]
    source_party_id: Annotated[str, Field(description="Where distress starts.", examples=["P1"])]
    target_party_id: Annotated[str, Field(description="Where distress arrives.", examples=["P2"])]
    kind: Annotated[str, Field(description="Kind of relationship.", examples=["shareholding"])]
    basis: Annotated[str | None, Field(description="The legal or economic limb.", examples=["receipts"])]
    voting_bp: Annotated[
        int | None, Field(description="Votes the source holds in the target, basis points.", examples=[6000])
    ]
    voting_min_bp: Annotated[
        int | None,
        Field(
            description="Lower end of the votes where only a band is known, basis points.", examples=[5001]
        ),
    ]
    dependence_bp: Annotated[
        int | None, Field(description="Share of receipts, spending or output, basis points.", examples=[8000])
    ]
    is_mutual: Annotated[
        bool | None, Field(description="A dependence that runs both ways.", examples=[False])
    ]
    assessment: Annotated[
        str, Field(description="confirmed, rejected, doubtful or none.", examples=["confirmed"])
    ]
    evidence_text: Annotated[
        str | None,
        Field(description="What it rests on, as recorded.", examples=["Company register, 2026-03"]),
    ]
    counting_books: Annotated[
        list[str], Field(description="The books under which it counts.", examples=[["example_policy"]])
    ]


class ReasonStep(f.Answer):
    """One relationship on the path from the anchor. Of one that is not on record only the id is known."""

    relationship_id: Annotated[str, Field(description="The recorded relationship.", examples=["R1"])]
    source_party_id: Annotated[str | None, Field(description="Where distress starts.", examples=["P1"])]
    source_name: f.Name
    target_party_id: Annotated[str | None, Field(description="Where distress arrives.", examples=["P2"])]
    target_name: f.Name
    kind: Annotated[str | None, Field(description="Kind of relationship.", examples=["shareholding"])]
    basis: Annotated[str | None, Field(description="The legal or economic limb.", examples=["receipts"])]
    voting_bp: Annotated[
        int | None, Field(description="Votes the source holds in the target, basis points.", examples=[6000])
    ]
    voting_min_bp: Annotated[
        int | None,
        Field(
            description="Lower end of the votes where only a band is known, basis points.", examples=[5001]
        ),
    ]
    dependence_bp: Annotated[
        int | None, Field(description="Share of receipts, spending or output, basis points.", examples=[8000])
    ]
    is_mutual: Annotated[
        bool | None, Field(description="A dependence that runs both ways.", examples=[False])
    ]
    assessment: Annotated[
        str | None, Field(description="confirmed, rejected, doubtful or none.", examples=["confirmed"])
    ]
    evidence_text: Annotated[
        str | None,
        Field(description="What it rests on, as recorded.", examples=["Company register, 2026-03"]),
    ]
    counting_books: Annotated[
        list[str] | None, Field(description="The books under which it counts.", examples=[["example_policy"]])
    ]


Reason = Annotated[
    list[ReasonStep], Field(description="The path of relationships from the anchor; empty for the anchor.")
]


SentenceEn = Annotated[
    str,
    Field(
        description="Why it belongs, in one English sentence with the clause.",
        examples=["Mill is one risk with Paper: Paper holds 60 % of the votes in Mill (Policy, 4.2)."],
    ),
]
SentenceZh = Annotated[
    str,
    Field(
        description="The same in Chinese.",
        examples=["磨坊与纸业构成同一风险：纸业持有磨坊60 %的表决权（政策，4.2）。"],
    ),
]


class MemberItem(f.Answer):
    """A party in a group, with the reason it belongs."""

    party_id: f.PartyId
    name: f.Name
    kind: f.PartyKind
    role: f.Role
    exposure: Annotated[
        f.MaybeAmount, Field(description="Exposure value to the member itself; null where there is none.")
    ]
    is_complete: Annotated[
        bool | None,
        Field(description="Whether that is the whole exposure; null without one.", examples=[True]),
    ]
    reason: Reason
    sentence_en: SentenceEn
    sentence_zh: SentenceZh
    currency: f.Currency


class MembershipItem(f.Answer):
    """A group that the obligor belongs to, with the reason."""

    group_id: f.GroupId
    book_id: f.BookId
    anchor_id: f.AnchorId
    role: f.Role
    reason: Reason
    sentence_en: SentenceEn
    sentence_zh: SentenceZh


class SplittingLink(f.Answer):
    """A single relationship without which the group would not hold together."""

    relationship_id: Annotated[str, Field(description="The recorded relationship.", examples=["R1"])]
    parted_party_ids: Annotated[
        list[str], Field(description="The members that would not be in it any more.", examples=[["P2"]])
    ]


class FacilityItem(f.Answer):
    """An agreement under which exposure arises. Amounts are in the facility's own currency."""

    facility_id: Annotated[str, Field(description="The agreement.", examples=["F1"])]
    obligor_id: f.ObligorId
    product: Annotated[str, Field(description="Product of the facility.", examples=["loan"])]
    currency: Annotated[str, Field(description="Currency of the facility, ISO 4217.", examples=["USD"])]
    commitment: Annotated[f.MaybeAmount, Field(description="Agreed or contingent amount.")]
    drawn: Annotated[f.MaybeAmount, Field(description="Used amount.")]
    accrued_interest: Annotated[f.MaybeAmount, Field(description="Interest earned and unpaid.")]
    provision: Annotated[f.MaybeAmount, Field(description="Impairment provision.")]
    maturity_date: Annotated[date | None, Field(description="Contractual end.", examples=["2028-12-31"])]
    past_due_days: Annotated[
        int | None, Field(description="Whole days since the oldest unpaid due date.", examples=[0])
    ]


class ExposureItem(f.Answer):
    """The exposure that one facility brings an obligor under one book, in one category, with what is behind it."""

    facility_id: Annotated[str, Field(description="The agreement.", examples=["F1"])]
    obligor_id: Annotated[
        str,
        Field(description="The party exposed to; for protection moved in, its provider.", examples=["P1"]),
    ]
    book_id: f.BookId
    category: Annotated[
        str,
        Field(
            description="general, specific, trading, counterparty, potential or other.", examples=["general"]
        ),
    ]
    exposure_gross: Annotated[f.MaybeAmount, Field(description="Before protection.")]
    mitigated_out: Annotated[f.MaybeAmount, Field(description="Taken off by eligible protection.")]
    mitigated_in: Annotated[f.MaybeAmount, Field(description="Moved here as the provider of a protection.")]
    exposure: Annotated[f.MaybeAmount, Field(description="Exposure value.")]
    exempt: Annotated[f.MaybeAmount, Field(description="Part that the book exempts from limits.")]
    is_complete: f.IsComplete
    currency: f.Currency
    product: Annotated[str | None, Field(description="Product of the facility.", examples=["loan"])]
    facility_currency: Annotated[
        str, Field(description="Currency of `drawn` and `commitment`, ISO 4217.", examples=["USD"])
    ]
    drawn: Annotated[f.MaybeAmount, Field(description="Used amount, in `facility_currency`.")]
    commitment: Annotated[
        f.MaybeAmount, Field(description="Agreed or contingent amount, in `facility_currency`.")
    ]


class GroupAnswer(f.Answer):
    """One group with everything the run says of it."""

    run_id: f.RunId
    as_of: f.AsOf
    currency: f.Currency
    group: Annotated[GroupItem, Field(description="The group and its exposure.")]
    members: Annotated[list[MemberItem], Field(description="Every party in it, with role and reason.")]
    splitting_links: Annotated[
        list[SplittingLink] | None,
        Field(
            description="The links whose removal would split it; null where there are too many to try one by one, or "
            "the book's rules are not at hand.",
            examples=[[{"relationship_id": "R1", "parted_party_ids": ["P2"]}]],
        ),
    ]
    exposures: Annotated[list[ExposureItem], Field(description="The exposure of its members by facility.")]
    headroom: Annotated[list[HeadroomItem], Field(description="The group against every limit.")]


class ObligorAnswer(f.Answer):
    """One obligor with everything the run says of it."""

    run_id: f.RunId
    as_of: f.AsOf
    currency: f.Currency
    party: Annotated[PartyItem, Field(description="Who it is.")]
    exposures: Annotated[list[ObligorExposure], Field(description="The exposure under each book.")]
    facilities: Annotated[list[ExposureItem], Field(description="That exposure by facility.")]
    groups: Annotated[list[MembershipItem], Field(description="The groups it belongs to, and why.")]
    headroom: Annotated[list[HeadroomItem], Field(description="The obligor against every limit.")]
    signals: Annotated[list[SignalItem], Field(description="Its early-warning signals.")]
