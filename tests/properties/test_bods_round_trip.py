"""What is exported comes back: parties and relationships through statements of the ownership standard and in again."""

import json
from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from riskmon.domain.terms import CONTROL_BASES, PARTY_KINDS
from riskmon.ingest.formats.bods import read_bods
from riskmon.ingest.formats.imported import (
    PartyRow,
    RelationshipRow,
    contract_table,
    party_frame,
    relationship_frame,
)
from riskmon.reports.bods import Publication, bods_package

PUBLISHED = Publication(date(2026, 6, 30), "A bank")
LEIS = ["253400JT3MQWNDKMJE44", "391200PKEUF3Y2NUMW25"]
CREDIT_CODE = "91110000600037341L"
NAMES = st.none() | st.text(st.characters(codec="utf-8", categories=("L", "Nd")), min_size=1, max_size=8)
DAYS = st.dates(date(2000, 1, 1), date(2026, 6, 30))
SHARES = st.integers(0, 10_000)


@st.composite
def parties(draw):
    """Parties in the form that an import gives them: the id is the LEI where there is one."""
    found = [PartyRow("P0", "Ada", "person", "GB"), PartyRow("P1", draw(NAMES), "person", None)]
    for party_id in ("E0", "E1", *LEIS):
        kind = draw(st.sampled_from([kind for kind in PARTY_KINDS if kind != "person"]))
        country = draw(st.sampled_from([None, "GB", "CN", "DE"]))
        found.append(PartyRow(
            party_id, draw(NAMES), kind, country, CREDIT_CODE if country == "CN" and party_id == "E0" else None,
            party_id if party_id in LEIS else None, draw(st.none() | st.just(f"N{party_id}")),
            "central" if kind == "sovereign" else None,
        ))  # fmt: skip
    return found


@st.composite
def relationships(draw):
    """Relationships that the standard can say."""
    found = []
    for number in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(["shareholding", "control", "key_person"]))
        source = draw(st.sampled_from(["P0", "P1"] if kind == "key_person" else ["P0", "P1", "E0", *LEIS]))
        begin, end = sorted([draw(DAYS), draw(DAYS)])
        exact = draw(st.none() | SHARES) if kind == "shareholding" else None
        is_band = kind == "shareholding" and exact is None and draw(st.booleans())
        low, high = sorted([draw(st.integers(1, 10_000)), draw(st.integers(1, 10_000))])
        found.append(RelationshipRow(
            f"R{number}", source, draw(st.sampled_from(["E0", "E1", *LEIS])), kind,
            draw(st.sampled_from(CONTROL_BASES)) if kind == "control" else None,
            exact, low if is_band else None, high if is_band else None,
            draw(st.none() | SHARES) if kind == "shareholding" else None,
            draw(st.sampled_from(["none", "confirmed", "doubtful"])),
            draw(st.sampled_from([None, begin])), draw(st.sampled_from([None, end])), draw(DAYS), "a register",
        ))  # fmt: skip
    return found


@given(parties(), relationships())
def test_an_import_of_an_export_gives_the_same_rows(tmp_path_factory, people, links):
    given_parties = contract_table("parties", party_frame(people))
    given_links = contract_table("relationships", relationship_frame(links))
    package = bods_package(given_parties, given_links, PUBLISHED)
    path = tmp_path_factory.mktemp("export") / "package.json"
    path.write_text(json.dumps(list(package.statements())), encoding="utf-8")
    again = read_bods([path])
    assert not {"statement_invalid", "statement_refused"} & set(again.findings["finding_code"])
    assert again.parties.equals(given_parties)
    assert again.relationships.drop("evidence").equals(given_links.drop("evidence"))
    assert package.untold.filter(pl.col("what") != "evidence").height == 0
