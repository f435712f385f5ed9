"""`riskmon relationship` and `riskmon db`: what is printed, what is data, and which mistakes end with 2."""

import json

import pytest

from riskmon.store.schema import SCHEMA_VERSION
from tests import builders
from tests.assessing import two_firms

RUN = (
    "run",
    "--input",
    "bank",
    "--out",
    "data",
    "--as-of",
    "2026-06-30",
    "--books",
    "example_policy",
    "--json",
)
DATA = ("--data", "data")
ASSESS = (
    "relationship",
    "assess",
    "R1",
    "--as",
    "confirmed",
    "--reason",
    "site visit",
    "--by",
    "Li Na",
    *DATA,
)


@pytest.fixture
def bank(riskmon, tmp_path):
    builders.write_bank(tmp_path / "bank", **two_firms())
    return riskmon(*RUN)


def proposed(riskmon, *more):
    return json.loads(riskmon(*ASSESS, *more, "--json").stdout)["proposal"]


def test_from_the_doubt_to_the_breach(riskmon, bank):
    assert bank.returncode == 0
    proposal_id = proposed(riskmon)["proposal_id"]

    waiting = riskmon("relationship", "list", "--open", *DATA).stdout
    assert f"{proposal_id}  R1 is confirmed: site visit" in waiting
    assert "proposed by Li Na" in waiting

    preview = riskmon("relationship", "preview", proposal_id, *DATA)
    assert preview.returncode == 0
    assert f"If {proposal_id} were approved: R1 doubtful, then confirmed" in preview.stdout
    assert "example_policy/B: merged, now example_policy/A" in preview.stdout
    assert "example_policy group example_policy/A: 900.00 to 1,700.00" in preview.stdout
    assert "headroom no such group to -200.00 CNY, NEW BREACH [Example bank" in preview.stdout

    approved = riskmon("relationship", "approve", proposal_id, "--by", "Wang Wei", *DATA)
    assert approved.returncode == 0
    assert "approved by Wang Wei" in approved.stdout
    (day,) = [line.split()[-4] for line in approved.stdout.splitlines() if "may know" in line]

    # approved after the date of the facts: it counts where the run may know it
    assert riskmon(*RUN).returncode == 0
    assert riskmon(*RUN, "--known-at", day).returncode == 3
    explained = riskmon("explain", "group", "example_policy/A", *DATA).stdout
    assert "on record as R1 (assessed by Li Na, approved by Wang Wei)" in explained


def test_groups_and_control_say_what_a_run_says(riskmon, bank):
    def asked(verb, *more):
        words = (
            verb,
            "--input",
            "bank",
            "--as-of",
            "2026-06-30",
            "--book",
            "example_policy",
            *more,
            "--json",
        )
        return json.loads(riskmon(*words).stdout)

    def seen(*more):
        groups, control = asked("groups", *more), asked("control", *more)
        (b,) = [party for party in control["parties"] if party["party_id"] == "B"]
        return len(groups["groups"]), b["controlled_by"], groups["assessed"] == control["assessed"]

    proposal_id = proposed(riskmon)["proposal_id"]
    # what one person says alone counts nowhere
    assert seen(*DATA, "--known-at", "2099-12-31") == (2, [], True)
    riskmon("relationship", "approve", proposal_id, "--by", "Wang Wei", *DATA)
    assert seen(*DATA, "--known-at", "2099-12-31") == (1, ["A"], True)
    # on the date of the facts it was not known yet; another data folder holds nothing of it
    assert seen(*DATA) == (2, [], True)
    assert seen("--known-at", "2099-12-31") == (2, [], True)

    told = asked("groups", *DATA, "--known-at", "2099-12-31")["assessed"]
    assert told == [
        {
            "relationship_id": "R1", "assessment": "confirmed", "recorded_assessment": "doubtful",
            "assessed_by": "Li Na", "approved_by": "Wang Wei", "reason": "site visit",
        }
    ]  # fmt: skip
    for verb in ("groups", "control"):
        words = (verb, "--input", "bank", "--as-of", "2026-06-30", "--book", "example_policy")
        shown = riskmon(*words, *DATA, "--known-at", "2099-12-31").stdout
        assert "assessed: R1 counts as confirmed, delivered as doubtful (Li Na, approved by Wang Wei" in shown


