"""The trading book: what the default of one issuer costs at once, against arithmetic by hand."""

import pytest

from tests import builders
from tests.counterparty_rows import measured, position, totals


@pytest.fixture
def exposed(tmp_path):
    def run(positions, book_id="basel_lex", **tables):
        frames = measured(tmp_path / "bank", book_id, trading_positions=positions, **tables)
        return totals(frames)["ISS"]

    return run


def issue(number, value, side="long", seniority="senior", **terms):
    return position(f"T{number}", value, issue_id=f"I{number}", side=side, seniority=seniority, **terms)


SHORT_SENIOR = issue(2, "30", "short")


@pytest.mark.parametrize(
    ("positions", "left"),
    [
        ([issue(1, "100"), issue(2, "30", "short", "subordinated")],                        70),   # junior short
        ([issue(1, "100"), SHORT_SENIOR],                                                   70),   # equal rank
        ([issue(1, "100", seniority="subordinated"), SHORT_SENIOR],                         100),  # senior short
        ([issue(1, "100"), issue(2, "30", "short", None)],                                  100),  # rank not known
        ([issue(1, "100", seniority=None), SHORT_SENIOR],                                   100),
        ([issue(1, "100", seniority=None), issue(2, "30", "short", "equity")],              100),
        ([issue(1, "100"), issue(2, "30", "short", None, instrument="equity")],             70),   # a share ranks last
        # 100 senior and 50 equity; the 80 of subordinated may serve the senior bond only
        ([issue(1, "100"), issue(2, "50", seniority="equity"), issue(3, "80", "short", "subordinated")], 70),
        # the equity short of 60 serves either: the junior long first, 10 are left for the senior one
        ([issue(1, "100"), issue(2, "50", seniority="equity"), issue(3, "60", "short", "equity")], 90),
        # more short than long in one rank helps none above it
        ([issue(1, "100", seniority="equity"), issue(2, "500", "short", "covered")],        100),
        ([issue(1, "40"), issue(2, "90", "short")],                                         0),    # net short
    ],
)  # fmt: skip
def test_a_short_serves_only_longs_that_rank_with_it_or_above(exposed, positions, left):
    assert exposed(positions)["exposure_minor"] == left * 100


def test_positions_in_one_issue_net_whatever_they_rank(exposed):
    same = [
        position(f"T{n}", value, issue_id="I", side=side)
        for n, (value, side) in enumerate([("100", "long"), ("65", "short")])
    ]
    assert exposed(same)["exposure_minor"] == 35_00


def test_an_issue_told_with_two_ranks_has_the_one_that_offsets_least(exposed):
    long = [issue(1, "100"), position("T9", "10", issue_id="I1", seniority="equity")]
    assert exposed([*long, issue(2, "30", "short", "subordinated")])["exposure_minor"] == 110_00
    short = [
        issue(2, "20", "short", "equity"),
        position("T9", "10", issue_id="I2", side="short", seniority="covered"),
    ]
    assert exposed([issue(1, "100"), *short])["exposure_minor"] == 100_00


def test_positions_of_no_named_issue_net_with_nothing(exposed):
    apart = [position("T1", "100"), position("T2", "65", side="short")]
    assert exposed(apart)["exposure_minor"] == 100_00


@pytest.mark.parametrize(
    ("terms", "left"),
    [
        # protection sold: 80 are due, what it is worth (of either sign) comes off
        ({"instrument": "credit_default_swap", "side": "sell", "market_value": "-5", "strike_value": "80"}, 75),
        ({"instrument": "credit_default_swap", "side": "sell", "market_value": "5", "strike_value": "80"},  75),
        ({"instrument": "credit_default_swap", "side": "sell", "market_value": "0", "strike_value": "80"},  80),
        # protection bought takes nothing off a long position: it is a protection with a seller
        ({"instrument": "credit_default_swap", "side": "buy", "market_value": "5", "strike_value": "80"},   0),
        ({"instrument": "put", "side": "sell", "market_value": "8", "strike_value": "100"},                 92),
        ({"instrument": "call", "side": "buy", "market_value": "5"},                                        5),
        ({"side": "short", "market_value": "-40"},                                                          0),  # the side decides
    ],
)  # fmt: skip
def test_each_instrument_counts_what_its_issuers_default_costs(exposed, terms, left):
    assert exposed([position(**terms)])["exposure_minor"] == left * 100


def test_bought_protection_does_not_offset_a_long_position(exposed):
    bought = position(
        "T2", "5", issue_id="I", instrument="credit_default_swap", side="buy", strike_value="80"
    )
    assert exposed([position("T1", "100", issue_id="I"), bought])["exposure_minor"] == 100_00


def test_a_put_without_what_is_due_is_refused_and_marks_its_issuer(exposed):
    found = exposed([position("T1", "100"), position("T2", "8", instrument="put", side="sell")])
    assert (found["exposure_minor"], found["is_complete"]) == (100_00, False)


def test_the_trading_book_is_a_category_of_its_own_and_adds_to_the_banking_book(exposed):
    loan = builders.facility("F1", "ISS", commitment="30.00", drawn="30.00")
    found = exposed(
        [position("T1", "100"), position("T2", "900", issue_id="X", side="short")], facilities=[loan]
    )
    assert (found["trading_minor"], found["general_minor"], found["exposure_minor"]) == (
        100_00,
        30_00,
        130_00,
    )


def test_another_currency_is_rounded_up_as_a_loss(exposed):
    # 0.01 USD at 7.123 is 0.07123
    found = exposed([position("T1", "0.01", currency="USD")], fx_rates=[builders.fx_rate("USD", "7.123")])
    assert found["exposure_minor"] == 8


def test_what_a_sovereign_has_issued_is_exempt_in_the_trading_book_too(tmp_path):
    state = builders.party("ISS", kind="sovereign")
    frames = measured(tmp_path, parties=[state], trading_positions=[position()])
    found = totals(frames)["ISS"]
    assert (found["exposure_minor"], found["exempt_minor"]) == (100_00, 100_00)
