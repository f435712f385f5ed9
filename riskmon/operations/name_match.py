"""Whether two company names are spellings of one name: a score, never a decision about identity.

Every word that tells a name apart must find its like in the other name, whole or joined with its neighbours, with a
letter or two changed where it is long enough. Short words, numbers and places must be the same. Legal forms that
exclude each other, or places that do, keep two names apart.
"""

from rapidfuzz.distance import OSA

from riskmon.operations.name_parts import NameParts, name_parts, name_words

IS_MATCH_FROM = 0.8
"""The score from which two names are taken for one."""

_APART = 0.5
"""The most that two names score of which some word finds no like, or whose forms or places differ."""


def name_score(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1; 1 is the same name but for spelling that means nothing."""
    first, second = (name_parts(name) for name in sorted((one, other)))
    if first.whole == second.whole or _is_form_run_in(first, second) or _is_form_run_in(second, first):
        return 1.0
    likeness = _likeness(list(first.words), list(second.words))
    if likeness is None or _excludes(first.forms, second.forms) or first.places != second.places:
        ratio = OSA.normalized_similarity("".join(first.words), "".join(second.words))
        return round(_APART * ratio, 4)
    return round(likeness, 4)


def _excludes(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other) and not one & other


def _is_form_run_in(one: NameParts, other: NameParts) -> bool:
    """A legal form written without a blank before it: `SiemensAG`."""
    return len(one.words) == 1 and one.words[0] == other.whole


def _likeness(one: list[str], other: list[str]) -> float | None:
    """Share of letters that agree once each word has found its like; None where one finds none."""
    letters = wrong = 0
    for words, others in ((one, other), (other, one)):
        for at in range(len(words) - 1, -1, -1):
            if words[at] in others:
                continue
            # Joined words stand in the other name as one: `good will` and `goodwill`.
            run = _joined(words, at, others)
            if run is not None:
                start, found = run
                words[start : at + 1] = [found]
    rest = sorted(other)
    for word in sorted(one):
        found_word = word if word in rest else _nearest(word, rest)
        if found_word is None:
            if word == "1":  # the first of a series often goes without its number
                continue
            return None
        rest.remove(found_word)
        letters += max(len(word), len(found_word))
        wrong += OSA.distance(word, found_word)
    if any(word != "1" for word in rest) or not letters:
        return None
    return 1 - wrong / letters


def _joined(words: list[str], at: int, others: list[str]) -> tuple[int, str] | None:
    """Where a run of words that ends here begins, and the word of the other name that it spells; None without one."""
    for start in range(at - 1, -1, -1):
        run = "".join(words[start : at + 1])
        if (found := run if run in others else _nearest(run, others)) is not None:
            return start, found
    return None


def _nearest(word: str, others: list[str]) -> str | None:
    """The nearest of the other words that a slip of the pen explains; of several the first in order."""
    tables = name_words()
    if not word.isalpha() or word in tables.places.values() or not word.isascii():
        return None
    fitting = [
        (distance, each)
        for each in others
        if each.isalpha()
        and each.isascii()
        and each not in tables.places.values()
        and (distance := OSA.distance(word, each)) <= _edits(min(len(word), len(each)))
    ]
    return min(fitting)[1] if fitting else None


def _edits(length: int) -> int:
    return next((count for least, count in name_words().edits if length >= least), 0)
