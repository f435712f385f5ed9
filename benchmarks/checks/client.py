"""The caller, in a process of its own: so many connections that are kept alive, each sending the next body once it is answered.

`python -m benchmarks.checks.client PORT PATH CONNECTIONS REQUESTS BODIES CREDENTIAL` prints the seconds of each request, and of all, as JSON.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import Final

HOST: Final = "127.0.0.1"
_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"


class _Caller(asyncio.Protocol):
    """One connection. What comes back is counted, not read: a caller must cost less than the server."""

    def __init__(self, requests: Iterator[bytes], seconds: list[float], answers: Counter[str]) -> None:
        self._requests, self._seconds, self._answers = requests, seconds, answers
        self._received = bytearray()
        self._start = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        received = self._received
        received += data
        head = received.find(_HEAD_END)
        if head < 0:
            return
        at = received.lower().find(_LENGTH, 0, head)
        length = int(received[at + len(_LENGTH) : received.find(b"\r\n", at)])
        if len(received) < head + len(_HEAD_END) + length:
            return
        self._seconds.append(perf_counter() - self._start)
        self._answers[received[9:12].decode()] += 1
        received.clear()
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))

    def _send(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._start = perf_counter()
        self._transport.write(request)


def requests_of(bodies: Sequence[bytes], port: int, path: str, credential: str) -> list[bytes]:
    """The requests as they go over the wire."""
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {HOST}:{port}",
        "Content-Type: application/json",
        f"Authorization: Bearer {credential}",
    ]
    head = "\r\n".join(lines)
    return [f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body for body in bodies]


async def called(requests: Sequence[bytes], port: int, connections: int, count: int) -> dict[str, object]:
    """Send so many requests over so many connections: `seconds` of each and `whole` of all, `answers` by status."""
    seconds: list[float] = []
    answers: Counter[str] = Counter()
    waiting = islice(cycle(requests), count)
    loop = asyncio.get_running_loop()
    start = perf_counter()
    callers = [
        (await loop.create_connection(lambda: _Caller(waiting, seconds, answers), HOST, port))[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(caller.done for caller in callers))
    return {"whole": perf_counter() - start, "seconds": seconds, "answers": dict(answers)}


def main(arguments: Sequence[str]) -> int:
    """Call, and print what was measured."""
    path = arguments[1]
    port, connections, count = (int(arguments[n]) for n in (0, 2, 3))
    requests = requests_of(Path(arguments[4]).read_bytes().splitlines(), port, path, arguments[5])
    print(json.dumps(asyncio.run(called(requests, port, connections, count))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
