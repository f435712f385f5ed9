"""The sample bank tells stories with known answers; the monitor has to find every one of them, whatever the seed."""

import json

import pytest

from riskmon.domain.money import decimal_text
from riskmon.operations.run_monitor import run_monitor
from riskmon.operations.sample import SAMPLE_AS_OF, write_sample
from riskmon.rulebook.select import select


@pytest.fixture(scope="module", params=[7, 20_26])
def told(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    write_sample(folder, seed=request.param)
    stories = json.loads((folder / "stories.json").read_text(encoding="utf-8"))
    selection = select(stories["books"], as_of=SAMPLE_AS_OF)
    result = run_monitor(folder, selection, tmp_path_factory.mktemp("data"))
    return stories["stories"], result.tables


def each(stories, part):
    found = [(story["id"], row) for story in stories for row in story["expected"][part]]
    assert found, f"no story expects any of {part}"
    return found


def test_every_expected_group_is_found_with_exactly_its_members(told):
    stories, tables = told
    counted = tables["group_members"].filter(tables["group_members"]["role"] != "connector")
    members = {
        group: sorted(rows["party_id"])
        for (group,), rows in counted.group_by("group_id", maintain_order=True)
    }
    for story, group in each(stories, "groups"):
        group_id = f"{group['book_id']}/{group['anchor_id']}"
        assert members.get(group_id) == sorted(group["members"]), story


def test_every_expected_limit_is_broken_or_kept_at_the_exact_amount(told):
    stories, tables = told
    key = ("book_id", "limit_id", "subject_kind", "subject_id")
    headroom = {tuple(row[k] for k in key): row for row in tables["headroom"].iter_rows(named=True)}
    for story, limit in each(stories, "limits"):
        row = headroom.get(tuple(limit[k] for k in key))
        assert row is not None, (story, limit)
        assert row["is_breach"] is limit["is_breach"], (story, limit, row)
        if limit["exposure"] is not None:
            assert decimal_text(row["exposure_minor"], "CNY") == limit["exposure"], (story, limit)


def test_every_expected_signal_is_raised_with_its_severity(told):
    stories, tables = told
    key = ("signal_id", "subject_kind", "subject_id")
    raised = {
        (*(row[k] for k in key), row["severity"]): row["is_veto"]
        for row in tables["signals"].iter_rows(named=True)
        if row["state"] == "raised"
    }
    for story, signal in each(stories, "signals"):
        found = (*(signal[k] for k in key), signal["severity"])
        assert found in raised, (story, signal)
        assert raised[found] or not signal["is_veto"], (story, signal)


def test_every_expected_finding_is_made(told):
    stories, tables = told
    made = set(tables["findings"].select("finding_code", "table").iter_rows())
    for story, finding in each(stories, "findings"):
        assert (finding["finding_code"], finding["table"]) in made, (story, finding)


def test_no_hard_limit_is_broken_that_no_story_tells_of(told):
    stories, tables = told
    expected = {
        (limit["book_id"], limit["limit_id"], limit["subject_id"])
        for _, limit in each(stories, "limits")
        if limit["is_breach"]
    }
    hard = tables["breaches"].filter(tables["breaches"]["is_hard"])
    found = set(hard.select("book_id", "limit_id", "subject_id").iter_rows())
    assert found <= expected


def test_every_expected_suggestion_is_made_as_a_doubtful_link(told):
    stories, tables = told
    links = {row["relationship_id"]: row for row in tables["relationships"].iter_rows(named=True)}
    for story, expected in each(stories, "suggestions"):
        link = links[expected["relationship_id"]]
        assert link["is_suggested"], story
        assert link["assessment"] == "doubtful", story
        assert {key: link[key] for key in expected} == expected, story
    made = {key for key, link in links.items() if link["is_suggested"]}
    assert made == {expected["relationship_id"] for _, expected in each(stories, "suggestions")}


def test_every_expected_subject_is_reported(told):
    stories, tables = told
    reported = set(tables["large_exposures"].select("book_id", "set", "subject_id").iter_rows())
    for story, report in each(stories, "reports"):
        assert (report["book_id"], report["set"], report["subject_id"]) in reported, story


def test_the_joint_limit_of_the_steelworks_is_in_its_warning_state(told):
    _, tables = told
    (row,) = tables["headroom"].filter(subject_id="cn_joint_credit/S20-STEELWORKS").to_dicts()
    assert (row["warning_level"], row["utilisation_ratio"]) == ("orange", 0.9125)
