"""What became of the groups between two runs: two books of a few parties, the change worked out by hand.

A run is written as its groups: `"A": {"B": "R1"}` is the group of A with B as a member for the reason R1; an anchor in
lower case has no exposure. Relationships are `R1: A 6000 B`, a holding of 60 % of A in B.
"""

import polars as pl
import pytest

from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.groups.history import RunTables, group_changes

BOOK = "basel_lex"


def run(groups, holdings):
    members = [
        {"group_id": f"{BOOK}/{anchor}", "party_id": party, "role": "connector" if party.islower() else "controlled",
         "anchor_id": anchor, "book_id": BOOK, "reason": reason.split()}
        for anchor, others in groups.items()
        for party, reason in ({anchor: ""} | others).items()
    ]  # fmt: skip
    relationships = [
        {"relationship_id": relationship_id, "source_party_id": source, "target_party_id": target,
         "kind": "shareholding", "voting_bp": int(votes), "assessment": "none"}
        for relationship_id, (source, votes, target) in (
            (name, text.split()) for name, text in holdings.items()
        )
    ]  # fmt: skip
    return RunTables(table("group_members", members), table("relationships", relationships))


def table(name, rows):
    declared = OUTPUT_TABLES[name]
    full = [{column: row.get(column) for column in declared.schema} for row in rows]
    return declared.shape(pl.DataFrame(full, schema=declared.schema))


def changes(then, now, *, rules_differ=False):
    found = group_changes(run(*then), run(*now), {BOOK: rules_differ})
    short = [
        (row["change"], *(name and name.removeprefix(f"{BOOK}/") for name in (row["group_id"], row["party_id"], row["other_group_id"])),
         " ".join(row["relationship_ids"]) or row["cause"])
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
    return sorted(short, key=str)


R1, R2 = {"R1": "A 6000 B"}, {"R2": "P 6000 A"}

# fmt: off
CASES = {
    "nothing changed": (({"A": {"B": "R1"}}, R1), ({"A": {"B": "R1"}}, R1), []),
    "A buys B": (
        ({"A": {}, "B": {}}, {}),
        ({"A": {"B": "R1"}}, R1),
        [("joined", "A", "B", None, "R1"), ("merged", "B", None, "A", "R1")],
    ),
    "A sells B": (
        ({"A": {"B": "R1"}}, R1),
        ({"A": {}, "B": {}}, {}),
        [("left", "A", "B", None, "R1"), ("split", "A", None, "B", "R1")],
    ),
    "A sells all but 40 % of B, under the same record": (
        ({"A": {"B": "R1"}}, R1),
        ({"A": {}, "B": {}}, {"R1": "A 4000 B"}),
        [("left", "A", "B", None, "R1"), ("split", "A", None, "B", "R1")],
    ),
    "P, who owes nothing, buys A with its subsidiary": (
        ({"A": {"B": "R1"}}, R1),
        ({"p": {"A": "R2", "B": "R2 R1"}}, R1 | R2),
        [("reanchored", "A", None, "p", "R2")],
    ),
    "P, who owes, buys A with its subsidiary": (
        ({"A": {"B": "R1"}, "P": {}}, R1),
        ({"P": {"A": "R2", "B": "R2 R1"}}, R1 | R2),
        [("joined", "P", "A", None, "R2"), ("joined", "P", "B", None, "R2"), ("merged", "A", None, "P", "R2")],
    ),
    "the owner of two single firms appears": (
        ({"A": {}, "B": {}}, {}),
        ({"p": {"A": "R2", "B": "R3"}}, R2 | {"R3": "P 6000 B"}),
        [("appeared", "p", None, None, "R2 R3"), ("joined", "p", "A", None, "R2"), ("joined", "p", "B", None, "R3"),
         ("merged", "A", None, "p", "R2"), ("merged", "B", None, "p", "R3")],
    ),
    "the owner of two firms is gone": (
        ({"p": {"A": "R2", "B": "R3"}}, R2 | {"R3": "P 6000 B"}),
        ({"A": {}, "B": {}}, {}),
        [("split", "p", None, "A", "R2"), ("split", "p", None, "B", "R3")],
    ),
    "B becomes exposed": (
        ({"A": {}}, R1),
        ({"A": {"B": "R1"}}, R1),
        [("joined", "A", "B", None, "exposure")],
    ),
    "B repays": (
        ({"A": {"B": "R1"}}, R1), ({"A": {}}, R1), [("left", "A", "B", None, "exposure")],
    ),
    "a new obligor that stands alone": (
        ({"A": {}}, {}), ({"A": {}, "C": {}}, {}), [("appeared", "C", None, None, "exposure")],
    ),
    "an obligor that stood alone repays": (
        ({"A": {}, "C": {}}, {}), ({"A": {}}, {}), [("vanished", "C", None, None, "exposure")],
    ),
    "the path of B names one holding of a coalition; the other one was sold": (
        ({"A": {"B": "R1"}}, {"R1": "A 3000 B", "R5": "c 3000 B"}),
        ({"A": {}, "B": {}}, {"R1": "A 3000 B"}),
        [("left", "A", "B", None, "R5"), ("split", "A", None, "B", "R5")],
    ),
    "B is in a second group as well": (
        ({"A": {"B": "R1"}, "P": {}}, R1),
        ({"A": {"B": "R1"}, "P": {"B": "R4"}}, R1 | {"R4": "P 6000 B"}),
        [("joined", "P", "B", None, "R4")],
    ),
}
# fmt: on


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_told_once_with_the_relationships_that_did_it(name):
    then, now, expected = CASES[name]
    assert changes(then, now) == expected


def test_without_a_changed_record_the_rulebook_did_it_where_its_rules_differ():
    then, now = ({"A": {"B": "R1"}}, R1), ({"A": {}, "B": {}}, R1)
    causes = {
        differs: {row[-1] for row in changes(then, now, rules_differ=differs)} for differs in (True, False)
    }
    assert causes == {True: {"rulebook"}, False: {"other"}}


def test_a_book_that_only_one_run_applied_is_not_compared():
    found = group_changes(run({"A": {}}, {}), run({"A": {"B": "R1"}}, R1), {})
    assert found.is_empty()
    assert found.schema == OUTPUT_TABLES["group_changes"].schema
