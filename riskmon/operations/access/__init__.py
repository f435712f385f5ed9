"""Access: the keys that callers sign in with, and who they turn out to be."""

from riskmon.operations.access.credential import is_key
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
from riskmon.operations.access.refusal import SignInRefusal
from riskmon.operations.access.ring import KeyRing
from riskmon.operations.access.tokens import Tokens

__all__ = [
    "Answer",
    "KeyOutcome",
    "KeyRing",
    "KeyWish",
    "SignInRefusal",
    "Signed",
    "Tokens",
    "approve_key",
    "create_key",
    "is_key",
    "keys",
    "revoke_key",
]
