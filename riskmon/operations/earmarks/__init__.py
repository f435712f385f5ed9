"""Earmarks: time-boxed claims on headroom, placed on the published run, ended once, and counted until they are booked."""

from riskmon.operations.earmarks.answers import Answer, Once, PlaceOutcome, PublishOutcome, ResolveOutcome
from riskmon.operations.earmarks.ledger import Ledger, open_ledger
from riskmon.operations.earmarks.listing import (
    answer_item,
    claimed_lines,
    earmark_item,
    earmark_page,
    earmarks,
    one_earmark,
    tag_of,
)
from riskmon.operations.earmarks.place_earmark import PlaceWish, place_earmark
from riskmon.operations.earmarks.publish_run import Published, publish_run
from riskmon.operations.earmarks.resolve_earmark import (
    ResolveWish,
    confirm_earmark,
    expire_earmarks,
    release_earmark,
)

__all__ = [
    "Answer",
    "Ledger",
    "Once",
    "PlaceOutcome",
    "PlaceWish",
    "PublishOutcome",
    "Published",
    "ResolveOutcome",
    "ResolveWish",
    "answer_item",
    "claimed_lines",
    "confirm_earmark",
    "earmark_item",
    "earmark_page",
    "earmarks",
    "expire_earmarks",
    "one_earmark",
    "open_ledger",
    "place_earmark",
    "publish_run",
    "release_earmark",
    "tag_of",
]
