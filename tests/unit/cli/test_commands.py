"""The command line: exit codes, one clear message for a caller's mistake, the documented JSON."""

import json

import polars as pl
import pytest

from tests import builders


@pytest.fixture
def bank(tmp_path):
    return builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party("A"), builders.party("B")],
        relationships=[builders.relationship("R1", "A", "B")],
        facilities=[
            builders.facility("F1", "A", drawn="700.00"),
            builders.facility("F2", "B", drawn="600.00"),
        ],
        capital=[builders.capital()],
    )


RUN = ("run", "--as-of", "2026-06-30", "--out", "data", "--input", "bank")


def test_a_run_within_its_limits_ends_with_0_and_prints_the_documented_object(riskmon, bank, tmp_path):
    done = riskmon(*RUN, "--books", "cn_large_exposures", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert list(answer) == [
        "run_id",
        "as_of",
        "books",
        "out",
        "counts",
        "breaches",
        "signals",
        "not_evaluated",
    ]
    # both loans are drawn above their commitment of 100: one finding with two rows
    assert answer["counts"] == {
        "parties": 2, "obligors": 2, "facilities": 2, "relationships": 1, "groups": 1, "findings": 1, "quarantined": 0,
    }  # fmt: skip
    assert (tmp_path / answer["out"] / "manifest.json").is_file()


def test_a_broken_hard_limit_ends_with_3(riskmon, bank, tmp_path):
    done = riskmon(*RUN, "--books", "cn_group_credit", "--json")
    assert done.returncode == 0
    builders.write_bank(bank, capital=[builders.capital(net_capital="8000.00")])
    done = riskmon(*RUN, "--books", "cn_group_credit", "--json")
    assert done.returncode == 3
    # 700 + 600 drawn against 15 % of 8 000
    assert json.loads(done.stdout)["breaches"] == [
        {
            "book_id": "cn_group_credit", "limit_id": "group_credit", "subject_kind": "group",
            "subject_id": "cn_group_credit/A", "exposure": "1300.00", "limit": "1200.00", "excess": "100.00",
            "currency": "CNY", "clause": "CBRC Order 2010 No. 4 (银监会令2010年第4号), art. 12",
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*RUN, "--books", "nosuch"), "There is no book 'nosuch'."),
        (("run", "--as-of", "2026-06-31", "--input", "bank"), "--as-of is not a date: '2026-06-31'."),
        (("run", "--as-of", "2026-W01-1", "--input", "bank"), "--as-of is not a date: '2026-W01-1'."),
        (("run", "--as-of", "2001-01-01", "--input", "bank"), "no edition in force on 2001-01-01"),
        (("run", "--as-of", "2026-06-30", "--input", "elsewhere"), "There is no folder elsewhere."),
        ((*RUN, "--choose", "basel_lex.collateral=none"), "cannot be 'none'"),
        ((*RUN, "--choose", "nonsense"), "is not BOOK.CHOICE=VALUE"),
        ((*RUN, "--mapping", "missing.toml"), "missing.toml"),
        (("explain", "group", "x/y", "--data", "nothing"), "The data folder cannot be read."),
        (
            ("groups", "--input", "bank", "--as-of", "2026-06-30", "--book", "basel_lex,cn_group_credit"),
            "2 books are named.",
        ),
        (("import", "nosuch", "bank/parties.csv", "--out", "o"), "nosuch"),
    ],
)
def test_a_callers_mistake_ends_with_2_and_one_message_without_a_traceback(
    riskmon, bank, tmp_path, words, said
):
    done = riskmon(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_an_identical_run_finds_its_folder_and_changes_no_byte(riskmon, bank, tmp_path):
    first = json.loads(riskmon(*RUN, "--json").stdout)
    folder = tmp_path / first["out"]
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    second = json.loads(riskmon(*RUN, "--json").stdout)
    assert second == first
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    elsewhere = json.loads(riskmon(*RUN[:3], "--out", "other", *RUN[5:], "--json").stdout)
    for path, content in before.items():
        if path.suffix == ".parquet":
            assert (tmp_path / elsewhere["out"] / path.relative_to(folder)).read_bytes() == content


def test_groups_are_listed_from_parties_and_relationships_alone(riskmon, bank, tmp_path):
    for name in ("facilities", "capital"):
        (bank / f"{name}.csv").unlink()
    done = riskmon("groups", "--input", "bank", "--as-of", "2026-06-30", "--book", "basel_lex", "--json")
    assert done.returncode == 0
    answer = json.loads(done.stdout)
    assert answer["groups"] == [
        {
            "group_id": "basel_lex/A",
            "anchor_id": "A",
            "members": [
                {"party_id": "A", "role": "anchor", "reason": []},
                {"party_id": "B", "role": "controlled", "reason": ["R1"]},
            ],
        }
    ]
    assert {row["missing"] for row in answer["not_evaluated"]} == {"table facilities", "table capital"}


def test_control_is_listed_from_parties_and_relationships_alone(riskmon, bank, tmp_path):
    for name in ("facilities", "capital"):
        (bank / f"{name}.csv").unlink()
    words = ("control", "--input", "bank", "--as-of", "2026-06-30", "--book", "basel_lex")
    done = riskmon(*words, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["parties"] == [
        {
            "party_id": "A", "controlled_by": [], "ultimate_controllers": [], "lowest_controller": None,
            "is_joint": False, "is_bridged": False, "owners": [],
        },
        {
            "party_id": "B", "controlled_by": ["A"], "ultimate_controllers": ["A"], "lowest_controller": "A",
            "is_joint": False, "is_bridged": False, "owners": [],
        },
    ]  # fmt: skip
    assert "B controlled by A, ultimately A" in riskmon(*words).stdout


def test_groups_and_control_say_which_rows_they_do_not_count(riskmon, tmp_path):
    builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party("A"), builders.party("B")],
        relationships=[builders.relationship("R1", "A", "B"), builders.relationship("R2", "A", "NOBODY")],
    )
    for verb in ("groups", "control"):
        words = (verb, "--input", "bank", "--as-of", "2026-06-30", "--book", "basel_lex")
        found = json.loads(riskmon(*words, "--json").stdout)["findings"]
        assert [(row["finding_code"], row["row_count"], row["sample"]) for row in found] == [
            ("reference_missing", 1, ["R2"])
        ]
        (line,) = [line for line in riskmon(*words).stdout.splitlines() if line.startswith("finding: 1")]
        assert line.endswith("(R2)")


