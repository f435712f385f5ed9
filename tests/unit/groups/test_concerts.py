"""Relatives and parties that act together vote as one under the Chinese books, and under no other."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskmon.groups.stage import party_controllers, party_groups
from riskmon.rulebook.select import select
from tests import builders
from tests.builders import relationship, shareholding

BOOKS = {
    book.id: book
    for book in select(["cn_large_exposures", "cn_group_credit", "basel_lex"], as_of=builders.AS_OF).books
}


def tie(relationship_id, source, target, kind="acting_in_concert", **more):
    return relationship(relationship_id, source, target, **{"kind": kind, "basis": None} | more)


def frames(folder, relationships):
    ids = sorted({row[end] for row in relationships for end in ("source_party_id", "target_party_id")})
    return builders.validated(
        folder, parties=[builders.party(party_id) for party_id in ids], relationships=relationships
    )


def controllers(folder, relationships, book="cn_group_credit"):
    """Per party: controlled_by, ultimate_controllers, lowest_controller, is_joint."""
    tables = frames(folder, relationships)
    ids = tables["parties"].sort("party_key")["party_id"].to_list()
    found = party_controllers(tables["parties"], tables["relationships"], BOOKS[book].grouping)
    return {
        ids[row["party_key"]]: (
            "".join(ids[key] for key in row["controlled_by"]),
            "".join(ids[key] for key in row["ultimate_controllers"]),
            None if row["lowest_controller"] is None else ids[row["lowest_controller"]],
            row["is_joint"],
        )
        for row in found.iter_rows(named=True)
    }


A_AND_B_HOLD_60 = [shareholding("1", "A", "F", 3_000), shareholding("2", "B", "F", 3_000)]
BY_BOTH = ("AB", "AB", "A", True)


# fmt: off
@pytest.mark.parametrize(
    ("links",                                                                             "of_firm"),
    [
        ([*A_AND_B_HOLD_60],                                                              None),
        ([*A_AND_B_HOLD_60, tie("3", "A", "B")],                                          BY_BOTH),
        ([*A_AND_B_HOLD_60, tie("3", "B", "A", "family", basis="spouse")],                BY_BOTH),
        ([*A_AND_B_HOLD_60, tie("3", "A", "B", "family", basis="collateral_2")],          BY_BOTH),
        # a key manager is linked and does not vote with the firm's owner; a doubt or a rejected tie pools nothing
        ([*A_AND_B_HOLD_60, tie("3", "A", "B", "key_person")],                            None),
        ([*A_AND_B_HOLD_60, tie("3", "A", "B", assessment="rejected")],                   None),
        ([*A_AND_B_HOLD_60, tie("3", "A", "B", assessment="doubtful")],                   None),
        # through a third who holds nothing: C ties A to B and controls nothing
        ([*A_AND_B_HOLD_60, tie("3", "A", "C"), tie("4", "C", "B")],                      BY_BOTH),
        # A alone has enough: B's tie changes nothing
        ([shareholding("1", "A", "F", 6_000), shareholding("2", "B", "F", 3_000), tie("3", "A", "B")],
                                                                                          ("A", "A", "A", False)),
        # 30 % of A, 30 % of G, which A's wife B controls
        ([shareholding("1", "A", "F", 3_000), shareholding("2", "G", "F", 3_000), relationship("3", "B", "G"),
          tie("4", "A", "B", "family", basis="spouse")],                                  BY_BOTH),
        # nobody of the concert holds directly: H is A's and G is B's
        ([shareholding("1", "H", "F", 3_000), shareholding("2", "G", "F", 3_000), relationship("3", "B", "G"),
          relationship("5", "A", "H"), tie("4", "A", "B")],                               BY_BOTH),
        # 25 and 25 of 95 that the firm does not hold itself: 5 000 is more than half of 9 500
        ([shareholding("1", "A", "F", 2_500), shareholding("2", "B", "F", 2_500), shareholding("3", "F", "F", 500),
          tie("4", "A", "B")],                                                            BY_BOTH),
        ([shareholding("1", "A", "F", 2_500), shareholding("2", "B", "F", 2_500), tie("4", "A", "B")], None),
    ],
)
@pytest.mark.parametrize("book", ["cn_group_credit", "cn_large_exposures"])
def test_a_concert_controls_what_its_pooled_votes_carry(tmp_path, book, links, of_firm):
    assert controllers(tmp_path, links, book).get("F") == of_firm
# fmt: on


def test_what_one_member_controls_alone_is_not_the_others(tmp_path):
    found = controllers(
        tmp_path, [relationship("1", "B", "G"), shareholding("2", "G", "H", 6_000), tie("3", "A", "B")]
    )
    assert found == {"G": ("B", "B", "B", False), "H": ("G", "B", "G", False)}


def test_a_firm_that_a_concert_controls_votes_with_it(tmp_path):
    # A and B carry F together; F's 30 % and A's 30 % of K are more than half.
    found = controllers(
        tmp_path,
        [
            *A_AND_B_HOLD_60,
            tie("3", "A", "B"),
            shareholding("4", "F", "K", 3_000),
            shareholding("5", "A", "K", 3_000),
        ],
    )
    assert found["F"] == BY_BOTH
    assert found["K"][1] == "A"


def test_basel_pools_no_votes(tmp_path):
    assert controllers(tmp_path, [*A_AND_B_HOLD_60, tie("3", "A", "B")], "basel_lex") == {}


def test_the_group_holds_the_firm_and_cites_the_holding(tmp_path):
    tables = frames(tmp_path, [*A_AND_B_HOLD_60, tie("3", "A", "B")])
    found = party_groups(tables["parties"], tables["relationships"], BOOKS["cn_group_credit"])
    ids = tables["parties"].sort("party_key")["party_id"].to_list()
    names = tables["relationships"].sort("relationship_key")["relationship_id"].to_list()
    members = found["group_members"].to_dicts()
    assert {
        ids[row["party_key"]]: (row["role"], [names[key] for key in row["reason"]]) for row in members
    } == {
        "A": ("anchor", []),
        "B": ("linked", ["3"]),
        "F": ("controlled", ["1"]),
    }


def random_links(seed):
    """Six parties, holdings that never pass the whole of a firm, and one concert."""
    draw = random.Random(seed)
    parties = "ABCDEF"
    links = []
    for firm in parties:
        left = 10_000
        for holder in draw.sample(parties, draw.randint(0, 4)):
            votes = min(left, draw.choice([1_800, 2_600, 3_400, 5_001]))
            left -= votes
            if votes and holder != firm:
                links.append(shareholding(f"S{len(links)}", holder, firm, votes))
    concert = draw.sample(parties, draw.randint(2, 3))
    return links + [tie(f"T{end}", concert[0], end) for end in concert[1:]], concert


def won(coalition, held):
    """All that a coalition wins, read literally: votes above one half, again and again."""
    coalition = set(coalition)
    while True:
        new = {
            firm
            for firm, votes in held.items()
            if firm not in coalition and sum(share for holder, share in votes if holder in coalition) > 5_000
        }
        if not new:
            return coalition
        coalition |= new


@given(st.integers(0, 2**32 - 1).map(random_links))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_together_the_members_control_exactly_what_the_rule_read_literally_gives_the_concert(tmp_path, drawn):
    links, concert = drawn
    held = {}
    for row in links:
        if row["kind"] == "shareholding":
            held.setdefault(row["target_party_id"], []).append((row["source_party_id"], row["voting_bp"]))
    controlled_by = {firm: set(row[0]) for firm, row in controllers(tmp_path, links).items()}

    def below(heads):
        reached = set(heads)
        while new := {firm for firm, by in controlled_by.items() if by & reached} - reached:
            reached |= new
        return reached

    assert below(concert) == won(concert, held)
    for party in "ABCDEF":
        assert won({party}, held) <= below({party})
