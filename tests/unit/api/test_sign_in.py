"""Signing in: nothing is told to who cannot say who he is, and what is refused is refused for a reason."""

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.security import OPEN_PATHS, permissions_asked
from riskmon.domain.access import Role
from riskmon.operations.access import Signed, keys, revoke_key
from riskmon.settings import Settings
from riskmon.store.database import place_of
from tests.identity_provider import AUDIENCE, ISSUER, IdentityProvider
from tests.signing_in import bearer, signed_in
from tests.snapshot_builder import write_snapshot

LOCAL = "http://127.0.0.1"


@pytest.fixture
def stranger(app, tmp_path):
    """Who has no key, at a server that has handed one out."""
    signed_in(tmp_path)
    with TestClient(app, base_url=LOCAL) as client:
        yield client


def assert_turned_away(response, *, challenge='Bearer realm="riskmon"'):
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == challenge
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == "urn:riskmon:problem:unauthenticated"
    assert response.json()["remedy"]


def test_every_path_but_health_is_closed_to_who_does_not_sign_in(app, stranger):
    asked = list(permissions_asked(app))
    assert len(asked) > 15
    for path, methods, _ in asked:
        for method in methods:
            assert_turned_away(stranger.request(method, path))


@pytest.mark.parametrize(
    "path", ["/v1/nowhere", "/nowhere", "/v1", "/", "/docs", "/V1/groups", "//v1/groups", "/healthz/"]
)
def test_a_stranger_does_not_learn_which_paths_there_are(stranger, path):
    assert_turned_away(stranger.get(path))


def test_whether_the_server_is_up_is_told_to_everybody(stranger):
    assert {path for path in OPEN_PATHS if stranger.get(path).status_code != 200} == set()


@pytest.mark.parametrize("sent", ["rkm_00000000_0", "rkm_x", "eyJhbGciOiJub25lIn0.e30.", "ÿ", ""])
def test_an_unknown_credential_is_told_that_it_is_unknown(stranger, sent):
    response = stranger.get("/v1/groups", headers=[(b"authorization", b"Bearer " + sent.encode("latin-1"))])
    assert_turned_away(response, challenge='Bearer realm="riskmon", error="invalid_token"')


def test_another_scheme_and_two_credentials_say_nothing(stranger, tmp_path):
    good = signed_in(tmp_path)["Authorization"]
    assert_turned_away(stranger.get("/v1/groups", headers={"Authorization": good.replace("Bearer", "Basic")}))
    assert_turned_away(stranger.get("/v1/groups", headers=[("Authorization", good), ("Authorization", good)]))
    assert_turned_away(stranger.get("/v1/groups", params={"access_token": good}))


def test_the_scheme_is_read_in_any_case(client, tmp_path):
    key = signed_in(tmp_path)["Authorization"].split()[1]
    assert client.get("/v1/groups", headers={"Authorization": f"bearer {key}"}).status_code == 200


def test_who_lacks_the_permission_is_told_who_has_it(app, tmp_path):
    headers = bearer(place_of(tmp_path), Role.ADMINISTRATOR)
    with TestClient(app, base_url=LOCAL, headers=headers) as client:
        response = client.get("/v1/groups")

    assert response.status_code == 403
    body = response.json()
    assert body["type"] == "urn:riskmon:problem:forbidden"
    assert "permission read" in body["detail"]
    assert "auditor" in body["remedy"]


def test_a_revoked_key_is_told_so(app, tmp_path):
    place = place_of(tmp_path)
    headers = bearer(place, Role.VIEWER)
    with TestClient(app, base_url=LOCAL, headers=headers) as client:
        revoke_key(place, keys(place)[0].key_id, "lost", Signed(name="Li Na"))
        response = client.get("/v1/groups")

    assert_turned_away(response, challenge='Bearer realm="riskmon", error="invalid_token"')
    assert "revoked" in response.json()["detail"]


