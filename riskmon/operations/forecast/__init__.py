"""The forecast: the headroom of the months ahead, from what matures, ends, begins and is promised already."""

from riskmon.operations.forecast.forecast import forecast

__all__ = ["forecast"]
