"""Expected values are those of the hand-made snapshot; its arithmetic stands at the head of `snapshot_builder`."""

import base64
import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmon.domain.errors import CallerError, NotFoundError
from riskmon.operations import read
from riskmon.operations.read import PageRequest, Snapshots
from riskmon.operations.read.paging import decode, encode
from riskmon.rulebook.loader import shipped_editions
from tests.snapshot_builder import RUN_ID, sample_tables, write_snapshot

EVERYTHING = PageRequest(limit=200)


def column(body, name):
    return [item[name] for item in body["items"]]


def test_an_answer_names_its_run_date_and_currency(snapshots):
    body = read.breaches(snapshots, EVERYTHING, {})

    assert (body["run_id"], body["as_of"], body["currency"]) == (RUN_ID, "2026-06-30", "CNY")


def test_amounts_are_decimal_text_and_null_stays_null(snapshots):
    breach, unknown = (
        read.headroom(snapshots, EVERYTHING, {"subject_id": subject})["items"][0]
        for subject in ("example_policy/P1", "S1")
    )

    # 1,500.00 less 1,530.00.
    assert (breach["exposure"], breach["limit"], breach["headroom"]) == ("1530.00", "1500.00", "-30.00")
    assert breach["currency"] == "CNY"
    assert unknown["exposure"] == "50.00"
    assert [unknown[name] for name in ("limit", "headroom", "is_breach", "utilisation_ratio")] == [None] * 4
    assert "exposure_minor" not in breach
    assert "row_number" not in breach


def test_a_facility_keeps_the_decimals_of_its_own_currency(snapshots):
    body = read.facilities(snapshots, EVERYTHING, {"obligor_id": "Q1"})

    # The yen has no minor unit: 5,000 minor units are 5,000 yen.
    assert [(item["drawn"], item["currency"]) for item in body["items"]] == [("5000", "JPY")]
    assert body["currency"] == "CNY"


@pytest.mark.parametrize(
    ("ask", "where", "key", "expected"),
    [
        (read.groups, {}, "anchor_id", ["P1", "Q1", "S1"]),
        (read.groups, {"party_id": "P3"}, "anchor_id", ["P1", "Q1"]),        # the member that overlaps
        (read.groups, {"party_id": "P3", "is_complete": True}, "anchor_id", ["P1"]),
        (read.groups, {"book_id": "basel_lex"}, "anchor_id", []),
        (read.obligors, {"is_complete": False}, "obligor_id", ["Q1"]),
        (read.relationships, {"party_id": "P3"}, "relationship_id", ["R2", "R3"]),
        (read.relationships, {"party_id": "Q1"}, "relationship_id", ["R3", "R4"]),  # at either end
        (read.relationships, {"assessment": "doubtful"}, "relationship_id", ["R4"]),
        (read.headroom, {"is_breach": True}, "subject_id", ["example_policy/P1"]),
        (read.headroom, {"is_breach": False}, "subject_id", ["example_policy/Q1", "example_policy/S1"]),
        (read.headroom, {"subject_kind": "obligor"}, "subject_id", ["S1"]),  # its limit is unknown: neither of both
        (read.headroom, {"warning_level_at_least": "orange"}, "subject_id", ["example_policy/P1"]),
        (read.signals, {"severity_at_least": "yellow"}, "signal_id", ["G01", "F01"]),
        (read.signals, {"severity_at_least": "red"}, "subject_id", ["P2"]),
        (read.signals, {"state": "not_evaluable"}, "subject_id", ["S1"]),
        (read.findings, {"table": "parties"}, "subject_id", [None]),
        (read.limits, {"limit_id": "group_credit"}, "ratio", ["0.15"]),
        (read.limits, {"is_hard": True}, "limit_id", ["group_credit"]),
    ],
)  # fmt: skip
def test_a_filter_keeps_what_it_names_and_nothing_else(snapshots, ask, where, key, expected):
    assert column(ask(snapshots, EVERYTHING, where), key) == expected


