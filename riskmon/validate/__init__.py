"""Validate: refuse the rows that cannot be computed, say why, and turn references into keys."""

from riskmon.validate.stage import run

__all__ = ["run"]
