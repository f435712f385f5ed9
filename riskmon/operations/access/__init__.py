"""Access: the keys that callers sign in with, and who they turn out to be."""

from riskmon.operations.access.credential import is_key
from riskmon.operations.access.first_keys import FirstKey, first_keys
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
from riskmon.operations.access.masking import Persons
from riskmon.operations.access.refusal import SignInRefusal
from riskmon.operations.access.ring import KeyRing
from riskmon.operations.access.tokens import Tokens

__all__ = [
    "Answer",
    "FirstKey",
    "KeyOutcome",
    "KeyRing",
    "KeyWish",
    "Persons",
    "SignInRefusal",
    "Signed",
    "Tokens",
    "approve_key",
    "create_key",
    "first_keys",
    "is_key",
    "keys",
    "revoke_key",
]
