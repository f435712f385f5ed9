"""Telling other systems: a real receiver on this machine, real signatures, on both stores."""

import base64
import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from riskmon.operations.webhooks import dispatch, read_endpoints, resend
from riskmon.operations.webhooks.schedule import SPREAD, WAITS
from riskmon.store.database import connect
from riskmon.store.outbox import Event, announce, deliveries

SECRET = "whsec_" + base64.b64encode(b"n" * 32).decode()
OLD_SECRET = "whsec_" + base64.b64encode(b"o" * 32).decode()


class Receiver:
    """Takes what is posted, and answers with the status that it is told to."""

    def __init__(self):
        self.status, self.seen = 200, []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.seen.append((dict(self.headers), body.decode()))
                self.send_response(receiver.status)
                self.send_header("location", f"http://127.0.0.1:{receiver.port}/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Clock:
    """Stands still until it is moved; begins now, since a receiver refuses old signatures."""

    def __init__(self):
        self.at = datetime.now(UTC)  # noqa: TID251

    def __call__(self):
        return self.at


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.stop()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def database(store_place, clock):
    opened = connect(store_place, clock=clock)
    yield opened
    opened.close()


def endpoints_of(tmp_path, *lines, secrets=(SECRET,)):
    for number, secret in enumerate(secrets):
        (tmp_path / f"{number}.secret").write_text(secret)
    files = ", ".join(f'"{number}.secret"' for number in range(len(secrets)))
    text = "\n".join(f"[[endpoint]]\n{line}\nsecret_files = [{files}]" for line in lines)
    (tmp_path / "webhooks.toml").write_text(text)
    return read_endpoints(tmp_path / "webhooks.toml")


@pytest.fixture
def endpoints(tmp_path, receiver):
    return endpoints_of(tmp_path, f'id = "core"\nurl = "http://127.0.0.1:{receiver.port}/hook"')


def happened(database, *subjects, event_type="earmark.placed"):
    with database.writing() as connection:
        for subject in subjects:
            data = {"amount": "5.00", "currency": "CNY"}
            announce(connection, Event(event_type, subject, data), database.clock())


def test_a_receiver_hears_what_happened_once_in_order_and_signed(database, endpoints, receiver):
    happened(database, "D-1", "D-2")
    assert vars_of(dispatch(database, endpoints)) == (2, 2, 0, 0)
    assert vars_of(dispatch(database, endpoints)) == (0, 0, 0, 0)
    said = sorted((json.loads(body) for _, body in receiver.seen), key=lambda body: body["sequence"])
    assert [(body["sequence"], body["subject"], body["type"]) for body in said] == [
        (1, "D-1", "earmark.placed"),
        (2, "D-2", "earmark.placed"),
    ]
    assert said[0]["data"] == {"amount": "5.00", "currency": "CNY"}
    for headers, body in receiver.seen:
        assert Webhook(SECRET).verify(body, headers)["id"] == headers["webhook-id"]
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(body.replace("5.00", "9.00"), headers)


def test_a_receiver_may_go_over_to_a_new_secret(database, tmp_path, receiver):
    url = f"http://127.0.0.1:{receiver.port}/"
    endpoints = endpoints_of(tmp_path, f'id = "core"\nurl = "{url}"', secrets=(SECRET, OLD_SECRET))
    happened(database, "D-1")
    dispatch(database, endpoints)
    ((headers, body),) = receiver.seen
    assert Webhook(SECRET).verify(body, headers) == Webhook(OLD_SECRET).verify(body, headers)


def test_what_is_not_taken_is_tried_again_later_and_later_and_in_the_end_kept_as_dead(
    database, endpoints, receiver, clock
):
    receiver.status = 503
    happened(database, "D-1")
    assert vars_of(dispatch(database, endpoints)) == (1, 0, 1, 0)
    for wait in WAITS[:-1]:
        clock.at += wait - timedelta(seconds=1)
        assert vars_of(dispatch(database, endpoints)) == (0, 0, 0, 0)
        clock.at += timedelta(seconds=1) + SPREAD * wait
        assert vars_of(dispatch(database, endpoints)) == (0, 0, 1, 0)
    clock.at += WAITS[-1] * (1 + SPREAD)
    assert vars_of(dispatch(database, endpoints)) == (0, 0, 0, 1)
    assert len(receiver.seen) == len(WAITS) + 1
    assert len({headers["webhook-id"] for headers, _ in receiver.seen}) == 1
    clock.at += timedelta(days=9)
    assert vars_of(dispatch(database, endpoints)) == (0, 0, 0, 0)
    receiver.status = 204
    assert resend(database.place, endpoint_id="core") == 1
    assert vars_of(dispatch(database, endpoints)) == (0, 1, 0, 0)


def test_a_receiver_that_is_gone_is_not_tried_again(database, endpoints, receiver):
    receiver.status = 410
    happened(database, "D-1")
    assert vars_of(dispatch(database, endpoints)) == (1, 0, 0, 1)


def test_a_redirect_is_not_followed_since_it_could_lead_anywhere(database, endpoints, receiver):
    receiver.status = 307
    happened(database, "D-1")
    assert vars_of(dispatch(database, endpoints)) == (1, 0, 1, 0)
    assert len(receiver.seen) == 1


def test_nobody_at_the_address_is_a_failed_attempt_and_says_why(database, endpoints, receiver):
    receiver.stop()
    happened(database, "D-1")
    assert vars_of(dispatch(database, endpoints)) == (1, 0, 1, 0)
    assert deliveries(database)[0].last_said == "ConnectError"


def test_an_endpoint_hears_only_of_what_it_asked_for(database, tmp_path, receiver):
    url = f'url = "http://127.0.0.1:{receiver.port}/"'
    endpoints = endpoints_of(
        tmp_path,
        f'id = "all"\n{url}',
        f'id = "earmarks"\n{url}\ntypes = ["earmark"]',
        f'id = "placed"\n{url}\ntypes = ["earmark.placed"]',
    )
    happened(database, "D-1")
    happened(database, "D-2", event_type="earmark.released")
    happened(database, "R-1", event_type="run.published")
    dispatch(database, endpoints)
    told = sorted((each.endpoint_id, each.event.subject) for each in deliveries(database))
    assert told == [
        ("all", "D-1"), ("all", "D-2"), ("all", "R-1"), ("earmarks", "D-1"), ("earmarks", "D-2"), ("placed", "D-1"),
    ]  # fmt: skip


def test_without_endpoints_events_still_get_their_place(database):
    happened(database, "D-1")
    assert vars_of(dispatch(database, ())) == (1, 0, 0, 0)


def test_senders_at_the_same_time_deliver_each_event_once(database, endpoints, receiver):
    happened(database, *(f"D-{n}" for n in range(30)))
    threads = [threading.Thread(target=dispatch, args=(database, endpoints)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(json.loads(body)["sequence"] for _, body in receiver.seen) == list(range(1, 31))


def vars_of(done):
    return done.numbered, done.delivered, done.waiting, done.dead
