"""Published examples and two real groups. Expected rows were read off the statements by hand."""

import random
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from riskmon.ingest.formats.bods import read_bods

DATA = Path(__file__).parents[3] / "data"
EXAMPLES = DATA / "bods_0_4"
ROSNEFT = DATA / "real_groups_bods" / "253400JT3MQWNDKMJE44.jsonl"
SADERAT = DATA / "real_groups_bods" / "2138008KTNTDICZU8L25.jsonl"


def links(tables, *columns):
    return tables.relationships.select("source_party_id", "target_party_id", *columns).rows()


def test_rosneft_consolidates_its_german_firm_directly_and_three_firms_ultimately():
    # The file: 4 companies; record RR-D of the German firm (IS_DIRECTLY_CONSOLIDATED_BY), and one RR-U each of the
    # German firm and the two Russian ones (IS_ULTIMATELY_CONSOLIDATED_BY), all by 253400JT3MQWNDKMJE44.
    tables = read_bods([ROSNEFT])
    head, german = "253400JT3MQWNDKMJE44", "391200PKEUF3Y2NUMW25"
    capital, dink = "25340076BE9D5XUK4H54", "253400EDWTVJSHMJ4D40"
    assert tables.parties["party_id"].to_list() == sorted([head, german, capital, dink])
    assert links(tables, "kind", "basis", "assessment", "valid_from", "known_since") == [
        (head, german, "control", "consolidation", "none", date(2016, 2, 24), date(2024, 6, 6)),
        (head, capital, "control", "reported_ultimate", "none", date(2017, 5, 11), date(2025, 2, 9)),
        (head, dink, "control", "reported_ultimate", "none", date(2013, 3, 21), date(2024, 11, 8)),
        (head, german, "control", "reported_ultimate", "none", date(2016, 2, 24), date(2024, 6, 6)),
    ]
    assert tables.findings.height == 0


def test_saderats_london_bank_stands_under_two_records_and_one_officer_has_left():
    tables = read_bods([SADERAT])
    # 16 statements: 6 companies, 2 persons, 8 relationships of one interest each.
    assert (tables.parties.height, tables.relationships.height) == (8, 8)
    # Company number 01126618 stands in the LEI record 2138008KTNTDICZU8L25 and in GB-COH-01126618.
    assert tables.findings["finding_code"].to_list() == ["identity_duplicate"]
    ended = tables.relationships.filter(tables.relationships["valid_to"].is_not_null())
    # Closed record GB-COH-REL-01126618-fgB6...: endDate 2024-10-04, declared 2022-11-16, "significant influence or
    # control" by a person, which does not settle that it is control.
    assert ended.select("valid_to", "known_since", "basis", "assessment").rows() == [
        (date(2024, 10, 4), date(2022, 11, 16), "dominant_influence", "doubtful")
    ]


def test_the_indirect_example_counts_its_components_alone():
    # Company B holds 60 % of A; what Person 1 holds in B is not stated; the sum of 30 % is left out.
    tables = read_bods([EXAMPLES / "indirect-ownership.json"])
    assert links(tables, "kind", "voting_bp", "assessment") == [
        ("c25d4d612c2c", "d4ab89ea169a", "control", None, "doubtful"),
        ("d4ab89ea169a", "ad3f6c2fcc9e", "shareholding", 6000, "none"),
    ]


def test_the_mixed_example_keeps_the_direct_half_beside_its_components():
    # B holds 50 % of A directly; Person 1 holds 50 % of A directly (from 2019) and 50 % through B.
    tables = read_bods([EXAMPLES / "mixed-direct-and-indirect-ownership.json"])
    assert links(tables, "kind", "voting_bp") == [
        ("ec61aeda7141", "9bfe59b6a869", "shareholding", 5000),
        ("53508b65253f", "ec61aeda7141", "control", None),
        ("53508b65253f", "9bfe59b6a869", "shareholding", 5000),
    ]


