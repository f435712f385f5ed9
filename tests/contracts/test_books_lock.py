"""An edition that has shipped never changes by a byte."""

from riskmon.rulebook.loader import BOOKS_FOLDER, shipped_editions
from riskmon.rulebook.lock import verify


def test_every_shipped_edition_is_locked_and_unchanged():
    assert verify() == []


def test_an_edition_lies_where_its_id_and_date_say():
    expected = {
        f"{e.edition.id}/{e.edition.effective_from}.toml" for es in shipped_editions().values() for e in es
    }
    assert {p.relative_to(BOOKS_FOLDER).as_posix() for p in BOOKS_FOLDER.glob("*/*.toml")} == expected
