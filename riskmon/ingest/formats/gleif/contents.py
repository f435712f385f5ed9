"""What a file of the LEI system holds: entities, relationships or reporting exceptions, and the columns read of each.

The golden copy is published as CSV and as XML in the common data formats; both are read under the CSV's header, so
that the same columns leave the door. An XML path is its element names joined by dots, a repeated element numbered.
"""

from dataclasses import dataclass
from typing import Final

_REPEATS: Final = range(1, 6)
"""How often the CSV repeats a column; the XML may go further, which no publisher does."""


@dataclass(frozen=True, slots=True)
class Content:
    """One kind of file: its key, its columns by their short name, and what marks it in XML."""

    name: str
    root: str
    record: str
    key: tuple[str, ...]
    columns: dict[str, str]

    @property
    def required(self) -> tuple[str, ...]:
        """The headers without which a CSV file is not of this kind."""
        return tuple(self.columns[name] for name in self.key)


ENTITIES: Final = Content(
    "entities", "LEIData", "LEIRecord", ("lei",),
    {
        "lei": "LEI",
        "name": "Entity.LegalName",
        "jurisdiction": "Entity.LegalJurisdiction",
        "address_country": "Entity.LegalAddress.Country",
        "number": "Entity.RegistrationAuthority.RegistrationAuthorityEntityID",
        "category": "Entity.EntityCategory",
        "sub_category": "Entity.EntitySubCategory",
        "status": "Entity.EntityStatus",
        "expired_on": "Entity.EntityExpirationDate",
        **{f"successor_{n}": f"Entity.SuccessorEntity.{n}.SuccessorLEI" for n in _REPEATS},
        "updated_at": "Registration.LastUpdateDate",
        "registration": "Registration.RegistrationStatus",
        "deleted_at": "Extension.Deletion.DeletedAt",
    },
)  # fmt: skip

RELATIONSHIPS: Final = Content(
    "relationships", "RelationshipData", "RelationshipRecord", ("start", "end", "type"),
    {
        "start": "Relationship.StartNode.NodeID",
        "end": "Relationship.EndNode.NodeID",
        "type": "Relationship.RelationshipType",
        "status": "Relationship.RelationshipStatus",
        **{f"period_{n}_start": f"Relationship.Period.{n}.startDate" for n in _REPEATS},
        **{f"period_{n}_end": f"Relationship.Period.{n}.endDate" for n in _REPEATS},
        **{f"period_{n}_type": f"Relationship.Period.{n}.periodType" for n in _REPEATS},
        "registered_on": "Registration.InitialRegistrationDate",
        "updated_at": "Registration.LastUpdateDate",
        "registration": "Registration.RegistrationStatus",
        "validation": "Registration.ValidationSources",
        "reference": "Registration.ValidationReference",
        "deleted_at": "Extension.Deletion.DeletedAt",
    },
)  # fmt: skip

EXCEPTIONS: Final = Content(
    "exceptions", "ReportingExceptionData", "Exception", ("lei", "category"),
    {
        "lei": "LEI",
        "category": "Exception.Category",
        **{f"reason_{n}": f"Exception.Reason.{n}" for n in _REPEATS},
        **{f"reference_{n}": f"Exception.Reference.{n}" for n in _REPEATS},
        "deleted_at": "Extension.Deletion.DeletedAt",
    },
)  # fmt: skip

CONTENTS: Final = (ENTITIES, RELATIONSHIPS, EXCEPTIONS)

NUMBERED: Final = frozenset(
    {"SuccessorEntity", "RelationshipPeriod", "ExceptionReason", "ExceptionReference"}
)
"""The XML elements that repeat."""

XML_SPELLINGS: Final = (
    ("Relationship.RelationshipPeriods.RelationshipPeriod.", "Relationship.Period."),
    (".StartDate", ".startDate"),
    (".EndDate", ".endDate"),
    (".PeriodType", ".periodType"),
    ("ExceptionCategory", "Exception.Category"),
    ("ExceptionReason.", "Exception.Reason."),
    ("ExceptionReference.", "Exception.Reference."),
)
"""Where the path of an XML element and the header of the CSV are spelled differently."""
