"""Findings: what is counted, what is shown, and that a suspicious row stays."""

import pytest

from riskmon.frames.outputs import OUTPUT_TABLES
from tests.builders import capital, cover, facility, found, fx_rate, incomplete, party, protection, validated

PARTIES = [party("P1"), party("P2"), party("P3")]


def test_a_party_of_unknown_kind_stays_as_a_corporate(tmp_path):
    frames = validated(
        tmp_path, parties=[party("P1", kind="martian"), party("P2", kind=None), party("P3", kind="bank")]
    )
    assert frames["parties"]["kind"].to_list() == ["corporate", "corporate", "bank"]
    assert found(frames, "kind_unknown") == [("parties", 2, ["P1", "P2"])]
    assert incomplete(frames) == []


SUSPICIOUS = [
    # changes, code, is_found
    ({"drawn": "100.01"},                                        "drawn_above_commitment", True),
    ({"drawn": "100.00"},                                        "drawn_above_commitment", False),
    ({"commitment": None},                                       "drawn_above_commitment", False),
    ({"product": "documentary_credit", "drawn": "100.01"},       "drawn_above_commitment", False),
    ({"maturity_date": "2026-06-29"},                            "past_maturity", True),
    ({"maturity_date": "2026-06-30"},                            "past_maturity", False),
    ({"maturity_date": None},                                    "past_maturity", False),
    ({"maturity_date": "2026-06-29", "drawn": "0", "commitment": "0"}, "past_maturity", False),
    ({"start_date": "2026-07-01"},                               "not_yet_begun", True),
    ({"start_date": "2026-06-30"},                               "not_yet_begun", False),
    ({"start_date": None},                                       "not_yet_begun", False),
    ({"start_date": "2026-07-01", "drawn": "0", "commitment": "0"}, "not_yet_begun", False),
    ({"past_due_days": -1},                                      "past_due_negative", True),
    ({"past_due_days": 0},                                       "past_due_negative", False),
    ({"past_due_days": None},                                    "past_due_negative", False),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "code", "is_found"), SUSPICIOUS)
def test_a_suspicious_facility_is_a_finding_and_stays(tmp_path, changes, code, is_found):
    frames = validated(
        tmp_path, parties=PARTIES, facilities=[facility("F1", **changes), facility("F2")], capital=[capital()]
    )
    assert found(frames, code) == ([("facilities", 1, ["F1"])] if is_found else [])
    assert frames["facilities"].height == 2


def test_days_past_due_below_zero_are_unknown(tmp_path):
    facilities = [facility("F1", past_due_days=-1), facility("F2", past_due_days=0)]
    frames = validated(tmp_path, parties=PARTIES, facilities=facilities, capital=[capital()])
    assert frames["facilities"]["past_due_days"].to_list() == [None, 0]


def test_a_wrong_check_digit_is_a_finding_and_the_party_stays(tmp_path):
    parties = [
        party("P1", uscc="91110000600037341L", lei="213800KUD8LAJWSQ9D15"),
        party("P2", uscc="91110000600037341K"),
        party("P3", lei="213800KUD8LAJWSQ9D16"),
    ]
    frames = validated(tmp_path, parties=parties)
    assert found(frames, "identifier_invalid") == [("parties", 2, ["P2", "P3"])]
    assert frames["parties"].height == 3


def test_a_protection_that_covers_nothing_is_a_finding(tmp_path):
    frames = validated(
        tmp_path,
        parties=PARTIES,
        facilities=[facility("F1")],
        protections=[protection("G1"), protection("G2")],
        protection_covers=[cover("G1", "F1")],
        capital=[capital()],
    )
    assert found(frames, "protection_unused") == [("protections", 1, ["G2"])]


def test_a_finding_counts_its_rows_and_shows_up_to_five_ids_in_order(tmp_path):
    facilities = [facility(f"F{number}", "nobody") for number in (7, 3, 9, 1, 5, 8, 2)]
    frames = validated(
        tmp_path, parties=PARTIES, facilities=[*facilities, facility("F0")], capital=[capital()]
    )
    assert found(frames, "reference_missing") == [("facilities", 7, ["F1", "F2", "F3", "F5", "F7"])]
    finding = frames["findings"].row(0, named=True)
    assert finding["message"].startswith("facilities: ")
    assert finding["remedy"]
    assert frames["findings"].schema == OUTPUT_TABLES["findings"].schema


def test_the_id_of_a_row_with_several_key_columns_names_them_all(tmp_path):
    frames = validated(
        tmp_path, parties=PARTIES, capital=[capital(currency=None)], fx_rates=[fx_rate(rate=None)]
    )
    assert found(frames, "value_missing") == [
        ("capital", 1, ["2026-06-30/consolidated"]),
        ("fx_rates", 1, ["2026-06-30/USD"]),
    ]


def test_a_row_without_an_id_is_counted_though_it_cannot_be_named(tmp_path):
    frames = validated(tmp_path, parties=[party(None), party("P1")])
    assert found(frames, "key_missing") == [("parties", 1, [])]


def test_an_unknown_column_is_a_finding_that_names_it(tmp_path):
    frames = validated(tmp_path, parties=[party(shoe_size=44, hat_size=58)])
    assert found(frames, "column_unknown") == [("parties", 2, ["hat_size", "shoe_size"])]
