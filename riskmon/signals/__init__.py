"""Signals: the early-warning facts that the rules of the catalogue raise on obligors and groups."""

from riskmon.signals.catalogue import run

__all__ = ["run"]
