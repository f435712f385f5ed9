"""A key as its holder sends it: `rkm_<key id>_<secret>`. The id may be seen; of the secret only the hash is kept."""

from hashlib import sha256
from hmac import compare_digest
from secrets import token_hex
from typing import Final, NamedTuple

MARK: Final = "rkm"
"""What every key begins with, so that a scanner for leaked secrets knows one."""

_ID_BYTES: Final = 4
_SECRET_BYTES: Final = 32
_PARTS: Final = 3


class Credential(NamedTuple):
    """A key in its parts."""

    key_id: str
    secret: str

    def __str__(self) -> str:
        """As its holder sends it."""
        return f"{MARK}_{self.key_id}_{self.secret}"

    def __repr__(self) -> str:
        """Without the secret."""
        return f"{MARK}_{self.key_id}_..."

    @property
    def secret_sha256(self) -> str:
        """What is kept of the secret. It has 256 random bits, to which a slow hash would add nothing."""
        return sha256(self.secret.encode()).hexdigest()

    def opens(self, secret_sha256: str) -> bool:
        """Whether the secret is the one of this hash; takes as long whichever letter differs."""
        return compare_digest(self.secret_sha256, secret_sha256)


def new_credential() -> Credential:
    """A key that nobody has."""
    return Credential(token_hex(_ID_BYTES), token_hex(_SECRET_BYTES))


def is_key(sent: str) -> bool:
    """Whether what was sent means to be a key of ours, and no token of an issuer."""
    return sent.startswith(f"{MARK}_")


def parsed(sent: str) -> Credential | None:
    """A key in its parts; None where what was sent is none."""
    parts = sent.split("_")
    return Credential(parts[1], parts[2]) if len(parts) == _PARTS and parts[0] == MARK else None
