"""Speed and memory figures of a full run, on made-up books of any size."""

from datetime import date
from typing import Final

AS_OF: Final = date(2026, 6, 30)
"""Business date of every made-up book."""
