"""Selection: the edition of the date, under the choices made, with what a book borrows from another."""

from datetime import date
from decimal import Decimal

import pytest

from riskmon.domain.errors import CallerError
from riskmon.rulebook.loader import editions_of
from riskmon.rulebook.select import edition_in_force, select

TODAY = date(2026, 6, 30)

OWN = """
id = "own_policy"
title = "Own policy"
document = "Own policy"
jurisdiction = "bank"
effective_from = 2020-01-01
measures_of = "cn_large_exposures"
grouping_of = "cn_large_exposures"

[[limit]]
id = "group"
title = "One group"
title_zh = "集团"
subjects = ["group"]
applies_to = "any"
measure = "exposure"
base = "tier1_capital"
ratio = 0.18
is_hard = true
source = { clause = "1", certainty = "verified" }
"""


def book_of(*names, book_id=None, as_of=TODAY, choices=None):
    books = select(names, as_of=as_of, choices=choices).books
    return next(book for book in books if book.id == (book_id or names[0]))


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    return str(path)


@pytest.mark.parametrize(("as_of", "in_force"), [
    (date(2019, 1, 1),   date(2019, 1, 1)),   # the first day of the first edition
    (date(2022, 12, 31), date(2019, 1, 1)),   # the last day before the second
    (date(2023, 1, 1),   date(2023, 1, 1)),
    (TODAY,              date(2023, 1, 1)),
])  # fmt: skip
def test_a_run_applies_the_edition_in_force_on_its_date(as_of, in_force):
    assert book_of("basel_lex", as_of=as_of).edition.effective_from == in_force


def test_a_date_before_the_first_edition_is_the_callers_mistake():
    with pytest.raises(
        CallerError, match="no edition in force on 2018-06-30: its first begins on 2018-07-01"
    ):
        select(["cn_large_exposures"], as_of=date(2018, 6, 30))


@pytest.mark.parametrize("names", [[], ["nonsense"], ["nonsense.toml"]])
def test_no_book_or_an_unknown_book_is_the_callers_mistake(names):
    with pytest.raises(CallerError):
        select(names, as_of=TODAY)


def test_books_come_in_order_of_id_however_they_are_named_and_count_once():
    names = ["example_policy", "basel_lex", "cn_group_credit", "basel_lex"]
    ids = [book.id for book in select(names, as_of=TODAY).books]
    assert ids == ["basel_lex", "cn_group_credit", "example_policy"]


def test_two_files_of_one_id_cannot_be_told_apart_and_are_refused(own, tmp_path):
    copy = tmp_path / "copy.toml"
    copy.write_text(OWN)
    with pytest.raises(CallerError, match="share one id"):
        select([own, str(copy)], as_of=TODAY)


def test_the_first_value_of_a_choice_is_its_default():
    assert book_of("cn_large_exposures").choices == {
        "dependence": "directed",
        "margin": "after_conversion",
        "small_structures": "look_through",
        "small_trading_book": "measured",
        "small_derivatives": "measured",
    }
    assert book_of("cn_large_exposures").grouping.dependence == "directed"


def test_a_choice_leaves_only_its_own_entries_standing():
    # art. 12 is written twice, hard and as a guideline; each run has exactly one of them.
    hard, guideline = (
        book_of("cn_group_credit", choices={"cn_group_credit.standing": value}).limits
        for value in ("hard", "guideline")
    )
    assert [limit.is_hard for limit in hard] == [True]
    assert [limit.is_hard for limit in guideline] == [False]


def test_a_choice_for_some_parties_only_keeps_their_names_with_the_grouping():
    chosen = "alternative:P1; P2"
    book = book_of("eu_crr", choices={"eu_crr.central_government": chosen})
    assert book.grouping.separate_parties == ("P1", "P2")
    assert book.choices["central_government"] == chosen
    for value in ("grouped", "alternative"):
        book = book_of("eu_crr", choices={"eu_crr.central_government": value})
        assert book.grouping.separate_parties == ()
        assert bool(book.grouping.separate_kinds) == (value == "alternative")


