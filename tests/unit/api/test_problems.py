import pytest
from fastapi import HTTPException
from fastapi.testclient import TestClient

from api.app import create_app
from api.doorkeeper import SECURITY_HEADERS
from riskmon.settings import Settings
from tests.signing_in import signed_in
from tests.snapshot_builder import write_snapshot


def assert_problem(response, status, code):
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status", "detail", "remedy", "errors"}
    assert (body["type"], body["status"]) == (f"urn:riskmon:problem:{code}", status)
    assert body["remedy"]
    for name, value in SECURITY_HEADERS.items():
        assert response.headers[name] == value


@pytest.mark.parametrize(
    ("path",                              "status", "code"),
    [
        ("/v1/groups/example_policy/P2",  404, "not_found"),
        ("/v1/groups/",                   404, "not_found"),
        ("/v1/obligors/nobody",           404, "not_found"),
        ("/v1/runs/nobody",               404, "not_found"),
        ("/v1/rulebooks/basel_lex",       404, "not_found"),
        ("/v1/groups?run=nobody",         404, "not_found"),
        ("/nowhere",                      404, "not_found"),
        ("/docs",                         404, "not_found"),        # its scripts would come from another host
        ("/v1/groups?cursor=abc",         400, "bad_request"),
        ("/v1/runs?cursor=abc",           400, "bad_request"),
        ("/v1/groups?limit=0",            422, "request_invalid"),
        ("/v1/groups?limit=201",          422, "request_invalid"),
        ("/v1/groups?limit=many",         422, "request_invalid"),
        ("/v1/headroom?is_breech=true",   422, "request_invalid"),  # a typing error must not widen the answer
        ("/v1/runs?is_breech=true",       422, "request_invalid"),
        ("/v1/obligors/P3?is_breech=true", 422, "request_invalid"),
        ("/v1/limits/example_policy/none", 404, "not_found"),
        ("/v1/signals?severity_at_least=pink", 422, "request_invalid"),
    ],
)  # fmt: skip
def test_every_refusal_is_a_problem_that_says_what_to_do(client, path, status, code):
    assert_problem(client.get(path), status, code)


def test_a_malformed_request_is_told_where(client):
    (fault,) = client.get("/v1/groups", params={"limit": "many"}).json()["errors"]

    assert fault["place"] == "query.limit"
    assert "integer" in fault["message"]


def test_an_unknown_method_is_told_which_are_known(client):
    response = client.post("/v1/groups", json={})

    assert_problem(response, 405, "method_not_allowed")
    assert response.headers["allow"] == "GET"


def test_a_damaged_snapshot_is_not_answered_from(client, tmp_path):
    next(tmp_path.glob("*/*/headroom.parquet")).write_bytes(b"")
    response = client.get("/v1/headroom")

    assert_problem(response, 503, "snapshot_unreadable")
    assert str(tmp_path) not in response.text


def test_an_unforeseen_fault_tells_the_caller_nothing_of_the_inside(app, client):
    def fail():
        raise RuntimeError("the password is swordfish")

    app.add_api_route("/fail", fail)
    response = client.get("/fail")

    assert_problem(response, 500, "internal_error")
    assert "swordfish" not in response.text


def test_a_framework_error_outside_the_table_is_a_fault_of_ours(app, client):
    def fail():
        raise HTTPException(418)

    app.add_api_route("/teapot", fail)

    assert_problem(client.get("/teapot"), 500, "internal_error")


def body_app(tmp_path):
    """The application with a route that reads its body, as no route of today does."""
    write_snapshot(tmp_path)
    app = create_app(Settings(data_dir=tmp_path, max_body_bytes=10))

    def count(body: list[int]) -> int:
        return len(body)

    app.add_api_route("/count", count, methods=["POST"])
    headers = signed_in(tmp_path) | {"content-type": "application/json"}
    return TestClient(app, base_url="http://localhost", headers=headers)


def test_a_body_that_declares_itself_too_large_is_not_read(tmp_path):
    client = body_app(tmp_path)

    assert client.post("/count", content=b"[1,2,3,40]").json() == 4  # ten bytes, the bound itself
    assert_problem(client.post("/count", content=b"[1,2,3,400]"), 413, "body_too_large")
    assert_problem(client.request("GET", "/v1/groups", content=b"x" * 11), 413, "body_too_large")


def test_a_body_that_hides_its_size_is_counted(tmp_path):
    def pieces():
        yield b"[1,2,3,"
        yield b"400]"

    assert_problem(body_app(tmp_path).post("/count", content=pieces()), 413, "body_too_large")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", ""])
def test_a_request_that_calls_the_server_by_another_name_is_refused(client, host):
    assert_problem(client.get("/v1/groups", headers={"host": host}), 421, "host_unknown")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:9000", "[::1]:8000", "[::1]"])
def test_the_names_of_loopback_are_known(client, host):
    assert client.get("/v1/groups", headers={"host": host}).status_code == 200


def test_answers_carry_the_security_headers_and_are_not_stored(client):
    answer, health = client.get("/v1/groups"), client.get("/healthz")

    assert answer.headers["cache-control"] == "no-store"
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == health.headers[name] == value
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
