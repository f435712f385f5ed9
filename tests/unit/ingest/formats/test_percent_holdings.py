"""Filings as shareholdings. Expected values follow from the digits of each row."""

from datetime import date

import pytest

from riskmon.domain.errors import CallerError
from riskmon.ingest.formats.percent_holdings import read_percent_holdings

HEADER = "accession_number,company_cik,owner_key,percent_of_class,control_class,pct_verified,pct_source"
ISSUER, HOLDER = "0000002230", "0001048703"


def filing(percent="12.5", accession="0000000001-20-000001", issuer=ISSUER, holder=HOLDER):
    return f"{accession},{issuer},{holder},{percent},stake,True,row13"


@pytest.fixture
def imports(tmp_path):
    def read(*lines, header=HEADER):
        path = tmp_path / "holdings.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return read_percent_holdings([path])

    return read


def test_a_filing_is_a_shareholding_of_its_holder_known_since_the_year_began(imports):
    row = imports(filing()).relationships.row(0, named=True)
    assert (row["source_party_id"], row["target_party_id"], row["kind"]) == (HOLDER, ISSUER, "shareholding")
    assert (row["voting_bp"], row["economic_bp"], row["assessment"]) == (1250, None, "none")
    assert (row["valid_from"], row["valid_to"], row["known_since"]) == (
        date(2020, 1, 1),
        None,
        date(2020, 1, 1),
    )


# One percent is a hundred basis points; what is finer than a basis point is rounded up.
@pytest.mark.parametrize(
    ("percent", "expected"),
    [("5.02", 502), ("50", 5000), ("50.0004", 5001), ("0.005", 1), ("100", 10000), ("100.000", 10000), (".5", 50),
     ("007", 700), ("33.3300", 3333), ("12.", 1200), ("0", 0)],
)  # fmt: skip
def test_a_percentage_is_exact_and_rounded_up_to_a_basis_point(imports, percent, expected):
    assert imports(filing(percent)).relationships["voting_bp"].to_list() == [expected]


@pytest.mark.parametrize(
    "percent", ["100.01", "101", "12345678901234567890", "-3", "5 %", "abc", "1e1", "NaN", "."]
)
def test_what_is_no_percentage_is_left_out_with_its_row_number(imports, percent):
    tables = imports(filing("60", holder="0000000007"), filing(percent))
    assert tables.relationships["source_party_id"].to_list() == ["0000000007"]
    assert tables.parties["party_id"].to_list() == ["0000000007", ISSUER, HOLDER]
    assert tables.findings["finding_code"].to_list() == ["share_invalid"]
    assert "row 2 of holdings.csv" in tables.findings["message"][0]


def test_a_filing_without_a_percentage_is_a_holder_without_votes(imports):
    tables = imports(filing(""))
    assert tables.relationships.select("kind", "voting_bp").rows() == [("shareholding", None)]
    assert tables.findings["finding_code"].to_list() == ["share_unknown"]


@pytest.mark.parametrize(
    ("line", "code"),
    [(filing(accession=""), "key_missing"), (filing(issuer=""), "key_missing"), (filing(holder=" "), "key_missing"),
     (filing(accession="2020-000001"), "accession_invalid")],
)  # fmt: skip
def test_a_row_without_a_key_is_left_out(imports, line, code):
    tables = imports(line)
    assert tables.relationships.height == 0
    assert tables.findings["finding_code"].to_list() == [code]


def test_an_older_filing_ends_before_the_newer_one_begins_across_the_century(imports):
    lines = [filing("70", "0000000009-99-000001"), filing("20", "0000000001-03-000001")]
    for order in (lines, lines[::-1]):
        tables = imports(*order)
        assert tables.relationships.sort("valid_from").select(
            "voting_bp", "valid_from", "valid_to"
        ).rows() == [
            (7000, date(1999, 1, 1), date(2002, 12, 31)),
            (2000, date(2003, 1, 1), None),
        ]
        assert tables.findings.height == 0


def test_of_one_year_the_last_accession_counts_and_the_other_is_a_finding(imports):
    tables = imports(filing("70", "0000000009-20-000001"), filing("20", "0000000001-20-000009"))
    assert tables.relationships.select("voting_bp", "valid_to").rows() == [(7000, None)]
    assert tables.findings.select("finding_code", "statement_id").rows() == [
        ("filing_replaced", "0000000001-20-000009")
    ]


def test_other_pairs_do_not_end_each_other(imports):
    tables = imports(filing("70"), filing("20", "0000000001-21-000001", holder=ISSUER, issuer=HOLDER))
    assert tables.relationships["valid_to"].null_count() == 2


def test_own_shares_are_kept(imports):
    tables = imports(filing(holder=ISSUER))
    assert tables.relationships.select("source_party_id", "target_party_id").rows() == [(ISSUER, ISSUER)]


def test_a_row_delivered_twice_counts_once_and_a_contradiction_not_at_all(imports):
    tables = imports(filing(), filing())
    assert tables.relationships.height == 1
    assert tables.findings["finding_code"].to_list() == ["id_duplicate"]
    tables = imports(filing("12"), filing("13"))
    assert tables.relationships.height == 0
    assert tables.findings["finding_code"].to_list() == ["id_conflict", "id_conflict"]


def test_the_columns_of_the_evidence_may_be_missing_but_no_other(imports):
    short = "accession_number,company_cik,owner_key,percent_of_class"
    tables = imports("0000000001-20-000001,0000002230,0001048703,5", header=short)
    assert tables.relationships["evidence"].to_list() == [
        "0000000001-20-000001: percent of class 5 (unknown, unknown, unknown)"
    ]
    with pytest.raises(CallerError, match="percent_of_class"):
        imports("0000000001-20-000001,0000002230,0001048703", header="accession_number,company_cik,owner_key")


def test_a_missing_file_is_the_callers_mistake(tmp_path):
    with pytest.raises(CallerError):
        read_percent_holdings([tmp_path / "missing.csv"])