@pytest.mark.parametrize("value", ["grouped:P1", "alternative:", "alternative: ;", "other:P1"])
def test_only_a_choice_that_may_be_partial_takes_parties_and_then_needs_some(value):
    with pytest.raises(CallerError, match="cannot be"):
        select(["eu_crr"], as_of=TODAY, choices={"eu_crr.central_government": value})


def test_half_of_medium_and_low_risk_items_is_exempt_only_where_the_choice_is_made():
    shares = {
        value: {
            rule.id: rule.share_bp
            for rule in book_of("eu_crr", choices={"eu_crr.medium_low_risk_exemption": value}).exemptions
            if rule.share_bp != 10_000
        }
        for value in ("off", "on")
    }
    assert shares == {"off": {}, "on": {"half_of_undrawn": 5_000, "half_of_documentary_credits": 5_000}}


@pytest.mark.parametrize(("choices", "said"), [
    ({"cn_large_exposures.dependence": "undirected"}, "cannot be 'undirected'"),
    ({"cn_large_exposures.colour": "red"},            "belongs to no selected book"),
    ({"basel_lex.collateral": "simple"},              "belongs to no selected book"),
    ({"dependence": "directed"},                      "belongs to no selected book"),
])  # fmt: skip
def test_a_choice_that_would_have_no_effect_is_the_callers_mistake(choices, said):
    with pytest.raises(CallerError, match=said):
        select(["cn_large_exposures"], as_of=TODAY, choices=choices)


def test_a_book_measures_and_groups_as_the_book_it_names(own):
    borrower, lender = book_of(own, book_id="own_policy"), book_of("cn_large_exposures")
    for part in ("measurement", "grouping", "conversion_factors", "exemptions", "mitigations"):
        assert getattr(borrower, part) == getattr(lender, part)
    assert [limit.ratio for limit in borrower.limits] == [Decimal("0.18")]


def test_a_book_converts_by_its_own_factors_where_it_has_some():
    # Commitments: 40 % in the policy, 50 % over a year in the measures it borrows the rest from.
    factors = book_of("example_policy").conversion_factors
    assert {f.factor_bp for f in factors if "commitment" in f.products} == {1_000, 4_000}


def test_what_is_borrowed_is_recorded_with_its_hash(own):
    (lender,), (traded,) = editions_of("cn_large_exposures"), editions_of("basel_ccr")
    cut = edition_in_force("basel_haircuts", TODAY)
    measured = {"basel_ccr": traded.digest, "basel_haircuts": cut.digest}
    assert book_of(own, book_id="own_policy").borrowed == measured | {"cn_large_exposures": lender.digest}
    assert book_of("cn_large_exposures").borrowed == measured
    assert book_of("cn_group_credit").borrowed == {}


def test_a_choice_of_a_book_that_is_only_borrowed_from_cannot_be_made(own):
    with pytest.raises(CallerError, match="belongs to no selected book"):
        select([own], as_of=TODAY, choices={"cn_large_exposures.dependence": "merge_all"})


def test_a_borrowing_book_follows_the_choice_where_the_other_is_selected_too(own):
    choices = {"cn_large_exposures.dependence": "merge_all"}
    book = book_of(own, "cn_large_exposures", book_id="own_policy", choices=choices)
    assert book.grouping.dependence == "merge_all"


def test_every_run_has_the_signal_catalogue_even_before_the_measures_of_2018():
    selection = select(["cn_group_credit"], as_of=date(2012, 6, 30))
    assert selection.early_warning.signal("A01").lines["red"] == 91
    assert selection.known_at == date(2012, 6, 30)


def test_a_book_without_a_threshold_says_so():
    assert book_of("cn_group_credit").threshold("large_exposure") is None
    assert book_of("cn_large_exposures").threshold("large_exposure").ratio == Decimal("0.025")
