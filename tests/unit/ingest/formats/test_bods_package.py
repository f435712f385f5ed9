import json
from decimal import Decimal

import pytest

from riskmon.domain.errors import CallerError
from riskmon.ingest.formats.bods import package, read_bods
from riskmon.ingest.formats.bods.package import elements
from tests.bods_statements import entity, owns, person

STATEMENTS = [entity(), person(), owns("R")]


def test_an_array_is_read_whatever_the_size_of_the_buffer(tmp_path, monkeypatch):
    path = tmp_path / "package.json"
    path.write_text(json.dumps(STATEMENTS, indent=2), encoding="utf-8")
    for size in (1, 2, 7, 100, 1 << 20):
        monkeypatch.setattr(package, "_CHUNK", size)
        assert list(elements(path)) == STATEMENTS


@pytest.mark.parametrize("name", ["package.jsonl", "package.json"])
def test_json_lines_are_read_with_or_without_their_ending(tmp_path, name):
    path = tmp_path / name
    path.write_text("\n\n".join(map(json.dumps, STATEMENTS)) + "\n", encoding="utf-8")
    assert list(elements(path)) == STATEMENTS


def test_a_byte_order_mark_is_no_part_of_the_package(tmp_path):
    path = tmp_path / "package.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(STATEMENTS).encode())
    assert list(elements(path)) == STATEMENTS


def test_decimals_stay_exact(tmp_path):
    path = tmp_path / "package.json"
    path.write_text('[{"recordId": 33.30}]', encoding="utf-8")
    assert list(elements(path)) == [{"recordId": Decimal("33.30")}]


def test_a_package_may_be_empty(tmp_path):
    path = tmp_path / "package.json"
    path.write_text(" [ ] ", encoding="utf-8")
    assert list(elements(path)) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", ""),
        ("a.json", "ownership"),
        ("a.json", '[{"recordId": "A"}'),
        ("a.json", '[{"recordId": "A"},]'),
        ("a.json", '[{"recordId": "A"} {"recordId": "B"}]'),
        ("a.json", '[{"recordId": "A"}] [{"recordId": "B"}]'),
        ("a.json", '[{"recordId": NaN}]'),
        ("a.json", '{"recordId": "A"}'),
        ("a.json", '{\n"recordId": "A"\n}'),
        ("a.jsonl", "id,name\n1,A\n2,B\n"),
        ("a.json", "[1, 2]"),
        ("a.json", '[{"statementID": "of version 0.3"}]'),
        ("a.json", "[" * 100_000),
    ],
)
def test_what_is_no_package_is_the_callers_mistake(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CallerError):
        list(elements(path))


@pytest.mark.parametrize("broken", ['{"recordId": ', "cut off", "{'recordId': 'A'}", "[" * 100_000])
def test_a_line_that_is_not_json_is_a_finding_and_the_others_are_read(tmp_path, broken):
    path = tmp_path / "a.jsonl"
    lines = [json.dumps(STATEMENTS[0]), broken, *map(json.dumps, STATEMENTS[1:])]
    path.write_text("\n".join(lines), encoding="utf-8")
    read = read_bods([path])
    assert read.relationships["relationship_id"].to_list() == ["R"]
    (refused,) = read.findings.filter(finding_code="statement_refused")["message"]
    assert refused.startswith("Line 2 of a.jsonl is not JSON (")


def test_a_missing_file_and_foreign_bytes_are_the_callers_mistake(tmp_path):
    with pytest.raises(CallerError):
        list(elements(tmp_path / "missing.json"))
    (tmp_path / "latin.json").write_bytes(b'[{"recordId": "\xe9"}]')
    with pytest.raises(CallerError):
        list(elements(tmp_path / "latin.json"))
