"""The lock holds: a flipped byte is seen, and writing it again never blesses a change."""

import shutil

import pytest

from riskmon.domain.errors import CallerError
from riskmon.rulebook.loader import BOOKS_FOLDER, editions_of
from riskmon.rulebook.lock import LOCK_NAME, compute, verify, write

EDITION = "basel_lex/2019-01-01.toml"


@pytest.fixture
def books(tmp_path):
    folder = shutil.copytree(BOOKS_FOLDER, tmp_path / "books")
    (folder / LOCK_NAME).unlink()
    write(folder)
    return folder


def flip_last_byte(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))


def test_what_was_just_locked_is_in_order(books):
    assert verify(books) == []


def test_one_flipped_byte_is_seen(books):
    flip_last_byte(books / EDITION)
    assert verify(books) == [f"{EDITION} has changed since it was locked."]


def test_an_edition_that_is_gone_is_seen(books):
    (books / EDITION).unlink()
    assert verify(books) == [f"{EDITION} is locked and gone."]


def test_a_new_edition_is_seen_until_it_is_locked(books):
    shutil.copy(books / EDITION, books / "basel_lex/2030-01-01.toml")
    assert verify(books) == ["basel_lex/2030-01-01.toml is not locked yet."]
    write(books)
    assert verify(books) == []


def test_a_changed_edition_cannot_be_locked_again(books):
    before = (books / LOCK_NAME).read_bytes()
    flip_last_byte(books / EDITION)
    with pytest.raises(CallerError, match=EDITION):
        write(books)
    assert (books / LOCK_NAME).read_bytes() == before


def test_without_a_lock_nothing_is_locked(books):
    (books / LOCK_NAME).unlink()
    assert len(verify(books)) == len(compute(books))


def test_the_lock_and_a_manifest_name_one_hash():
    assert compute()[EDITION] == editions_of("basel_lex")[0].digest
