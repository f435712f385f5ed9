"""Reading editions: what is broken is said once, clearly, with its place."""

from pathlib import Path

import pytest

from riskmon.domain.errors import CallerError
from riskmon.rulebook.loader import BOOKS_FOLDER, editions_of, parse_edition, shipped_editions

HEADING = """
id = "mine"
title = "Mine"
document = "My policy"
jurisdiction = "bank"
effective_from = 2020-01-01
"""

THRESHOLD = """
[[threshold]]
id = "large_exposure"
base = "tier1_capital"
ratio = 0.1
boundary = "above"
source = { clause = "1", certainty = "verified" }
"""


@pytest.mark.parametrize(("text", "said"), [
    (HEADING + "title = ",                                              "not valid TOML"),
    (HEADING + "colour = 'red'",                                        "colour"),
    (HEADING.replace("2020-01-01", "2020-13-01"),                       "not valid TOML"),
    (HEADING.replace('id = "mine"', ""),                                "broken at id"),
    (HEADING + THRESHOLD.replace("0.1", "1.5"),                         "threshold.0.ratio"),
    (HEADING + THRESHOLD.replace("0.1", "nan"),                         "threshold.0.ratio"),
    (HEADING + THRESHOLD.replace('"above"', '"around"'),                "threshold.0.boundary"),
    (HEADING + THRESHOLD.replace("verified", "certain"),                "threshold.0.source.certainty"),
    (HEADING + THRESHOLD.replace('clause = "1", ', ""),                 "threshold.0.source.clause"),
    (HEADING + THRESHOLD + 'when = { reading = "strict" }',             "'reading' = 'strict'"),
])  # fmt: skip
def test_a_broken_edition_is_one_error_that_names_file_and_place(text, said):
    with pytest.raises(CallerError) as raised:
        parse_edition(text, origin="mine.toml")
    assert "mine.toml" in raised.value.what
    assert said.replace("'reading'", "reading") in raised.value.what
    assert raised.value.why
    assert raised.value.remedy


def test_a_dependence_test_cannot_hide_behind_a_choice_of_its_own():
    # `when` is for whole entries; inside a grouping it would be read and never applied.
    text = f"""{HEADING}
    [[grouping]]
    votes_above_bp = 5_000
    control_bases = []
    dependence = "off"
    source = {{ clause = "1", certainty = "verified" }}
    [[grouping.dependence_tests]]
    bases = ["output"]
    when = {{ reading = "strict" }}
    source = {{ clause = "1", certainty = "verified" }}
    """
    with pytest.raises(CallerError, match=r"grouping\.0\.dependence_tests\.0\.when"):
        parse_edition(text, origin="mine.toml")


def test_ratios_are_read_as_exact_decimals():
    # 0.1 as a binary float is not one tenth; as a decimal its text comes back unchanged.
    assert str(parse_edition(HEADING + THRESHOLD, origin="mine.toml").edition.threshold[0].ratio) == "0.1"


def test_a_banks_own_file_is_read_by_its_path(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(HEADING + THRESHOLD)
    (loaded,) = editions_of(str(path))
    assert loaded.edition.id == "mine"
    assert loaded.origin == str(path)


def test_the_digest_of_an_edition_is_that_of_the_bytes_of_its_file(tmp_path):
    # sha256 of the bytes, line ends included: an editor that turns them is a change of the file.
    plain, turned = tmp_path / "plain.toml", tmp_path / "turned.toml"
    plain.write_bytes(HEADING.encode())
    turned.write_bytes(HEADING.replace("\n", "\r\n").encode())
    assert editions_of(str(plain))[0].digest != editions_of(str(turned))[0].digest
    assert editions_of(str(plain))[0].edition == editions_of(str(turned))[0].edition


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_the_callers_mistake(tmp_path, content):
    path = tmp_path / "own.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CallerError, match="cannot be read"):
        editions_of(str(path))


def test_an_unknown_book_is_answered_with_the_books_there_are():
    with pytest.raises(CallerError) as raised:
        editions_of("cn_small_exposures")
    assert "cn_large_exposures" in raised.value.remedy


def test_editions_of_a_book_come_oldest_first():
    dates = [str(loaded.edition.effective_from) for loaded in editions_of("basel_lex")]
    assert dates == ["2019-01-01", "2023-01-01"]


def test_every_file_of_the_books_folder_is_an_edition_of_its_folders_book():
    folders = {path.parent.name for path in Path(BOOKS_FOLDER).glob("*/*.toml")}
    assert folders == set(shipped_editions())