def test_an_empty_bank_runs_and_says_so(riskmon, tmp_path):
    builders.write_bank(tmp_path / "bank", parties=[], facilities=[], capital=[])
    done = riskmon(*RUN)
    assert done.returncode == 0
    assert "The bank has no facility" in done.stdout


def test_ids_that_look_like_markup_are_printed_as_they_are(riskmon, tmp_path):
    # rich would read [/red] as a closing tag without an opening one, and :ship: as a picture
    odd = "[/red] :ship:"
    builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party(odd, name="[bold]"), builders.party("B")],
        relationships=[builders.relationship("[/]", odd, "B")],
        facilities=[builders.facility("[/x]", odd)],
        capital=[builders.capital()],
    )
    printed = [
        riskmon(*RUN, "--books", "basel_lex"),
        riskmon("groups", "--input", "bank", "--as-of", "2026-06-30", "--book", "basel_lex"),
        riskmon("explain", "obligor", odd, "--data", "data"),
        riskmon("explain", "group", f"basel_lex/{odd}", "--data", "data"),
    ]
    assert [done.returncode for done in printed] == [0, 0, 0, 0]
    assert all(odd in done.stdout for done in printed[1:])


def test_a_refused_row_keeps_a_column_that_has_the_name_of_ours(riskmon, tmp_path):
    builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party("A")],
        facilities=[builders.facility("F1", "A"), builders.facility("F2", "A", drawn="-1", row_number="7")],
        capital=[builders.capital()],
    )
    done = riskmon(*RUN, "--books", "basel_lex", "--json")
    kept = pl.read_parquet(tmp_path / json.loads(done.stdout)["out"] / "quarantine" / "facilities.parquet")
    # as delivered, and after it the position counted from 0 under a name that is free
    assert kept.select("facility_id", "row_number", "row_number_", "finding_codes").rows() == [
        ("F2", "7", 1, ["amount_negative"])
    ]


