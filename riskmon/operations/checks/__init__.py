"""Checks: whether a deal may be done, what it does to every limit, and how it could be made to fit. Nothing is stored."""

from riskmon.operations.checks.check_deals import Body, check
from riskmon.operations.checks.deal import Deal, DealProtection
from riskmon.operations.checks.decision_book import DecisionBook, decision_book
from riskmon.operations.checks.live import Decisions, LiveDecisions, Now, decided_on

__all__ = [
    "Body",
    "Deal",
    "DealProtection",
    "DecisionBook",
    "Decisions",
    "LiveDecisions",
    "Now",
    "check",
    "decided_on",
    "decision_book",
]
