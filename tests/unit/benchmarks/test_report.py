"""Medians, peaks, ratios and growth, worked out by hand."""

from benchmarks.measure import Measured
from benchmarks.report import growth, size_figures, text

SMALL = size_figures(
    10_000,
    [
        Measured(
            1.0, 1.5, 300_000_000, {"ingest": 0.2, "groups": 0.1}, {"breaches": [{}], "counts": {"groups": 7}}
        ),
        Measured(3.0, 2.5, 500_000_000, {"ingest": 0.4, "groups": 0.1}),
        Measured(2.0, 9.5, 400_000_000, {"ingest": 0.3, "groups": 0.4}),
    ],
    [Measured(0.5, 0.7, 90_000_000), Measured(0.4, 0.7, 80_000_000), Measured(0.6, 0.7, 70_000_000)],
)
LARGE = size_figures(
    100_000,
    [Measured(22.0, 30.0, 1_000_000_000, {"ingest": 9.0, "groups": 6.0})],
    [Measured(2.0, 9.5, 200_000_000)],
)


def test_a_size_has_the_median_of_the_seconds_and_the_highest_of_the_peaks():
    assert SMALL["run"]["wall_seconds"] == {"median": 2.0, "min": 1.0, "max": 3.0}
    assert SMALL["run"]["processor_seconds"] == 2.5
    assert SMALL["run"]["peak_mb"] == 500
    assert SMALL["run"]["stages"] == {"ingest": 0.3, "groups": 0.1}
    assert SMALL["reference"]["wall_seconds"]["median"] == 0.5
    assert SMALL["ratio"] == 4.0
    assert (SMALL["breaches"], SMALL["counts"]) == (1, {"groups": 7})


def test_growth_compares_neighbouring_sizes_in_order_of_size():
    assert growth([LARGE, SMALL]) == [
        {"facilities": [10_000, 100_000], "wall_factor": 11.0, "peak_factor": 2.0}
    ]


def test_the_text_shows_every_stage_and_what_lies_outside_them():
    lines = text([SMALL, LARGE]).splitlines()
    assert [line.split() for line in lines if line.startswith(("ingest", "groups", "start"))] == [
        ["ingest", "0.300", "9.000"],
        ["groups", "0.100", "6.000"],
        ["start", "and", "rest", "1.600", "7.000"],  # 2.0 - 0.4 and 22 - 15
    ]
    assert lines[-1] == "10,000 to 100,000 facilities: 11.0 times the seconds, 2.0 times the memory"
