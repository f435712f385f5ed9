"""What changes between two editions, field by field: two dates of one book, or two books side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from riskmon.rulebook.base import Entry, Sourced
from riskmon.rulebook.exposure_rules import ConversionFactor
from riskmon.rulebook.model import Edition, Grouping

_HEADINGS = (
    "title",
    "title_zh",
    "document",
    "jurisdiction",
    "effective_from",
    "measures_of",
    "grouping_of",
    "counterparty_of",
    "haircuts_of",
)
_NAMES = ("id", "name", "source", "when")
"""What the key of an entry already says, or what is compared part by part."""

_SOURCE = "source."

Fields = dict[str, str]
"""The fields of an entry as a reader would write them; empty ones are left out."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one entry that differs. `old` is None for a new entry, `new` is None for one that is gone.

    `clause` is where the newer of the two texts states it.
    """

    kind: str
    key: str
    field: str
    old: str | None
    new: str | None
    clause: str


def compare(old: Edition, new: Edition) -> list[Change]:
    """Every field that differs between two editions, sorted by kind, key and field.

    Entries meet by kind and id. A conversion factor has no id: it meets its like by product and conditions, so a
    product that moves to another entry at the same factor is no change.
    """
    before, after = _flat(old), _flat(new)
    changes = []
    for place in sorted(before.keys() | after.keys()):
        was, old_clause = before.get(place, ({}, ""))
        now, new_clause = after.get(place, ({}, ""))
        fields = sorted(name for name in was.keys() | now.keys() if was.get(name) != now.get(name))
        if not (was and now):  # a new or gone entry: its rule is news, how it is cited stands in `clause`
            fields = [name for name in fields if not name.startswith(_SOURCE)]
        clause = new_clause or old_clause
        changes += [Change(*place, name, was.get(name), now.get(name), clause) for name in fields]
    return changes


def readable(value: object) -> str:
    """A value of an entry as plain text: lists joined by commas, tables as `name=value`, a list in a table bracketed."""
    if isinstance(value, Mapping):
        parts = {name: part for name, part in value.items() if part not in (None, "", (), {})}
        return ", ".join(
            f"{name}=({readable(part)})"
            if isinstance(part, (list, tuple, Mapping))
            else f"{name}={readable(part)}"
            for name, part in parts.items()
        )
    if isinstance(value, (list, tuple)):
        return ", ".join(readable(part) for part in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _flat(edition: Edition) -> dict[tuple[str, str], tuple[Fields, str]]:
    """The fields and the clause of everything the edition states, by kind and key."""
    stated = edition.model_dump()
    headings = {name: readable(stated[name]) for name in _HEADINGS if stated[name]}
    flat = {("edition", "heading"): (headings, edition.document)}
    for entry in edition.entries():
        for kind, key, part, fields in _parts(entry):
            place = (kind, key)
            while place in flat:  # an edition may repeat itself; neither copy may be lost
                place = (kind, f"{place[1]}'")
            fields |= {f"{_SOURCE}{name}": text for name, text in part.source.model_dump().items() if text}
            flat[place] = (fields, edition.clause(part))
    return flat


def _parts(entry: Entry) -> Iterator[tuple[str, str, Sourced, Fields]]:
    """Kind, key, text and fields of an entry: one for each product of a factor and each basis of dependence."""
    kind, under = _kind(entry), f" [{readable(entry.when)}]" if entry.when else ""
    if isinstance(entry, ConversionFactor):
        conditions = readable(
            entry.model_dump(include={"is_cancellable", "is_qualifying", "original_maturity"})
        )
        for product in entry.products:
            yield (
                kind,
                f"{product} ({conditions or 'always'}){under}",
                entry,
                {"factor_bp": readable(entry.factor_bp)},
            )
        return
    name = getattr(entry, "id", "") or getattr(entry, "name", "") or kind
    yield kind, f"{name}{under}", entry, _fields(entry)
    if isinstance(entry, Grouping):
        for test in entry.dependence_tests:
            line = readable(test.at_least_bp) if test.at_least_bp is not None else "any share"
            for basis in test.bases:
                yield "dependence_test", f"{basis}{under}", test, {"at_least_bp": line}


def _fields(entry: Entry) -> Fields:
    values = entry.model_dump(exclude={*_NAMES, "dependence_tests"})
    return {name: readable(value) for name, value in values.items() if value not in (None, "", (), {})}


def _kind(entry: Entry) -> str:
    """The word of an entry in the file: `[[conversion_factor]]` is a ConversionFactor."""
    name = type(entry).__name__.removesuffix("Rule")
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).removeprefix("_")
