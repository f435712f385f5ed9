"""The parts of the standard that the import does not read, checked so that a faulty source is known.

They say nothing about who owns whom: annotations, addresses, listings, political exposure, sources, publication.
"""

from typing import Annotated, Any, Generic, Literal, Self, TypeVar

from pydantic import Field, StrictBool, TypeAdapter, model_validator
from pydantic.dataclasses import dataclass

from riskmon.ingest.formats.bods import values
from riskmon.ingest.formats.bods.values import MODEL, Text


@dataclass(frozen=True, slots=True, config=MODEL)
class _Agent:
    name: Text | None = None
    uri: values.WebAddress | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class _Publisher:
    name: Text | None = None
    url: values.WebAddress | None = None

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if self.name is None and self.url is None:
            raise ValueError("a publisher has a name or a url")
        return self


@dataclass(frozen=True, slots=True, config=MODEL)
class _Publication:
    publication_date: values.Instant
    bods_version: Annotated[Text, Field(pattern=r"^\d+\.\d+$")]
    publisher: _Publisher
    license: values.WebAddress | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class _Source:
    type: tuple[
        Literal["selfDeclaration", "officialRegister", "thirdParty", "primaryResearch", "verified"], ...
    ] = ()
    description: Text | None = None
    url: values.WebAddress | None = None
    retrieved_at: values.Instant | None = None
    asserted_by: tuple[_Agent, ...] = ()


@dataclass(frozen=True, slots=True, config=MODEL)
class _Annotation:
    statement_pointer_target: Text
    motivation: Literal["commenting", "correcting", "identifying", "linking", "transformation"]
    creation_date: values.Instant | None = None
    created_by: _Agent | None = None
    description: Text | None = None
    transformed_content: Text | None = None
    url: values.WebAddress | None = None

    @model_validator(mode="after")
    def _fits_its_motivation(self) -> Self:
        if self.motivation == "linking" and self.url is None:
            raise ValueError("an annotation that links has a url")
        if self.transformed_content is not None and self.motivation != "transformation":
            raise ValueError("transformedContent belongs to the motivation transformation")
        return self


@dataclass(frozen=True, slots=True, config=MODEL)
class _Country:
    name: Text
    code: values.CountryCode | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class _Jurisdiction:
    name: Text
    code: values.JurisdictionCode | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class _Address:
    type: Literal["placeOfBirth", "residence", "registered", "service", "alternative", "business"] | None = (
        None
    )
    address: Text | None = None
    post_code: Text | None = None
    country: _Country | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class _Identifier:
    scheme: Text | None = None
    scheme_name: Text | None = None
    uri: values.WebAddress | None = None

    @model_validator(mode="after")
    def _names_its_scheme(self) -> Self:
        if self.scheme is None and self.scheme_name is None:
            raise ValueError("an identifier has a scheme or a schemeName")
        return self


@dataclass(frozen=True, slots=True, config=MODEL)
class _EntityType:
    type: Text
    subtype: Text | None = None

    @model_validator(mode="after")
    def _subtype_fits(self) -> Self:
        allowed = {
            "trust": ("arrangement", "legalEntity"),
            "nomination": ("arrangement",),
            "governmentDepartment": ("stateBody",),
            "stateAgency": ("stateBody",),
        }
        if self.type not in allowed.get(self.subtype or "", (self.type,)):
            raise ValueError(f"the subtype {self.subtype} does not belong to {self.type}")
        return self


@dataclass(frozen=True, slots=True, config=MODEL)
class _Statute:
    name: Text | None = None
    date: values.IsoDate | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class _Security:
    ticker: Text
    id_scheme: Literal["isin", "figi", "cusip", "cins"] | None = None
    id: Text | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class _SecuritiesListing:
    stock_exchange_jurisdiction: values.JurisdictionCode
    stock_exchange_name: Text
    security: _Security
    market_identifier_code: Text | None = None
    operating_market_identifier_code: Text | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class _PublicListing:
    has_public_listing: StrictBool
    company_filings_u_r_ls: Annotated[tuple[Text, ...], Field(alias="companyFilingsURLs")] = ()
    securities_listings: tuple[_SecuritiesListing, ...] = ()


@dataclass(frozen=True, slots=True, config=MODEL)
class _Entity:
    is_component: StrictBool
    entity_type: _EntityType
    identifiers: tuple[_Identifier, ...] = ()
    addresses: tuple[_Address, ...] = ()
    uri: values.WebAddress | None = None
    founding_date: values.IsoDate | None = None
    dissolution_date: values.IsoDate | None = None
    formed_by_statute: _Statute | None = None
    public_listing: _PublicListing | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class _Exposure:
    reason: Text | None = None
    missing_info_reason: Text | None = None
    jurisdiction: _Jurisdiction | None = None
    start_date: values.IsoDate | None = None
    end_date: values.IsoDate | None = None
    source: _Source | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class _PoliticalExposure:
    status: Literal["isPep", "isNotPep", "unknown"]
    details: tuple[_Exposure, ...] = ()


@dataclass(frozen=True, slots=True, config=MODEL)
class _Person:
    is_component: StrictBool
    identifiers: tuple[_Identifier, ...] = ()
    nationalities: tuple[_Country, ...] = ()
    tax_residencies: tuple[_Country, ...] = ()
    addresses: tuple[_Address, ...] = ()
    place_of_birth: _Address | None = None
    birth_date: values.PartialDate | None = None
    death_date: values.PartialDate | None = None
    political_exposure: _PoliticalExposure | None = None

    @model_validator(mode="after")
    def _lives_somewhere(self) -> Self:
        if any(address.type == "business" for address in self.addresses):
            raise ValueError("addresses: a person's address is not of the type business")
        return self


@dataclass(frozen=True, slots=True, config=MODEL)
class _Interest:
    beneficial_ownership_or_control: StrictBool | None = None


@dataclass(frozen=True, slots=True, config=MODEL)
class _Relationship:
    is_component: StrictBool
    interests: tuple[_Interest, ...] = ()
    component_records: tuple[Any, ...] = ()

    @model_validator(mode="after")
    def _is_one_level(self) -> Self:
        if self.is_component and self.component_records:
            raise ValueError("componentRecords: a component has no components of its own")
        return self


Details = TypeVar("Details")


@dataclass(frozen=True, slots=True, config=MODEL)
class _Statement(Generic[Details]):
    statement_id: Annotated[Text, Field(min_length=32, max_length=64)]
    declaration_subject: Text
    record_details: Details
    declaration: Text | None = None
    publication_details: _Publication | None = None
    source: _Source | None = None
    annotations: tuple[_Annotation, ...] = ()


UNREAD_PARTS: dict[str, TypeAdapter[Any]] = {
    "entity": TypeAdapter(_Statement[_Entity]),
    "person": TypeAdapter(_Statement[_Person]),
    "relationship": TypeAdapter(_Statement[_Relationship]),
}
"""By record type, what a whole statement must satisfy beyond what is read."""
