"""Check digits agree with an implementation that is not ours."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import lei
from stdnum.cn import uscc

from riskmon.validate.identifiers import is_lei_wrong, is_uscc_wrong

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

SPELLINGS = [
    # code, is_wrong
    ("91110000600037341L",     False),   # the example in stdnum's documentation
    ("9 1 110000 600037341L",  False),
    ("91110000-600037341l",    False),
    ("91110000600037341K",     True),
    ("91110000600037341",      True),    # a character short
    ("91110000600037341LL",    True),
    ("9111000060003734IL",     True),    # the letter I is not of the alphabet
    ("",                       True),
    ("某某",                    True),
    (None,                     False),   # not known is not wrong
]  # fmt: skip


@pytest.mark.parametrize(("code", "is_wrong"), SPELLINGS)
def test_a_credit_code_is_wrong_by_length_alphabet_or_check_digit(code, is_wrong):
    assert is_uscc_wrong(pl.Series([code, "91110000600037341L"], dtype=pl.String)).to_list() == [
        is_wrong,
        False,
    ]


# The example in stdnum's documentation, and the same with two characters changed places.
@pytest.mark.parametrize(
    ("code", "is_wrong"),
    [
        ("213800KUD8LAJWSQ9D15", False),
        ("213800KUD8ALJWSQ9D15", True),
        ("213800KUD8LAJWSQ9D1", True),
        (None, False),
    ],
)
def test_an_lei_is_wrong_by_length_or_check_digits(code, is_wrong):
    assert is_lei_wrong(pl.Series([code], dtype=pl.String)).to_list() == [is_wrong]


@settings(max_examples=30)
@given(st.lists(st.from_regex(rf"\A[0-9]{{8}}[{ALPHABET}]{{9}}\Z"), min_size=1), st.sampled_from(ALPHABET))
def test_credit_codes_are_judged_as_stdnum_judges_them(stems, last):
    codes = [stem + uscc.calc_check_digit(stem) for stem in stems] + [stem + last for stem in stems]
    assert is_uscc_wrong(pl.Series(codes)).to_list() == [not uscc.is_valid(code) for code in codes]


@settings(max_examples=30)
@given(st.lists(st.from_regex(r"\A[0-9A-Z]{18}\Z"), min_size=1), st.from_regex(r"\A[0-9]{2}\Z"))
def test_leis_are_judged_as_stdnum_judges_them(stems, last):
    codes = [stem + last for stem in stems]
    assert is_lei_wrong(pl.Series(codes)).to_list() == [not lei.is_valid(code) for code in codes]


def test_a_column_without_codes_has_none_wrong():
    assert is_uscc_wrong(pl.Series([], dtype=pl.String)).to_list() == []
    assert is_lei_wrong(pl.Series([None, None], dtype=pl.String)).to_list() == [False, False]
