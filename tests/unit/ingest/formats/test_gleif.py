"""The LEI system. Expected rows are read off the records by hand; LEIs are made up, with digits at their end."""

import gzip
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from riskmon.domain.errors import CallerError
from riskmon.ingest.formats.gleif import read_gleif
from riskmon.ingest.formats.gleif.contents import ENTITIES, EXCEPTIONS, RELATIONSHIPS

PUBLISHED = Path(__file__).parents[3] / "data" / "gleif_cdf"
PARENT, CHILD, OTHER = ("5493000000000000PA01", "5493000000000000CH02", "5493000000000000OT03")
DIRECT, ULTIMATE = "IS_DIRECTLY_CONSOLIDATED_BY", "IS_ULTIMATELY_CONSOLIDATED_BY"
NO_DIRECT, NO_ULTIMATE = (
    "DIRECT_ACCOUNTING_CONSOLIDATION_PARENT",
    "ULTIMATE_ACCOUNTING_CONSOLIDATION_PARENT",
)


def entity(lei=PARENT, **cells):
    return {"lei": lei, "name": f"Name of {lei[-4:]}", "jurisdiction": "GB", "category": "GENERAL", "status": "ACTIVE",
            "registration": "ISSUED", "updated_at": "2024-01-01T00:00:00Z"} | cells  # fmt: skip


def link(kind=DIRECT, start=CHILD, end=PARENT, **cells):
    return {"start": start, "end": end, "type": kind, "status": "ACTIVE", "registration": "PUBLISHED",
            "period_1_start": "2019-01-01T00:00:00Z", "period_1_type": "RELATIONSHIP_PERIOD",
            "registered_on": "2020-02-03T00:00:00Z", "updated_at": "2024-01-01T00:00:00Z"} | cells  # fmt: skip


def exception(reason, category=NO_DIRECT, lei=CHILD, **cells):
    return {"lei": lei, "category": category, "reason_1": reason} | cells


