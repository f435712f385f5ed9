"""Measuring: what a deal adds under every book, in whole numbers. The other face of the exposure stage, which says the same."""

from riskmon.operations.checks.measuring.cells import CLEARING, Cell
from riskmon.operations.checks.measuring.measurer import Measurer, Shape

__all__ = ["CLEARING", "Cell", "Measurer", "Shape"]
