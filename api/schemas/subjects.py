"""Groups, obligors and facilities as the API answers them."""

from datetime import date
from typing import Annotated

from pydantic import Field

from api.schemas import fields as f
from api.schemas.attribution import AttributionItem
from api.schemas.joint import JointDebt
from api.schemas.limits import HeadroomItem
from api.schemas.look_through import LandedPart
from api.schemas.reasons import JoiningItem, MemberItem, MembershipItem, SplittingLink
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
    joint_gross: Annotated[
        f.MaybeAmount,
        Field(
            description="Before protection, of facilities it owes whole and that count with another obligor; of a group with no member."
        ),
    ]
    joint: Annotated[
        f.MaybeAmount,
        Field(description="Exposure value of these, not in the exposure; limits on the subject count both."),
    ]
    joint_exempt: Annotated[
        f.MaybeAmount, Field(description="Part of the joint exposure that the book exempts from limits.")
    ]
    joint_loan: Annotated[
        f.MaybeAmount, Field(description="Loan balance of these facilities; zero where the book has none.")
    ]
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
    is_own_bank: Annotated[bool, Field(description="The party is the bank itself.", examples=[False])]


class IdentifiedParty(PartyItem):
    """A party with every id that was delivered for it."""

    alias_ids: Annotated[
        list[str],
        Field(
            description="Other ids that carry one of its public numbers and count as it.", examples=[["P7"]]
        ),
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
    rate_e10: Annotated[
        int | None,
        Field(
            description="Units of the reporting currency for one of `currency`, as applied, with ten decimals as one whole number.",
            examples=[72_000_000_000],
        ),
    ]
    start_date: Annotated[date | None, Field(description="Contractual beginning.", examples=["2025-01-01"])]
    maturity_date: Annotated[date | None, Field(description="Contractual end.", examples=["2028-12-31"])]
    is_cancellable: Annotated[
        bool | None, Field(description="The bank may cancel at any time; null is unknown.", examples=[True])
    ]
    is_qualifying: Annotated[
        bool | None, Field(description="Meets what a better factor asks; null is unknown.", examples=[False])
    ]
    parent_facility_id: Annotated[
        str | None, Field(description="Whose commitment this one is drawn under.", examples=["F0"])
    ]
    past_due_days: Annotated[
        int | None, Field(description="Whole days since the oldest unpaid due date.", examples=[0])
    ]


class ExposureItem(f.Answer):
    """The exposure that one agreement brings an obligor under one book, in one category, with what is behind it."""

    facility_id: Annotated[
        str,
        Field(
            description="The agreement: a facility, netting set, financing trade, or `trading/` and an issuer.",
            examples=["F1"],
        ),
    ]
    source: Annotated[
        str,
        Field(
            description="The table it comes from: facilities, netting_sets, securities_financing, trading_positions.",
            examples=["facilities"],
        ),
    ]
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
    factor_bp: Annotated[
        int | None,
        Field(description="Conversion factor of an undrawn part, in basis points.", examples=[5_000]),
    ]
    exemption_id: Annotated[
        str | None,
        Field(description="The exemption that holds; null where none does.", examples=["intraday"]),
    ]
    is_complete: f.IsComplete
    currency: f.Currency
    product: Annotated[
        str | None, Field(description="Product of the facility; null for others.", examples=["loan"])
    ]
    facility_currency: Annotated[
        str | None,
        Field(
            description="Currency of `drawn` and `commitment`, ISO 4217; null where it is no facility.",
            examples=["USD"],
        ),
    ]
    drawn: Annotated[f.MaybeAmount, Field(description="Used amount, in `facility_currency`.")]
    commitment: Annotated[
        f.MaybeAmount, Field(description="Agreed or contingent amount, in `facility_currency`.")
    ]


class AssetClass(f.Answer):
    """The class that claims have at least, and why."""

    obligor_id: f.ObligorId
    book_id: f.BookId
    booked_class: Annotated[
        str | None, Field(description="Class the bank has booked; null is unknown.", examples=["normal"])
    ]
    floor_class: Annotated[
        str,
        Field(description="Class by the triggers that hold, the worst of them.", examples=["substandard"]),
    ]
    triggers: Annotated[
        list[str], Field(description="The triggers that hold, gravest first.", examples=[["past_due_90"]])
    ]
    clauses: Annotated[
        list[str],
        Field(description="Document and clause of each.", examples=[["Order 2023 No. 1, past due"]]),
    ]
    missing: Annotated[
        str | None,
        Field(description="Inputs for want of which it may be worse.", examples=["facilities.provision"]),
    ]
    is_complete: f.IsComplete


class ClaimClass(AssetClass):
    """The class that one claim has at least, and why."""

    facility_id: Annotated[str, Field(description="The claim.", examples=["F1"])]


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
            description="The links whose removal would split it; null where there are too many to try one by one, "
            "the book's rules are not at hand, or the book counts links by exposure.",
            examples=[
                [
                    {
                        "relationship_id": "R1",
                        "sentence_en": "Paper holds 60 % of the votes in Mill",
                        "sentence_zh": "纸业持有磨坊60%的表决权",
                        "parted_party_ids": ["P2"],
                    }
                ]
            ],
        ),
    ]
    if_confirmed: Annotated[
        list[JoiningItem],
        Field(description="Who would join if every doubtful relationship were confirmed; empty if nobody."),
    ]
    exposures: Annotated[list[ExposureItem], Field(description="The exposure of its members by facility.")]
    headroom: Annotated[list[HeadroomItem], Field(description="The group against every limit.")]
    changes: Annotated[
        list[AttributionItem],
        Field(description="What changed its amounts and headroom since the run before."),
    ]


class ObligorAnswer(f.Answer):
    """One obligor with everything the run says of it."""

    run_id: f.RunId
    as_of: f.AsOf
    currency: f.Currency
    party: Annotated[IdentifiedParty, Field(description="Who it is.")]
    exposures: Annotated[list[ObligorExposure], Field(description="The exposure under each book.")]
    facilities: Annotated[list[ExposureItem], Field(description="That exposure by facility.")]
    joint_debts: Annotated[
        list[JointDebt],
        Field(description="Facilities it owes whole beside that exposure, each counting with another."),
    ]
    look_through: Annotated[
        list[LandedPart],
        Field(description="What of it arrives through funds, securitisations and other structures."),
    ]
    asset_class: Annotated[
        AssetClass | None,
        Field(
            description="The worst class of all it owes, alone or with others; null where none is classified."
        ),
    ]
    asset_classes: Annotated[list[ClaimClass], Field(description="The class of each claim on it.")]
    groups: Annotated[list[MembershipItem], Field(description="The groups it belongs to, and why.")]
    headroom: Annotated[list[HeadroomItem], Field(description="The obligor against every limit.")]
    changes: Annotated[
        list[AttributionItem],
        Field(description="What changed its amounts and headroom since the run before."),
    ]
    signals: Annotated[list[SignalItem], Field(description="Its early-warning signals.")]
