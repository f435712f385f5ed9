import inspect

from api.problems import ERRORS, PROBLEMS
from riskmon.domain import errors


def error_classes():
    return {
        cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, errors.CallerError)
    }


def test_every_error_of_ours_has_its_own_line_in_the_table():
    assert set(ERRORS) == error_classes()


def test_every_error_becomes_a_refusal_of_the_table():
    for code in ERRORS.values():
        assert 400 <= PROBLEMS[code].status < 600
        assert PROBLEMS[code].title
        assert PROBLEMS[code].meaning
