"""Checks: whether a deal may be done, what it does to every limit, and how it could be made to fit. Nothing is stored."""

from riskmon.operations.checks.check_deals import Body, answer, check
from riskmon.operations.checks.deal import Deal, DealProtection
from riskmon.operations.checks.decision_book import DecisionBook, decision_book
from riskmon.operations.checks.desk import Desk
from riskmon.operations.checks.live import Decisions, LiveDecisions, Now, decided_on
from riskmon.operations.checks.receipt import Receipt, check_id
from riskmon.operations.checks.regrouping import TakesTimeError
from riskmon.operations.checks.repeat import repeat_check

__all__ = [
    "Body",
    "Deal",
    "DealProtection",
    "DecisionBook",
    "Decisions",
    "Desk",
    "LiveDecisions",
    "Now",
    "Receipt",
    "TakesTimeError",
    "answer",
    "check",
    "check_id",
    "decided_on",
    "decision_book",
    "repeat_check",
]
