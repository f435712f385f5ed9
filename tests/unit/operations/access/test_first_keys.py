"""The users of a demonstration: one of every role, made once."""

from riskmon.domain.access import Caller, Role
from riskmon.operations.access import KeyRing, KeyWish, Signed, create_key, first_keys, keys
from riskmon.store.database import place_of


def test_a_demonstration_begins_with_a_user_of_every_role_and_makes_them_once(store_place):
    made = first_keys(store_place, creates=False)
    ring = KeyRing(store_place)
    ring.refresh()

    assert [each.role for each in made] == list(Role)
    assert [ring.caller(str(each.credential)) for each in made] == [
        Caller(each.holder, frozenset({each.role})) for each in made
    ]
    assert first_keys(store_place, creates=True) == []
    ring.close()


def test_no_database_is_made_for_it_unless_wanted(tmp_path):
    place = place_of(tmp_path)

    assert first_keys(place, creates=False) == []
    assert not list(tmp_path.iterdir())
    assert len(first_keys(place, creates=True)) == len(Role)


def test_where_somebody_has_a_key_nobody_gets_one_without_asking(store_place):
    create_key(store_place, KeyWish("Wu Fang", frozenset({Role.VIEWER}), 1), Signed(name="Li Na"))

    assert first_keys(store_place, creates=True) == []
    assert len(keys(store_place)) == 1
