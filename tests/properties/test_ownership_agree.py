"""Integrated ownership: both faces agree, nothing recorded is lost, and the order of rows never matters."""

import random
from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_models.ownership import integrated_ownership
from graph_models.ownership_arrays import integrated_ownership as of_arrays

NOT_PRUNED = 0.0


def random_holdings(seed):
    """Holdings between few parties, so that rings, own shares and doubled rows are common.

    The shares of a firm come from its whole, some of it unrecorded; one book in four records more than the whole.
    """
    draw = random.Random(seed)
    count = draw.randint(1, 9)
    rows = []
    for firm in range(count):
        left = draw.choice([10_000, 10_000, 10_000, 20_000])
        for _ in range(draw.randint(0, 4)):
            share = min(left, draw.choice([100, 2_500, 3_333, 5_000, 9_999, 10_000]))
            left -= share
            rows.append((draw.randrange(count), firm, share))
    draw.shuffle(rows)
    return count, rows


HOLDINGS = st.integers(0, 2**32 - 1).map(random_holdings)


def readable(rows):
    return integrated_ownership((f"P{holder}", f"P{firm}", share) for holder, firm, share in rows)


def arrays(count, rows, pruned_below=NOT_PRUNED):
    holder, firm, share = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    found = of_arrays(count, holder, firm, share, pruned_below=pruned_below)
    owners = [
        dict(zip(found.owner[low:high].tolist(), found.share[low:high].tolist(), strict=True))
        for low, high in zip(found.offsets, found.offsets[1:], strict=False)
    ]
    return found, owners


@given(HOLDINGS)
@settings(max_examples=300)
def test_the_shares_of_end_owners_and_the_residual_make_the_recorded_total(drawn):
    count, rows = drawn
    for ownership in readable(rows).values():
        assert sum(ownership.owners.values()) + ownership.residual == ownership.recorded
    found, owners = arrays(count, rows)
    for party in range(count):
        total = sum(owners[party].values()) + found.residual[party]
        assert total == pytest.approx(found.recorded[party], abs=1e-9)


@given(HOLDINGS)
@settings(max_examples=300)
def test_both_faces_find_the_same_end_owners(drawn):
    count, rows = drawn
    exact = readable(rows)
    found, owners = arrays(count, rows)
    for party in range(count):
        ownership = exact.get(f"P{party}")
        expected = (
            {int(key[1:]): float(share) for key, share in ownership.owners.items()} if ownership else {}
        )
        assert owners[party] == pytest.approx(expected, rel=1e-6)
        residual = float(ownership.residual) if ownership else 0.0
        assert found.residual[party] == pytest.approx(residual, rel=1e-6, abs=1e-6)


@given(HOLDINGS, st.integers(0, 2**32 - 1))
@settings(max_examples=200)
def test_the_order_of_rows_never_changes_a_share(drawn, seed):
    count, rows = drawn
    shuffled = random.Random(seed).sample(rows, len(rows))
    assert readable(shuffled) == readable(rows)
    for one, other in zip(arrays(count, rows)[1], arrays(count, shuffled)[1], strict=True):
        assert one == other  # to the last bit: rows are pooled in integers and taken in the order of keys


@given(HOLDINGS)
@settings(max_examples=200)
def test_without_rings_a_share_is_the_sum_over_paths_of_products(drawn):
    _, rows = drawn
    graph = nx.DiGraph()
    for holder, firm, share in rows:
        if holder < firm:  # no ring, no own shares
            known = graph.get_edge_data(holder, firm, {"share": Fraction()})["share"]
            graph.add_edge(holder, firm, share=known + Fraction(share, 10_000))
    found = readable([row for row in rows if row[0] < row[1]])
    for firm in graph:
        for owner in graph:
            paths = nx.all_simple_edge_paths(graph, owner, firm) if owner != firm else ()
            total = Fraction()
            for path in paths:
                product = Fraction(1)
                for edge in path:
                    product *= graph.edges[edge]["share"]
                total += product
            if not graph.in_degree(owner) and total:
                assert found[f"P{firm}"].owners[f"P{owner}"] == total


@given(HOLDINGS, st.sampled_from([0.01, 0.2]))
@settings(max_examples=200)
def test_what_is_pruned_stands_in_the_residual(drawn, line):
    count, rows = drawn
    found, owners = arrays(count, rows, pruned_below=line)
    for party in range(count):
        assert all(share >= line for share in owners[party].values())
        total = sum(owners[party].values()) + found.residual[party]
        assert total == pytest.approx(found.recorded[party], abs=1e-9)