def test_a_group_and_a_pair_are_explained_in_english_and_in_chinese(riskmon, bank):
    riskmon(*RUN, "--books", "basel_lex")
    data = ("--data", "data")
    english = riskmon("explain", "group", "basel_lex/A", *data).stdout
    # basis consolidation, told of the anchor as its relative clause
    assert "Name of B is one risk with Name of A, which consolidates Name of B in its accounts (" in english
    assert (
        "Name of A consolidates Name of B in its accounts [R1]. Without it Name of B would not belong."
        in english
    )
    chinese = riskmon("explain", "obligor", "B", *data, "--lang", "zh").stdout
    assert "Name of B与Name of A构成同一风险：Name of A将Name of B纳入合并报表" in chinese
    pair = riskmon("explain", "pair", "A", "B", "--book", "basel_lex", *data, "--lang", "zh")
    assert pair.returncode == 0
    assert "Name of A将Name of B纳入合并报表" in pair.stdout
    unasked = riskmon("explain", "pair", "A", *data)
    assert (unasked.returncode, "A pair needs two parties and a book." in unasked.stderr) == (2, True)


def test_a_groups_explanation_can_be_read_aloud(riskmon, tmp_path):
    builders.write_bank(
        tmp_path / "bank",
        parties=[
            builders.party("P9", name="孙景齐 (Sun Jingqi)", kind="person", is_obligor=False),
            builders.party("A", name="栖川纺织有限公司 (Qichuan Textile Co., Ltd.)"),
            builders.party("B", name="朔原纺织有限公司 (Shuoyuan Textile Co., Ltd.)"),
            builders.party("C", name="泊岭纺织有限公司 (Boling Textile Co., Ltd.)"),
        ],
        relationships=[
            builders.shareholding("R1", "P9", "B", 5100),
            builders.shareholding("R2", "B", "A", 7000),
            builders.shareholding("R3", "A", "C", 6000, assessment="doubtful"),
        ],
        facilities=[
            builders.facility("F1", "A", commitment="1234567.00", drawn="1234567.00"),
            builders.facility("F2", "B", commitment="900.00", drawn="800.00"),
            builders.facility("F3", "C"),
        ],
        capital=[builders.capital()],
    )
    riskmon(*RUN, "--books", "cn_group_credit")
    said = ("explain", "group", "cn_group_credit/P9", "--data", "data")
    english, chinese = (riskmon(*said, "--lang", lang).stdout.splitlines() for lang in ("en", "zh"))
    # 1,234,567 drawn, and of B 800 drawn and 100 not, which the balance of 2010 counts in full
    assert english[:3] == [
        "Sun Jingqi, who owes the bank nothing, and 2 borrowers are one risk",
        "  group cn_group_credit/P9",
        "  Exposure in all: 1,235,467.00 CNY, 1,235,467.00 before protection",
    ]
    # names before ids, the head first and each firm after its parent, the clause at the end of the sentence
    heads = [
        line.strip()
        for line in english
        if line.startswith("  ") and line[2] != " " and "): " in line and " used, " not in line
    ]
    assert heads == [
        "Sun Jingqi (P9): no exposure",
        "Shuoyuan Textile Co., Ltd. (B): 900.00",
        "Qichuan Textile Co., Ltd. (A): 1,234,567.00",
        "Boling Textile Co., Ltd. (C): 100.00",
    ]
    assert (
        "      Qichuan Textile Co., Ltd. is one risk with Sun Jingqi, who holds 51 % of the votes in Shuoyuan Textile "
        "Co., Ltd., which holds 70 % of the votes in Qichuan Textile Co., Ltd. (CBRC Order 2010 No. 4, art. 3)."
    ) in english
    assert (
        "      in doubt: Qichuan Textile Co., Ltd. holds 60 % of the votes in Boling Textile Co., Ltd. [R3]"
        in english
    )
    assert not any("_" in line for line in english if "cn_group_credit" not in line)
    assert chinese[0] == "孙景齐（本身无授信）与2户授信客户构成同一风险"
    assert "      疑似关系：栖川纺织有限公司持有泊岭纺织有限公司60%的表决权［R3］" in chinese
    assert not any(letter.isascii() and letter.isalpha() for letter in chinese[0])


