"""Relationships, and why a party belongs to a group, as the API answers them."""

from typing import Annotated

from pydantic import Field

from api.schemas import fields as f


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
    voting_max_bp: Annotated[
        int | None,
        Field(
            description="Upper end of such a band, basis points; it counts only if doubts are confirmed.",
            examples=[7500],
        ),
    ]
    dependence_bp: Annotated[
        int | None, Field(description="Share of receipts, spending or output, basis points.", examples=[8000])
    ]
    is_replaceable: Annotated[
        bool | None,
        Field(description="The dependent could replace the other in time.", examples=[False]),
    ]
    is_mutual: Annotated[
        bool | None, Field(description="A dependence that runs both ways.", examples=[False])
    ]
    assessment: Annotated[
        str,
        Field(
            description="The one that counts: confirmed, rejected, doubtful or none.", examples=["confirmed"]
        ),
    ]
    is_suggested: Annotated[
        bool,
        Field(
            description="Proposed by the run from the bank's data, and not recorded by the bank.",
            examples=[False],
        ),
    ]
    recorded_assessment: Annotated[
        str | None,
        Field(
            description="The assessment as delivered, where one of two persons counts in its place.",
            examples=["doubtful"],
        ),
    ]
    assessment_reason: f.AssessmentReason
    assessed_by: f.AssessedBy
    approved_by: f.ApprovedBy
    valid_until: f.ValidUntil
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
    voting_max_bp: Annotated[
        int | None,
        Field(
            description="Upper end of such a band, basis points; it counts only if doubts are confirmed.",
            examples=[7500],
        ),
    ]
    dependence_bp: Annotated[
        int | None, Field(description="Share of receipts, spending or output, basis points.", examples=[8000])
    ]
    is_replaceable: Annotated[
        bool | None,
        Field(description="The dependent could replace the other in time.", examples=[False]),
    ]
    is_mutual: Annotated[
        bool | None, Field(description="A dependence that runs both ways.", examples=[False])
    ]
    assessment: Annotated[
        str | None,
        Field(
            description="The one that counts: confirmed, rejected, doubtful or none.", examples=["confirmed"]
        ),
    ]
    is_suggested: Annotated[
        bool | None,
        Field(
            description="Proposed by the run from the bank's data, and not recorded by the bank.",
            examples=[False],
        ),
    ]
    recorded_assessment: Annotated[
        str | None,
        Field(
            description="The assessment as delivered, where one of two persons counts in its place.",
            examples=["doubtful"],
        ),
    ]
    assessment_reason: f.AssessmentReason
    assessed_by: f.AssessedBy
    approved_by: f.ApprovedBy
    valid_until: f.ValidUntil
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


class LinkItem(f.Answer):
    """A relationship between parties of a group, told by itself."""

    relationship_id: Annotated[str, Field(description="The recorded relationship.", examples=["R1"])]
    sentence_en: f.LinkEn
    sentence_zh: f.LinkZh


class SplittingLink(LinkItem):
    """A single relationship without which the group would not hold together."""

    parted_party_ids: Annotated[
        list[str], Field(description="The members that would not be in it any more.", examples=[["P2"]])
    ]


class JoiningItem(MemberItem):
    """A party that would join the group if every doubtful relationship were confirmed, with its place there."""

    doubtful_links: Annotated[
        list[LinkItem], Field(description="The doubtful relationships that bring it in.")
    ]
