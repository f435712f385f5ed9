"""The list of assessments. It is not bound to a run: what people decide goes on between two of them."""

from riskmon.operations.assessments import item, proposals
from riskmon.operations.read.paging import Body, PageRequest, Where
from riskmon.operations.read.proposals import proposal_page
from riskmon.store.database import Place

_LIST = "assessments"


def assessments(place: Place, page: PageRequest, where: Where) -> Body:
    """Every proposal with what became of it, oldest first. Filters: the fields of an item.

    Raises:
        StoreError: the database cannot be read.
    """
    return proposal_page([item(each) for each in proposals(place)], _LIST, page, where)