def csv_file(path, content, records):
    headers = [content.columns[name] for name in content.columns]
    lines = [",".join(f'"{record.get(name, "")}"' for name in content.columns) for record in records]
    path.write_text("\n".join([",".join(headers), *lines]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def imports(tmp_path):
    def read(entities=(), links=(), exceptions=(), then=()):
        files = [
            csv_file(tmp_path / f"{content.name}.csv", content, records)
            for content, records in ((ENTITIES, entities), (RELATIONSHIPS, links), (EXCEPTIONS, exceptions))
        ]
        deltas = [
            csv_file(tmp_path / f"delta{number}.csv", content, records)
            for number, (content, records) in enumerate(then)
        ]
        return read_gleif([*files, *deltas])

    return read


def rows(tables, *columns):
    return tables.relationships.select(columns).rows()


def codes(tables):
    return tables.findings["finding_code"].to_list()


@pytest.mark.parametrize(
    ("cells",                                                                    "kind",       "level"),
    [
        ({},                                                                     "corporate",  None),
        ({"category": "FUND"},                                                   "fund",       None),
        ({"category": "SOLE_PROPRIETOR"},                                        "sole_trader", None),
        ({"category": "INTERNATIONAL_ORGANIZATION"},                             "international_organisation", None),
        ({"category": "RESIDENT_GOVERNMENT_ENTITY"},                             "public_sector", None),
        ({"category": "RESIDENT_GOVERNMENT_ENTITY", "sub_category": "CENTRAL_GOVERNMENT"}, "sovereign", "central"),
        ({"category": "RESIDENT_GOVERNMENT_ENTITY", "sub_category": "LOCAL_GOVERNMENT"}, "regional_government", None),
        ({"category": ""},                                                       "corporate",  None),
    ],
)  # fmt: skip
def test_the_category_of_an_entity_gives_the_kind(imports, cells, kind, level):
    tables = imports([entity(**cells)])
    assert tables.parties.select("party_id", "lei", "kind", "government_level").rows() == [
        (PARENT, PARENT, kind, level)
    ]


def test_an_entity_keeps_its_number_and_a_part_of_a_country_is_the_country(imports):
    tables = imports([entity(number="00102498", jurisdiction="US-DE")])
    assert tables.parties.select("country", "registration_number", "uscc").rows() == [
        ("US", "00102498", None)
    ]


def test_a_chinese_credit_code_has_its_own_column(imports):
    tables = imports([entity(number="91110000600037341L", jurisdiction="CN")])
    assert tables.parties.select("registration_number", "uscc").rows() == [(None, "91110000600037341L")]


@pytest.mark.parametrize(
    ("kind",                       "expected"),
    [
        (DIRECT,                       ("control", "consolidation", "none")),
        (ULTIMATE,                     ("control", "reported_ultimate", "none")),
        ("IS_INTERNATIONAL_BRANCH_OF", ("control", "management", "none")),
        ("IS_FUND-MANAGED_BY",         ("control", "management", "doubtful")),
        ("IS_SUBFUND_OF",              ("control", "management", "doubtful")),
        ("IS_FEEDER_TO",               ("economic_dependence", "repayment_source", "doubtful")),
        ("IS_COUSIN_OF",               ("control", "dominant_influence", "doubtful")),
    ],
)  # fmt: skip
def test_a_link_runs_from_its_end_node_to_its_start_node_and_means_what_its_type_says(
    imports, kind, expected
):
    tables = imports([entity(PARENT), entity(CHILD)], [link(kind)])
    found = rows(tables, "source_party_id", "target_party_id", "kind", "basis", "assessment")
    assert found == [(PARENT, CHILD, *expected)]
    assert codes(tables) == (["type_unknown"] if kind == "IS_COUSIN_OF" else [])


@pytest.mark.parametrize(
    ("cells",                                                                              "start",           "end"),
    [
        ({},                                                                               date(2019, 1, 1),  None),
        ({"period_1_end": "2021-12-31T01:00:00+01:00"},                                    date(2019, 1, 1),  date(2021, 12, 31)),
        # The accounting period says which report it was; the relationship began before.
        ({"period_1_type": "ACCOUNTING_PERIOD", "period_1_end": "2019-12-31T00:00:00Z", "period_2_type": "RELATIONSHIP_PERIOD",
          "period_2_start": "2007-06-05T00:00:00+01:00"},                                  date(2007, 6, 5),  None),
        ({"period_1_type": "ACCOUNTING_PERIOD"},                                           None,              None),
        ({"status": "INACTIVE"},                                                           date(2019, 1, 1),  date(2024, 1, 1)),
        ({"registration": "RETIRED", "period_1_end": "2022-06-30T00:00:00Z"},              date(2019, 1, 1),  date(2022, 6, 30)),
    ],
)  # fmt: skip
def test_a_link_holds_for_its_relationship_period_and_is_known_since_it_was_registered(
    imports, cells, start, end
):
    tables = imports([entity(PARENT), entity(CHILD)], [link(**cells)])
    assert rows(tables, "valid_from", "valid_to", "known_since") == [(start, end, date(2020, 2, 3))]


def test_an_annulled_link_stays_on_record_rejected(imports):
    tables = imports([entity(PARENT), entity(CHILD)], [link(registration="ANNULLED")])
    assert rows(tables, "assessment") == [("rejected",)]
    assert codes(tables) == ["relationship_annulled"]


@pytest.mark.parametrize("registration", ["MERGED", "DUPLICATE", "RETIRED"])
def test_an_lei_that_passed_into_another_is_one_party_with_it_through_any_chain(imports, registration):
    gone = {"registration": registration, "status": "INACTIVE"}
    first = entity(CHILD, **gone, successor_1=OTHER, number="1", jurisdiction="FR")
    second = entity(OTHER, **gone, successor_1=PARENT)
    tables = imports([first, second, entity(PARENT, category="FUND")])
    assert tables.parties.select("party_id", "lei", "kind", "country", "registration_number").rows() == [
        (CHILD, PARENT, "fund", "GB", None),
        (OTHER, PARENT, "fund", "GB", None),
        (PARENT, PARENT, "fund", "GB", None),
    ]
    assert codes(tables) == ["lei_replaced", "lei_replaced"]


def test_a_ring_of_successors_and_a_split_stay_parties_of_their_own(imports):
    gone = {"registration": "MERGED"}
    ring = imports([entity(CHILD, **gone, successor_1=OTHER), entity(OTHER, **gone, successor_1=CHILD)])
    split = imports([entity(CHILD, **gone, successor_1=OTHER, successor_2=PARENT)])
    assert ring.parties["lei"].to_list() == [CHILD, OTHER]
    assert split.parties["lei"].to_list() == [CHILD]
    assert codes(ring) == ["successor_unclear"] * 2
    assert codes(split) == ["successor_unclear"]


def test_what_no_column_says_of_an_entity_is_a_finding(imports):
    tables = imports([entity(status="INACTIVE", registration="RETIRED", expired_on="2022-05-06T00:00:00Z"),
                      entity(CHILD, category="BRANCH"), entity(OTHER, registration="ANNULLED"),
                      entity("5493000000000000LA04", registration="LAPSED"), entity("BAD")])  # fmt: skip
    assert codes(tables) == ["branch", "lei_annulled", "lei_invalid", "lei_lapsed", "party_closed"]
    assert "2022-05-06" in tables.findings["message"][4]
    assert tables.parties.height == 4


@pytest.mark.parametrize(
    "reason", ["NO_LEI", "NON_PUBLIC", "BINDING_LEGAL_COMMITMENTS", "LEGAL_OBSTACLES", "CONSENT_NOT_OBTAINED",
               "DISCLOSURE_DETRIMENTAL", "DETRIMENT_NOT_EXCLUDED"]
)  # fmt: skip
def test_a_parent_that_is_not_named_is_a_party_once_however_many_levels_say_so(imports, reason):
    tables = imports([entity(CHILD)], exceptions=[exception(reason), exception(reason, NO_ULTIMATE)])
    unnamed = f"{CHILD}/unnamed-parent"
    assert rows(tables, "source_party_id", "target_party_id", "basis", "assessment") == [
        (unnamed, CHILD, "consolidation", "none")
    ]
    assert tables.parties.filter(party_id=unnamed)["name"].to_list() == [f"Unnamed parent ({reason})"]
    assert codes(tables) == ["parent_not_reported"] * 2


def test_an_ultimate_parent_alone_that_is_not_named_is_a_report_and_not_a_link(imports):
    tables = imports([entity(CHILD), entity(PARENT)], [link()], [exception("NON_PUBLIC", NO_ULTIMATE)])
    assert rows(tables, "basis") == [("consolidation",), ("reported_ultimate",)]


@pytest.mark.parametrize("reason", ["NATURAL_PERSONS", "NON_CONSOLIDATING", "NO_KNOWN_PERSON", "NEW_REASON"])
def test_where_nobody_consolidates_there_is_a_finding_and_no_parent(imports, reason):
    tables = imports([entity(CHILD)], exceptions=[exception(reason)])
    assert (tables.parties.height, tables.relationships.height) == (1, 0)
    assert codes(tables) == ["parent_not_reported"]
    assert reason in tables.findings["message"][0]


def test_a_parent_that_is_named_contradicts_an_exception(imports):
    tables = imports([entity(CHILD), entity(PARENT)], [link()], [exception("NO_LEI")])
    assert rows(tables, "source_party_id") == [(PARENT,)]
    assert codes(tables) == ["exception_contradicted"]


def test_deltas_change_add_and_delete_records_of_the_file_before(imports):
    base = {"entities": [entity(PARENT), entity(CHILD)], "links": [link(), link(ULTIMATE)],
            "exceptions": [exception("NO_LEI", lei=OTHER), exception("NON_PUBLIC", lei=PARENT)]}  # fmt: skip
    deltas = [
        (ENTITIES, [entity(CHILD, name="New name", updated_at="2024-02-01T00:00:00Z"), entity(OTHER)]),
        (RELATIONSHIPS, [link(ULTIMATE, deleted_at="2024-02-01T10:00:00Z"),
                         link(status="INACTIVE", updated_at="2024-02-02T00:00:00Z")]),
        (EXCEPTIONS, [exception("NO_LEI", lei=OTHER, deleted_at="2024-02-01T10:00:00Z")]),
    ]  # fmt: skip
    tables = imports(**base, then=deltas)
    assert tables.parties.filter(party_id=CHILD)["name"].to_list() == ["New name"]
    assert rows(tables, "source_party_id", "valid_to") == [
        (PARENT, date(2024, 2, 2)),
        (f"{PARENT}/unnamed-parent", None),
    ]
    assert OTHER in tables.parties["party_id"].to_list()


def test_a_deleted_record_that_comes_again_stands(imports):
    gone = link(deleted_at="2024-02-01T10:00:00Z")
    again = link(updated_at="2024-03-01T00:00:00Z")
    tables = imports(
        [entity(PARENT), entity(CHILD)], [link()], then=[(RELATIONSHIPS, [gone]), (RELATIONSHIPS, [again])]
    )
    assert tables.relationships.height == 1


def test_an_older_delta_named_last_changes_nothing(imports):
    old = entity(name="Old name", updated_at="2023-01-01T00:00:00Z")
    assert imports([entity()], then=[(ENTITIES, [old])]).parties["name"].to_list() == ["Name of PA01"]


def test_nodes_that_no_file_describes_are_parties_without_a_name(imports):
    tables = imports([entity(CHILD)], [link()])
    assert tables.parties.select("party_id", "name").rows() == [(CHILD, "Name of CH02"), (PARENT, None)]
    assert codes(tables) == ["reference_missing"]


def test_a_record_without_a_key_and_one_said_twice_are_findings(imports):
    tables = imports([entity(), entity(), entity(name="Other name"), entity("")])
    assert codes(tables) == ["key_missing", "record_conflict"]
    assert tables.parties.height == 1


def xml(path, records, root="LEIData", namespace="lei"):
    header = f"<{namespace}:Header><{namespace}:RecordCount>1</{namespace}:RecordCount></{namespace}:Header>"
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?><{namespace}:{root} xmlns:{namespace}="urn:x">{header}'
                    f"{records}</{namespace}:{root}>", encoding="utf-8")  # fmt: skip
    return path


def test_xml_and_csv_say_the_same(tmp_path):
    record = f"""<lei:LEIRecords><lei:LEIRecord><lei:LEI>{CHILD}</lei:LEI><lei:Entity>
      <lei:LegalName xml:lang="en">A &amp; B</lei:LegalName><lei:LegalJurisdiction>GB</lei:LegalJurisdiction>
      <lei:EntityStatus>INACTIVE</lei:EntityStatus>
      <lei:SuccessorEntity><lei:SuccessorLEI>{OTHER}</lei:SuccessorLEI></lei:SuccessorEntity>
      <lei:SuccessorEntity><lei:SuccessorLEI>{PARENT}</lei:SuccessorLEI></lei:SuccessorEntity></lei:Entity>
      <lei:Registration><lei:RegistrationStatus>MERGED</lei:RegistrationStatus></lei:Registration>
      </lei:LEIRecord></lei:LEIRecords>"""
    tables = read_gleif([xml(tmp_path / "lei.xml", record)])
    cells = {"name": "A & B", "status": "INACTIVE", "registration": "MERGED", "successor_1": OTHER,
             "successor_2": PARENT, "category": "", "updated_at": ""}  # fmt: skip
    plain = read_gleif([csv_file(tmp_path / "lei.csv", ENTITIES, [entity(CHILD, **cells)])])
    assert tables.parties.equals(plain.parties)
    assert tables.findings.equals(plain.findings)
    assert codes(tables) == ["successor_unclear"]


def test_a_deletion_in_xml_takes_the_record_out(tmp_path):
    record = f"""<r:ReportingExceptions><r:Exception><r:LEI>{CHILD}</r:LEI>
      <r:ExceptionCategory>{NO_DIRECT}</r:ExceptionCategory><r:ExceptionReason>NO_LEI</r:ExceptionReason>%s
      </r:Exception></r:ReportingExceptions>"""
    deleted = (
        "<r:Extension><g:Deletion><g:DeletedAt>2024-02-01T00:00:00Z</g:DeletedAt></g:Deletion></r:Extension>"
    )
    full = xml(tmp_path / "full.xml", record % "", "ReportingExceptionData", "r")
    delta = xml(tmp_path / "delta.xml", record % deleted, "ReportingExceptionData", "r")
    assert read_gleif([full]).relationships.height == 1
    assert read_gleif([full, delta]).relationships.height == 0


BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><LEIData><LEIRecords>
<LEIRecord><LEI>&b;</LEI></LEIRecord></LEIRecords></LEIData>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><LEIData><LEIRecords>
<LEIRecord><LEI>&a;</LEI></LEIRecord></LEIRecords></LEIData>"""


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, "<LEIData><LEIRecords>", "<html></html>", "<LEIData>&x;</LEIData>",
                                  "", "a,b\n1,2\n", "<", "LEI,Exception.Category\n1\n"])  # fmt: skip
def test_a_foreign_a_cut_and_a_hostile_file_are_the_callers_mistake(tmp_path, text):
    path = tmp_path / "records.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CallerError):
        read_gleif([path])


def test_a_packed_file_reads_like_the_plain_one_and_a_cut_one_not_at_all(tmp_path):
    packed = tmp_path / "lei.csv.gz"
    packed.write_bytes(gzip.compress(csv_file(tmp_path / "lei.csv", ENTITIES, [entity()]).read_bytes()))
    assert read_gleif([packed]).parties.height == 1
    packed.write_bytes(packed.read_bytes()[:-12])
    with pytest.raises(CallerError, match="cannot be read"):
        read_gleif([packed])


def test_the_published_records():
    # 13 entities (4 funds, 1 retired in the Cayman Islands, 3 lapsed); 10 relationships: 5 managed funds, 3 sub-funds,
    # 1 direct and 1 ultimate consolidation; 10 exceptions, of which NON_PUBLIC alone hides a parent that exists.
    tables = read_gleif([PUBLISHED / name for name in ("rr-data.xml", "repex-data.xml", "lei-data.xml")])
    counting = tables.relationships.filter(pl.col("assessment") == "none")
    assert counting.select("source_party_id", "target_party_id", "basis", "valid_from").rows() == [
        ("ZZG38T0MDR3QY1ETUA76", "010CMKZ3VON21WF2ZD45", "consolidation", date(2018, 2, 6)),
        ("3C7474T6CDKPR9K6YT90", "010CMKZ3VON21WF2ZD45", "reported_ultimate", date(2018, 2, 6)),
        ("01370W6ZIY66KQ4J3570/unnamed-parent", "01370W6ZIY66KQ4J3570", "consolidation", None),
    ]
    assert tables.relationships.filter(assessment="doubtful").height == 8
    assert tables.parties.filter(kind="fund").height == 4
    assert codes(tables).count("parent_not_reported") == 10
    assert codes(tables).count("count_differs") == 3
