"""`riskmon replay`: what is printed, what is data, and what each call ends with."""

import json

import pytest

from tests import builders

DATA = ("--data", "data")


@pytest.fixture
def answer(riskmon, tmp_path, monkeypatch):
    monkeypatch.setenv("RISKMON_SNAPSHOT_MAX_AGE_DAYS", "100000")
    builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party("A"), builders.party("B")],
        relationships=[builders.relationship("R1", "A", "B")],
        facilities=[builders.facility("F1", "A", commitment="300.00", drawn="300.00")],
        capital=[builders.capital("2026-01-31")],
    )
    books = ("--as-of", "2026-06-30", "--books", "example_policy", "--json")
    riskmon("run", "--input", "bank", "--out", "data", *books)
    said = riskmon("check", "--obligor", "A", "--amount", "2000.00", "--json", *DATA)
    (tmp_path / "answer.json").write_text(said.stdout, encoding="utf-8")
    return json.loads(said.stdout)


def test_an_answer_that_was_kept_is_made_again(riskmon, answer):
    done = riskmon("replay", "answer.json", *DATA)
    assert (done.returncode, done.stdout) == (0, "Identical.\n")
    told = json.loads(riskmon("replay", "answer.json", *DATA, "--json").stdout)
    assert (told["outcome"], told["causes"], told["differences"]) == ("identical", [], [])
    assert told["answer"]["verdict"] == answer["verdict"] == "warn"


def test_what_differs_is_told_with_why(riskmon, answer, tmp_path):
    (tmp_path / "answer.json").write_text(json.dumps({**answer, "verdict": "pass"}))
    done = riskmon("replay", "answer.json", *DATA)
    assert done.returncode == 3
    assert done.stdout.splitlines()[:2] == [
        "Differs.",
        "  The code is the same: the answer in the file, or the stored run, was changed since.",
    ]
    assert 'verdict: then "pass"' in done.stdout
    assert '         now  "warn"' in done.stdout
    done = riskmon("replay", "answer.json", "--data", "elsewhere")
    assert (done.returncode, "is not in the data folder" in done.stdout) == (3, True)


def test_an_earmark_is_made_again_by_its_id(riskmon, answer):
    by = ("--by", "Li Na", *DATA)
    riskmon("earmark", "publish", *by)
    riskmon(
        "earmark",
        "place",
        "D-1",
        "--obligor",
        "A",
        "--amount",
        "5",
        "--currency",
        "CNY",
        "--hours",
        "24",
        *by,
    )
    done = riskmon("replay", "D-1", *DATA)
    assert (done.returncode, done.stdout) == (0, "Identical.\n")
    unknown = riskmon("replay", "D-2", *DATA)
    assert (unknown.returncode, "No earmark has the id 'D-2'" in unknown.stderr) == (2, True)


@pytest.mark.parametrize("content", [None, "no JSON", "[]", "{}"])
def test_what_holds_no_answer_is_the_callers_mistake(riskmon, tmp_path, content):
    if content is not None:
        (tmp_path / "answer.json").write_text(content)
    assert riskmon("replay", "answer.json", *DATA).returncode == 2
