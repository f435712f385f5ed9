"""A credit approver asks for 50 million more for the steel group of the sample bank, which is over its limit already."""

import json

import pytest

from api.schemas.checks import CheckAnswer
from riskmon.operations.checks import Deal, check, decision_book
from riskmon.operations.run_monitor import run_monitor
from riskmon.operations.sample import SAMPLE_AS_OF, write_sample
from riskmon.rulebook.select import select
from riskmon.store.snapshots import Snapshots

BOOKS = ["cn_large_exposures", "cn_group_credit", "basel_lex", "example_policy"]
GROUP = "cn_group_credit/S01-HOLDING"


@pytest.fixture(scope="module")
def decisions(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder / "bank", seed=7, as_of=SAMPLE_AS_OF)
    run_monitor(folder / "bank", select(BOOKS, as_of=SAMPLE_AS_OF), folder / "data")
    return decision_book(Snapshots(folder / "data"))


def ask(decisions, **terms):
    given = {
        "obligor_id": "S01-HOLDING",
        "product": "loan",
        "amount": "50000000.00",
        "currency": "CNY",
    } | terms
    return check(decisions, [Deal(**given)], today=SAMPLE_AS_OF, most_days=3)


def test_fifty_million_more_for_the_steel_group_are_refused_by_the_clause_on_groups(decisions):
    body = ask(decisions)
    assert body["verdict"] == "refuse"
    assert (body["binding"]["book_id"], body["binding"]["limit_id"]) == ("cn_group_credit", "group_credit")
    # 955 010 000 of today and the 50 000 000, against 15 % of 6 200 000 000.
    assert (body["binding"]["subject_id"], body["binding"]["before"]) == (GROUP, "955010000.00")
    assert (body["binding"]["after"], body["binding"]["limit"]) == ("1005010000.00", "930000000.00")
    assert body["binding"]["clause"].endswith("art. 12")
    # The group is over its limit, so nothing more passes that adds to it.
    assert body["largest_passing_amount"] == "0.00"


def test_what_is_offered_for_the_steel_group_passes_when_it_is_sent_back(decisions):
    options = ask(decisions)["options"]
    assert [option["kind"] for option in options] == ["collateral"]
    for option in options:
        sent = ask(decisions, **option["deal"])
        assert sent["verdict"] == "pass"
        steel = next(line for line in sent["limits"] if line["subject_id"] == GROUP)
        assert steel["before"] == steel["after"] == "955010000.00"


def test_the_answer_is_the_body_of_the_contract(decisions):
    body = ask(decisions)
    assert CheckAnswer.model_validate_json(json.dumps(body)).model_dump(mode="json") == body
    assert list(body) == [
        "check_id", "verdict", "reason", "run_id", "as_of", "largest_passing_amount", "currency", "binding", "limits",
        "options", "vetoes", "order", "receipt",
    ]  # fmt: skip
