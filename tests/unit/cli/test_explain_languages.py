"""Explanations on a terminal: in Chinese no English sentence is left, and what stands behind a fund is shown."""

import re
import sys

import pytest

from riskmon.cli import main
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders

NAMES = {"X": "甲公司 (X Ltd)", "FUND": "乙基金 (Y Fund)", "Z": "丙银行 (Z Bank)"}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A firm that borrows, late, in dollars and with a guarantee, and stands behind a fund with a pledge."""
    folder = tmp_path_factory.mktemp("explained")
    builders.write_bank(
        folder / "bank",
        parties=[
            builders.party("X", name=NAMES["X"]),
            builders.party("FUND", name=NAMES["FUND"], kind="fund"),
            builders.party("Z", name=NAMES["Z"], kind="bank"),
        ],
        relationships=[builders.relationship("R1", "X", "FUND")],
        facilities=[
            builders.facility("F1", "X", currency="USD", commitment="100.00", drawn="60.00", past_due_days=95),
            builders.fund_unit("F2"),
        ],
        structures=[builders.structure()],
        fund_holdings=[builders.fund_holding(facility_id="F2")],
        underlyings=[
            builders.underlying("U1", "X", amount="900.00"),
            builders.underlying("U2", "Z", amount="100.00"),
        ],
        protections=[
            builders.protection("G1", kind="guarantee", provider_id="Z", value="70.00"),
            builders.protection("P1", kind="property", value="70.00"),
            builders.protection("M1", value="10.00"),
        ],
        protection_covers=[
            builders.cover("G1", "F1"), builders.cover("P1", "F1"), builders.cover("M1", "F2"),
        ],
        fx_rates=[builders.fx_rate("USD", "2")],
        capital=[builders.capital()],
    )  # fmt: skip
    books = ["cn_large_exposures", "cn_related_parties"]
    run_monitor(folder / "bank", select(books, as_of=builders.AS_OF), folder / "data")
    return folder / "data"


@pytest.fixture
def explained(data, monkeypatch, capsys):
    def call(*words, lang="zh"):
        monkeypatch.setattr(sys, "argv", ["riskmon", "explain", *words, "--data", str(data), "--lang", lang])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        return capsys.readouterr().out

    return call


@pytest.mark.parametrize("subject", [
    ("facility", "F1"), ("facility", "F2"), ("obligor", "X"), ("obligor", "FUND"), ("limit", "cn_large_exposures/single"),
    ("group", "cn_large_exposures/X"), ("pair", "X", "FUND", "--book", "cn_large_exposures"),
])  # fmt: skip
def test_the_chinese_explanation_has_no_english_word(explained, subject):
    said = explained(*subject)
    said = re.sub(r"[a-z_]+/[a-z_X]+|cn_large_exposures|cn_related_parties|Early-warning catalogue", "", said)
    said = re.sub(r"运行编号 [0-9a-f]+", "", said)
    assert not re.search(r"[A-Za-z]{4,}", said.replace("FUND", "")), said


def test_a_fund_is_shown_down_to_who_stands_behind_it(explained):
    # tier 1 is 8 000, the line 12: a tenth of 900 reaches it; a tenth of 100 is below and stays
    english = explained("facility", "F2", lang="en")
    assert "90.00 with X Ltd: X Ltd owes the asset U1 of S1" in english
    assert "10.00 with Y Fund: of the assets of S1, 1 with a named obligor stay below" in english
    assert "cash margin M1 of 10.00 is not recognised: the facility is looked through" in english
    assert "Looked through (CBIRC Order 2018 No. 1, annex 2):" in english
    chinese = explained("facility", "F2")
    assert "90.00计入甲公司：S1的基础资产U1的债务人为甲公司" in chinese
    assert "保证金 M1，价值10.00，不予认可：该业务已穿透" in chinese


def test_an_obligor_is_told_what_reaches_it_through_a_fund(explained):
    assert "90.00 through it: X Ltd owes the asset U1 of S1" in explained("obligor", "X", lang="en")
    assert "其中穿透计入90.00：S1的基础资产U1的债务人为甲公司" in explained("obligor", "X")
