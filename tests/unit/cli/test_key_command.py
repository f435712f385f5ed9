"""`riskmon key`: shown once, listed without the secret, and which mistakes end with 2."""

import json

import pytest

from riskmon.domain.access import Role

DATA = ("--data", "data")
CREATE = ("key", "create", "Li Na", "--role", "administrator", *DATA)


@pytest.fixture
def administrator(riskmon, monkeypatch):
    made = json.loads(riskmon(*CREATE, "--by", "who sets it up", "--json").stdout)
    monkeypatch.setenv("RISKMON_KEY", made["credential"])
    return made


def test_a_key_is_shown_once_and_listed_without_its_secret(riskmon):
    shown = riskmon(*CREATE, "--by", "who sets it up")
    assert shown.returncode == 0
    (line,) = [line for line in shown.stdout.splitlines() if line.startswith("rkm_")]
    _, key_id, secret = line.split("_")

    listed = riskmon("key", "list", *DATA).stdout
    assert f"{key_id}  Li Na: administrator; all branches; live" in listed
    assert secret not in listed + riskmon("key", "list", "--json", *DATA).stdout


def test_the_list_says_what_became_of_each_key(riskmon, administrator):
    made = json.loads(
        riskmon("key", "create", "Wu Fang", "--role", "viewer", "--branch", "North", "--json", *DATA).stdout
    )["key"]
    assert riskmon("key", "revoke", made["key_id"], "--reason", "left the bank", *DATA).returncode == 0

    listed = riskmon("key", "list", *DATA).stdout
    assert f"{made['key_id']}  Wu Fang: viewer; North; revoked" in listed
    assert "revoked by Li Na on" in listed
    assert ": left the bank" in listed


def test_a_third_administrator_waits_for_the_second(riskmon, administrator, monkeypatch):
    words = ("key", "create", "--role", "administrator", "--json", *DATA)
    second = json.loads(riskmon(*words, "Wang Wei").stdout)
    third = json.loads(riskmon(*words, "Wu Fang").stdout)
    assert third["outcome"] == "waiting"
    approve = ("key", "approve", third["key"]["key_id"], *DATA)

    refused = riskmon(*approve)
    assert (refused.returncode, "Nobody approves a key that he made" in refused.stderr) == (2, True)
    monkeypatch.setenv("RISKMON_KEY", second["credential"])
    assert "approved by Wang Wei on" in riskmon(*approve).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (CREATE, "RISKMON_KEY holds no live key"),
        (("key", "revoke", "nobody", "--reason", "x", *DATA), "RISKMON_KEY holds no live key"),
        (("key", "approve", "nobody", *DATA), "RISKMON_KEY holds no live key"),
    ],
)
def test_without_the_key_of_an_administrator_nothing_is_handed_out(
    riskmon, administrator, monkeypatch, words, said
):
    monkeypatch.delenv("RISKMON_KEY")
    refused = riskmon(*words)
    assert (refused.returncode, said in refused.stderr) == (2, True)


def test_every_refusal_of_a_key_has_its_words():
    from riskmon.cli.key import _NOT_DONE
    from riskmon.operations.access import KeyOutcome

    done = {KeyOutcome.CREATED, KeyOutcome.WAITING, KeyOutcome.APPROVED, KeyOutcome.REVOKED}
    assert set(_NOT_DONE) == set(KeyOutcome) - done


@pytest.mark.slow
def test_a_demonstration_shows_its_keys_once_where_there_is_a_database(riskmon):
    words = ("demo", "--no-serve", "--out", "data")
    assert "rkm_" not in riskmon(*words).stdout
    riskmon("db", "upgrade", *DATA)
    shown = [line.split() for line in riskmon(*words).stdout.splitlines() if "rkm_" in line]

    assert [role for role, _ in shown] == [role.value for role in Role]
    assert "rkm_" not in riskmon(*words).stdout
