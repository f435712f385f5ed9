"""Read operations: what a snapshot says, as JSON-ready values. The API and the command line print the same bodies.

Amounts are decimal text in major units under the column's name without `_minor`, beside their `currency`; dates
are ISO text; null is unknown. Every body names the run it was read from.
"""

from riskmon.operations.read.assessments import assessments
from riskmon.operations.read.facility import facility
from riskmon.operations.read.limit import limit
from riskmon.operations.read.paging import Body, PageRequest, Where
from riskmon.operations.read.proposals import proposal_page
from riskmon.operations.read.rulebooks import limits, rulebook, rulebooks, titles
from riskmon.operations.read.runs import readiness, run, runs
from riskmon.operations.read.subjects import group, obligor
from riskmon.operations.read.tables import (
    attribution,
    breaches,
    facilities,
    findings,
    group_changes,
    groups,
    headroom,
    obligors,
    relationships,
    signals,
)
from riskmon.operations.read.why import connection
from riskmon.store.snapshots import Snapshots

__all__ = [
    "Body",
    "PageRequest",
    "Snapshots",
    "Where",
    "assessments",
    "attribution",
    "breaches",
    "connection",
    "facilities",
    "facility",
    "findings",
    "group",
    "group_changes",
    "groups",
    "headroom",
    "limit",
    "limits",
    "obligor",
    "obligors",
    "proposal_page",
    "readiness",
    "relationships",
    "rulebook",
    "rulebooks",
    "run",
    "runs",
    "signals",
    "titles",
]
