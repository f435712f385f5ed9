import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmon.ingest.formats.bods.statements import read_statement
from tests.bods_statements import entity, interest, owns, person

HELD = interest("shareholding", {"exact": 50}, startDate="2019-09-11", beneficialOwnershipOrControl=True)


def changed(statement, path, value):
    """The statement with the value at a path replaced, or dropped if the value is `...`."""
    result = copy.deepcopy(statement)
    *parents, last = path.split(".")
    target = result
    for step in parents:
        target = target[int(step)] if step.isdigit() else target[step]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return result


@pytest.mark.parametrize("statement", [entity(), person(), owns("R", HELD), owns("R")])
def test_a_valid_statement_has_no_fault(statement):
    assert read_statement(statement).faults == ()
    assert read_statement(statement).statement is not None


# Each line breaks one rule of the standard in a part that says who owns whom; the path names the place.
@pytest.mark.parametrize(
    ("statement",       "path",                                           "value"),
    [
        (entity(),        "statementId",                                  ...),
        (entity(),        "statementDate",                                "2020"),
        (entity(),        "statementDate",                                20200101),
        (entity(),        "recordId",                                     ""),
        (entity(),        "recordType",                                   "company"),
        (entity(),        "recordStatus",                                 "deleted"),
        (entity(),        "recordDetails",                                []),
        (entity(),        "recordDetails.entityType",                     "registeredEntity"),
        (entity(),        "recordDetails.entityType.type",                "company"),
        (entity(),        "recordDetails.jurisdiction",                   {"code": "GB"}),
        (person(),        "recordDetails.personType",                     "natural"),
        (person(),        "recordDetails.names",                          "Ada"),
        (owns("R", HELD), "recordDetails.subject",                        True),
        (owns("R", HELD), "recordDetails.interestedParty",                1),
        (owns("R", HELD), "recordDetails.interestedParty",                {"reason": "no idea"}),
        (owns("R", HELD), "recordDetails.interests",                      {}),
        (owns("R", HELD), "recordDetails.interests.0.type",               "ownership"),
        (owns("R", HELD), "recordDetails.interests.0.share.exact",        101),
        (owns("R", HELD), "recordDetails.interests.0.share.exact",        -1),
        (owns("R", HELD), "recordDetails.interests.0.share.exact",        "50"),
        (owns("R", HELD), "recordDetails.interests.0.share.exact",        True),
        (owns("R", HELD), "recordDetails.interests.0.startDate",          "2019-02-30"),
        (owns("R", HELD), "recordDetails.interests.0.endDate",            "2019"),
        (owns("R", HELD), "recordDetails.componentRecords",               [1]),
    ],
)  # fmt: skip
def test_a_fault_in_what_is_read_refuses_the_statement_and_names_the_place(statement, path, value):
    reading = read_statement(changed(statement, path, value))
    assert reading.statement is None
    place = path.replace(".0.", "[0].")
    assert reading.faults[0].startswith(place)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("declarationSubject", ...),
        ("statementId", "short"),
        ("recordDetails.isComponent", ...),
        ("recordDetails.interests.0.beneficialOwnershipOrControl", "yes"),
        ("annotations", [{"motivation": "linking", "statementPointerTarget": "/"}]),
        (
            "publicationDetails",
            {"publicationDate": "2024-01-01", "bodsVersion": "four", "publisher": {"name": "X"}},
        ),
        ("source", {"url": "not a web address"}),
    ],
)
def test_a_fault_elsewhere_is_reported_and_the_statement_is_read(path, value):
    reading = read_statement(changed(owns("R", HELD), path, value))
    assert reading.statement is not None
    assert len(reading.faults) == 1
    assert path.split(".")[0].split("[")[0] in reading.faults[0]


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PLACES = st.sampled_from(
    ["statementDate", "recordId", "recordType", "recordDetails", "source", "annotations"]
)
DETAILS = st.sampled_from(["subject", "interestedParty", "interests", "componentRecords", "isComponent"])


@given(PLACES, DETAILS, ANY_JSON)
def test_no_json_whatever_stops_the_reader(place, detail, value):
    for statement in (value, owns("R", HELD) | {place: value}, owns("R", HELD, details={detail: value})):
        reading = read_statement(statement)
        assert reading.statement is not None or reading.faults