def test_the_data_of_every_verb(riskmon, bank):
    told = proposed(riskmon, "--until", "2099-12-31")
    assert {**told, "proposal_id": "", "proposed_at": "", "run_id": ""} == {
        "proposal_id": "", "relationship_id": "R1", "source_party_id": "A", "target_party_id": "B", "kind": "control",
        "basis": "consolidation", "assessment": "confirmed", "reason": "site visit", "valid_until": "2099-12-31",
        "run_id": "", "proposed_by": "Li Na", "proposed_at": "", "state": "open", "decided_by": None,
        "decided_at": None, "note": None,
    }  # fmt: skip
    declined = riskmon(
        "relationship", "decline", told["proposal_id"], "--by", "Wang Wei", "--reason", "no", *DATA, "--json"
    )
    answer = json.loads(declined.stdout)
    assert (answer["outcome"], answer["proposal"]["note"]) == ("declined", "no")
    listed = json.loads(riskmon("relationship", "list", *DATA, "--json").stdout)
    assert listed == {"items": [answer["proposal"]]}
    assert json.loads(riskmon("relationship", "list", "--open", *DATA, "--json").stdout) == {"items": []}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*ASSESS[:2], "R9", *ASSESS[3:]), "shows no relationship of that id"),
        ((*ASSESS, "--until", "2020-01-01"), "--until lies in the past"),
        ((*ASSESS, "--until", "tomorrow"), "--until is not a date"),
        ((*ASSESS, "--reason", " "), "--reason is empty"),
        ((*ASSESS, "--by", ""), "--by is empty"),
        ((*ASSESS, "--as", "maybe"), "maybe"),
        ((*ASSESS, "--run", "beef"), "No finished run has the id 'beef'"),
        ((*ASSESS[:-1], "elsewhere"), "The data folder cannot be read"),
        (("relationship", "approve", "nosuch", "--by", "x", *DATA), "There is no such proposal"),
        (("relationship", "decline", "nosuch", "--by", "x", *DATA), "There is no such proposal"),
        (("relationship", "preview", "nosuch", *DATA), "There is no proposal 'nosuch'"),
    ],
)
def test_a_mistake_ends_with_2_and_one_message(riskmon, bank, tmp_path, words, said):
    done = riskmon(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert not (tmp_path / "data" / "riskmon.sqlite").exists()


def test_refusals_of_the_second_person_end_with_2_and_name_the_outcome(riskmon, bank):
    proposal_id = proposed(riskmon)["proposal_id"]
    own = riskmon("relationship", "approve", proposal_id, "--by", "li na", *DATA)
    assert (own.returncode, "same_person" in own.stderr) == (2, True)
    riskmon("relationship", "decline", proposal_id, "--by", "Li Na", *DATA)
    late = riskmon("relationship", "approve", proposal_id, "--by", "Wang Wei", *DATA)
    assert (late.returncode, "decided already: withdrawn by Li Na" in late.stderr) == (2, True)


def test_a_damaged_database_stops_every_verb_that_needs_it(riskmon, bank, tmp_path):
    (tmp_path / "data" / "riskmon.sqlite").write_bytes(b"no database" * 1000)
    for words in (RUN, ASSESS, ("relationship", "list", *DATA), ("db", "upgrade", *DATA)):
        done = riskmon(*words)
        assert (done.returncode, "file is not a database" in done.stderr) == (2, True)
        assert "Traceback" not in done.stderr


def test_the_database_that_the_environment_names_must_be_there(riskmon, bank, monkeypatch, store_url):
    monkeypatch.setenv("RISKMON_DATABASE_URL", store_url)
    for words in (RUN, ASSESS, ("relationship", "list")):
        assert riskmon(*words).returncode == 2
    made = json.loads(riskmon("db", "upgrade", "--json").stdout)
    assert (made["version_before"], made["version"]) == (None, SCHEMA_VERSION)
    assert f"has the schema {SCHEMA_VERSION} already" in riskmon("db", "upgrade").stdout
    assert riskmon(*ASSESS).returncode == 0
    assert riskmon(*RUN).returncode == 0