def test_where_nobody_has_a_key_nobody_gets_in(tmp_path):
    with TestClient(create_app(Settings(data_dir=tmp_path)), base_url=LOCAL) as client:
        response = client.get("/v1/groups", headers={"Authorization": "Bearer rkm_00000000_0"})
    assert_turned_away(response, challenge='Bearer realm="riskmon", error="invalid_token"')


def test_a_token_of_the_banks_identity_provider_signs_in(tmp_path):
    write_snapshot(tmp_path)
    provider = IdentityProvider()
    settings = Settings(
        data_dir=tmp_path, oidc_issuer=ISSUER, oidc_audience=AUDIENCE, oidc_keys=provider.address
    )
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "u-17", "roles": ["viewer"], "exp": 2**33}
    headers = {"Authorization": f"Bearer {provider.sign(claims, key='ec')}"}
    with TestClient(create_app(settings), base_url=LOCAL, headers=headers) as client:
        assert client.get("/v1/groups").status_code == client.get("/v1/groups").status_code == 200
        assert client.get("/v1/events").status_code == 403
        expired = provider.sign(claims | {"exp": 1}, key="ec")
        response = client.get("/v1/groups", headers={"Authorization": f"Bearer {expired}"})
    assert_turned_away(response, challenge='Bearer realm="riskmon", error="invalid_token"')
    assert "expired" in response.json()["detail"]
    provider.stop()


def test_while_the_issuers_keys_cannot_be_read_that_is_said_and_keys_of_ours_still_open(tmp_path):
    write_snapshot(tmp_path)
    gone = str(tmp_path / "nowhere.json")
    settings = Settings(data_dir=tmp_path, oidc_issuer=ISSUER, oidc_audience=AUDIENCE, oidc_keys=gone)
    with TestClient(create_app(settings), base_url=LOCAL, headers=signed_in(tmp_path)) as client:
        assert client.get("/v1/groups").status_code == 200
        response = client.get("/v1/groups", headers={"Authorization": "Bearer eyJhbGciOiJSUzI1NiJ9.e30.AA"})
    assert (response.status_code, response.json()["type"]) == (503, "urn:riskmon:problem:sign_in_unavailable")


def test_a_caller_who_asks_too_often_is_told_when_to_come_back_and_others_are_not(tmp_path):
    write_snapshot(tmp_path)
    place = place_of(tmp_path)
    busy, calm = bearer(place, Role.VIEWER, name="busy"), bearer(place, Role.VIEWER, name="calm")
    with TestClient(create_app(Settings(data_dir=tmp_path, requests_per_minute=3)), base_url=LOCAL) as client:
        answers = [client.get("/v1/groups", headers=busy) for _ in range(5)]
        other = client.get("/v1/groups", headers=calm)

    # a minute may begin in between, which lets more through
    assert 429 in {answer.status_code for answer in answers}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["type"] == "urn:riskmon:problem:too_many_requests"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert other.status_code == 200


def test_who_guesses_is_slowed_down_and_who_knows_is_let_in_from_the_same_address(tmp_path):
    write_snapshot(tmp_path)
    headers = signed_in(tmp_path)
    guess = {"Authorization": "Bearer rkm_00000000_0"}
    settings = Settings(data_dir=tmp_path, failed_sign_ins_per_minute=2)
    with TestClient(create_app(settings), base_url=LOCAL) as client:
        statuses = [client.get("/v1/groups", headers=guess).status_code for _ in range(6)]
        true = client.get("/v1/groups", headers=headers)

    assert statuses[:2] == [401, 401]
    assert 429 in statuses
    assert true.status_code == 200


def test_who_sees_single_branches_is_answered_only_where_the_answer_keeps_to_them(app, tmp_path):
    headers = bearer(place_of(tmp_path), Role.VIEWER, branches=frozenset({"North"}))
    with TestClient(app, base_url=LOCAL, headers=headers) as client:
        response = client.get("/v1/findings")

    assert (response.status_code, response.json()["type"]) == (403, "urn:riskmon:problem:forbidden")
    assert "single branches" in response.json()["detail"]
