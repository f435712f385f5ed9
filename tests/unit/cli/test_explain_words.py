"""The words of explanations: every code has one in both languages, and a share is never shown below itself."""

import re
from typing import get_args

import pytest

from riskmon.cli import explain_codes as codes
from riskmon.cli.explain_texts import TEXTS
from riskmon.cli.explain_words import Language, Words
from riskmon.domain import terms
from riskmon.operations.citations import Said
from riskmon.rulebook.model import PartyClass

ENGLISH, CHINESE = Words(Language.ENGLISH, {}), Words(Language.CHINESE, {})


@pytest.mark.parametrize(("table", "vocabulary"), [
    (codes.PRODUCTS,      terms.PRODUCTS),
    (codes.PARTY_KINDS,   (*terms.PARTY_KINDS, "anonymous")),
    (codes.PROTECTIONS,   terms.PROTECTION_KINDS),
    (codes.CATEGORIES,    [each.value for each in terms.Category]),
    (codes.SEVERITIES,    [each.value for each in terms.Severity]),
    (codes.MEASURES,      terms.MEASURES),
    (codes.CAPITAL_BASES, terms.CAPITAL_BASES),
    (codes.CLASSES,       get_args(PartyClass)),
    (codes.CERTAINTIES,   ["verified", "unverified"]),
])  # fmt: skip
def test_every_code_has_a_word_in_both_languages(table, vocabulary):
    assert set(table) == set(vocabulary)
    for english, chinese in table.values():
        assert not re.search(r"[\u4e00-\u9fff_]", english)
        assert re.fullmatch(r"[\u4e00-\u9fff]+", chinese), chinese


def test_every_text_says_the_same_things_in_both_languages():
    for what, (english, chinese) in TEXTS.items():
        asked = [set(re.findall(r"{(\w+)", said)) for said in (english, chinese)]
        # how many there are in all, and an English plural, are said in one language only
        assert asked[0] ^ asked[1] <= {"s", "total", "count", "rest"}, what


@pytest.mark.parametrize(("ratio", "said"), [
    (1.0414, "104.14"),        # binary floats hold a hair less than 104.14
    (0.29, "29.00"),
    (1.183762, "118.37"),      # rounded down
    (1e-07, "0.00"),
])  # fmt: skip
def test_a_used_share_is_rounded_down_from_what_was_divided(ratio, said):
    assert ENGLISH.percent(ratio) == f"{said} %"
    assert CHINESE.percent(ratio) == f"{said}%"


def test_a_share_of_a_rule_is_exact():
    assert (ENGLISH.share("0.0015"), CHINESE.share("0.15")) == ("0.15 %", "15%")
    assert ENGLISH.basis_points(150) == "1.5 %"


def test_a_book_is_called_by_its_title_and_its_id():
    titles = {"b": Said("A book", "一本规则")}
    assert Words(Language.ENGLISH, titles).title("b") == "A book (b)"
    assert Words(Language.CHINESE, titles).title("b") == "一本规则（b）"
    assert Words(Language.CHINESE, titles).title("c") == "c"
