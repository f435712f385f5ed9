"""What a record says of any day, as it was known on any day, is the last statement known then that reaches that day."""

import json
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from riskmon.ingest.formats.bods import read_bods
from tests.bods_statements import entity, interest, owns, person

DAYS = [date(2024, 1, 1) + timedelta(days=day) for day in range(8)]
SAID = st.lists(
    st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS), st.none() | st.sampled_from(DAYS),
              st.sampled_from([30, 60])),
    min_size=1, max_size=5,
)  # fmt: skip
"""Declared on, begins on, ends on, votes."""


def expected(said, as_of, known_at):
    """Each statement describes the record from its beginning on, over whatever was said before."""
    votes = None
    for declared, begins, ends, percent in sorted(said, key=lambda one: one[0]):
        if declared <= known_at and begins <= as_of:
            votes = percent * 100 if ends is None or as_of <= ends else None
    return [] if votes is None else [votes]


@given(SAID)
def test_a_record_can_be_asked_on_both_axes_of_time(tmp_path_factory, said):
    # Of one day only the last statement is a word of that day; statement ids settle which one that is.
    statements = [
        owns(
            "R",
            interest("votingRights", {"exact": percent}, startDate=str(begins),
                     **({} if ends is None or ends < begins else {"endDate": str(ends)})),
            statementDate=str(declared), statementId=f"{number:032d}", recordStatus="updated",
        )
        for number, (declared, begins, ends, percent) in enumerate(said)
    ]  # fmt: skip
    said = [(d, b, e if e is None or e >= b else None, p) for d, b, e, p in said]
    path = tmp_path_factory.mktemp("history") / "package.json"
    path.write_text(json.dumps([entity(), person(), *statements]), encoding="utf-8")
    rows = read_bods([path]).relationships.to_dicts()
    assert len({row["relationship_id"] for row in rows}) == len(rows)
    for as_of in DAYS:
        for known_at in DAYS:
            held = [
                row["voting_bp"]
                for row in rows
                if (row["valid_from"] or date.min) <= as_of <= (row["valid_to"] or date.max)
                and row["known_since"] <= known_at <= (row["known_until"] or date.max)
            ]
            assert held == expected(said, as_of, known_at)
