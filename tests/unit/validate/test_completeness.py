"""Whatever a refused row touches is marked incomplete, and nothing else."""

import pytest

from tests import builders
from tests.builders import (
    capital,
    cover,
    facility,
    fx_rate,
    incomplete,
    party,
    protection,
    refused,
    relationship,
    validated,
)

PARTIES = [party("P1"), party("P2"), party("P3")]


TOUCHING = [
    # table, row, parties touched
    ("facilities",        facility("F9", "P2", drawn="-1"),                                   ["P2"]),
    ("facilities",        facility("F9", "P2", drawn="-1", joint_obligor_ids=["P3"]),         ["P2", "P3"]),
    ("facilities",        facility(None, "P2"),                                               ["P2"]),
    ("facilities",        facility("F9", "nobody"),                                           []),
    ("relationships",     relationship("R9", "P2", "P3", dependence_bp="10001"),              ["P2", "P3"]),
    ("relationships",     relationship("R9", "P2", "nobody"),                                 ["P2"]),
    ("protections",       protection("G9", provider_id="P2", title_holder_id="P3", value="-1"), ["P2", "P3"]),
    ("protection_covers", cover("G1", "F1", covered_amount="-1"),                             ["P1", "P2"]),
    ("protection_covers", cover("nothing", "F1"),                                             ["P1"]),
    ("protection_covers", cover("nothing", None, party_id="P3"),                              ["P3"]),
    ("events",            {"event_id": None, "party_id": "P3", "kind": "lawsuit"},            ["P3"]),
]  # fmt: skip


@pytest.mark.parametrize(("table", "row", "touched"), TOUCHING)
def test_every_party_that_a_refused_row_touches_is_marked_incomplete(tmp_path, table, row, touched):
    tables = {"facilities": [facility("F1")], "protections": [protection("G1", provider_id="P2")]}
    tables[table] = [*tables.get(table, []), row]
    frames = validated(tmp_path, parties=PARTIES, capital=[capital()], **tables)
    assert len(refused(frames)) == 1
    assert incomplete(frames) == touched


def test_a_refused_protection_marks_the_obligor_it_covered(tmp_path):
    frames = validated(
        tmp_path,
        parties=PARTIES,
        facilities=[facility("F1", "P1")],
        protections=[protection("G1", currency="USD")],
        protection_covers=[cover("G1", "F1")],
        capital=[capital()],
    )
    assert incomplete(frames) == ["P1"]


def test_a_bank_without_a_bad_row_is_complete(tmp_path):
    frames = validated(tmp_path, parties=PARTIES, facilities=[facility()], capital=[capital()])
    assert incomplete(frames) == []
    assert frames["findings"].height == 0


def test_a_refused_newest_rate_marks_whoever_has_an_amount_in_its_currency(tmp_path):
    # 7.2 of March stands in for the rate of June that cannot be read, so P1's amount is not certain; P2's is
    frames = validated(
        tmp_path,
        parties=PARTIES,
        facilities=[facility("F1", "P1", currency="USD"), facility("F2", "P2", currency="EUR")],
        fx_rates=[
            fx_rate("USD", as_of="2026-03-31"),
            fx_rate("USD", "seven"),
            fx_rate("EUR"),
            fx_rate("EUR", "eight", as_of="2026-03-31"),
        ],
        capital=[capital()],
    )
    assert len(refused(frames)) == 2
    assert incomplete(frames) == ["P1"]


def test_a_row_delivered_twice_leaves_its_party_complete(tmp_path):
    frames = builders.validated(
        tmp_path,
        parties=[builders.party("A")],
        facilities=[builders.facility("F1", "A"), builders.facility("F1", "A")],
        capital=[builders.capital()],
    )
    assert builders.incomplete(frames) == []
    assert frames["facilities"].height == 1


def test_a_refused_country_rating_touches_the_parties_of_that_country(tmp_path):
    frames = builders.validated(
        tmp_path,
        parties=[builders.party("A", country="XA"), builders.party("B", country="XB")],
        facilities=[],
        capital=[builders.capital()],
        country_ratings=[
            {"country": "XA", "source": "S", "grade": "AA-", "rated_on": "2025-01-01"},
            {"country": "XA", "source": "S", "grade": "AA-", "rated_on": "2026-13-01"},
            {"country": "XB", "source": "S", "grade": "AA-", "rated_on": "2025-01-01"},
        ],
    )
    assert builders.incomplete(frames) == ["A"]
