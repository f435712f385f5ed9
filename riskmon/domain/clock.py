"""The only place that reads the clock. Rules take `as_of` as an argument and never ask it."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, in UTC. Stamped by the store on what it records, never used by a rule."""
    return datetime.now(UTC)
