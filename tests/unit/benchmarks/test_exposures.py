"""The exposure stage is timed by itself, on validated tables, beside the reference on the same book."""

import json

import pytest

from benchmarks import exposures


def test_a_small_book_is_measured_with_its_protections_and_its_ratio(capsys):
    assert exposures.main(["--facilities", "1000", "--repeat", "1", "--json"]) == 0
    (size,) = json.loads(capsys.readouterr().out)["sizes"]
    # Three facilities in ten have a protection; under two books every facility has at least one row.
    assert size["counts"]["facilities"] == 1_000
    assert size["counts"]["protection_covers"] == 300
    assert size["counts"]["exposures"] >= 2_000
    assert 0 < size["stage_seconds"] < size["process"]["wall_seconds"]["median"]
    assert size["process"]["peak_mb"] > 0
    assert size["ratio"] > 0


def test_figures_without_a_date_are_not_recorded():
    with pytest.raises(SystemExit):
        exposures.main(["--facilities", "1000", "--record"])


def test_a_book_that_does_not_exist_fails_with_what_was_said(capsys):
    assert exposures.main(["--facilities", "1000", "--repeat", "1", "--books", "no_such_book"]) == 1
    assert "no_such_book" in capsys.readouterr().err
