"""Groups: from relationships to who counts together, and what each group has at stake."""

from riskmon.groups.search import run as search
from riskmon.groups.stage import run

__all__ = ["run", "search"]
