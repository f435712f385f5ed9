"""Attribution: how much of a change between two runs came from which cause, to the minor unit."""

from riskmon.operations.attribution.causes import CAUSES
from riskmon.operations.attribution.change import Side, attributed

__all__ = ["CAUSES", "Side", "attributed"]
