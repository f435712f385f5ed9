"""Limits: every limit of every selected book against every subject, the binding one, the breaches."""

from riskmon.limits.stage import run

__all__ = ["run"]
