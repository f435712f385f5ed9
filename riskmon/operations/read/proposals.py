"""A page of what persons proposed, of any kind. It is not bound to a run: what people decide goes on between two of them."""

from collections.abc import Sequence

from riskmon.domain.errors import NotFoundError
from riskmon.operations.read.items import Item
from riskmon.operations.read.paging import Body, PageRequest, Where, decode, encode


def proposal_page(found: Sequence[Item], list_name: str, page: PageRequest, where: Where) -> Body:
    """The items of a page with the cursor of the next. found: every proposal as an item, oldest first.

    Raises:
        CallerError: the cursor is not one of this list.
        NotFoundError: the proposal that the cursor goes on with is not there.
    """
    first = 0 if page.cursor is None else _position(found, decode(page.cursor, list_name)[0])
    listed = [told for told in found[first:] if all(told[name] == wanted for name, wanted in where.items())]
    following = listed[page.limit] if len(listed) > page.limit else None
    return {
        "items": listed[: page.limit],
        "next": encode([str(following["proposal_id"]), list_name, 0]) if following else None,
    }


def _position(found: Sequence[Item], proposal_id: str) -> int:
    for position, told in enumerate(found):
        if told["proposal_id"] == proposal_id:
            return position
    raise NotFoundError(
        "The proposal that the cursor goes on with is not in this database.",
        remedy="Read the list from its beginning.",
    )