@pytest.mark.parametrize(
    "ask",
    [
        lambda s: read.facilities(s, EVERYTHING, {}),
        lambda s: read.runs(s, EVERYTHING),
        lambda s: read.run(s, RUN_ID),
        lambda s: read.obligor(s, "Q1"),
        lambda s: read.group(s, "example_policy/P1"),
        lambda s: read.limit(s, "example_policy/group_credit"),
        lambda s: read.rulebook(s, "early_warning"),
    ],
)
def test_every_body_is_plain_json(snapshots, ask):
    body = ask(snapshots)

    assert json.loads(json.dumps(body, allow_nan=False)) == body


def test_a_date_is_iso_text(snapshots):
    (facility,) = read.facilities(snapshots, EVERYTHING, {"obligor_id": "Q1"})["items"]

    assert facility["maturity_date"] == "2028-12-31"


def test_a_share_of_a_limit_of_nothing_is_null(tmp_path):
    row = {**sample_tables()["headroom"][0], "limit_minor": 0, "utilisation_ratio": float("inf")}
    write_snapshot(tmp_path, tables={"headroom": [row]})

    assert column(read.headroom(Snapshots(tmp_path), EVERYTHING, {}), "utilisation_ratio") == [None]


def test_a_group_counts_its_exposed_members_and_names_its_anchor(snapshots):
    body = read.groups(snapshots, EVERYTHING, {})

    # S1 has a connector, which has no exposure and is no member.
    assert column(body, "member_count") == [3, 2, 1]
    assert column(body, "anchor_name") == ["River Paper", "Queen Stores", None]
    assert column(body, "exposure") == ["1530.00", "330.00", "50.00"]
    assert column(body, "is_complete") == [True, False, True]


def test_a_group_spells_out_why_each_member_belongs(snapshots):
    body = read.group(snapshots, "example_policy/P1")
    anchor, controlled, dependent = body["members"]

    assert (anchor["role"], anchor["reason"]) == ("anchor", [])
    assert (controlled["name"], controlled["exposure"]) == ("River Mill", "600.00")
    # P3 hangs on P2, which hangs on P1: the path is given in that order.
    steps = [
        (step["source_name"], step["kind"], step["target_name"], step["evidence_text"])
        for step in dependent["reason"]
    ]
    assert steps == [
        ("River Paper", "shareholding", "River Mill", "Company register"),
        ("River Mill", "economic_dependence", "Pulp Depot", "Company register"),
    ]
    assert [row["headroom"] for row in body["headroom"]] == ["-30.00"]


def test_a_group_is_shown_down_to_its_facilities(snapshots):
    body = read.group(snapshots, "example_policy/Q1")

    # F4 is drawn in yen; its exposure is in the reporting currency.
    shown = [
        (row["facility_id"], row["exposure"], row["currency"], row["drawn"], row["facility_currency"])
        for row in body["exposures"]
    ]
    assert shown == [("F3", "230.00", "CNY", "230.00", "CNY"), ("F4", "100.00", "CNY", "5000", "JPY")]


def test_the_numbers_of_other_books_and_subjects_stay_out_of_a_group(tmp_path):
    sample = sample_tables()
    other_book = {**sample["obligor_exposures"][1], "book_id": "basel_lex", "exposure_minor": 1}
    other_exposure = {**sample["exposures"][1], "book_id": "basel_lex"}
    namesake = {**sample["headroom"][3], "subject_id": "example_policy/P1"}
    write_snapshot(
        tmp_path,
        tables={
            "obligor_exposures": [*sample["obligor_exposures"], other_book],
            "exposures": [*sample["exposures"], other_exposure],
            "headroom": [*sample["headroom"], namesake],
        },
    )
    body = read.group(Snapshots(tmp_path), "example_policy/P1")

    assert [member["exposure"] for member in body["members"]] == ["700.00", "600.00", "230.00"]
    assert [row["book_id"] for row in body["exposures"]] == ["example_policy"] * 3
    assert [row["subject_kind"] for row in body["headroom"]] == ["group"]


def test_one_limit_is_shown_with_the_subjects_nearest_to_it(snapshots):
    body = read.limit(snapshots, "example_policy/group_credit")

    assert (body["subject_count"], body["breach_count"]) == (3, 1)
    # 1,530, 330 and 50 against 1,500.
    assert [row["subject_id"][-2:] for row in body["headroom"]] == ["P1", "Q1", "S1"]
    assert body["limit"]["ratio"] == "0.15"


