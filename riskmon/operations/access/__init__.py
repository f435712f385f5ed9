"""Access: the keys that callers sign in with, and who they turn out to be."""

from riskmon.operations.access.keys import (
    Answer,
    KeyOutcome,
    KeyWish,
    Signed,
    approve_key,
    create_key,
    keys,
    revoke_key,
)
from riskmon.operations.access.ring import KeyRing, SignInRefusal

__all__ = [
    "Answer",
    "KeyOutcome",
    "KeyRing",
    "KeyWish",
    "SignInRefusal",
    "Signed",
    "approve_key",
    "create_key",
    "keys",
    "revoke_key",
]
