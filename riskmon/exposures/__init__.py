"""Exposures: what the bank has at stake, per facility, obligor and book, before and after protection."""

from riskmon.exposures.stage import run

__all__ = ["run"]
