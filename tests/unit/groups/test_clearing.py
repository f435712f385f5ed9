"""Clearing exposure to a central counterparty stays out of the sum of a group; its other exposure counts."""

from datetime import date

from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from tests import builders


def test_clearing_exposure_is_not_in_the_sum_of_a_group(tmp_path):
    # K (not qualifying, so that nothing is exempt) controls V: 70 from clearing, 20 of a loan, 5 to V.
    builders.write_bank(
        tmp_path / "bank",
        parties=[builders.party("K", kind="ccp"), builders.party("V")],
        relationships=[builders.relationship("R1", "K", "V")],
        facilities=[
            builders.facility("F1", "K", product="ccp_clearing", commitment="70.00", drawn="70.00"),
            builders.facility("F2", "K", commitment="20.00", drawn="20.00"),
            builders.facility("F3", "V", commitment="5.00", drawn="5.00"),
        ],
        capital=[builders.capital()],
    )
    books = ["basel_lex", "eu_crr"]
    result = run_monitor(tmp_path / "bank", select(books, as_of=date(2026, 6, 30)), tmp_path / "data")
    group = {row["book_id"]: row for row in result.tables["group_exposures"].iter_rows(named=True)}
    assert group["basel_lex"]["exposure_minor"] == 25_00
    assert group["basel_lex"]["exposure_gross_minor"] == 25_00
    assert group["basel_lex"]["counterparty_minor"] == 0
    assert group["basel_lex"]["general_minor"] == 25_00
    assert group["eu_crr"]["exposure_minor"] == 95_00  # its clause is on clients of one counterparty
    alone = result.tables["obligor_exposures"].filter(book_id="basel_lex", obligor_id="K")
    assert alone["exposure_minor"].to_list() == [90_00]