def test_a_reason_that_is_not_on_record_keeps_its_id(snapshots):
    _, connector = read.group(snapshots, "example_policy/S1")["members"]

    assert connector["reason"][0]["relationship_id"] == "R99"
    assert connector["reason"][0]["kind"] is None
    assert (connector["name"], connector["exposure"]) == (None, None)


def test_an_obligor_is_shown_in_full_in_each_of_its_groups(snapshots):
    body = read.obligor(snapshots, "P3")

    assert [(g["group_id"], g["role"]) for g in body["groups"]] == [
        ("example_policy/P1", "dependent"),
        ("example_policy/Q1", "dependent"),
    ]
    assert [e["exposure"] for e in body["exposures"]] == ["230.00"]
    assert body["party"]["name"] == "Pulp Depot"


def test_an_obligor_has_its_own_headroom_and_signals(snapshots):
    body = read.obligor(snapshots, "S1")

    assert [row["limit_id"] for row in body["headroom"]] == ["interbank"]
    assert [signal["state"] for signal in body["signals"]] == ["not_evaluable"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda s: read.group(s, "example_policy/P2"),
        lambda s: read.obligor(s, "X9"),
        lambda s: read.rulebook(s, "basel_lex"),
        lambda s: read.limit(s, "example_policy/nothing"),
        lambda s: read.run(s, "../run_id=c0ffee"),
        lambda s: read.groups(s, PageRequest(run_id="nobody"), {}),
    ],
)
def test_an_unknown_id_is_refused_with_what_to_do(snapshots, ask):
    with pytest.raises(NotFoundError) as refusal:
        ask(snapshots)

    assert refusal.value.remedy


def test_a_limit_is_shown_with_its_clause_ratio_and_base(snapshots):
    (limit,) = read.limits(snapshots, EVERYTHING, {"limit_id": "group_credit"})["items"]

    # The words of the edition file, entry `group_credit`.
    assert limit["clause"] == "Example bank, concentration policy, 4.2"
    assert (limit["capital_base"], limit["subject_kinds"]) == ("net_capital", ["group"])
    assert limit["warning_lines"][0] == {"warning_level": "blue", "share": "0.56"}


def test_a_rulebook_shows_every_entry_with_its_place(snapshots):
    body = read.rulebook(snapshots, "example_policy")
    rules = [entry["rule"] for entry in body["entries"] if entry["clause"].endswith(", 4.2")]

    assert [rule["id"] for rule in rules] == ["group_credit"]
    assert all(entry["is_in_force"] for entry in body["entries"])


