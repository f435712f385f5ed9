"""The search for economic dependence: what the bank's own data suggest and nobody has recorded."""

from riskmon.groups.search.stage import run

__all__ = ["run"]
