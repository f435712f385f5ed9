"""Query parameters of each list. An unknown name is refused: a filter with a typing error must not widen an answer."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from riskmon.domain.terms import Severity


class Query(BaseModel):
    """The query part of an address."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RunQuery(Query):
    """Which run is read."""

    run: str | None = Field(None, description="An older run by its id; the current one where it is left out.")


class PageQuery(Query):
    """Which part of a list is read."""

    cursor: str | None = Field(None, description="`next` of the page before, as it came.")
    limit: int | None = Field(
        None, ge=1, le=200, description="Most items on the page; 50 unless set otherwise."
    )

    def where(self) -> dict[str, str | bool]:
        """The filters that were given."""
        return self.model_dump(exclude={"run", "cursor", "limit"}, exclude_none=True)


class ListQuery(RunQuery, PageQuery):
    """A list of one run."""


SubjectKind = Annotated[
    Literal["obligor", "group", "product", "industry", "region", "country", "bank"] | None,
    Field(description="Only subjects of this kind."),
]
SubjectId = Annotated[str | None, Field(description="Only this party, group or code.")]
BookId = Annotated[str | None, Field(description="Only under this book.")]
LimitId = Annotated[str | None, Field(description="Only this limit.")]
ObligorId = Annotated[str | None, Field(description="Only this obligor.")]


class GroupQuery(ListQuery):
    """Filters of the groups."""

    book_id: BookId = None
    party_id: str | None = Field(None, description="Only groups that this party belongs to.")
    is_complete: bool | None = Field(None, description="Only groups whose total is, or is not, complete.")


class GroupChangeQuery(ListQuery):
    """Filters of the changes of groups."""

    book_id: BookId = None
    group_id: str | None = Field(None, description="Only changes of this group.")
    party_id: str | None = Field(None, description="Only what this party joined or left.")
    change: str | None = Field(None, description="Only this kind of change.")


class AttributionQuery(ListQuery):
    """Filters of the causes of changes."""

    book_id: BookId = None
    subject_kind: SubjectKind = None
    subject_id: SubjectId = None
    limit_id: LimitId = None
    measure: str | None = Field(None, description="Only changes of this amount.")
    cause: str | None = Field(None, description="Only this cause.")


class ConnectionQuery(RunQuery):
    """Which two parties, and under which book."""

    party_id: str = Field(description="A party.")
    other_id: str = Field(description="Another party.")
    book_id: str = Field(description="Under which book.")


class ObligorQuery(ListQuery):
    """Filters of the obligors."""

    book_id: BookId = None
    is_complete: bool | None = Field(None, description="Only obligors whose total is, or is not, complete.")


class FacilityQuery(ListQuery):
    """Filters of the facilities."""

    obligor_id: ObligorId = None
    product: str | None = Field(None, description="Only this product.")


class RelationshipQuery(ListQuery):
    """Filters of the relationships."""

    party_id: str | None = Field(None, description="Only those with this party at either end.")
    kind: str | None = Field(None, description="Only this kind.")
    assessment: str | None = Field(None, description="Only this assessment.")


class AssessmentQuery(PageQuery):
    """Filters of the assessments."""

    relationship_id: str | None = Field(None, description="Only of this relationship.")
    assessment: Literal["confirmed", "rejected", "doubtful"] | None = Field(
        None, description="Only this finding."
    )
    state: Literal["open", "approved", "declined", "withdrawn"] | None = Field(
        None, description="Only in this state."
    )


class LimitQuery(ListQuery):
    """Filters of the limits."""

    book_id: BookId = None
    limit_id: LimitId = None
    is_hard: bool | None = Field(None, description="Only limits that may not, or may, be broken.")


class HeadroomQuery(ListQuery):
    """Filters of the headroom."""

    subject_kind: SubjectKind = None
    subject_id: SubjectId = None
    book_id: BookId = None
    limit_id: LimitId = None
    is_breach: bool | None = Field(None, description="Only breaches, or only what is known not to be one.")
    is_binding: bool | None = Field(None, description="Only the limit with least headroom of each subject.")
    warning_level_at_least: Severity | None = Field(
        None, description="Only at this warning level or a graver."
    )


class BreachQuery(ListQuery):
    """Filters of the breaches."""

    subject_kind: SubjectKind = None
    subject_id: SubjectId = None
    book_id: BookId = None
    limit_id: LimitId = None
    is_hard: bool | None = Field(None, description="Only limits that may not, or may, be broken.")


class SignalQuery(ListQuery):
    """Filters of the signals."""

    subject_kind: SubjectKind = None
    subject_id: SubjectId = None
    signal_id: str | None = Field(None, description="Only this rule of the catalogue.")
    state: Literal["raised", "not_evaluable"] | None = Field(None, description="Only in this state.")
    severity_at_least: Severity | None = Field(None, description="Only of this severity or a graver.")
    is_veto: bool | None = Field(None, description="Only signals that block, or do not block, new credit.")


class FindingQuery(ListQuery):
    """Filters of the findings."""

    finding_code: str | None = Field(None, description="Only this kind of finding.")
    table: str | None = Field(None, description="Only this input table.")
    subject_id: Annotated[str | None, Field(description="Only about this row.")] = None
