"""The proposal that a preview is about."""

from riskmon.domain.errors import CallerError, NotFoundError
from riskmon.operations.assessments import reading
from riskmon.store.database import Place
from riskmon.store.proposals import Content, Proposal, Proposals


def open_proposal(
    place: Place, proposals: Proposals[Content], proposal_id: str, *, command: str
) -> Proposal[Content]:
    """A proposal that waits for a decision. command: whose `list` names them.

    Raises:
        NotFoundError: there is no such proposal.
        CallerError: it is decided.
    """
    proposal = None
    with reading(place) as database:
        if database is not None:
            with database.reading() as connection:
                proposal = proposals.find(connection, proposal_id)
    if proposal is None:
        raise NotFoundError(
            f"There is no proposal {proposal_id!r}.", remedy=f"List them with `riskmon {command} list`."
        )
    if proposal.state != "open":
        raise CallerError(
            f"The proposal {proposal_id} is {proposal.state} already, by {proposal.decided_by}.",
            why="A preview tells what a decision would change.",
            remedy="Run again to see what it changed.",
        )
    return proposal
