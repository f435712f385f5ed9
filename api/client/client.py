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
from api.schemas.limit_proposals import ApprovedLimit, DecidedLimit, LimitRequest, ProposedLimit
from api.schemas.proposals import DecideRequest
from api.schemas.waivers import AskedWaiver, DecidedWaiver, WaiverRequest
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

    def propose_limit(self, request: LimitRequest) -> ProposedLimit:
        """Propose limits of the bank's own."""
        return self.write("/v1/limit-proposals", ProposedLimit, request)

    def approve_limit(self, proposal_id: str, request: DecideRequest | None = None) -> ApprovedLimit:
        """Approve what another person proposed."""
        path = f"/v1/limit-proposals/{proposal_id}/approve"
        return self.write(path, ApprovedLimit, request or DecideRequest())

    def decline_limit(self, proposal_id: str, request: DecideRequest | None = None) -> DecidedLimit:
        """Decline what another person proposed."""
        path = f"/v1/limit-proposals/{proposal_id}/decline"
        return self.write(path, DecidedLimit, request or DecideRequest())

    def withdraw_limit(self, proposal_id: str, request: DecideRequest | None = None) -> DecidedLimit:
        """Take back what one proposed."""
        path = f"/v1/limit-proposals/{proposal_id}/withdraw"
        return self.write(path, DecidedLimit, request or DecideRequest())

    def ask_waiver(self, request: WaiverRequest) -> AskedWaiver:
        """Ask to go beyond a limit for a time."""
        return self.write("/v1/waivers", AskedWaiver, request)

    def approve_waiver(self, proposal_id: str, request: DecideRequest | None = None) -> DecidedWaiver:
        """Approve what another person asked for."""
        path = f"/v1/waivers/{proposal_id}/approve"
        return self.write(path, DecidedWaiver, request or DecideRequest())

    def decline_waiver(self, proposal_id: str, request: DecideRequest | None = None) -> DecidedWaiver:
        """Decline what another person asked for."""
        path = f"/v1/waivers/{proposal_id}/decline"
        return self.write(path, DecidedWaiver, request or DecideRequest())

    def withdraw_waiver(self, proposal_id: str, request: DecideRequest | None = None) -> DecidedWaiver:
        """Take back what one asked for."""
        path = f"/v1/waivers/{proposal_id}/withdraw"
        return self.write(path, DecidedWaiver, request or DecideRequest())

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
