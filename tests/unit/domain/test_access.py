"""Who may what, as a supervisor would ask for it: duties apart, and nothing that a role does not name."""

import pytest

from riskmon.domain.access import DUTIES, PERMISSIONS, Caller, Permission, Role, go_together

ASKING_ONLY = {
    Permission.READ, Permission.READ_PERSONS, Permission.READ_AUDIT, Permission.READ_EVENTS, Permission.READ_METRICS,
    Permission.CHECK,
}  # fmt: skip


def holders(permission):
    return {role for role in Role if permission in PERMISSIONS[role]}


def test_every_role_stands_in_the_table_and_every_permission_has_somebody():
    assert set(PERMISSIONS) == set(Role)
    assert all(holders(permission) for permission in Permission)


@pytest.mark.parametrize("asks", DUTIES)
def test_no_role_both_asks_for_something_and_approves_it(asks):
    assert holders(asks) & holders(DUTIES[asks]) == set()


def test_every_permission_to_approve_is_the_second_half_of_a_duty():
    assert {each for each in Permission if each.startswith("approve_")} == set(DUTIES.values())


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_who_only_looks_changes_nothing(role):
    assert PERMISSIONS[role] <= ASKING_ONLY


def test_a_machine_proposes_and_approves_nothing():
    assert PERMISSIONS[Role.WORKFLOW_SYSTEM] & {*DUTIES, *DUTIES.values()} == set()


def test_who_listens_to_the_stream_of_events_may_see_persons_since_a_stream_is_not_masked():
    assert holders(Permission.READ_EVENTS) <= holders(Permission.READ_PERSONS)


def test_who_hands_out_keys_sees_and_decides_nothing_of_the_business():
    assert PERMISSIONS[Role.ADMINISTRATOR] == {
        Permission.MANAGE_ACCESS,
        Permission.MANAGE_WEBHOOKS,
        Permission.READ_METRICS,
    }
    assert holders(Permission.MANAGE_ACCESS) == {Role.ADMINISTRATOR}


def test_only_the_auditor_reads_the_audit():
    assert holders(Permission.READ_AUDIT) == {Role.AUDITOR}


@pytest.mark.parametrize("alone", [Role.AUDITOR, Role.ADMINISTRATOR, Role.WORKFLOW_SYSTEM])
def test_who_judges_or_hands_out_keys_has_no_other_role(alone):
    assert go_together([alone])
    assert not any(go_together([alone, other]) for other in Role if other is not alone)


def test_roles_of_the_business_go_together_and_add_up():
    both = frozenset({Role.RISK_OFFICER, Role.CREDIT_APPROVER})
    caller = Caller("Li Na", both)

    assert go_together(both)
    assert caller.may(Permission.PUBLISH_RUN)
    assert caller.may(Permission.PLACE_EARMARK)
    assert not caller.may(Permission.MANAGE_ACCESS)


def test_who_has_no_role_may_nothing():
    assert not any(Caller("Li Na", frozenset()).may(permission) for permission in Permission)
