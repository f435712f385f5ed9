"""Keys on both stores: who hands them out, who has to approve, and what becomes of them."""

from datetime import UTC, datetime, timedelta

import pytest

from riskmon.domain.access import Caller, Role
from riskmon.operations.access import (
    KeyOutcome,
    KeyRing,
    KeyWish,
    Signed,
    SignInRefusal,
    approve_key,
    create_key,
    keys,
    revoke_key,
)
from riskmon.operations.access.ring import MOST_SECONDS
from riskmon.store.audit import Wanted, entries
from riskmon.store.database import connect, place_of

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


class Office:
    """A place where keys are handed out, on a clock and a stopwatch that the test sets."""

    def __init__(self, place):
        self.place, self.at, self.ticks = place, NOON, 0.0
        self.ring = KeyRing(place, clock=lambda: self.at, ticks=lambda: self.ticks)

    def create(self, holder="Wu Fang", *roles, days=30, branches=None, key=None, name=""):
        wish = KeyWish(holder, frozenset(roles or {Role.VIEWER}), days, branches)
        return create_key(self.place, wish, Signed(key and str(key.credential), name), clock=lambda: self.at)

    def approve(self, answer, key):
        signed = Signed(str(key.credential))
        return approve_key(self.place, answer.key.key_id, signed, clock=lambda: self.at)

    def revoke(self, answer, key=None, reason="lost", name=""):
        signed = Signed(key and str(key.credential), name)
        return revoke_key(self.place, answer.key.key_id, reason, signed, clock=lambda: self.at)

    def caller(self, answer):
        """Who the key belongs to, looked up now."""
        self.ticks += MOST_SECONDS
        self.ring.refresh()
        return self.ring.caller(str(answer.credential))


@pytest.fixture
def office(store_place):
    opened = Office(store_place)
    yield opened
    opened.ring.close()


@pytest.fixture
def administrator(office):
    return office.create("Li Na", Role.ADMINISTRATOR, name="who sets it up")


def test_a_key_opens_what_its_holder_may(office):
    made = office.create(
        "  Wu  Fang ", Role.RISK_OFFICER, branches=frozenset({"North", "South"}), name="Li Na"
    )

    assert made.outcome is KeyOutcome.CREATED
    assert office.caller(made) == Caller(
        "Wu Fang", frozenset({Role.RISK_OFFICER}), frozenset({"North", "South"})
    )


