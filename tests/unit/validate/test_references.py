"""References become keys; what points to nothing that stands is refused."""

import polars as pl
import pytest

from tests.builders import (
    capital,
    cover,
    facility,
    found,
    incomplete,
    party,
    protection,
    refused,
    relationship,
    validated,
)

PARTIES = [party("P1"), party("P2"), party("P3")]


def test_references_become_positions_in_the_tables_sorted_by_id(tmp_path):
    frames = validated(
        tmp_path,
        bank=[{"party_id": "P3", "currency": "CNY"}],
        parties=[party("P3"), party("P1"), party("P2")],
        facilities=[facility("F2", "P3", joint_obligor_ids=["P3", "P2", "P1", "P2"]), facility("F1", "P2")],
        relationships=[relationship("R1", "P3", "P1")],
        protections=[protection("G1", provider_id="P2", title_holder_id="P1"), protection("G2")],
        protection_covers=[cover("G2", "F2", rank=1), cover("G1", "F1", covered_amount="3.00")],
        capital=[capital()],
        events=[{"event_id": "E1", "party_id": "P2", "kind": "lawsuit"}],
    )
    assert frames["parties"].select("party_key", "party_id").rows() == [(0, "P1"), (1, "P2"), (2, "P3")]
    assert frames["facilities"].select(
        "facility_key", "facility_id", "obligor_key", "joint_obligor_keys"
    ).rows() == [
        (0, "F1", 1, []),
        (1, "F2", 2, [0, 1]),
    ]
    assert frames["relationships"].select("relationship_key", "source_key", "target_key").rows() == [
        (0, 2, 0)
    ]
    assert frames["protections"].select("protection_key", "provider_key", "title_holder_key").rows() == [
        (0, 1, 0),
        (1, None, None),
    ]
    assert frames["protection_covers"].rows() == [(0, 0, 0, 300, None), (1, 1, 1, None, 1)]
    assert frames["bank"]["party_key"].to_list() == [2]
    assert frames["events"]["party_key"].to_list() == [1]
    for frame in frames.values():
        assert all(dtype == pl.Int32 for name, dtype in frame.schema.items() if name.endswith("_key"))


DANGLING = [
    # table, row
    ("facilities",           facility("F9", "nobody")),
    ("facilities",           facility("F9", "P1", joint_obligor_ids=["P2", "nobody"])),
    ("relationships",        relationship("R9", "P1", "nobody")),
    ("relationships",        relationship("R9", "nobody", "P1")),
    ("protections",          protection("G9", provider_id="nobody")),
    ("protections",          protection("G9", title_holder_id="nobody")),
    ("protection_covers",    cover("nothing", "F1")),
    ("protection_covers",    cover("G1", "nothing")),
    ("protection_covers",    cover("G1", None, party_id="nobody")),
    ("bank_limits",          {"limit_id": "L", "subject_kind": "group", "subject_id": "nobody"}),
    ("ratings",              {"party_id": "nobody", "grade": "7", "rated_on": "2026-01-01"}),
    ("financial_statements", {"party_id": "nobody", "period_end": "2025-12-31", "item": "assets", "amount": "1.00", "currency": "CNY"}),
    ("account_behaviour",    {"party_id": "nobody", "period_end": "2025-12-31", "currency": "CNY"}),
    ("bureau_summaries",     {"party_id": "nobody", "as_of": "2025-12-31", "currency": "CNY"}),
    ("events",               {"event_id": "E", "party_id": "nobody", "kind": "lawsuit"}),
]  # fmt: skip


@pytest.mark.parametrize(("table", "row"), DANGLING)
def test_a_row_that_points_to_nothing_is_refused(tmp_path, table, row):
    tables = {
        "facilities": [facility("F1")],
        "protections": [protection("G1")],
        "protection_covers": [cover()],
    }
    tables[table] = [*tables.get(table, []), row]
    frames = validated(tmp_path, parties=PARTIES, capital=[capital()], **tables)
    assert refused(frames) == [(table, len(tables[table]) - 1, ["reference_missing"])]
    assert found(frames, "reference_missing")[0][:2] == (table, 1)


def test_a_limit_on_what_is_no_party_points_to_nothing_of_ours(tmp_path):
    limit = {
        "limit_id": "L",
        "subject_kind": "industry",
        "subject_id": "C31",
        "amount": "5.00",
        "currency": "CNY",
    }
    frames = validated(tmp_path, parties=PARTIES, capital=[capital()], bank_limits=[limit])
    assert refused(frames) == []
    assert frames["bank_limits"].select("subject_id", "amount_minor", "rate_e10").rows() == [
        ("C31", 500, 10**10)
    ]


def test_what_points_to_a_refused_row_is_refused_as_well(tmp_path):
    frames = validated(
        tmp_path,
        parties=[party("P1"), party("P1", name="another"), party("P2"), party("P3")],
        facilities=[facility("F1", "P1"), facility("F2", "P2")],
        relationships=[relationship("R1", "P1", "P3")],
        protections=[protection("G1"), protection("G2", value="-1")],
        protection_covers=[cover("G1", "F1"), cover("G2", "F2"), cover("G1", "F2")],
        capital=[capital()],
    )
    assert refused(frames) == [
        ("facilities", 0, ["reference_missing"]),
        ("parties", 0, ["id_conflict"]),
        ("parties", 1, ["id_conflict"]),
        ("protection_covers", 0, ["reference_missing"]),
        ("protection_covers", 1, ["reference_missing"]),
        ("protections", 1, ["amount_negative"]),
        ("relationships", 0, ["reference_missing"]),
    ]
    assert frames["parties"]["party_id"].to_list() == ["P2", "P3"]
    assert frames["facilities"]["facility_id"].to_list() == ["F2"]
    # P2 through its facility's lost cover, P3 through the lost relationship.
    assert incomplete(frames) == ["P2", "P3"]


def test_a_cover_that_names_a_party_covers_its_facilities_unless_they_are_named(tmp_path):
    frames = validated(
        tmp_path,
        parties=PARTIES,
        facilities=[facility("F1", "P1"), facility("F2", "P1"), facility("F3", "P2")],
        protections=[protection("G1")],
        protection_covers=[cover("G1", None, party_id="P1", rank=1), cover("G1", "F2", rank=2)],
        capital=[capital()],
    )
    assert frames["protection_covers"].select("facility_key", "rank").rows() == [(0, 1), (1, 2)]
