"""A client of the API: one method an operation, with the models of its description."""

from api.client.client import Client
from api.client.transport import RefusedError, UnreachableError

__all__ = ["Client", "RefusedError", "UnreachableError"]
