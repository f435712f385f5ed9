"""Citations: what a party is called, and where a rule is written, as each language writes it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_NAMES: Final = re.compile(r"(?P<zh>[^()]*[\u4e00-\u9fff][^()]*?) \((?P<en>[^\u4e00-\u9fff]+)\)")
"""A party that has a Chinese and a Latin name."""

_DOCUMENTS: Final = re.compile(
    r"(?P<en>[^()\u4e00-\u9fff]+) \((?P<zh>[^()]*[\u4e00-\u9fff][^()]*)\)(?:, (?P<place>.+))?"
)
"""A document that has a Latin and a Chinese name, and a place in it."""

_PLACES: Final = (
    (re.compile(r"art\. ([\d()a-z-]+)"), r"第\1条"),
    (re.compile(r"Article ([\d()a-z-]+)"), r"第\1条"),
    (re.compile(r"paras? ([\d()a-z-]+)"), r"第\1段"),
    (re.compile(r"annex (\d+)"), r"附件\1"),
    (re.compile(r"items? ([\d-]+)"), r"第\1项"),
    (re.compile(r"eligible guarantors"), "合格保证人"),
    (re.compile(r"eligible collateral"), "合格质物"),
    (re.compile(r"\bCCP\b"), "中央对手方"),
    (re.compile(r"joint limit and ledger"), "联合授信额度与台账"),
    (re.compile(r"conditions of the mechanism"), "联合授信机制的适用条件"),
    (re.compile(r"limits on related parties"), "关联方授信限额"),
    (re.compile(r"limit on the group of one related legal person"), "单一关联法人所在集团限额"),
    (re.compile(r"limit on one related party"), "单一关联方限额"),
    (re.compile(r"limit on all related parties"), "全部关联方限额"),
    (re.compile(r"dependence "), "经济依存情形"),
    (re.compile(r"situations of dependence"), "经济依存情形"),
    (re.compile(r"significant part"), "重要部分"),
    (re.compile(r", "), "，"),
)
"""Words of a place in a text, and how Chinese writes them."""


@dataclass(frozen=True, slots=True)
class Said:
    """One text in both languages."""

    en: str
    zh: str


def cited(clauses: Sequence[tuple[str, str] | None]) -> Said:
    """Document and clause of each, every document and every clause named once; empty where none is at hand."""
    places: dict[str, dict[str, None]] = {}
    for document, place in filter(None, clauses):
        places.setdefault(document, {})[place] = None
    named = [(_document(document), list(found)) for document, found in places.items()]
    return Said(
        "; ".join(f"{document.en}, {'; '.join(found)}" for document, found in named),
        "；".join(f"{document.zh}，{'；'.join(map(_place_zh, found))}" for document, found in named),
    )


def name_said(name: str) -> Said:
    """What a party is called in each language; of `Chinese (Latin)` each language takes its own."""
    both = _NAMES.fullmatch(name)
    return Said(both["en"], both["zh"]) if both else Said(name, name)


def clause_said(text: str) -> Said:
    """A document and clause that stand in one text."""
    both = _DOCUMENTS.fullmatch(text)
    if both is None or not both["place"]:
        return _document(text)
    return Said(f"{both['en']}, {both['place']}", f"{both['zh']}，{_place_zh(both['place'])}")


def _document(document: str) -> Said:
    both = _DOCUMENTS.fullmatch(document)
    return Said(both["en"], both["zh"]) if both else Said(document, document)


def _place_zh(place: str) -> str:
    for pattern, written in _PLACES:
        place = pattern.sub(written, place)
    return place
