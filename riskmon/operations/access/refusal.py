"""Why a credential opens nothing."""

from enum import StrEnum


class SignInRefusal(StrEnum):
    """Why a credential opens nothing; what stands behind `unknown` is told only to who proved that it is his."""

    UNKNOWN = "unknown"
    WAITING = "waiting"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NOT_YET = "not_yet"
    ISSUER_FOREIGN = "issuer_foreign"
    AUDIENCE_FOREIGN = "audience_foreign"
    CLAIM_MISSING = "claim_missing"
    ROLES_MISSING = "roles_missing"
    ROLES_APART = "roles_apart"