def test_a_book_whose_text_is_not_at_hand_is_not_shown_in_another_edition(tmp_path):
    folder = write_snapshot(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["books"][0]["digest"] = "0" * 64
    (folder / "manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(NotFoundError, match="not at hand"):
        read.limits(Snapshots(tmp_path), EVERYTHING, {})


def test_a_book_of_the_banks_own_is_read_from_the_manifest_of_the_run(tmp_path):
    folder = write_snapshot(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text())
    edition = shipped_editions()["example_policy"][-1].edition.model_dump(mode="json")
    edition["limit"] = [{**edition["limit"][-1], "ratio": "0.12"}]
    manifest["books"][0] |= {"digest": "0" * 64, "edition": edition}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    snapshots = Snapshots(tmp_path)

    assert column(read.limits(snapshots, EVERYTHING, {}), "ratio") == ["0.12"]
    assert "edition" not in read.rulebook(snapshots, "example_policy")["book"]
    assert "edition" not in read.run(snapshots, RUN_ID)["books"][0]


def test_the_catalogue_of_the_signals_is_one_of_the_rulebooks(snapshots):
    assert column(read.rulebooks(snapshots, EVERYTHING), "book_id") == ["example_policy", "early_warning"]
    assert read.rulebook(snapshots, "early_warning")["entries"]


def test_a_run_says_what_it_could_not_evaluate(snapshots):
    body = read.run(snapshots, RUN_ID)

    assert body["is_current"]
    assert [row["item"] for row in body["not_evaluated"]] == ["payments"]
    assert body["counts"]["groups"] == 3


@pytest.mark.parametrize("size", [1, 2, 3, 4, 50])
def test_pages_of_any_size_give_every_row_once_and_in_order(snapshots, size):
    everything = read.headroom(snapshots, EVERYTHING, {})
    assert everything["next"] is None

    walked, cursor = [], None
    while True:
        body = read.headroom(snapshots, PageRequest(cursor=cursor, limit=size), {})
        assert len(body["items"]) <= size
        walked += body["items"]
        cursor = body["next"]
        if cursor is None:
            break

    assert walked == everything["items"]


def test_rows_with_the_same_key_are_not_lost_between_pages(tmp_path):
    signal = sample_tables()["signals"][0]
    write_snapshot(tmp_path, tables={"signals": [signal, signal, signal]})
    snapshots = Snapshots(tmp_path)

    first = read.signals(snapshots, PageRequest(limit=2), {})
    second = read.signals(snapshots, PageRequest(limit=2, cursor=first["next"]), {})

    assert (len(first["items"]), len(second["items"])) == (2, 1)


def test_a_walk_through_pages_stays_with_its_run_when_a_newer_one_arrives(tmp_path):
    write_snapshot(tmp_path)
    snapshots = Snapshots(tmp_path)
    first = read.headroom(snapshots, PageRequest(limit=1), {})
    write_snapshot(tmp_path, run_id="beef", as_of="2026-07-31")

    assert read.headroom(snapshots, PageRequest(limit=1), {})["run_id"] == "beef"
    assert read.headroom(snapshots, PageRequest(limit=1, cursor=first["next"]), {})["run_id"] == RUN_ID


def test_runs_are_paged_newest_first_even_when_one_finishes_meanwhile(tmp_path):
    write_snapshot(tmp_path)
    write_snapshot(tmp_path, run_id="beef", as_of="2026-05-31")
    snapshots = Snapshots(tmp_path)
    first = read.runs(snapshots, PageRequest(limit=1))
    write_snapshot(tmp_path, run_id="fade", as_of="2026-07-31")

    second = read.runs(snapshots, PageRequest(limit=1, cursor=first["next"]))
    assert column(first, "run_id") + column(second, "run_id") == [RUN_ID, "beef"]
    assert second["next"] is None
    assert column(read.runs(snapshots, EVERYTHING), "is_current") == [True, False, False]


def test_the_cursor_of_one_list_or_run_is_refused_by_another(snapshots):
    cursor = read.headroom(snapshots, PageRequest(limit=1), {})["next"]

    with pytest.raises(CallerError, match="another list"):
        read.signals(snapshots, PageRequest(cursor=cursor), {})
    with pytest.raises(CallerError, match="another run"):
        read.headroom(snapshots, PageRequest(cursor=cursor, run_id="beef"), {})


@pytest.mark.parametrize(
    "place", ["text", {}, [], ["c0ffee", "headroom"], ["c0ffee", "headroom", -1], ["c0ffee", "headroom", 2**40],
              ["c0ffee", "headroom", 1.5], ["\ud800", "headroom", 1], [1, "headroom", 1]]
)  # fmt: skip
def test_a_forged_cursor_is_a_mistake_of_the_caller(place):
    with pytest.raises(CallerError, match="not one that was given out"):
        decode(base64.urlsafe_b64encode(json.dumps(place).encode()).decode(), "headroom")


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_no_text_whatever_breaks_the_reading_of_a_cursor(text):
    with pytest.raises(CallerError):
        decode(text, "headroom")


@given(st.integers(0, 2**32 - 2))
def test_a_cursor_reads_back_as_it_was_made(first):
    assert decode(encode(["c0ffee", "headroom", first]), "headroom") == ("c0ffee", first)


def test_every_list_keeps_the_columns_of_its_output_table(snapshots):
    stored = pl.read_parquet(next(snapshots.find().folder.glob("headroom.parquet")))
    item = read.headroom(snapshots, EVERYTHING, {})["items"][0]

    assert set(item) == {name.removesuffix("_minor") for name in stored.columns} | {"currency"}
