"""Who may what: roles, permissions, the one table between them, and who is calling."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final


class Permission(StrEnum):
    """One thing that a caller may be allowed to do."""

    READ = "read"
    """What runs say: groups, exposures, limits, breaches, signals, findings, rulebooks; what was proposed and earmarked."""
    READ_PERSONS = "read_persons"
    """Names and numbers of natural persons within what may be read."""
    READ_AUDIT = "read_audit"
    """Who did what when; to have a decision made again as it was."""
    READ_EVENTS = "read_events"
    """The stream of what happens."""
    READ_METRICS = "read_metrics"
    """Figures for the bank's own monitoring."""
    CHECK = "check"
    """Ask whether a deal may be lent, and what a change of the limits would do."""
    PLACE_EARMARK = "place_earmark"
    RESOLVE_EARMARK = "resolve_earmark"
    """Confirm, release or expire."""
    PUBLISH_RUN = "publish_run"
    PROPOSE_ASSESSMENT = "propose_assessment"
    APPROVE_ASSESSMENT = "approve_assessment"
    PROPOSE_LIMIT = "propose_limit"
    APPROVE_LIMIT = "approve_limit"
    REQUEST_WAIVER = "request_waiver"
    APPROVE_WAIVER = "approve_waiver"
    MANAGE_WEBHOOKS = "manage_webhooks"
    """Who is told of events; send again what could not be delivered."""
    MANAGE_ACCESS = "manage_access"
    """Make, approve and revoke keys."""


class Role(StrEnum):
    """What a caller is to the bank."""

    VIEWER = "viewer"
    RISK_OFFICER = "risk_officer"
    CREDIT_APPROVER = "credit_approver"
    LIMIT_ADMINISTRATOR = "limit_administrator"
    WORKFLOW_SYSTEM = "workflow_system"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


PERMISSIONS: Final = {
    Role.VIEWER: frozenset({Permission.READ, Permission.READ_METRICS}),
    Role.RISK_OFFICER: frozenset({
        Permission.READ, Permission.READ_PERSONS, Permission.READ_EVENTS, Permission.READ_METRICS, Permission.CHECK,
        Permission.PUBLISH_RUN, Permission.APPROVE_ASSESSMENT, Permission.APPROVE_LIMIT, Permission.REQUEST_WAIVER,
    }),
    Role.CREDIT_APPROVER: frozenset({
        Permission.READ, Permission.READ_PERSONS, Permission.CHECK, Permission.PLACE_EARMARK,
        Permission.RESOLVE_EARMARK, Permission.PROPOSE_ASSESSMENT, Permission.APPROVE_WAIVER,
    }),
    Role.LIMIT_ADMINISTRATOR: frozenset({Permission.READ, Permission.CHECK, Permission.PROPOSE_LIMIT}),
    Role.WORKFLOW_SYSTEM: frozenset({
        Permission.READ, Permission.READ_PERSONS, Permission.READ_EVENTS, Permission.CHECK,
        Permission.PLACE_EARMARK, Permission.RESOLVE_EARMARK,
    }),
    Role.AUDITOR: frozenset({
        Permission.READ, Permission.READ_PERSONS, Permission.READ_AUDIT, Permission.READ_EVENTS,
    }),
    Role.ADMINISTRATOR: frozenset({
        Permission.MANAGE_ACCESS, Permission.MANAGE_WEBHOOKS, Permission.READ_METRICS,
    }),
}  # fmt: skip
"""Who may what. What a role does not name here it may not do."""

DUTIES: Final = {
    Permission.PROPOSE_ASSESSMENT: Permission.APPROVE_ASSESSMENT,
    Permission.PROPOSE_LIMIT: Permission.APPROVE_LIMIT,
    Permission.REQUEST_WAIVER: Permission.APPROVE_WAIVER,
}
"""What one person asks for and another approves. No role has both; who has both by two roles never approves his own."""

ALONE: Final = frozenset({Role.WORKFLOW_SYSTEM, Role.AUDITOR, Role.ADMINISTRATOR})
"""Roles that go with no other: a machine, who judges the work of others, and who hands out keys."""


@cache
def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """All that these roles may do together."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))


def roles_with(permission: Permission) -> list[Role]:
    """The roles that hold a permission, in their order."""
    return [role for role in Role if permission in PERMISSIONS[role]]


def go_together(roles: Iterable[Role]) -> bool:
    """Whether one caller may have all these roles."""
    held = frozenset(roles)
    return len(held) == 1 or not held & ALONE


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling.

    Attributes:
        name: of the person or system, in one spelling (`riskmon.domain.person`); what is recorded as `by`.
        roles: what the caller is to the bank.
        branches: the branches whose obligors and facilities the caller sees; None is all.
    """

    name: str
    roles: frozenset[Role]
    branches: frozenset[str] | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the caller is allowed to."""
        return permission in permissions_of(self.roles)
