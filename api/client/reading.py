"""What is read: one method a question, named as in the API's description. A list gives its items, page after page."""

from collections.abc import Iterator
from urllib.parse import quote

from api.client.transport import Transport
from api.schemas import pages, queries
from api.schemas.assessments import AssessmentItem, AssessmentPage
from api.schemas.attribution import AttributionItem
from api.schemas.audit import AuditHead, AuditPage, AuditQuery
from api.schemas.earmarks import EarmarkItem, EarmarkPage, EarmarkQuery
from api.schemas.events import DeliveryList, DeliveryQuery, EventPage, EventQuery
from api.schemas.facility import FacilityAnswer
from api.schemas.forecast import ForecastAnswer, ForecastQuery
from api.schemas.limit_proposals import LimitPreview, LimitProposalItem, LimitProposalPage
from api.schemas.limits import BreachItem, HeadroomItem, LimitAnswer, LimitItem
from api.schemas.proposals import ProposalQuery
from api.schemas.reasons import RelationshipItem
from api.schemas.runs import BookItem, Health, Readiness, RulebookAnswer, RunAnswer, RunItem, RunPage
from api.schemas.signals import FindingItem, SignalItem
from api.schemas.subjects import FacilityItem, GroupAnswer, GroupItem, ObligorAnswer, ObligorItem
from api.schemas.waivers import WaiverItem, WaiverPage, WaiverQuery
from api.schemas.why import ConnectionAnswer, GroupChangeItem