def test_a_group_is_explained_as_it_was_known_on_a_past_day(riskmon, tmp_path):
    builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party("A"), builders.party("B")],
        # A bought B in March, and the bank learned of it in May.
        relationships=[
            builders.relationship("R1", "A", "B", valid_from="2026-03-01", known_since="2026-05-01")
        ],
        facilities=[builders.facility("F1", "A"), builders.facility("F2", "B")],
        capital=[builders.capital()],
    )
    riskmon(*RUN, "--books", "basel_lex", "--known-at", "2026-04-30")
    riskmon(*RUN, "--books", "basel_lex")
    asked = ("explain", "group", "basel_lex/A", "--data", "data", "--json")

    def members(*words):
        return [each["party_id"] for each in json.loads(riskmon(*asked, *words).stdout)["members"]]

    assert members() == members("--known-at", "2026-06-30") == ["A", "B"]
    assert members("--as-of", "2026-06-30", "--known-at", "2026-04-30") == ["A"]
    never = riskmon(*asked, "--known-at", "2026-01-01")
    assert (never.returncode, "No finished run stands known at 2026-01-01." in never.stderr) == (2, True)
    twice = riskmon(*asked, "--run", "c0ffee", "--known-at", "2026-01-01")
    assert (twice.returncode, "--run names a run already." in twice.stderr) == (2, True)


def test_match_prints_pairs_with_a_verdict_and_a_score(riskmon, tmp_path):
    (tmp_path / "pairs.csv").write_text(
        "name1,name2\nSiemens AG,Siemens Aktiengesellschaft\n", encoding="utf-8"
    )
    done = riskmon("match", "pairs.csv", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["pairs"] == [
        {"name1": "Siemens AG", "name2": "Siemens Aktiengesellschaft", "is_match": True, "score": 1.0}
    ]
    assert "match 1.00  Siemens AG | Siemens Aktiengesellschaft" in riskmon("match", "pairs.csv").stdout


def test_a_folder_and_its_run_are_exported_as_statements(riskmon, bank, tmp_path):
    assert riskmon(*RUN, "--books", "cn_large_exposures").returncode == 0
    ids = {}
    for name, where in {
        "folder.json": ("--input", bank),
        "run.json": ("--run", "latest", "--data", "data"),
    }.items():
        done = riskmon("export", "bods", *where, "--out", tmp_path / name, "--json")
        assert (done.returncode, json.loads(done.stdout)["statements"]) == (0, 3)
        statements = json.loads((tmp_path / name).read_text(encoding="utf-8"))
        ids[name] = [statement["recordId"] for statement in statements]
    assert ids == {"folder.json": ["A", "B", "R1"], "run.json": ["A", "B", "R1"]}


@pytest.mark.parametrize("where", [(), ("--input", "bank", "--run", "latest")])
def test_an_export_of_nothing_or_of_two_things_is_the_callers_mistake(riskmon, bank, where):
    done = riskmon("export", "bods", *where, "--out", "out.json")
    assert done.returncode == 2
    assert "--input or --run" in done.stderr


def test_a_facility_is_explained_from_its_contract_to_its_limits(riskmon, tmp_path):
    builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party("A"), builders.party("G", kind="bank")],
        relationships=[],
        facilities=[
            builders.facility("F1", "A", commitment="100.00", drawn="80.00", provision="1.00", is_cancellable=True)
        ],
        protections=[
            builders.protection("P1", kind="guarantee", provider_id="G", value="30.00"),
            builders.protection("P2", kind="property", value="500.00"),
        ],
        protection_covers=[builders.cover("P1", "F1"), builders.cover("P2", "F1")],
        capital=[builders.capital()],
    )  # fmt: skip
    dates = ("--as-of", "2026-06-30", "--books", "basel_lex", "--out", "data")
    assert riskmon("run", "--input", "bank", *dates).returncode == 0
    told = riskmon("explain", "facility", "F1", "--data", "data").stdout
    # 80 less provision 1 less 30 guaranteed; 10 % of the undrawn 20
    for said in (
        "Undrawn or contingent part at 10 % (Basel Framework LEX, LEX30.7, CRE20)",
        "guarantee P1 of 30.00: 30.00 moves to Name of G (Basel Framework LEX, LEX30, CRM)",
        "property P2 of 500.00 is not recognised: the book recognises no protection of this kind",
        "general exposure to Name of A: 49.00 (79.00 before protection, less 30.00, plus 0.00)",
        "potential exposure to Name of A: 2.00\n",
        "general exposure to Name of G: 30.00 (0.00 before protection, less 0.00, plus 30.00)",
        "(basel_lex/general) by itself: 2.55 % used, 51.00 of 2,000.00",
    ):
        assert said in told
    missing = riskmon("explain", "facility", "F9", "--data", "data")
    assert missing.returncode == 2
    assert "no facility 'F9'" in missing.stderr
