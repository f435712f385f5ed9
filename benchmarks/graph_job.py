"""One measured job on the graph, in a process of its own: `python -m benchmarks.graph_job JOB --parties N --world FILE`.

Prints one object. The world is that of `world` without guarantees, which make no group, and without dependence between
two groups, so that the largest component is the largest group.
"""

import argparse
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from graph_models.arrays import Changes, LiveBook, RelationshipArrays, components, cover, find_control
from graph_models.terms import LinkKind

SEED: Final = 20260630
LINE_BP: Final = 5_000
CHANGES: Final = 300
DRAWN_PER_PARTY: Final = 1.89
"""So many that one and a half a party are left without guarantees and without dependence between groups."""

Answer = dict[str, Any]


def make(parties: int, file: Path) -> Answer:
    """Write the world; ids are in no order, so that neighbours lie far apart in memory."""
    import polars as pl

    from benchmarks import world

    rng = np.random.default_rng(SEED)
    built = world.build(parties, rng)
    drawn = world.relationships(built, rng, per_party=DRAWN_PER_PARTY)
    rows = drawn.filter(pl.col("kind") != "guarantee")
    source, target = rows["source"].to_numpy(), rows["target"].to_numpy()
    kinds = {"shareholding": LinkKind.HOLDING, "economic_dependence": LinkKind.DEPENDENCE,
             "family": LinkKind.LINKED, "key_person": LinkKind.LINKED}  # fmt: skip
    kind = rows["kind"].replace_strict(
        {word: int(code) for word, code in kinds.items()}, return_dtype=pl.Int8
    )
    kept = rng.permutation(np.flatnonzero(built.start[source] == built.start[target]))
    key = rng.permutation(parties).astype(np.int32)
    np.savez(file, source=key[source[kept]], target=key[target[kept]], kind=kind.to_numpy()[kept],
             votes_bp=rows["voting_bp"].fill_null(0).to_numpy()[kept].astype(np.int64))  # fmt: skip
    return {"relationships": len(kept)}


def groups(parties: int, file: Path) -> Answer:
    """Control and cover of the whole book."""
    rows = _load(file)
    started = time.perf_counter(), time.process_time()
    found = find_control(parties, rows, votes_above_bp=LINE_BP)
    control_seconds = time.perf_counter() - started[0]
    whole = cover(parties, rows, votes_above_bp=LINE_BP, dependence="directed", found=found)
    return _took(started) | {
        "control_seconds": round(control_seconds, 3),
        "groups": len(whole.anchor),
        "members": len(whole.party),
        "joint_links": len(found.joint),
    }


def plain_components(parties: int, file: Path) -> Answer:
    """What the figures are compared with: SciPy's weak components of the same edges, building the matrix included."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    rows = _load(file)
    started = time.perf_counter(), time.process_time()
    ones = np.ones(len(rows.source), dtype=np.bool_)
    matrix = coo_matrix((ones, (rows.source, rows.target)), shape=(parties, parties)).tocsr()
    count, _ = connected_components(matrix, directed=True, connection="weak")
    return _took(started) | {"components": int(count)}


def changes(parties: int, file: Path) -> Answer:
    """Single changes to a loaded book: votes changed, removed, put back; anywhere, and in the largest component."""
    rows, rng = _load(file), np.random.default_rng(SEED)
    ids = np.arange(len(rows.source), dtype=np.int64)
    exposures = rng.integers(0, 10**12, parties)
    started = time.perf_counter(), time.process_time()
    book = LiveBook(rows, ids, exposures, votes_above_bp=LINE_BP, dependence="directed")
    loaded = _took(started)
    label = components(parties, rows.source, rows.target, is_strong=False)[rows.source]
    largest = np.flatnonzero(label == np.bincount(label).argmax())
    answer: Answer = {"load": loaded}
    for name, pool in (("anywhere", ids), ("largest", ids[largest])):
        walls, processors, touched = [], [], 0
        for one in rng.choice(pool, min(CHANGES, len(pool)), replace=False):
            at = np.array([one])
            votes = np.where(rows.kind[at] == LinkKind.HOLDING, rng.integers(1_000, 9_000, 1), 0)
            row = RelationshipArrays(
                rows.source[at], rows.target[at], rows.kind[at], votes, rows.is_mutual[at]
            )
            for change in (Changes(at, row, at), Changes(removed=at), Changes(added=row, added_ids=at)):
                begun = time.perf_counter(), time.process_time()
                touched = max(touched, len(book.apply(change).parties))
                walls.append(time.perf_counter() - begun[0])
                processors.append(time.process_time() - begun[1])
        answer[name] = {
            "largest_parties": touched,
            "wall_ms": _spread(walls),
            "processor_ms": _spread(processors),
        }
    return answer


def shapes(_parties: int, _file: Path) -> Answer:
    """Control and cover of the shapes that break a careless search."""
    from benchmarks.shapes import SHAPES

    answer: Answer = {}
    for name, (count, maker) in SHAPES.items():
        rows = maker()
        started = time.perf_counter(), time.process_time()
        found = find_control(count, rows, votes_above_bp=LINE_BP)
        cover(count, rows, votes_above_bp=LINE_BP, dependence="off", found=found)
        answer[name] = _took(started)
    return answer


def _load(file: Path) -> RelationshipArrays:
    world: Mapping[str, npt.NDArray[Any]] = np.load(file)
    source, target = world["source"], world["target"]
    is_mutual = np.zeros(len(source), dtype=np.bool_)
    return RelationshipArrays(source, target, world["kind"], world["votes_bp"], is_mutual)


def _took(started: tuple[float, float]) -> Answer:
    return {
        "wall_seconds": round(time.perf_counter() - started[0], 3),
        "processor_seconds": round(time.process_time() - started[1], 3),
    }


def _spread(seconds: list[float]) -> dict[str, float]:
    milliseconds = np.array(seconds) * 1_000
    return {
        "p50": round(float(np.median(milliseconds)), 2),
        "p99": round(float(np.percentile(milliseconds, 99)), 2),
        "max": round(float(milliseconds.max()), 2),
    }


JOBS: Final[dict[str, Callable[[int, Path], Answer]]] = {
    "make": make, "groups": groups, "components": plain_components, "changes": changes, "shapes": shapes,
}  # fmt: skip


def main() -> None:
    """Do one job."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.graph_job", description=__doc__)
    parser.add_argument("job", choices=list(JOBS))
    parser.add_argument("--parties", type=int, default=0)
    parser.add_argument("--world", type=Path, default=Path())
    given = parser.parse_args()
    print(json.dumps(JOBS[given.job](given.parties, given.world)))


if __name__ == "__main__":
    main()
