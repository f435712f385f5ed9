"""Which relationships count, and as what."""

from dataclasses import replace

import pytest

from graph_models.policy import GroupingPolicy
from graph_models.relationship import Relationship
from graph_models.terms import LinkKind

POLICY = GroupingPolicy(
    votes_above_bp=5_000,
    dependence="directed",
    control_bases=frozenset({"board"}),
    linked_kinds=frozenset({"family", "key_person"}),
    linked_bases=frozenset({"spouse"}),
    dependence_at_least_bp={"receipts": 5_000, "judgement": None},
)


def relationship(kind, basis=None, **fields):
    return Relationship("R", "A", "B", kind, basis, **fields)


# fmt: off
@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (relationship("shareholding", voting_bp=1),                                LinkKind.HOLDING),
        (relationship("shareholding", voting_bp=0),                                None),
        (relationship("shareholding"),                                             None),  # unknown votes carry nobody
        (relationship("control", "board"),                                         LinkKind.CONTROL),
        (relationship("control"),                                                  LinkKind.CONTROL),
        (relationship("control", "deemed"),                                        None),
        (relationship("economic_dependence", "receipts", dependence_bp=5_000),     LinkKind.DEPENDENCE),
        (relationship("economic_dependence", "receipts", dependence_bp=4_999),     None),
        (relationship("economic_dependence", "receipts"),                          LinkKind.DEPENDENCE),
        (relationship("economic_dependence", "judgement", dependence_bp=1),        LinkKind.DEPENDENCE),
        (relationship("economic_dependence", "output"),                            None),
        (relationship("economic_dependence"),                                      LinkKind.DEPENDENCE),
        (relationship("economic_dependence", "judgement", is_replaceable=True),    None),
        (relationship("economic_dependence", "judgement", is_replaceable=False),   LinkKind.DEPENDENCE),
        (relationship("family", "spouse"),                                         LinkKind.LINKED),
        (relationship("family", "collateral_2"),                                   None),
        (relationship("family"),                                                   LinkKind.LINKED),
        (relationship("key_person"),                                               LinkKind.LINKED),
        (relationship("acting_in_concert"),                                        None),
        (relationship("guarantee"),                                                None),
    ],
)
def test_a_relationship_counts_as_the_policy_says(given, kind):
    assert POLICY.link_kind(given) == kind
# fmt: on


@pytest.mark.parametrize(("assessment", "counts"), [("confirmed", True), ("none", True), ("doubtful", False), ("rejected", False)])  # fmt: skip
def test_a_doubtful_or_rejected_relationship_does_not_count(assessment, counts):
    given = relationship("control", "board", assessment=assessment)
    assert (POLICY.link_kind(given) is not None) == counts


def test_a_doubtful_relationship_counts_if_confirmed():
    wider = replace(POLICY, assessments=POLICY.assessments | {"doubtful"})
    assert wider.link_kind(relationship("control", "board", assessment="doubtful")) == LinkKind.CONTROL
    assert wider.link_kind(relationship("control", "board", assessment="rejected")) is None


def test_dependence_that_is_off_never_counts():
    off = replace(POLICY, dependence="off")
    assert off.link_kind(relationship("economic_dependence", "judgement")) is None


def test_only_a_shareholding_may_link_a_party_to_itself():
    own = Relationship("R", "A", "A", "shareholding", voting_bp=500)
    assert POLICY.link_kind(own) == LinkKind.HOLDING
    assert POLICY.link_kind(replace(own, kind="control")) is None
