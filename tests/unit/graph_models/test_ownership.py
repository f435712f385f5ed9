"""Integrated ownership worked out by hand, in fractions. Holdings are (holder, firm, basis points)."""

from fractions import Fraction

import numpy as np
import pytest

from graph_models.arrays import integrated_ownership as of_arrays
from graph_models.ownership import integrated_ownership

SELF_OWNING = [("A", "B", 10_000), ("B", "A", 10_000), ("A", "C", 4_000), ("P", "C", 6_000)]


# fmt: off
@pytest.mark.parametrize(
    ("holdings", "firm",                                        "owners",                         "residual"),
    [
        # a chain: 3/5 of 1/2; of the half of C that is recorded, 2/5 of B has no known owner: 1/2 * 2/5 = 1/5
        ([("A", "B", 6_000), ("B", "C", 5_000)], "C",           {"A": Fraction(3, 10)},                  Fraction(1, 5)),
        # two paths: 3/5 * 3/10 + 2/5 * 1/2 = 19/50
        ([("A", "B", 6_000), ("B", "D", 3_000), ("A", "C", 4_000), ("C", "D", 5_000)], "D",
                                                                {"A": Fraction(19, 50)},                 Fraction(42, 100)),
        # 2 500 of the 9 500 that the firm does not hold itself
        ([("A", "B", 2_500), ("B", "B", 500)], "B",             {"A": Fraction(5, 19)},                  Fraction(0)),
        # a ring: b = 1/2 + c/2 and c = b/2, so b = 2/3 and c = 1/3; the rest of C's half leads around and to nobody
        ([("A", "B", 5_000), ("C", "B", 5_000), ("B", "C", 5_000)], "B", {"A": Fraction(2, 3)},          Fraction(1, 3)),
        ([("A", "B", 5_000), ("C", "B", 5_000), ("B", "C", 5_000)], "C", {"A": Fraction(1, 3)},          Fraction(1, 6)),
        # a ring of two with 9/10 each way, one tenth of each outside: b = 1/10 + 9/10 c, so a has 10/19 of B
        ([("A", "B", 1_000), ("C", "B", 9_000), ("D", "C", 1_000), ("B", "C", 9_000)], "B",
                                                                {"A": Fraction(10, 19), "D": Fraction(9, 19)},  Fraction(0)),
        # a ring that owns itself whole has no end owner, and none of what it holds leads to one
        (SELF_OWNING, "B",                                      {},                               Fraction(1)),
        (SELF_OWNING, "C",                                      {"P": Fraction(3, 5)},                   Fraction(2, 5)),
        ([("B", "B", 10_000), ("B", "C", 5_000)], "C",          {},                               Fraction(1, 2)),
        # 104 % recorded: never scaled
        ([("A", "B", 5_200), ("D", "B", 5_200)], "B",           {"A": Fraction(13, 25), "D": Fraction(13, 25)}, Fraction(0)),
        ([("A", "B", 5_200), ("D", "B", 5_200), ("B", "C", 10_000)], "C",
                                                                {"A": Fraction(13, 25), "D": Fraction(13, 25)}, Fraction(-1, 25)),
    ],
)
def test_the_end_owners_of_a_firm(holdings, firm, owners, residual):
    found = integrated_ownership(holdings)[firm]
    assert (found.owners, found.residual) == (owners, residual)
    ids = sorted({end for holding in holdings for end in holding[:2]})
    holder, held = (np.array([ids.index(holding[side]) for holding in holdings]) for side in (0, 1))
    whole = of_arrays(len(ids), holder, held, np.array([each[2] for each in holdings]), pruned_below=0)
    low, high = whole.offsets[ids.index(firm)], whole.offsets[ids.index(firm) + 1]
    named = {ids[key]: share for key, share in zip(whole.owner[low:high], whole.share[low:high], strict=True)}
    assert named == pytest.approx({key: float(share) for key, share in owners.items()})
    assert whole.residual[ids.index(firm)] == pytest.approx(float(residual))
# fmt: on


def test_a_long_chain_a_star_and_a_ring_of_a_thousand_end():
    count = 1_000
    chain = of_arrays(
        count, np.arange(count - 1), np.arange(1, count), np.full(count - 1, 10_000), pruned_below=1e-6
    )
    assert (chain.owner[-1], chain.share[-1]) == (0, 1)
    star = of_arrays(
        count, np.arange(1, count), np.zeros(count - 1, dtype=int), np.full(count - 1, 10), pruned_below=1e-6
    )
    assert (len(star.owner), star.share.min()) == (count - 1, 0.001)
    # Half of each firm of the ring is held by an owner of its own, half by the firm before: the owner k steps back has
    # 1/2 + (1/2)^1001 + ... of it at k = 0, and half as much with each step; 19 steps reach a millionth.
    firms = np.arange(count)
    ring = of_arrays(
        2 * count,
        np.concatenate((firms, firms + count)),
        np.concatenate(((firms + 1) % count, firms)),
        np.full(2 * count, 5_000),
        pruned_below=1e-6,
    )
    assert np.diff(ring.offsets)[:count].tolist() == [19] * count
    assert ring.residual[:count] == pytest.approx(0.5**19, rel=1e-6)


def test_a_book_without_holdings_has_no_end_owner():
    nothing = np.zeros(0, dtype=np.int64)
    assert integrated_ownership([]) == {}
    for count in (0, 3):
        assert of_arrays(count, nothing, nothing, nothing, pruned_below=1e-6).offsets.tolist() == [0] * (
            count + 1
        )
