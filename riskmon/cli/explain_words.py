"""How an explanation speaks in one language, with figures and shares as a reader expects them."""

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import Any

from riskmon.cli.explain_codes import AGREEMENTS, PRODUCTS
from riskmon.cli.explain_texts import TEXTS
from riskmon.operations.citations import Said, clause_said, name_said


class Language(StrEnum):
    """The language of an explanation."""

    ENGLISH = "en"
    CHINESE = "zh"


Codes = Mapping[str, tuple[str, str]]
"""The words for some codes, in English and Chinese."""


class Words:
    """What is said in one language."""

    def __init__(self, language: Language, titles: Mapping[str, Said]) -> None:
        """Speak one language; `titles` are those of books and, by `book_id/limit_id`, of limits."""
        self._is_english = language is Language.ENGLISH
        self._titles = titles
        self.sentence = f"sentence_{language}"

    def said_of(self, item: Mapping[str, Any], name: str) -> str | None:
        """Of a text that an item has in both languages, the one of this language."""
        said: str | None = item[name if self._is_english else f"{name}_zh"]
        return said

    def title(self, reference: str) -> str:
        """A book or a limit by its title, and by the id that commands know it by."""
        title = self._titles.get(reference)
        return reference if title is None else self.say("titled", title=self._own(title), id=reference)

    def code(self, codes: Codes, code: str | None) -> str:
        """The word for a code; one without a word stands for itself, unknown is said."""
        if code is None:
            return self.say("unknown")
        return codes[code][0 if self._is_english else 1] if code in codes else code

    def say(self, what: str, **values: object) -> str:
        """One of the texts, completed."""
        return TEXTS[what][0 if self._is_english else 1].format(**values)

    def own(self, both: tuple[str, str]) -> str:
        """Of a text in both languages the one of this language."""
        return both[0 if self._is_english else 1]

    def signed(self, value: str) -> str:
        """A change of an amount, with its sign."""
        return self.figure(value) if value.startswith("-") else f"+{self.figure(value)}"

    def joined(self, parts: list[str]) -> str:
        """Parts of one line."""
        return (", " if self._is_english else "，").join(parts)

    def named(self, names: list[str]) -> str:
        """Names in a row."""
        return (", " if self._is_english else "、").join(names)

    def name(self, item: dict[str, Any]) -> str:
        """What a party with `party_id` and `name` is called; its id where it has no name."""
        return self.called(item["name"] or item["party_id"])

    def called(self, name: str) -> str:
        """Of a name in both languages the one of this language."""
        return self._own(name_said(name))

    def clause(self, text: str) -> str:
        """A document and clause."""
        return self._own(clause_said(text))

    def product(self, code: str | None) -> str:
        """A product of the bank."""
        return self.code(PRODUCTS, code)

    def agreement(self, row: dict[str, Any]) -> str:
        """The product of a facility, or what another agreement is; `row` has product and source."""
        if row["source"] in AGREEMENTS:
            return self.code(AGREEMENTS, row["source"])
        return self.product(row["product"])

    def landed(self, what: str, part: Mapping[str, Any]) -> str:
        """Where a part of an investment in a structure landed; a part behind several structures says how many."""
        depth = part["depth"] or 0
        level = self.say("level", depth=depth) if depth > 1 else ""
        amount, name = self.figure(part["looked_through"]), self.called(part["name"] or part["obligor_id"])
        return self.say(what, amount=amount, name=name, sentence=part[self.sentence] + level)

    def figure(self, value: str | None) -> str:
        """An amount with separators; unknown is said."""
        if value is None:
            return self.say("unknown")
        whole, dot, decimals = value.partition(".")
        sign = "-" if whole.startswith("-") else ""
        return f"{sign}{int(whole.lstrip('-')):,}{dot}{decimals}"

    def percent(self, ratio: float | None) -> str:
        """A share with two decimals, rounded down as in the evidence of a signal."""
        if ratio is None:
            return self.say("no_share")
        # The shortest text of the ratio is what was divided; its binary value may lie a hair below a whole step.
        share = (Decimal(repr(ratio)) * 100).quantize(Decimal("0.01"), ROUND_FLOOR)
        return f"{share}{' ' if self._is_english else ''}%"

    def share(self, ratio: str) -> str:
        """A share of a rule in percent, exact."""
        percent = format((Decimal(ratio) * 100).normalize(), "f")
        return f"{percent}{' ' if self._is_english else ''}%"

    def basis_points(self, value: int) -> str:
        """Basis points in percent, exact."""
        return self.share(str(Decimal(value) / 10_000))

    def _own(self, said: Said) -> str:
        return said.en if self._is_english else said.zh


def is_nothing(amount: str | None) -> bool:
    """Whether an amount is known to be zero."""
    return amount is not None and not amount.strip("0.")
