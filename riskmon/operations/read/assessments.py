"""The list of assessments. It is not bound to a run: what people decide goes on between two of them."""

from riskmon.domain.errors import NotFoundError
from riskmon.operations.assessments import item, proposals
from riskmon.operations.read.paging import Body, PageRequest, Where, decode, encode
from riskmon.store.assessments import Assessed
from riskmon.store.database import Place
from riskmon.store.proposals import Proposal

_LIST = "assessments"


def assessments(place: Place, page: PageRequest, where: Where) -> Body:
    """Every proposal with what became of it, oldest first. Filters: the fields of an item.

    Raises:
        StoreError: the database cannot be read.
    """
    found = proposals(place)
    first = 0 if page.cursor is None else _position(found, decode(page.cursor, _LIST)[0])
    listed = [
        told
        for told in map(item, found[first:])
        if all(told[name] == wanted for name, wanted in where.items())
    ]
    following = listed[page.limit] if len(listed) > page.limit else None
    return {
        "items": listed[: page.limit],
        "next": encode([str(following["proposal_id"]), _LIST, 0]) if following else None,
    }


def _position(found: list[Proposal[Assessed]], proposal_id: str) -> int:
    for position, proposal in enumerate(found):
        if proposal.proposal_id == proposal_id:
            return position
    raise NotFoundError(
        "The proposal that the cursor goes on with is not in this database.",
        remedy="List the assessments from the beginning.",
    )
