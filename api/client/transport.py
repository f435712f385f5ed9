"""How the client speaks: signed in, with problems as errors, and trying again only what can be repeated safely."""

from collections.abc import Iterator, Mapping, Sequence
from time import sleep
from types import TracebackType
from typing import Any, Final, Protocol, Self, TypeVar
from uuid import uuid4

import httpx2
from pydantic import BaseModel, TypeAdapter, ValidationError

from api.schemas.earmarks import Refusal
from api.schemas.problems import Problem
from api.schemas.queries import PageQuery

Answered = TypeVar("Answered", bound=BaseModel)
Item = TypeVar("Item", covariant=True)

WAITS: Final = (0.2, 1.0, 3.0)
"""Seconds before each new attempt, where nobody answered or the server could not just then."""

_STREAM_TIMEOUT: Final = 60.0
"""Seconds without a sign of life after which a stream is taken for broken; the server sends one every fifteen."""

_PROBLEM: Final[TypeAdapter[Refusal | Problem]] = TypeAdapter(Refusal | Problem)

_UNABLE: Final = frozenset({502, 503, 504})


class PageOf(Protocol[Item]):
    """A page of any list."""

    @property
    def items(self) -> Sequence[Item]:
        """The items of this page."""

    @property
    def next(self) -> str | None:
        """The cursor of the next one."""

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray) -> Self:
        """A page from its text."""


class RefusedError(Exception):
    """The server answered that it does not do what was asked; `problem` says why and what to do, and which limit refuses."""

    def __init__(self, problem: Refusal | Problem) -> None:
        super().__init__(f"{problem.title}: {problem.detail} {problem.remedy}")
        self.problem = problem


class UnreachableError(Exception):
    """Nobody answered, or what answered is not riskmon."""


class Transport:
    """A connection to one server, kept open. Safe to share between threads."""

    def __init__(self, address: str, key: str, *, timeout_seconds: float = 30.0) -> None:
        """Speak to the server at an address such as `https://riskmon.bank.example`, with an API key or an OIDC token."""
        self._http = httpx2.Client(
            base_url=address,
            headers={"authorization": f"Bearer {key}", "accept": "application/json"},
            timeout=timeout_seconds,
        )

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def read(self, path: str, answer: type[Answered], query: BaseModel | None = None) -> Answered:
        """The answer to a question. It is asked again where nobody answers: nothing is changed by it."""
        return answer.model_validate_json(self._tried("GET", path, params=_parameters(query)))

    def pages(self, path: str, page: type[PageOf[Item]], query: PageQuery | None) -> Iterator[Item]:
        """Every item of a list, page by page, from the one run that the first page was read from."""
        asked = query or PageQuery()
        while True:
            found = page.model_validate_json(self._tried("GET", path, params=_parameters(asked)))
            yield from found.items
            if found.next is None:
                return
            asked = asked.model_copy(update={"cursor": found.next})

    def ask(self, path: str, answer: type[Answered], body: BaseModel) -> Answered:
        """The answer to a question that needs a body. Nothing is changed by it."""
        return answer.model_validate_json(self._tried("POST", path, content=_json(body)))

    def write(
        self, path: str, answer: type[Answered], body: BaseModel, headers: Mapping[str, str] | None = None
    ) -> Answered:
        """What became of something that is done once, however often it has to be sent: one key goes with every attempt."""
        once = {"idempotency-key": uuid4().hex, **(headers or {})}
        return answer.model_validate_json(self._tried("POST", path, content=_json(body), headers=once))

    def lines(self, path: str, headers: Mapping[str, str]) -> Iterator[str]:
        """The lines of a stream, until it ends.

        Raises:
            RefusedError: the server says no.
            UnreachableError: nobody answers, or the stream broke.
        """
        try:
            with self._http.stream("GET", path, headers=headers, timeout=_STREAM_TIMEOUT) as answer:
                if answer.is_error:
                    answer.read()
                    raise _refusal(answer)
                yield from answer.iter_lines()
        except httpx2.TransportError as error:
            raise UnreachableError(f"the stream {path} broke: {type(error).__name__}") from error

    def _tried(self, method: str, path: str, **sent: Any) -> bytes:  # noqa: ANN401 -- as httpx takes them
        headers = {
            **({"content-type": "application/json"} if "content" in sent else {}),
            **sent.pop("headers", {}),
        }
        for wait in (*WAITS, None):
            try:
                answer = self._http.request(method, path, headers=headers, **sent)
            except httpx2.TransportError as error:
                if wait is None:
                    raise UnreachableError(f"{method} {path}: {type(error).__name__}") from error
            else:
                if answer.status_code not in _UNABLE or wait is None:
                    return _body(answer)
            sleep(wait)
        raise AssertionError("the last attempt answers or raises")


def _body(answer: httpx2.Response) -> bytes:
    if answer.is_error:
        raise _refusal(answer)
    return answer.content


def _refusal(answer: httpx2.Response) -> Exception:
    try:
        return RefusedError(_PROBLEM.validate_json(answer.content))
    except ValidationError:
        return UnreachableError(f"something that is not riskmon answered {answer.status_code}")


def _parameters(query: BaseModel | None) -> dict[str, Any]:
    return {} if query is None else query.model_dump(mode="json", exclude_none=True)


def _json(body: BaseModel) -> str:
    return body.model_dump_json(exclude_none=True)
