"""A company's name taken apart: what tells it from others, its legal form, its places.

Spelling that means nothing is removed: case, accents, full width, dots of initials, apostrophes. The tables of words
stand in `name_words.toml`.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

_INITIALS = re.compile(r"\b(?:\w\.\s?){2,}\w?\b|\b(?:\w\.){2,}")
_SEPARATORS = re.compile(r"[\W_]+")
_HAN = re.compile(r"[㐀-鿿]")
_LONGEST_PHRASE = 6
"""Words of the longest legal form or place in the tables."""


@dataclass(frozen=True, slots=True)
class NameParts:
    """What a name says.

    Attributes:
        words: what tells the name apart, in order; a Chinese name is one word.
        forms: classes of its legal forms that exclude others.
        places: places that it names.
        whole: every letter and digit of the name in one, legal forms in their shortest spelling.
    """

    words: tuple[str, ...]
    forms: frozenset[str]
    places: frozenset[str]
    whole: str


@dataclass(frozen=True, slots=True)
class NameWords:
    """The tables: class by legal form, place by spelling, number by spelling, words that one name may lack."""

    forms: dict[str, str]
    places: dict[str, str]
    numbers: dict[str, str]
    empty: frozenset[str]
    edits: tuple[tuple[int, int], ...]


@cache
def name_words() -> NameWords:
    """The tables of `name_words.toml`."""
    tables = tomllib.loads((Path(__file__).parent / "name_words.toml").read_text(encoding="utf-8"))

    def inverted(table: str) -> dict[str, str]:
        return {spelling: name for name, spellings in tables[table].items() for spelling in spellings}

    edits = sorted(((int(length), count) for length, count in tables["spelling"].items()), reverse=True)
    return NameWords(
        inverted("legal_forms"),
        inverted("places"),
        inverted("numbers"),
        frozenset(tables["empty"]["words"]),
        tuple(edits),
    )


@lru_cache(maxsize=65_536)
def name_parts(name: str) -> NameParts:
    """Take a name apart."""
    plain = _plain(name)
    return _chinese(plain) if _HAN.search(plain) else _spaced(plain)


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter))
    joined = re.sub(r"['’‘`]", "", letters).replace("&", " and ")
    return _INITIALS.sub(lambda found: re.sub(r"[.\s]", "", found.group()) + " ", joined)


def _spaced(plain: str) -> NameParts:
    """A name in words: phrases of several words are looked for from the longest down."""
    tables = name_words()
    tokens = _SEPARATORS.sub(" ", plain).split()
    words: list[str] = []
    forms: set[str] = set()
    places: set[str] = set()
    at = 0
    while at < len(tokens):
        length, phrase = _phrase(tokens, at)
        at += length
        if phrase in tables.forms:
            forms.add(tables.forms[phrase])
        elif phrase in tables.places:
            places.add(tables.places[phrase])
            words.append(tables.places[phrase])
        else:
            words.append(tables.numbers.get(phrase, phrase))
    core = _with_numbers_joined([word for word in words if word not in tables.empty])
    # A name of nothing but a legal form or empty words is its words.
    return NameParts(
        tuple(core or words or tokens), frozenset(forms - {"any"}), frozenset(places), "".join(tokens)
    )


def _phrase(tokens: list[str], at: int) -> tuple[int, str]:
    """How many words the longest legal form or place that begins here has, and its text; else the next word."""
    tables = name_words()
    for length in range(min(_LONGEST_PHRASE, len(tokens) - at), 0, -1):
        phrase = " ".join(tokens[at : at + length])
        if phrase in tables.forms or phrase in tables.places:
            return length, phrase
    return 1, tokens[at]


def _with_numbers_joined(words: list[str]) -> list[str]:
    """Twenty one as 21."""
    joined: list[str] = []
    for word in words:
        is_tens = joined and joined[-1].isdigit() and len(joined[-1]) == 2 and joined[-1].endswith("0")
        if is_tens and word.isdigit() and len(word) == 1 and word != "0":
            joined[-1] = str(int(joined[-1]) + int(word))
        else:
            joined.append(word)
    return joined


def _chinese(plain: str) -> NameParts:
    """A name without blanks: legal form at the end, places anywhere, the rest is one word."""
    tables = name_words()
    rest = _SEPARATORS.sub("", plain)
    whole, forms, places = rest, set(), set()
    for spelling in _longest_first(tables.forms):
        if rest.endswith(spelling):
            forms.add(tables.forms[spelling])
            rest = rest.removesuffix(spelling)
            break
    for spelling in _longest_first(tables.places):
        if spelling in rest and rest != spelling:
            places.add(tables.places[spelling])
            rest = rest.replace(spelling, "", 1)
    return NameParts((rest or whole,), frozenset(forms - {"any"}), frozenset(places), whole)


@cache
def _longest_first_of(spellings: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted((s for s in spellings if _HAN.match(s)), key=lambda s: (-len(s), s)))


def _longest_first(table: dict[str, str]) -> tuple[str, ...]:
    return _longest_first_of(frozenset(table))
