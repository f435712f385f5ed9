"""The audit as it is asked: look at the chain again, take its head out of the house, list who wrote what."""

from riskmon.operations.audit.examine import ExportedHead, examine_audit, read_head
from riskmon.operations.audit.listing import audit_entries, audit_item
from riskmon.operations.audit.sealer import Sealer
from riskmon.operations.audit.take_head import take_head

__all__ = [
    "ExportedHead",
    "Sealer",
    "audit_entries",
    "audit_item",
    "examine_audit",
    "read_head",
    "take_head",
]
