"""The common data formats in XML, record by record, so that a file of gigabytes is never held.

A document type is refused, and with it every entity: what the parser expands is in the file itself.
"""

from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

import polars as pl

from riskmon.ingest.formats.gleif.contents import CONTENTS, NUMBERED, XML_SPELLINGS, Content

_CHUNK = 1 << 20
_BATCH = 50_000


class _Collector:
    """The wanted texts of each record, as expat walks through the file."""

    def __init__(self) -> None:
        self.content: Content | None = None
        self.announced: str | None = None
        self.rows: list[dict[str, str]] = []
        self._names: dict[str, str] = {}
        self._path: list[str] = []
        self._counts: dict[str, int] = {}
        self._row: dict[str, str] | None = None
        self._text: list[str] = []
        self._record_depth = 0

    def start(self, tag: str, _: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if self.content is None:
            self._begin(name)
        elif self._row is None and name == self.content.record:
            self._row, self._counts, self._record_depth = {}, {}, len(self._path)
        elif name in NUMBERED:
            self._counts[name] = self._counts.get(name, 0) + 1
            name = f"{name}.{self._counts[name]}"
        self._path.append(name)
        self._text.clear()

    def text(self, data: str) -> None:
        self._text.append(data)

    def end(self, _: str) -> None:
        if self._row is None:
            if self._path[-1] == "RecordCount":
                self.announced = "".join(self._text).strip()
        elif len(self._path) == self._record_depth + 1:
            self.rows.append(self._row)
            self._row = None
        else:
            column = self._names.get(".".join(self._path[self._record_depth + 1 :]))
            if column is not None:
                self._row[column] = "".join(self._text).strip()
        self._path.pop()
        self._text.clear()

    def _begin(self, root: str) -> None:
        self.content = next((content for content in CONTENTS if content.root == root), None)
        if self.content is None:
            raise ValueError(f"the document begins with {root}, which is no format of the LEI system")
        self._names = {_path_of(header): name for name, header in self.content.columns.items()}


def _path_of(header: str) -> str:
    for path, spelling in XML_SPELLINGS:
        if spelling in header:
            header = header.replace(spelling, path)
    return header


def read_xml(file: IO[bytes]) -> tuple[Content, pl.DataFrame, str | None]:
    """The content of a file, its records with the content's columns as text, and how many the header announces.

    Raises:
        ValueError: not XML, cut off, with a document type, or of no known format.
    """
    collector, parser = _Collector(), expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = collector.start
    parser.EndElementHandler = collector.end
    parser.CharacterDataHandler = collector.text
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parts = list(_batches(file, parser, collector))
    assert collector.content is not None
    return collector.content, pl.concat(parts), collector.announced


def _batches(file: IO[bytes], parser: expat.XMLParserType, collector: _Collector) -> Iterator[pl.DataFrame]:
    is_over = False
    while not is_over:
        chunk = file.read(_CHUNK)
        is_over = not chunk
        try:
            parser.Parse(chunk, is_over)
        except expat.ExpatError as error:
            raise ValueError(f"it is no well-formed XML or is cut off ({error})") from error
        if is_over or len(collector.rows) >= _BATCH:
            assert collector.content is not None
            schema = dict.fromkeys(collector.content.columns, pl.String)
            yield pl.DataFrame(collector.rows, schema=schema)
            collector.rows.clear()


def _refuse_document_type(*_: object) -> None:
    raise ValueError("it declares a document type, which these formats do not have")