def test_the_secret_is_kept_nowhere(office, store_place):
    made = office.create(name="Li Na")
    database = connect(store_place)
    with database.reading() as connection:
        kept = [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM access_keys")]
    database.close()

    assert made.key.key_id in str(kept)
    assert made.credential.secret not in str(kept)
    assert made.credential.secret not in repr(made)
    # SHA-256 as FIPS 180-4 has it, of the secret alone; its vector for "abc"
    assert type(made.credential)("id", "abc").secret_sha256 == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


@pytest.mark.parametrize(
    "sent",
    ["", "rkm", "rkm__", "rkm_{id}_", "rkm_{id}_0", "rkm_{id}_{secret}0", "rkm_{id}_{secret}_", "{secret}",
     "key_{id}_{secret}", "rkm_00000000_{secret}", "rkm_{id}_{hash}"],
)  # fmt: skip
def test_what_is_not_the_whole_key_opens_nothing(office, sent):
    made = office.create(name="Li Na")
    office.ring.refresh()
    parts = {"id": made.key.key_id, "secret": made.credential.secret, "hash": made.key.secret_sha256}

    assert office.ring.caller(sent.format(**parts)) is SignInRefusal.UNKNOWN


def test_a_key_expires_at_its_instant(office):
    made = office.create(days=1, name="Li Na")

    office.at = NOON + timedelta(days=1, microseconds=-1)
    assert isinstance(office.caller(made), Caller)
    office.at = NOON + timedelta(days=1)
    assert office.caller(made) is SignInRefusal.EXPIRED


def test_a_revoked_key_opens_nothing_once_what_is_known_is_half_a_second_old(office):
    made = office.create(name="Li Na")
    assert isinstance(office.caller(made), Caller)
    assert office.revoke(made, name="Li Na").outcome is KeyOutcome.REVOKED

    office.ticks += MOST_SECONDS - 0.01
    assert office.ring.is_fresh
    office.ticks += 0.01
    assert not office.ring.is_fresh
    office.ring.refresh()
    assert office.ring.caller(str(made.credential)) is SignInRefusal.REVOKED
    assert MOST_SECONDS < 1


def test_once_there_is_an_administrator_a_name_is_not_enough(office, administrator):
    assert office.create(name="Li Na").outcome is KeyOutcome.NOT_SIGNED_IN
    assert office.revoke(administrator, name="Li Na").outcome is KeyOutcome.NOT_SIGNED_IN
    made = office.create(key=administrator)
    assert (made.outcome, made.key.created_by) == (KeyOutcome.CREATED, "Li Na")


def test_who_is_no_administrator_hands_out_no_key(office, administrator):
    viewer = office.create(key=administrator)

    assert office.create(key=viewer).outcome is KeyOutcome.NOT_ALLOWED
    assert office.approve(viewer, viewer).outcome is KeyOutcome.NOT_ALLOWED
    assert office.revoke(administrator, viewer).outcome is KeyOutcome.NOT_ALLOWED


def test_a_revoked_administrator_hands_out_no_key(office, administrator):
    second = office.create("Wang Wei", Role.ADMINISTRATOR, key=administrator)
    assert office.revoke(administrator, second).outcome is KeyOutcome.REVOKED
    assert office.create(key=administrator).outcome is KeyOutcome.NOT_SIGNED_IN


def test_the_second_administrator_needs_nobody_and_the_third_needs_both(office, administrator):
    second = office.create("Wang Wei", Role.ADMINISTRATOR, key=administrator)
    assert second.outcome is KeyOutcome.CREATED

    third = office.create("Wu Fang", Role.ADMINISTRATOR, key=administrator)
    assert third.outcome is KeyOutcome.WAITING
    assert office.caller(third) is SignInRefusal.WAITING
    assert office.create(key=third).outcome is KeyOutcome.NOT_SIGNED_IN
    assert office.approve(third, administrator).outcome is KeyOutcome.SAME_PERSON
    approved = office.approve(third, second)
    assert (approved.outcome, approved.key.approved_by) == (KeyOutcome.APPROVED, "Wang Wei")
    assert office.caller(third) == Caller("Wu Fang", frozenset({Role.ADMINISTRATOR}))
    assert office.approve(third, second).outcome is KeyOutcome.NOT_WAITING


def test_a_second_key_of_the_same_person_makes_no_second_person(office, administrator):
    again = office.create("LI NA", Role.ADMINISTRATOR, key=administrator)
    assert again.outcome is KeyOutcome.CREATED
    second = office.create("Wang Wei", Role.ADMINISTRATOR, key=administrator)
    assert second.outcome is KeyOutcome.CREATED
    waiting = office.create("Wu Fang", Role.ADMINISTRATOR, key=administrator)

    assert office.approve(waiting, again).outcome is KeyOutcome.SAME_PERSON


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"holder": " "}, KeyOutcome.NAME_MISSING),
        ({"roles": frozenset()}, KeyOutcome.ROLES_MISSING),
        ({"roles": frozenset({Role.AUDITOR, Role.VIEWER})}, KeyOutcome.ROLES_APART),
        ({"branches": frozenset()}, KeyOutcome.BRANCHES_MISSING),
        ({"branches": frozenset({"North", " "})}, KeyOutcome.BRANCHES_MISSING),
        ({"days": 0}, KeyOutcome.DAYS_OUT_OF_RANGE),
        ({"days": 367}, KeyOutcome.DAYS_OUT_OF_RANGE),
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(store_place, changes, outcome):
    wish = {"holder": "Wu Fang", "roles": frozenset({Role.VIEWER}), "days": 366, "branches": None} | changes

    assert create_key(store_place, KeyWish(**wish), Signed(name="Li Na")).outcome is outcome
    assert keys(store_place) == []


def test_nobody_without_a_name_hands_out_the_first_key(office):
    assert office.create(name=" ").outcome is KeyOutcome.NAME_MISSING


def test_a_key_is_revoked_once_and_with_a_reason(office):
    made = office.create(name="Li Na")

    assert office.revoke(made, name="Li Na", reason=" ").outcome is KeyOutcome.REASON_MISSING
    assert office.revoke(made, name="Li Na").outcome is KeyOutcome.REVOKED
    assert office.revoke(made, name="Li Na").outcome is KeyOutcome.ALREADY_REVOKED
    (kept,) = keys(office.place)
    assert (kept.revoked_by, kept.reason) == ("Li Na", "lost")


def test_the_audit_says_who_handed_out_which_key_and_took_it_back_but_no_secret(office):
    made = office.create("Wu Fang", Role.VIEWER, name="Li Na")
    office.revoke(made, name="Wang Wei", reason="left the bank")
    database = connect(office.place)
    with database.reading() as connection:
        kept = [each.entry for each in entries(connection, Wanted(action="key"), most=10)]
    database.close()

    assert [(entry.action, entry.subject, entry.by, entry.reason) for entry in kept] == [
        ("key.created", made.key.key_id, "Li Na", None),
        ("key.revoked", made.key.key_id, "Wang Wei", "left the bank"),
    ]
    assert (kept[1].before["state"], kept[1].after["state"]) == ("live", "revoked")
    assert made.credential.secret not in str(kept)
    assert made.key.secret_sha256 not in str(kept)


def test_a_folder_without_a_database_has_no_key_until_the_first_is_made(tmp_path):
    office = Office(place_of(tmp_path))
    office.ring.refresh()
    assert keys(office.place) == []
    made = office.create(name="Li Na")

    assert isinstance(office.caller(made), Caller)
    office.ring.close()
