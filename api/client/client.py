"""The client: what is read, and what is asked and decided."""

from collections.abc import Iterator
from time import sleep
from typing import Literal

from api.client.reading import Reading
from api.client.transport import WAITS, UnreachableError
from api.schemas.audit import ReplayAnswer, ReplayWish
from api.schemas.checks import CheckAnswer
from api.schemas.earmarks import ConfirmRequest, EarmarkAnswer, PlaceRequest, ReleaseRequest
from api.schemas.events import EventItem, ResendWish, Resent
from riskmon.operations.checks.deal import Deal
from riskmon.operations.checks.request import CheckRequest


class Client(Reading):
    """riskmon at an address: `with Client("https://riskmon.bank.example", key) as riskmon: ...`.

    Every method raises `RefusedError` where the server says no, with its reason, and `UnreachableError` where nobody answers.
    """

    def check_deals(self, *deals: Deal, lang: Literal["en", "zh"] = "en") -> CheckAnswer:
        """Whether a deal may be done, or several together."""
        request = CheckRequest(deals=deals, lang=lang)
        return self.ask("/v1/checks", CheckAnswer, request)

    def place_earmark(self, request: PlaceRequest) -> EarmarkAnswer:
        """Claim headroom for a deal; `RefusedError` where a limit has none left."""
        return self.write("/v1/earmarks", EarmarkAnswer, request)

    def confirm_earmark(self, earmark_id: str, request: ConfirmRequest | None = None) -> EarmarkAnswer:
        """The deal is done, in full unless the request says how much."""
        return self.write(f"/v1/earmarks/{earmark_id}/confirm", EarmarkAnswer, request or ConfirmRequest())

    def release_earmark(self, earmark_id: str, request: ReleaseRequest | None = None) -> EarmarkAnswer:
        """The deal is not done."""
        return self.write(f"/v1/earmarks/{earmark_id}/release", EarmarkAnswer, request or ReleaseRequest())

    def replay_decision(self, wish: ReplayWish) -> ReplayAnswer:
        """A past check or earmark made again, and whether it is what it was."""
        return self.ask("/v1/replays", ReplayAnswer, wish)

    def resend_deliveries(self, wish: ResendWish) -> Resent:
        """Try again what could not be delivered."""
        return self.write("/v1/deliveries/resend", Resent, wish)

    def stream_events(self, after: int) -> Iterator[EventItem]:
        """What happens behind a position, as it happens, without an end. Where the stream breaks it goes on by itself.

        Raises:
            RefusedError, UnreachableError: the stream cannot be had any more.
        """
        position, failed = after, 0
        while True:
            try:
                for line in self.lines("/v1/events/stream", {"last-event-id": str(position)}):
                    name, _, value = line.partition(": ")
                    if name == "data":
                        item = EventItem.model_validate_json(value)
                        position, failed = item.sequence, 0
                        yield item
            except UnreachableError:
                if failed == len(WAITS):
                    raise
            sleep(WAITS[min(failed, len(WAITS) - 1)])
            failed += 1
