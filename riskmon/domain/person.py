"""Names of persons: one spelling of each, so that nobody passes for two."""

import unicodedata


def person(name: str) -> str:
    """A name in one spelling: without what cannot be seen, and without blanks around and between that mean nothing."""
    spelled = unicodedata.normalize("NFKC", name)
    # Category C: controls, and marks without width, by which one name could pass for two.
    seen = "".join(" " if char.isspace() else char for char in spelled)
    return " ".join("".join(char for char in seen if unicodedata.category(char)[0] != "C").split())


def is_same_person(name: str, other: str) -> bool:
    """Whether two names are those of one person, however they are spelled."""
    return person(name).casefold() == person(other).casefold()
