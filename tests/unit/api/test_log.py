"""The log of a server: every request has a line, and no line has a secret, a person or an obligor in it."""

import io
import json
import logging

import pytest
import structlog
from fastapi.testclient import TestClient

from api.app import create_app
from riskmon.domain.access import Role
from riskmon.operations.logs import configure_logs
from riskmon.settings import Settings
from riskmon.store.database import place_of
from tests.signing_in import bearer
from tests.snapshot_builder import write_snapshot

LOCAL = "http://127.0.0.1"


@pytest.fixture
def log():
    """What a server writes, from here on."""
    stream = io.StringIO()
    handlers, level = logging.root.handlers[:], logging.root.level
    configure_logs(stream)
    yield stream
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture
def client(tmp_path):
    write_snapshot(tmp_path)
    app = create_app(Settings(data_dir=tmp_path, max_body_bytes=10_000))

    def fail(name: str):
        raise RuntimeError(f"cannot serve {name}")

    app.add_api_route("/v1/fail/{name}", fail)
    headers = bearer(place_of(tmp_path), Role.RISK_OFFICER, name="Ouyang Feifei")
    with TestClient(app, base_url=LOCAL, headers=headers, raise_server_exceptions=False) as client:
        yield client


def lines(log):
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_request_has_a_line_with_its_template_and_a_mark_of_its_caller(client, log):
    response = client.get("/v1/obligors/P1", headers={"X-Request-Id": "deal-4711.a_b"})
    client.get("/v1/obligors/nobody")
    first, second = lines(log)

    assert response.headers["x-request-id"] == first["request_id"] == "deal-4711.a_b"
    assert (first["event"], first["level"], first["method"], first["status"]) == (
        "request",
        "info",
        "GET",
        200,
    )
    assert first["path"] == "/v1/obligors/{obligor_id:path}"
    assert first["milliseconds"] > 0
    assert (second["status"], second["caller"]) == (404, first["caller"])
    assert len(first["caller"]) == 12
    assert second["request_id"] != first["request_id"]


@pytest.mark.parametrize("sent", ["short", "a" * 65, "with blank in it", 'quote"quote', "ÿÿÿÿÿÿÿÿÿ"])
def test_an_id_that_is_none_is_replaced(client, log, sent):
    response = client.get("/healthz", headers=[(b"x-request-id", sent.encode("latin-1"))])
    (line,) = lines(log)

    assert response.headers["x-request-id"] == line["request_id"] != sent
    assert len(line["request_id"]) == 32
    assert line["caller"] is None


def test_a_fault_is_told_by_its_kind_and_place_and_not_by_its_message(client, log):
    assert client.get("/v1/fail/Ouyang").status_code == 500
    (line,) = lines(log)

    assert (line["level"], line["status"], line["fault"]) == ("error", 500, "RuntimeError")
    assert line["where"][-1].endswith(" fail")
    assert "cannot serve" not in log.getvalue()


def test_what_a_library_logs_is_a_line_without_its_message_of_a_fault(log):
    try:
        raise ValueError("the password is swordfish")
    except ValueError:
        logging.getLogger("somebody").exception("It went wrong.")
    (line,) = lines(log)

    assert (line["event"], line["logger"], line["level"]) == ("It went wrong.", "somebody", "error")
    assert line["fault"] == "ValueError"
    assert "swordfish" not in log.getvalue()


SECRETS = (
    "rkm_0badc0de_5ec2e7", "eyJhbGciOiJub25lIn0.5ec2e7.AA", "Ouyang", "110101199003074610", "River Paper", "Pulp Depot",
    "P1", "F1", "REL-SECRET", "swordfish",
)  # fmt: skip


def test_secrets_and_names_sent_everywhere_are_nowhere_in_the_log(client, log):
    for secret in SECRETS:
        sent = secret.encode()
        for path in (
            f"/v1/obligors/{secret}",
            f"/v1/groups/example_policy/{secret}",
            f"/{secret}",
            f"/v1/fail/{secret}",
        ):
            client.get(path)
        client.get("/v1/headroom", params={"subject_id": secret, secret: secret, "cursor": secret})
        client.post("/v1/checks", content=b'{"deal": {"obligor_id": "' + sent + b'"}}')
        client.post("/v1/checks", content=sent * 5_000)
        client.get("/v1/groups", headers={"Host": secret, "User-Agent": secret, "Referer": secret})
        client.get("/v1/groups", headers={"Authorization": f"Bearer {secret}", "X-Request-Id": secret})
        client.get("/v1/groups", headers={"Authorization": f"Basic {secret}", "Cookie": secret})
        client.request(secret.replace(" ", ""), "/v1/groups")
    told = log.getvalue()
    key = client.headers["authorization"].split("_")[2]

    assert len(lines(log)) == 11 * len(SECRETS)
    # An id of a request is the caller's own to choose; what is not made of a secret may stand in the log.
    text = json.dumps([{k: v for k, v in line.items() if k != "request_id"} for line in lines(log)])
    assert [secret for secret in SECRETS if secret in text] == []
    assert key not in told
    assert "Feifei" not in told
