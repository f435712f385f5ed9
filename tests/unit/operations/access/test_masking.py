"""Natural persons are found wherever a text names them, and firms are left as they are."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmon.operations.access.masking import MASK, NameMask, Persons
from riskmon.operations.read import Snapshots
from tests.snapshot_builder import write_snapshot

NAMES = ("李娜", "李娜娜", "Wu Fang", "Wu Fang Jr", "Li", "Ålund", "O'Neill")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Wu Fang", MASK),
        ("Wu Fang owes 100.", f"{MASK} owes 100."),
        ("Guaranteed by Wu Fang, Wu Fang Jr and Li.", f"Guaranteed by {MASK}, {MASK} and {MASK}."),
        ("实际控制人李娜持股", f"实际控制人{MASK}持股"),
        ("李娜娜与李娜", f"{MASK}与{MASK}"),  # the longest name first
        ("Limited, Wu Fangio, Cali", "Limited, Wu Fangio, Cali"),  # words that only begin or end like a name
        ("O'Neill/Ålund", f"{MASK}/{MASK}"),
        ("River Paper", "River Paper"),
        ("", ""),
        # ISO 7064 mod 11-2, as GB 11643 has it: the last digit checks the seventeen before it
        ("id 110101199003074610.", f"id {MASK}."),
        ("id 110101199003074611.", "id 110101199003074611."),  # another digit: no resident's number
        ("FAC-1101011990030746100", "FAC-1101011990030746100"),  # a digit more
    ],
)
def test_a_name_is_found_wherever_it_stands(text, masked):
    assert NameMask(NAMES).text(text) == masked


@given(before=st.text(), after=st.text(), name=st.sampled_from(NAMES))
def test_no_text_keeps_a_name_that_stands_apart(before, after, name):
    assert f" {name} " not in NameMask(NAMES).text(f"{before} {name} {after}")


def test_every_text_of_a_body_is_masked_and_no_name_of_a_field():
    body = {"name": "Wu Fang", "Li": ["Li", {"deep": "by Li"}], "count": 3, "is_complete": None, "share": 0.1}

    assert NameMask(NAMES).value(body) == {
        "name": MASK, "Li": [MASK, {"deep": f"by {MASK}"}], "count": 3, "is_complete": None, "share": 0.1,
    }  # fmt: skip


def party(party_id, name, kind):
    return {"party_id": party_id, "name": name, "kind": kind}


def test_the_persons_are_those_of_the_run_that_the_answer_names_else_of_the_current_one(tmp_path):
    write_snapshot(
        tmp_path, tables={"parties": [party("P1", "Li", "person"), party("P2", "Wu", "corporate")]}
    )
    later = [party("P1", "Li", "corporate"), party("P2", "Wu", "sole_trader"), party("P3", None, "person")]
    write_snapshot(tmp_path, run_id="beef", as_of="2026-07-31", tables={"parties": later})
    persons = Persons(Snapshots(tmp_path))

    def told(**body):
        return json.loads(persons.masked(json.dumps(body | {"who": ["Li", "Wu"]}).encode()))["who"]

    assert told(run_id="c0ffee") == [MASK, "Wu"]
    assert told(run_id="beef") == told() == ["Li", MASK]
    assert told(run_id="nobody") == ["Li", "Wu"]


def test_before_the_first_run_nobody_is_known(tmp_path):
    assert Persons(Snapshots(tmp_path)).masked(b'["Li"]') == b'["Li"]'
