"""Proposals of the bank's own limits: what is asked, and how it is answered."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas import fields as f
from api.schemas.proposals import Decision, ProposalItem, Reason, Request
from api.schemas.runs import NotEvaluatedItem
from riskmon.operations.limits.terms import LimitTerms

_Limits = Annotated[
    tuple[LimitTerms, ...],
    Field(min_length=1, max_length=1000, description="The limits, which come to count together."),
]
_Flag = Annotated[
    bool | None,
    Field(description="As in `/v1/headroom`; null where there is no such limit.", examples=[False]),
]


class LimitRequest(Request):
    """The limits that a person proposes, and why."""

    limits: _Limits
    reason: Reason


class LimitProposalItem(ProposalItem):
    """Proposed limits, and what became of them."""

    limits: Annotated[list[LimitTerms], Field(description="The limits as they were declared.")]


class LimitProposalPage(f.Answer):
    """A page of proposals, oldest first."""

    items: Annotated[list[LimitProposalItem], Field(description="The items of this page.")]
    next: f.NextCursor


class ProposedLimit(f.Answer):
    """What was proposed."""

    outcome: Annotated[Literal["proposed"], Field(description="The outcome.", examples=["proposed"])]
    proposal: Annotated[LimitProposalItem, Field(description="The proposal.")]


class DecidedLimit(f.Answer):
    """What was decided."""

    outcome: Decision
    proposal: Annotated[LimitProposalItem, Field(description="The proposal as it stands now.")]


class _Line(f.Answer):
    book_id: f.BookId
    limit_id: f.LimitId
    subject_kind: f.SubjectKind
    subject_id: f.SubjectId
    currency: f.Currency


class OverLine(_Line):
    """A hard limit on which more is earmarked than it leaves room for."""

    over: Annotated[f.Amount, Field(description="By how much.")]


class ApprovedLimit(DecidedLimit):
    """What was approved, and the earmarks that it leaves no room for."""

    over: Annotated[
        list[OverLine],
        Field(
            description="Limits with more earmarked than fits: what is earmarked stands, nothing new fits."
        ),
    ]


class OverChange(_Line):
    """A hard limit on which live earmarks would fit otherwise."""

    over_before: Annotated[f.Amount, Field(description="By how much too much is earmarked now.")]
    over_after: Annotated[f.Amount, Field(description="By how much too much would be.")]


class ChangedLimit(_Line):
    """A limit under which a subject would stand otherwise."""

    exposure_before: Annotated[f.MaybeAmount, Field(description="What it counts now.")]
    exposure_after: Annotated[f.MaybeAmount, Field(description="What it would count.")]
    limit_before: Annotated[f.MaybeAmount, Field(description="The most allowed now.")]
    limit_after: Annotated[f.MaybeAmount, Field(description="The most that would be allowed.")]
    headroom_before: Annotated[f.MaybeAmount, Field(description="What is left now.")]
    headroom_after: Annotated[f.MaybeAmount, Field(description="What would be left.")]
    is_breach_before: _Flag
    is_breach_after: _Flag
    is_complete_before: _Flag
    is_complete_after: _Flag
    is_hard: f.IsHard
    clause: f.Clause
    breach: Annotated[
        Literal["new", "cured", "stays", "gone"] | None,
        Field(description="What becomes of a breach; null where there is none.", examples=["new"]),
    ]


class LimitPreview(f.Answer):
    """What approving would change on the run in force, or on the current one where none is."""

    run_id: f.RunId
    as_of: f.AsOf
    currency: f.Currency
    proposal: Annotated[LimitProposalItem, Field(description="The proposal.")]
    limits: Annotated[list[ChangedLimit], Field(description="Every headroom that would change.")]
    earmarks_over: Annotated[
        list[OverChange], Field(description="Limits on which live earmarks would fit otherwise.")
    ]
    not_evaluated: Annotated[list[NotEvaluatedItem], Field(description="What would no longer be evaluated.")]
