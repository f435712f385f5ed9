"""Exposures: what the bank has at stake, per facility, obligor and book, before and after protection."""

from riskmon.exposures.parts import Lent
from riskmon.exposures.stage import in_parts, run

__all__ = ["Lent", "in_parts", "run"]
