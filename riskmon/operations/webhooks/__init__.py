"""Webhooks: other systems are told what happened, each delivery signed, tried again until it is taken, or kept as dead."""

from riskmon.operations.webhooks.dispatch import Dispatched, dispatch
from riskmon.operations.webhooks.dispatcher import Dispatcher
from riskmon.operations.webhooks.endpoints import Endpoint, read_endpoints
from riskmon.operations.webhooks.listing import delivery_items, resend
from riskmon.operations.webhooks.sending import send_waiting

__all__ = [
    "Dispatched",
    "Dispatcher",
    "Endpoint",
    "delivery_items",
    "dispatch",
    "read_endpoints",
    "resend",
    "send_waiting",
]
