"""One facility from its contract to the limits, as the API answers it."""

from datetime import date
from typing import Annotated

from pydantic import Field

from api.schemas import fields as f
from api.schemas.joint import JointDebt
from api.schemas.limits import HeadroomItem
from api.schemas.look_through import LandedPart, MaybeClause
from api.schemas.subjects import FacilityItem


class FacilityExposure(f.Answer):
    """The exposure that the facility brings one party in one category."""

    facility_id: Annotated[str, Field(description="The agreement.", examples=["F1"])]
    obligor_id: Annotated[
        str,
        Field(description="The party exposed to; for protection moved in, its provider.", examples=["P1"]),
    ]
    book_id: f.BookId
    category: Annotated[str, Field(description="Category of the exposure.", examples=["general"])]
    exposure_gross: Annotated[f.MaybeAmount, Field(description="Before protection.")]
    mitigated_out: Annotated[f.MaybeAmount, Field(description="Taken off by eligible protection.")]
    mitigated_in: Annotated[f.MaybeAmount, Field(description="Moved here as the provider of a protection.")]
    exposure: Annotated[f.MaybeAmount, Field(description="Exposure value.")]
    exempt: Annotated[f.MaybeAmount, Field(description="Part that the book exempts from limits.")]
    factor_bp: Annotated[
        int | None,
        Field(description="Conversion factor of an undrawn part, in basis points.", examples=[5_000]),
    ]
    factor_clause: MaybeClause
    exemption_id: Annotated[str | None, Field(description="The exemption that holds.", examples=["intraday"])]
    exemption_clause: MaybeClause
    is_complete: f.IsComplete
    currency: f.Currency


class ProtectionUse(f.Answer):
    """What becomes of one protection of the facility under one book."""

    book_id: f.BookId
    facility_id: Annotated[str, Field(description="The agreement.", examples=["F1"])]
    protection_id: Annotated[str, Field(description="The protection.", examples=["G1"])]
    kind: Annotated[str, Field(description="Kind of protection.", examples=["guarantee"])]
    provider_id: Annotated[str | None, Field(description="Who pays.", examples=["P2"])]
    mitigation_id: Annotated[
        str | None, Field(description="The entry of the book that recognises it.", examples=["guarantor"])
    ]
    clause: MaybeClause
    refusal: Annotated[
        str | None, Field(description="Why none does; null where one does.", examples=["ends_before_claim"])
    ]
    refusal_said: Annotated[
        str | None, Field(description="The same in words.", examples=["it ends before the claim"])
    ]
    refusal_said_zh: Annotated[
        str | None, Field(description="The same in Chinese.", examples=["到期日早于债权到期日"])
    ]
    is_substitution: Annotated[
        bool | None,
        Field(description="Moves to the provider; otherwise it is deducted.", examples=[True]),
    ]
    value: Annotated[f.MaybeAmount, Field(description="Value before haircut.")]
    haircut_bp: Annotated[int, Field(description="Kept off the value, in basis points.", examples=[800])]
    adjusted: Annotated[f.MaybeAmount, Field(description="The facility's share after haircut and maturity.")]
    applied: Annotated[f.MaybeAmount, Field(description="What comes off the exposure.")]
    currency: f.Currency


class AgreementRow(f.Answer):
    """A row that an agreement is made of, in its own currency."""

    table: Annotated[str, Field(description="The input table.", examples=["derivatives"])]
    id: Annotated[str, Field(description="Its id there.", examples=["T1"])]
    kind: Annotated[
        str | None,
        Field(description="Asset class, direction of financing, or seniority.", examples=["interest_rate"]),
    ]
    instrument: Annotated[str | None, Field(description="Instrument.", examples=["swap"])]
    side: Annotated[str | None, Field(description="The bank's side.", examples=["long"])]
    reference_id: Annotated[
        str | None,
        Field(description="What it refers to; the issuer of a security, an issue.", examples=["USD"]),
    ]
    amount: Annotated[
        f.MaybeAmount,
        Field(description="Collateral of a set, notional of a trade, cash, market value of a position."),
    ]
    value: Annotated[
        f.MaybeAmount,
        Field(description="Market value of a derivative, worth of a security, strike of a position."),
    ]
    end_date: Annotated[date | None, Field(description="When it ends.", examples=["2028-06-30"])]
    currency: f.Currency


class AgreementItem(f.Answer):
    """A netting set, a financing trade, or the trading positions in one issuer."""

    agreement_id: Annotated[str, Field(description="Its id.", examples=["trading/P1"])]
    source: Annotated[str, Field(description="The table it comes from.", examples=["trading_positions"])]
    obligor_id: f.ObligorId
    rows: Annotated[list[AgreementRow], Field(description="The rows it is made of.")]


class MeasuredStep(f.Answer):
    """One step of how the exposure of an agreement comes about."""

    step: Annotated[str, Field(description="What it is.", examples=["replacement_cost"])]
    amount: Annotated[f.MaybeAmount, Field(description="The figure; null where the book has none.")]
    sentence_en: Annotated[str, Field(description="The same in English.", examples=["replacement cost"])]
    sentence_zh: Annotated[str, Field(description="The same in Chinese.", examples=["重置成本"])]


class CountedParty(f.Answer):
    """A party that the facility counts with, its groups, and the limits of both."""

    party_id: f.PartyId
    name: f.Name
    group_ids: Annotated[
        list[str], Field(description="Its groups under the book.", examples=[["basel_lex/P1"]])
    ]
    headroom: Annotated[list[HeadroomItem], Field(description="The party and its groups against the limits.")]


class FacilityUnderBook(f.Answer):
    """What one book makes of the facility."""

    book_id: f.BookId
    deducts_provision: Annotated[
        bool | None,
        Field(description="A provision comes off; null where the text is not at hand.", examples=[True]),
    ]
    measurement_clause: MaybeClause
    steps: Annotated[
        list[MeasuredStep],
        Field(
            description="How the gross exposure of an agreement comes about; empty for a facility, and where it cannot be measured again."
        ),
    ]
    exposures: Annotated[list[FacilityExposure], Field(description="Its exposure, row by row.")]
    protections: Annotated[list[ProtectionUse], Field(description="Every protection that covers it.")]
    look_through: Annotated[
        list[LandedPart], Field(description="Where each part of an investment in a structure landed.")
    ]
    joint_debts: Annotated[list[JointDebt], Field(description="Who owes it whole beside its obligor.")]
    parties: Annotated[list[CountedParty], Field(description="Where it counts.")]


class FacilityAnswer(f.Answer):
    """One facility from its contract to the limits."""

    run_id: f.RunId
    as_of: f.AsOf
    currency: f.Currency
    facility: Annotated[
        FacilityItem | None,
        Field(description="The contract, in its own currency; null for another agreement."),
    ]
    agreement: Annotated[AgreementItem | None, Field(description="What is no facility; null for one.")]
    books: Annotated[list[FacilityUnderBook], Field(description="What each book of the run makes of it.")]
