"""The benchmark of checks: what goes over the wire, and what is compared with what."""

import asyncio
import json
from contextlib import suppress

from benchmarks.checks.__main__ import _compared
from benchmarks.checks.client import called, requests_of
from benchmarks.checks.mix import deals
from riskmon.operations.checks.request import read_request
from tests import builders
from tests.checking import decisions_on


def test_every_body_is_sent_once_in_turn_and_its_answer_is_waited_for():
    heard = []

    async def answer(reader, writer):
        with suppress(asyncio.IncompleteReadError):  # the caller has hung up
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.split(b"\r\n")
                length = next(int(line[16:]) for line in lines if line.startswith(b"Content-Length: "))
                heard.append((lines[0], await reader.readexactly(length)))
                # In two pieces, as a slow server does.
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab")
                await writer.drain()
                writer.write(b"cd")
        writer.close()

    async def talk():
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            requests = requests_of([b"one", b"three"], port, "/v1/checks", "key")
            return await called(requests, port, 1, 3)

    told = asyncio.run(talk())
    line = b"POST /v1/checks HTTP/1.1"
    assert heard == [(line, b"one"), (line, b"three"), (line, b"one")]
    assert (len(told["seconds"]), told["answers"]) == (3, {"200": 3})


def test_a_measurement_is_compared_with_the_echo_beside_it():
    taken = [
        {
            name: {"per_second": rate}
            for name, rate in (("bare_echo", 8.0), ("echo", echo), ("checks", checks))
        }
        for echo, checks in ((4.0, 2.0), (10.0, 9.0), (2.0, 1.2))
    ]
    found = _compared(taken)
    # 2 of 4, 9 of 10, 1.2 of 2: the middle one of the ratios, not the ratio of the middle ones.
    assert found["checks_of_echo"]["per_second"] == 0.6
    assert found["checks"]["per_second"] == 2.0


def test_the_deals_are_such_as_a_bank_could_send_and_the_same_every_time(tmp_path):
    decisions = decisions_on(
        tmp_path,
        parties=[builders.party(name) for name in ("P1", "P2", "P3")] + [builders.party("B1", kind="bank")],
        facilities=[builders.facility(f"F{n}", f"P{n}") for n in (1, 2, 3)],
        relationships=[builders.relationship("R1", "P1", "P2")],
    )
    asked = list(deals(decisions, 200))
    assert asked == list(deals(decisions, 200))
    for deal in asked:
        assert len(read_request(json.dumps({"deal": deal})).proposed) == 1
    assert {each["obligor_id"] for each in asked} == {"P1", "P2", "P3"}
    assert any("protections" in each for each in asked)
