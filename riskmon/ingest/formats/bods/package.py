"""Packages: the statements of a file, one at a time, whether it is one JSON array or JSON Lines.

A file is never held as a whole, so that a release of a register fits into memory.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from riskmon.domain.errors import CallerError
from riskmon.ingest.formats.opened import UNREADABLE, inner_suffix, opened_text, unreadable

_CHUNK = 1 << 20
"""Characters read at a time from an array."""

_LONG_INTEGER = 1_000

_LINES_SUFFIXES = (".jsonl", ".ndjson")


class BrokenLine(NamedTuple):
    """A line of JSON Lines that is not JSON: its number, and what is wrong with it."""

    number: int
    reason: str


def elements(path: Path) -> Iterator[Any]:
    """Every element of a package, in the order of the file; of a line that is not JSON a BrokenLine. Decimals stay exact.

    Raises:
        CallerError: no such file, not JSON, damaged, or no statement of the standard in it.
    """
    try:
        with opened_text(path) as file:
            yield from _only_packages(path, _elements(path, file))
    except UNREADABLE as error:
        remedy = "Deliver it complete, in UTF-8, as one JSON array or as JSON Lines, plain or packed."
        raise unreadable(path, error, remedy) from error


def _elements(path: Path, file: TextIO) -> Iterator[Any]:
    first = _first_character(file)
    file.seek(0)
    if first == "[":
        return _array(file)
    if inner_suffix(path) in _LINES_SUFFIXES:
        return _lines(file)
    found = _lines(file)
    head = list(zip(range(2), found, strict=False))
    if len(head) < 2:
        raise _not_a_package(path, "one JSON value, not a list of statements")
    return chain((element for _, element in head), found)


def _only_packages(path: Path, found: Iterator[Any]) -> Iterator[Any]:
    """The elements, if any of them looks like a statement; a package may be empty."""
    marks = {"statementId", "recordId", "recordType", "recordDetails"}
    is_package, count = False, 0
    for element in found:
        is_package = is_package or (isinstance(element, dict) and bool(marks & element.keys()))
        count += 1
        yield element
    if count and not is_package:
        raise _not_a_package(path, "none of its elements is a statement")


def _not_a_package(path: Path, reason: str) -> CallerError:
    return CallerError(
        f"{path} is not a package of the Beneficial Ownership Data Standard 0.4: {reason}.",
        remedy="Deliver statements with statementId, recordId, recordType and recordDetails.",
    )


def _first_character(file: TextIO) -> str:
    while text := file.read(_CHUNK):
        if text := text.lstrip():
            return text[0]
    raise ValueError("the file is empty")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _integer(text: str) -> int | Decimal:
    """An integer; one of absurd length is a decimal, since Python refuses to read it."""
    return int(text) if len(text) < _LONG_INTEGER else Decimal(text)


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_int=_integer, parse_constant=_no_constant)


def _lines(file: TextIO) -> Iterator[Any]:
    for number, line in enumerate(file, start=1):
        if text := line.strip():
            try:
                element = _DECODER.decode(text)
            except (ValueError, RecursionError) as error:
                element = BrokenLine(number, str(error))
            yield element


def _first_element(buffer: str) -> tuple[Any, str]:
    """The first element and the text after it; no text where the element cannot be decoded yet."""
    try:
        element, end = _DECODER.raw_decode(buffer)
    except json.JSONDecodeError:
        return None, ""
    return element, buffer[end:].lstrip()


def _array(file: TextIO) -> Iterator[Any]:
    """The elements of an array, decoded one by one from a buffer that is refilled."""
    buffer = file.read(_CHUNK).lstrip()[1:].lstrip()
    is_last = buffer.startswith("]")
    while not is_last:
        element, rest = _first_element(buffer)
        # At the end of the buffer an element may be cut off, and what follows it is not known yet.
        if not rest:
            more = file.read(max(_CHUNK, len(buffer)))
            if not more:
                raise ValueError("the array does not end, or an element of it is not JSON")
            buffer = (buffer + more).lstrip()
            continue
        yield element
        if rest[0] not in ",]":
            raise ValueError("the elements of the array are not separated by commas")
        is_last = rest[0] == "]"
        buffer = rest if is_last else rest[1:].lstrip()
    if buffer[1:].strip() or file.read().strip():
        raise ValueError("something follows the array")