class Reading(Transport):
    """The questions that a run, or what persons decided, answers. Without a query: everything of the current run."""

    def list_runs(self, query: queries.PageQuery | None = None) -> Iterator[RunItem]:
        """The finished runs, the newest first."""
        return self.pages("/v1/runs", RunPage, query)

    def get_run(self, run_id: str) -> RunAnswer:
        """One run."""
        return self.read(f"/v1/runs/{_of(run_id)}", RunAnswer)

    def list_groups(self, query: queries.GroupQuery | None = None) -> Iterator[GroupItem]:
        """The groups."""
        return self.pages("/v1/groups", pages.GroupPage, query)

    def get_group(self, group_id: str, run: str | None = None) -> GroupAnswer:
        """One group, each member with its reason."""
        return self.read(f"/v1/groups/{_of(group_id)}", GroupAnswer, queries.RunQuery(run=run))

    def list_group_changes(self, query: queries.GroupChangeQuery | None = None) -> Iterator[GroupChangeItem]:
        """What became of the groups."""
        return self.pages("/v1/group-changes", pages.GroupChangePage, query)

    def list_attribution(self, query: queries.AttributionQuery | None = None) -> Iterator[AttributionItem]:
        """What changes come from."""
        return self.pages("/v1/attribution", pages.AttributionPage, query)

    def get_connection(self, query: queries.ConnectionQuery) -> ConnectionAnswer:
        """What joins two parties."""
        return self.read("/v1/connections", ConnectionAnswer, query)

    def list_obligors(self, query: queries.ObligorQuery | None = None) -> Iterator[ObligorItem]:
        """The obligors, one item a book."""
        return self.pages("/v1/obligors", pages.ObligorPage, query)

    def get_obligor(self, obligor_id: str, run: str | None = None) -> ObligorAnswer:
        """One obligor."""
        return self.read(f"/v1/obligors/{_of(obligor_id)}", ObligorAnswer, queries.RunQuery(run=run))

    def list_facilities(self, query: queries.FacilityQuery | None = None) -> Iterator[FacilityItem]:
        """The facilities."""
        return self.pages("/v1/facilities", pages.FacilityPage, query)

    def get_facility(self, facility_id: str, run: str | None = None) -> FacilityAnswer:
        """One facility, from its contract to the limits."""
        return self.read(f"/v1/facilities/{_of(facility_id)}", FacilityAnswer, queries.RunQuery(run=run))

    def list_relationships(
        self, query: queries.RelationshipQuery | None = None
    ) -> Iterator[RelationshipItem]:
        """The relationships."""
        return self.pages("/v1/relationships", pages.RelationshipPage, query)

    def list_assessments(self, query: queries.AssessmentQuery | None = None) -> Iterator[AssessmentItem]:
        """What persons found of relationships."""
        return self.pages("/v1/assessments", AssessmentPage, query)

    def list_limits(self, query: queries.LimitQuery | None = None) -> Iterator[LimitItem]:
        """The limits in force."""
        return self.pages("/v1/limits", pages.LimitPage, query)

    def get_limit(self, book_id: str, limit_id: str, run: str | None = None) -> LimitAnswer:
        """One limit, and who is nearest to it."""
        path = f"/v1/limits/{_of(book_id)}/{_of(limit_id)}"
        return self.read(path, LimitAnswer, queries.RunQuery(run=run))

    def list_limit_proposals(self, query: ProposalQuery | None = None) -> Iterator[LimitProposalItem]:
        """What was proposed of limits, oldest first."""
        return self.pages("/v1/limit-proposals", LimitProposalPage, query)

    def preview_limit(self, proposal_id: str) -> LimitPreview:
        """What approving proposed limits would change."""
        return self.read(f"/v1/limit-proposals/{_of(proposal_id)}/preview", LimitPreview)

    def list_waivers(self, query: WaiverQuery | None = None) -> Iterator[WaiverItem]:
        """What was asked for beyond limits, oldest first."""
        return self.pages("/v1/waivers", WaiverPage, query)

    def list_headroom(self, query: queries.HeadroomQuery | None = None) -> Iterator[HeadroomItem]:
        """Every subject against every limit."""
        return self.pages("/v1/headroom", pages.HeadroomPage, query)

    def list_breaches(self, query: queries.BreachQuery | None = None) -> Iterator[BreachItem]:
        """What is over a limit."""
        return self.pages("/v1/breaches", pages.BreachPage, query)

    def list_signals(self, query: queries.SignalQuery | None = None) -> Iterator[SignalItem]:
        """The early warnings."""
        return self.pages("/v1/signals", pages.SignalPage, query)

    def list_rulebooks(self, query: queries.ListQuery | None = None) -> Iterator[BookItem]:
        """The rulebooks of a run."""
        return self.pages("/v1/rulebooks", pages.RulebookPage, query)

    def get_rulebook(self, book_id: str, run: str | None = None) -> RulebookAnswer:
        """One rulebook."""
        return self.read(f"/v1/rulebooks/{_of(book_id)}", RulebookAnswer, queries.RunQuery(run=run))

    def list_findings(self, query: queries.FindingQuery | None = None) -> Iterator[FindingItem]:
        """What is wrong with the data."""
        return self.pages("/v1/findings", pages.FindingPage, query)

    def list_earmarks(self, query: EarmarkQuery | None = None) -> Iterator[EarmarkItem]:
        """The earmarks, oldest first."""
        return self.pages("/v1/earmarks", EarmarkPage, query)

    def get_earmark(self, earmark_id: str) -> EarmarkItem:
        """One earmark as it stands."""
        return self.read(f"/v1/earmarks/{_of(earmark_id)}", EarmarkItem)

    def get_forecast(self, query: ForecastQuery | None = None) -> ForecastAnswer:
        """Headroom and breaches of the months ahead."""
        return self.read("/v1/forecast", ForecastAnswer, query)

    def list_audit(self, query: AuditQuery | None = None) -> AuditPage:
        """Who wrote what, when and why."""
        return self.read("/v1/audit", AuditPage, query)

    def get_audit_head(self) -> AuditHead:
        """The end of the audit's chain now."""
        return self.read("/v1/audit/head", AuditHead)

    def list_events(self, query: EventQuery | None = None) -> EventPage:
        """What happened behind a position: one page, to go on from its `next`."""
        return self.read("/v1/events", EventPage, query)

    def list_deliveries(self, query: DeliveryQuery | None = None) -> DeliveryList:
        """What became of telling other systems."""
        return self.read("/v1/deliveries", DeliveryList, query)

    def get_health(self) -> Health:
        """Whether the server is up."""
        return self.read("/healthz", Health)

    def get_readiness(self) -> Readiness:
        """Which run answers."""
        return self.read("/readyz", Readiness)


def _of(part: str) -> str:
    """An id as one part of a path, whatever stands in it."""
    return quote(part, safe="")
