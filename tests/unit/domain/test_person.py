import pytest

from riskmon.domain.person import is_same_person, person


@pytest.mark.parametrize("name", [" Li  Na ", "LI NA", "li na", "Li\u200b Na", "Ｌi Na", "Li\u00a0Na"])
def test_one_person_does_not_pass_for_two_by_spelling(name):
    assert is_same_person(name, "Li Na")


def test_two_persons_are_two():
    assert not is_same_person("Li Na", "Li Nan")
    assert person("  ") == ""
