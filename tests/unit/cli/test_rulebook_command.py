"""`riskmon rulebook`: tables for people, JSON for programs."""

import json

import pytest
from typer.testing import CliRunner

from riskmon.cli.rulebook import rulebook_app
from riskmon.domain.errors import CallerError


def call(*words):
    result = CliRunner().invoke(rulebook_app, list(words), env={"COLUMNS": "200"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_show_as_json_has_the_hash_and_every_entry():
    shown = json.loads(call("show", "basel_lex", "--as-of", "2020-06-30", "--json"))
    assert shown["effective_from"] == "2019-01-01"
    assert len(shown["digest"]) == 64
    assert [limit["id"] for limit in shown["content"]["limit"]] == ["general", "gsib"]


def test_diff_as_json_has_one_object_a_change():
    changes = json.loads(call("diff", "basel_lex@2019-01-01", "basel_lex@2023-01-01", "--json"))
    assert {"kind", "key", "field", "old", "new", "clause"} == set(changes[0])


def test_coverage_as_json_has_counts_and_clauses():
    report = json.loads(call("coverage", "cn_group_credit", "--json"))
    assert sum(report["counts"].values()) == len(report["clauses"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("list",), "cn_large_exposures"),
        (("show", "cn_group_credit"), "net_capital"),
        (("diff", "basel_lex@2019-01-01", "basel_lex"), "2023-01-01"),
        (("coverage", "basel_lex"), "LEX20.1"),
    ],
)
def test_without_json_a_person_can_read_it(words, said):
    assert said in call(*words)


def test_brackets_in_a_cell_are_text_and_not_markup():
    # "group_credit [standing=hard]" would lose its bracket if it were read as a style.
    assert "[standing=hard]" in call("diff", "cn_group_credit", "basel_lex")


def test_a_mistake_of_the_caller_is_left_to_the_command_lines_one_handler():
    with pytest.raises(CallerError):
        call("show", "nonsense")
