"""The stage as a whole: every frame of the contract, and what cannot be evaluated."""

import pytest

from riskmon.domain.errors import CallerError
from riskmon.frames.inputs import INPUT_TABLES
from riskmon.frames.outputs import OUTPUT_TABLES
from tests.builders import capital, cover, facility, party, protection, relationship, validated, write_bank

PARTIES = [party("P1"), party("P2"), party("P3")]


def test_a_bank_that_is_not_among_its_parties_has_no_key(tmp_path):
    frames = validated(tmp_path, parties=PARTIES, bank=[{"party_id": "B", "currency": "CNY"}])
    assert frames["bank"].select("party_id", "party_key").rows() == [("B", None)]


def test_two_banks_in_one_delivery_stop_the_run(tmp_path):
    with pytest.raises(CallerError, match="bank has 2 rows"):
        validated(tmp_path, parties=PARTIES, bank=[{"party_id": "B"}, {"party_id": "C"}])


def test_an_empty_assessment_is_none(tmp_path):
    rows = [relationship("R1"), relationship("R2", assessment="doubtful")]
    frames = validated(tmp_path, parties=PARTIES, relationships=rows)
    assert frames["relationships"]["assessment"].to_list() == ["none", "doubtful"]


def test_the_amount_of_a_relationship_without_a_rate_is_unknown_and_the_relationship_counts(tmp_path):
    rows = [relationship("R1", kind="guarantee", basis=None, amount="5.00", currency="USD")]
    frames = validated(
        tmp_path, parties=PARTIES, relationships=rows, facilities=[facility()], capital=[capital()]
    )
    assert frames["relationships"].select("amount_minor", "rate_e10").rows() == [(500, None)]
    gap = frames["not_evaluated"].filter(item="relationships")
    assert gap["missing"].to_list() == ["exchange rates of USD"]


COUNTRY_RATINGS = [
    # rows as (source, grade, rated_on), grade of the country
    ([("A", "AA", "2026-01-01"), ("A", "BB", "2025-01-01")],         "AA"),   # the newer one
    ([("A", "AA", "2026-01-01"), ("B", "AA-", "2020-01-01")],        "AA-"),  # the worse of two sources
    ([("A", "BBB", "2020-01-01"), ("B", "AA", "2026-01-01")],        "BBB"),
    ([("A", "AA", "2026-01-01"), ("A", "BB", "2026-07-01")],         "AA"),   # not rated so yet
    ([("A", "A", None)],                                             "A"),
    ([("A", "A", "2026-07-01")],                                     None),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "grade"), COUNTRY_RATINGS)
def test_a_country_has_the_worst_of_the_newest_grades(tmp_path, rows, grade):
    ratings = [
        {"country": "CN", "source": source, "grade": given, "rated_on": on} for source, given, on in rows
    ]
    frames = validated(tmp_path, parties=PARTIES, country_ratings=ratings)
    assert frames["country_ratings"].rows() == ([("CN", grade)] if grade else [])


def test_tables_that_are_missing_are_named_with_what_is_lost(tmp_path):
    folder = write_bank(tmp_path, parties=PARTIES, facilities=[facility()], capital=[capital()])
    gaps = validated(folder)["not_evaluated"]
    assert set(gaps["item"]) == set(INPUT_TABLES) - {"parties", "facilities", "capital"}
    assert gaps["effect"].null_count() == 0
    assert gaps.schema == OUTPUT_TABLES["not_evaluated"].schema


def test_an_empty_bank_runs_and_says_so(tmp_path):
    frames = validated(tmp_path, parties=[], facilities=[], capital=[])
    assert {"parties", "facilities", "capital"} <= set(frames["not_evaluated"]["item"])
    assert frames["findings"].height == 0
    assert all(frames[table].height == 0 for table in INPUT_TABLES if table != "fx_rates")


def test_every_frame_of_the_contract_is_there_with_its_columns_even_for_an_empty_bank(tmp_path):
    empty = validated(tmp_path / "empty", parties=[], facilities=[], capital=[])
    full = validated(
        tmp_path / "full",
        parties=PARTIES,
        facilities=[facility(joint_obligor_ids=["P2"])],
        relationships=[relationship()],
        protections=[protection(provider_id="P2")],
        protection_covers=[cover()],
        capital=[capital()],
        country_ratings=[{"country": "CN", "source": "A", "grade": "A", "rated_on": "2026-01-01"}],
    )
    assert {name: frame.schema for name, frame in empty.items()} == {
        name: frame.schema for name, frame in full.items()
    }
