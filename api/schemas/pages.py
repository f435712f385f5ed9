"""A page of each list: the run it was read from, the items, and the cursor of the next page."""

from typing import Annotated, Generic, TypeVar

from pydantic import Field

from api.schemas import fields as f
from api.schemas.attribution import AttributionItem
from api.schemas.limits import BreachItem, HeadroomItem, LimitItem
from api.schemas.reasons import RelationshipItem
from api.schemas.runs import BookItem
from api.schemas.signals import FindingItem, SignalItem
from api.schemas.subjects import FacilityItem, GroupItem, ObligorItem
from api.schemas.why import GroupChangeItem

AnyItem = TypeVar("AnyItem")


class Page(f.Answer, Generic[AnyItem]):
    """A page of one list, in its stored order."""

    run_id: f.RunId
    as_of: f.AsOf
    currency: Annotated[
        str, Field(description="The reporting currency of the run, ISO 4217.", examples=["CNY"])
    ]
    items: Annotated[list[AnyItem], Field(description="The items of this page.")]
    next: f.NextCursor


class GroupPage(Page[GroupItem]):
    """A page of groups."""


class GroupChangePage(Page[GroupChangeItem]):
    """A page of changes of groups."""


class AttributionPage(Page[AttributionItem]):
    """A page of causes of changes."""


class ObligorPage(Page[ObligorItem]):
    """A page of obligors, one item a book."""


class FacilityPage(Page[FacilityItem]):
    """A page of facilities."""


class RelationshipPage(Page[RelationshipItem]):
    """A page of relationships."""


class LimitPage(Page[LimitItem]):
    """A page of limits."""


class HeadroomPage(Page[HeadroomItem]):
    """A page of headroom."""


class BreachPage(Page[BreachItem]):
    """A page of breaches."""


class SignalPage(Page[SignalItem]):
    """A page of signals."""


class RulebookPage(Page[BookItem]):
    """A page of rulebooks."""


class FindingPage(Page[FindingItem]):
    """A page of findings."""
