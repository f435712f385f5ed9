"""Tokens with real signatures against a real address of keys: RFC 7519, RFC 8725 (what an attacker would send)."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from riskmon.domain.access import Caller, Role
from riskmon.domain.errors import CallerError, IdentityError
from riskmon.operations.access import SignInRefusal, Tokens
from riskmon.operations.access.issuer_keys import FRESH_SECONDS, LAST_SECONDS, PAUSE_SECONDS
from riskmon.settings import Settings
from tests.identity_provider import AUDIENCE, ISSUER, IdentityProvider

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
OFFICER = Caller("u-17", frozenset({Role.RISK_OFFICER}))


@pytest.fixture(scope="module")
def running():
    provider = IdentityProvider()
    yield provider
    provider.stop()


@pytest.fixture
def provider(running):
    """As it was at first, since keys take long to make."""
    keys = dict(running.keys)
    running.published, running.is_up, running.reads = ["rsa", "ec"], True, 0
    yield running
    running.keys = keys


class Door:
    """Where tokens are shown, on a clock and a stopwatch that the test sets."""

    def __init__(self, provider, **changes):
        values = {"oidc_issuer": ISSUER, "oidc_audience": AUDIENCE, "oidc_keys": provider.address} | changes
        self.at, self.ticks = NOON, 0.0
        self.tokens = Tokens(Settings(**values), clock=lambda: self.at, ticks=lambda: self.ticks)

    def shown(self, token):
        return self.tokens.known(token) or self.tokens.caller(token)


@pytest.fixture
def door(provider):
    return Door(provider)


def claims(**changes):
    begin = int(NOON.timestamp())
    values = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": "u-17", "roles": ["risk_officer"], "iat": begin, "exp": begin + 600,
    } | changes  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}


def part(content):
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("key", ["rsa", "ec"])
def test_a_token_of_the_issuer_tells_who_is_calling(provider, door, key):
    token = provider.sign(claims(), key=key)

    assert door.shown(token) == OFFICER
    assert door.tokens.known(token) == OFFICER
    assert provider.reads == 1


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"iss": "https://login.other.example"}, SignInRefusal.ISSUER_FOREIGN),
        ({"aud": "another-server"}, SignInRefusal.AUDIENCE_FOREIGN),
        ({"aud": ["another-server"]}, SignInRefusal.AUDIENCE_FOREIGN),
        ({"iss": None}, SignInRefusal.CLAIM_MISSING),
        ({"aud": None}, SignInRefusal.CLAIM_MISSING),
        ({"exp": None}, SignInRefusal.CLAIM_MISSING),
        ({"exp": "tomorrow"}, SignInRefusal.CLAIM_MISSING),
        ({"sub": None}, SignInRefusal.CLAIM_MISSING),
        ({"sub": " \u200b"}, SignInRefusal.CLAIM_MISSING),
        ({"sub": 17}, SignInRefusal.CLAIM_MISSING),
        ({"roles": None}, SignInRefusal.ROLES_MISSING),
        ({"roles": ["janitor"]}, SignInRefusal.ROLES_MISSING),
        ({"roles": {"risk_officer": True}}, SignInRefusal.ROLES_MISSING),
        ({"roles": ["auditor", "risk_officer"]}, SignInRefusal.ROLES_APART),
    ],
)
def test_a_token_that_is_not_for_us_or_says_too_little_opens_nothing(provider, door, changes, refusal):
    assert door.shown(provider.sign(claims(**changes))) is refusal


def test_one_of_several_audiences_is_enough(provider, door):
    assert door.shown(provider.sign(claims(aud=["another-server", AUDIENCE]))) == OFFICER


def test_a_token_ends_with_its_time_and_what_clocks_may_differ(provider, door):
    token = provider.sign(claims())
    assert door.shown(token) == OFFICER
    door.at = NOON + timedelta(seconds=600 + 29)
    assert door.shown(token) == OFFICER
    door.at = NOON + timedelta(seconds=600 + 31)
    assert door.shown(token) is SignInRefusal.EXPIRED


def test_a_token_of_tomorrow_is_not_valid_yet(provider, door):
    begin = int(NOON.timestamp())
    assert door.shown(provider.sign(claims(nbf=begin + 29))) == OFFICER
    assert door.shown(provider.sign(claims(nbf=begin + 31))) is SignInRefusal.NOT_YET


def mac(secret, signed):
    digest = hmac.digest(secret, signed.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def forged(provider):
    """What an attacker sends who knows the public keys and a token of his own."""
    good = provider.sign(claims())
    head, body, signature = good.split(".")
    public = provider.keys["rsa"].as_pem(private=False)
    own = RSAKey.generate_key(2048, {"kid": "rsa"})
    shared = f"{part({'alg': 'HS256', 'kid': 'rsa'})}.{body}"
    return {
        "no algorithm": f"{part({'alg': 'none', 'kid': 'rsa'})}.{body}.",
        "no algorithm, old signature": f"{part({'alg': 'none', 'kid': 'rsa'})}.{body}.{signature}",
        "the public key as a shared secret": f"{shared}.{mac(public, shared)}",
        "an algorithm that is not allowed": provider.sign(claims(), alg="RS512"),
        "another's key under the same id": jwt.encode({"alg": "RS256", "kid": "rsa"}, claims(), own),
        "its own key in the header": jwt.encode(
            {"alg": "RS256", "kid": "mine", "jwk": own.as_dict(private=False)}, claims(), own
        ),
        "more roles": f"{head}.{part(claims(roles=['administrator']))}.{signature}",
        "the key of another kind": provider.sign(claims(), key="ec", header={"kid": "rsa"}),
        "a header that must be understood": provider.sign(claims(), header={"crit": ["b64"], "b64": False}),
        "no signature": f"{head}.{body}.",
        "two parts": f"{head}.{body}",
        "nothing": "",
        "no token": "a.b.c",
        "no claims": f"{head}.{part([1])}.{signature}",
        "an id that is none": f"{part({'alg': 'RS256', 'kid': {'a': 1}})}.{body}.{signature}",
        "too much": good + "A" * 10_000,
    }  # fmt: skip


def test_no_forgery_opens_anything(provider, door):
    found = {name: door.shown(token) for name, token in forged(provider).items()}
    assert found == dict.fromkeys(found, SignInRefusal.UNKNOWN)


def test_a_new_key_of_the_issuer_is_learned_with_the_first_token_it_signs(provider, door):
    assert door.shown(provider.sign(claims())) == OFFICER
    provider.keys["new"] = RSAKey.generate_key(2048, {"kid": "new"})
    provider.published = ["new", "ec"]
    token = provider.sign(claims(), key="new")

    door.ticks = PAUSE_SECONDS - 1
    assert door.shown(token) is SignInRefusal.UNKNOWN  # asked for again only after a pause
    door.ticks = PAUSE_SECONDS
    assert door.shown(token) == OFFICER
    assert provider.reads == 2


def test_a_key_that_the_issuer_took_back_opens_nothing_within_five_minutes(provider, door):
    token = provider.sign(claims())
    assert door.shown(token) == OFFICER
    provider.published = ["ec"]

    door.ticks = FRESH_SECONDS - 1
    assert door.shown(token) == OFFICER
    door.ticks = FRESH_SECONDS
    assert door.shown(token) is SignInRefusal.UNKNOWN


def test_invented_key_ids_do_not_make_the_server_ask_the_issuer_each_time(provider, door):
    for number in range(20):
        door.shown(provider.sign(claims(), header={"kid": f"invented-{number}"}))
    assert provider.reads == 1


def test_while_the_issuer_is_away_its_keys_hold_for_an_hour(provider, door):
    token, later = provider.sign(claims()), provider.sign(claims(jti="2"))
    assert door.shown(token) == OFFICER
    provider.is_up = False

    door.ticks = LAST_SECONDS
    assert door.shown(token) == OFFICER
    door.ticks = LAST_SECONDS + PAUSE_SECONDS
    with pytest.raises(IdentityError):
        door.shown(later)
    provider.is_up = True
    door.ticks += PAUSE_SECONDS
    assert door.shown(later) == OFFICER


def test_without_any_keys_nobody_is_let_in(provider):
    provider.is_up = False
    with pytest.raises(IdentityError, match="keys of the issuer"):
        Door(provider).shown(provider.sign(claims()))


def test_keys_are_read_from_a_file_as_well(provider, tmp_path):
    file = tmp_path / "keys.json"
    file.write_text(provider.text, encoding="utf-8")

    assert Door(provider, oidc_keys=str(file)).shown(provider.sign(claims(), key="ec")) == OFFICER
    file.write_text("[]", encoding="utf-8")
    with pytest.raises(IdentityError):
        Door(provider, oidc_keys=str(file)).shown(provider.sign(claims()))


def test_where_no_issuer_is_named_no_token_opens_anything(provider):
    assert Tokens(Settings()).caller(provider.sign(claims())) is SignInRefusal.UNKNOWN


def test_the_bank_names_its_own_claims_and_roles(provider):
    door = Door(
        provider,
        oidc_name_claim="preferred_username",
        oidc_roles_claim="realm_access.roles",
        oidc_roles={"RISK-1": "risk_officer", "CRED-9": "credit_approver"},
        oidc_branches_claim="https://bank.example/branches",
    )
    token = provider.sign(
        claims(
            preferred_username="  wu  fang",
            realm_access={"roles": ["CRED-9", "RISK-1", "offline_access", "auditor"]},
            **{"https://bank.example/branches": ["North", "Old Town"]},
        )
    )
    assert door.shown(token) == Caller(
        "wu fang",
        frozenset({Role.RISK_OFFICER, Role.CREDIT_APPROVER}),
        frozenset({"North", "Old Town"}),
    )


@pytest.mark.parametrize(
    ("told", "branches"),
    [
        (None, frozenset()),
        ([], frozenset()),
        (7, frozenset()),
        ("Old Town", frozenset({"Old Town"})),
        (["*"], None),
    ],
)
def test_a_token_that_is_silent_about_branches_shows_none_of_them(provider, told, branches):
    door = Door(provider, oidc_branches_claim="branches")
    assert door.shown(provider.sign(claims(branches=told))).branches == branches


def test_a_role_that_is_none_is_told_when_the_server_starts(provider):
    with pytest.raises(CallerError, match="janitor"):
        Door(provider, oidc_roles={"RISK-1": "janitor"})


@pytest.mark.parametrize(
    "changes",
    [
        {"oidc_issuer": None},
        {"oidc_audience": None},
        {"oidc_keys": None},
        {"oidc_keys": "http://login.bank.example/keys"},
        {"oidc_algorithms": {"none"}},
        {"oidc_algorithms": {"HS256"}},
        {"oidc_leeway_seconds": 301},
    ],
)
def test_settings_that_would_let_anybody_in_are_refused(provider, changes):
    with pytest.raises(ValueError, match="validation error"):
        Door(provider, **changes)
