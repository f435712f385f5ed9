"""The figures of several sizes as one object, and as text to be read."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import TypedDict

from benchmarks.measure import Measured

MEGABYTE = 1_000_000


class Seconds(TypedDict):
    """Median, least and most of the repeats."""

    median: float
    min: float
    max: float


class Figures(TypedDict):
    """One program at one size: wall and processor seconds, the highest peak, median seconds by stage."""

    wall_seconds: Seconds
    processor_seconds: float
    peak_mb: int
    stages: dict[str, float]


class SizeFigures(TypedDict):
    """One size: the full run, the reference, and how many times longer the run takes."""

    facilities: int
    counts: dict[str, int]
    breaches: int
    run: Figures
    reference: Figures
    ratio: float


class Growth(TypedDict):
    """From one size to the next: how many times more facilities, seconds and memory."""

    facilities: list[int]
    wall_factor: float
    peak_factor: float


def figures(repeats: Sequence[Measured]) -> Figures:
    """The repeats of one program at one size, summed up."""
    walls = [one.wall_seconds for one in repeats]
    return {
        "wall_seconds": {
            "median": _short(median(walls)),
            "min": _short(min(walls)),
            "max": _short(max(walls)),
        },
        "processor_seconds": _short(median(one.processor_seconds for one in repeats)),
        "peak_mb": round(max(one.peak_bytes for one in repeats) / MEGABYTE),
        "stages": {
            stage: _short(median(one.stages.get(stage, 0.0) for one in repeats))
            for stage in repeats[0].stages
        },
    }


def size_figures(facilities: int, runs: Sequence[Measured], references: Sequence[Measured]) -> SizeFigures:
    """One size, from its repeats."""
    run, reference = figures(runs), figures(references)
    return {
        "facilities": facilities,
        "counts": dict(runs[0].answer.get("counts", {})),
        "breaches": len(runs[0].answer.get("breaches", ())),
        "run": run,
        "reference": reference,
        "ratio": _short(run["wall_seconds"]["median"] / reference["wall_seconds"]["median"]),
    }


def growth(sizes: Sequence[SizeFigures]) -> list[Growth]:
    """The factors between neighbouring sizes, smallest first."""
    ordered = sorted(sizes, key=lambda size: size["facilities"])
    return [
        {
            "facilities": [small["facilities"], large["facilities"]],
            "wall_factor": _short(
                large["run"]["wall_seconds"]["median"] / small["run"]["wall_seconds"]["median"]
            ),
            "peak_factor": _short(large["run"]["peak_mb"] / small["run"]["peak_mb"]),
        }
        for small, large in pairwise(ordered)
    ]


def text(sizes: Sequence[SizeFigures]) -> str:
    """A table of the sizes, the stages below it, and the growth between sizes."""
    lines = [_row(*_HEADINGS)]
    for size in sizes:
        run, reference = size["run"], size["reference"]
        lines.append(
            _row(
                f"{size['facilities']:,}", *_seconds(run), f"{run['processor_seconds']:.2f}", f"{run['peak_mb']:,}", *_seconds(reference),
                f"{reference['peak_mb']:,}", f"{size['ratio']:.1f}",
            )
        )  # fmt: skip
    lines += ["", _row("stage s", *(f"{size['facilities']:,}" for size in sizes))]
    stages = dict.fromkeys(stage for size in sizes for stage in size["run"]["stages"])
    lines += [
        _row(stage, *(f"{size['run']['stages'].get(stage, 0.0):.3f}" for size in sizes)) for stage in stages
    ]
    lines += [_row("start and rest", *(f"{_rest(size['run']):.3f}" for size in sizes)), ""]
    lines += [
        f"{step['facilities'][0]:,} to {step['facilities'][1]:,} facilities: "
        f"{step['wall_factor']:.1f} times the seconds, {step['peak_factor']:.1f} times the memory"
        for step in growth(sizes)
    ]
    return "\n".join(lines).rstrip()


def _seconds(one: Figures) -> tuple[str, str]:
    wall = one["wall_seconds"]
    return f"{wall['median']:.2f}", f"({wall['min']:.2f} - {wall['max']:.2f})"


_HEADINGS = (
    "facilities", "run s", "(min - max)", "processor s", "run MB", "reference s", "(min - max)", "reference MB",
    "ratio",
)  # fmt: skip


def _rest(one: Figures) -> float:
    """Seconds outside the stages: the interpreter's start, imports, the printing of the answer."""
    return one["wall_seconds"]["median"] - sum(one["stages"].values())


def _row(*cells: str) -> str:
    first, *rest = cells
    return f"{first:<16}" + "".join(f"{cell:>19}" for cell in rest)


def _short(value: float) -> float:
    return round(value, 3)