def test_the_corrected_example_shows_the_last_word_on_each_record():
    # Shear Trust: 60, then 70, then 80 % from 2023-03-01. Maria Esteves: 100, 40, 30 %, closed on 2023-03-03.
    tables = read_bods([EXAMPLES / "tecido.json"])
    stands = tables.relationships.filter(pl.col("known_until").is_null(), kind="shareholding")
    periods = stands.select("source_party_id", "voting_bp", "valid_from", "valid_to", "known_since")
    assert sorted(periods.rows()) == [
        ("018AF6B3EB", 3000, date(2022, 9, 21), date(2023, 3, 3), date(2023, 3, 3)),
        ("018AF6B3EB", 4000, date(2021, 9, 24), date(2022, 9, 20), date(2022, 9, 25)),
        ("018AF6B3EB", 10000, date(2002, 3, 9), date(2021, 9, 23), date(2021, 9, 25)),
        ("033E84672B", 6000, date(2021, 9, 24), date(2022, 9, 20), date(2022, 9, 25)),
        ("033E84672B", 7000, date(2022, 9, 21), date(2023, 2, 28), date(2023, 3, 3)),
        ("033E84672B", 8000, date(2023, 3, 1), None, date(2023, 3, 3)),
    ]
    ids = dict(stands.select("voting_bp", "relationship_id").rows())
    assert (ids[8000], ids[3000]) == ("02089A4E68", "022EBEB66B")


@pytest.mark.parametrize(
    ("as_of",           "known_at",         "votes"),
    [
        # Declared on 2019-01-20, 2021-09-25, 2022-09-25 and 2023-03-03; each is true from one to four days before.
        (date(2021, 9, 24), date(2021, 9, 24), {"018AF6B3EB": 10000}),
        (date(2021, 9, 25), date(2021, 9, 25), {"018AF6B3EB": 4000, "033E84672B": 6000}),
        (date(2021, 9, 24), date(2021, 9, 25), {"018AF6B3EB": 4000, "033E84672B": 6000}),
        (date(2021, 9, 23), date(2023, 12, 31), {"018AF6B3EB": 10000}),
        (date(2022, 9, 22), date(2022, 9, 22), {"018AF6B3EB": 4000, "033E84672B": 6000}),
        (date(2022, 9, 22), date(2022, 9, 25), {"018AF6B3EB": 3000, "033E84672B": 7000}),
        (date(2023, 3, 4), date(2023, 3, 4), {"033E84672B": 8000}),
        (date(2023, 3, 4), date(2022, 12, 31), {"018AF6B3EB": 3000, "033E84672B": 7000}),
    ],
)  # fmt: skip
def test_the_corrected_example_can_be_asked_at_any_date_as_it_was_known_at_any_other(as_of, known_at, votes):
    held = read_bods([EXAMPLES / "tecido.json"]).relationships.filter(
        pl.col("kind") == "shareholding",
        pl.col("valid_from").fill_null(date.min) <= as_of,
        pl.col("valid_to").fill_null(date.max) >= as_of,
        pl.col("known_since") <= known_at,
        pl.col("known_until").fill_null(date.max) >= known_at,
    )
    assert dict(held.select("source_party_id", "voting_bp").rows()) == votes
    assert held.height == len(votes)


def test_the_listed_example_has_an_owner_without_a_name():
    tables = read_bods([EXAMPLES / "listed-company-exempt-from-disclosure.json"])
    assert tables.parties["name"].to_list() == [
        "Listed Company OS-17",
        "Unknown party (subjectExemptFromDisclosure)",
    ]
    assert links(tables, "assessment") == [("fa402c4818f9/interested-party", "4c7ea3bfbe6c", "doubtful")]


def test_neither_the_order_of_files_nor_of_statements_changes_a_byte(tmp_path):
    lines = [line for path in (ROSNEFT, SADERAT) for line in path.read_text(encoding="utf-8").splitlines()]
    expected = read_bods([ROSNEFT, SADERAT])
    for seed in range(3):
        random.Random(seed).shuffle(lines)
        parts = [tmp_path / "one.jsonl", tmp_path / "two.jsonl"]
        parts[0].write_text("\n".join(lines[:7]), encoding="utf-8")
        parts[1].write_text("\n".join(lines[7:]), encoding="utf-8")
        for files in (parts, parts[::-1]):
            tables = read_bods(files)
            assert tables.parties.write_csv() == expected.parties.write_csv()
            assert tables.relationships.write_csv() == expected.relationships.write_csv()
            assert tables.findings.write_csv() == expected.findings.write_csv()
