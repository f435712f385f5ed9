"""How often one caller may ask, and how often one address may send a credential that is none. Of one process, in memory."""

from math import ceil
from time import time
from typing import Final

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from riskmon.settings import Settings

_ASKS: Final = "asks"
_FAILS: Final = "fails"


class Rates:
    """Counts by minute."""

    def __init__(self, settings: Settings) -> None:
        """Nobody has asked yet."""
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._requests = RateLimitItemPerMinute(settings.requests_per_minute)
        self._failures = RateLimitItemPerMinute(settings.failed_sign_ins_per_minute)

    def asked(self, name: str) -> int | None:
        """Count a request of a caller; the seconds to wait where it is one too many."""
        return self._counted(self._requests, _ASKS, name)

    def failed(self, address: str) -> int | None:
        """Count a failed sign-in from an address; the seconds to wait where it is one too many.

        Who sends a true credential from there is let in all the same, so that nobody can shut out others.
        """
        return self._counted(self._failures, _FAILS, address)

    def _counted(self, item: RateLimitItem, kind: str, who: str) -> int | None:
        if self._limiter.hit(item, kind, who):
            return None
        return max(1, ceil(self._limiter.get_window_stats(item, kind, who).reset_time - time()))
