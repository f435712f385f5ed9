"""A book made of many small ones says of each what the small one says: what is done in bulk changes nothing.

Joint control is found firm by firm where few firms could be carried, and for all of them together where many could.
"""

import random

import numpy as np
import pytest

from graph_models.arrays import RelationshipArrays, control_links, cover
from graph_models.control_arrays import find_control
from graph_models.terms import LinkKind
from tests.properties.test_graph_models_agree import memberships, random_book, spelled

MANY = 3_000


def side_by_side(books):
    """The books as one, each with parties and rows of its own after those of the book before."""
    parts, first = [], 0
    for book in books:
        arrays = book.arrays
        parts.append(
            (arrays.source + first, arrays.target + first, arrays.kind, arrays.votes_bp, arrays.is_mutual)
        )
        first += book.count
    return first, RelationshipArrays(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def drawn_books(line, dependence):
    draw = random.Random(7)
    drawn = (random_book(draw.randrange(2**32), [0, 1, 4]) for _ in range(20 * MANY))
    books = [book for book in drawn if (book.line, book.dependence) == (line, dependence)][:MANY]
    assert len(books) == MANY
    return books


@pytest.mark.slow
@pytest.mark.parametrize("line", [5_000, 3_000])
def test_a_book_of_many_small_books_has_the_control_and_the_groups_of_each(line):
    books = drawn_books(line, "directed")
    count, arrays = side_by_side(books)
    found = find_control(count, arrays, votes_above_bp=line)
    links = spelled(control_links(count, arrays, votes_above_bp=line))
    members = memberships(cover(count, arrays, votes_above_bp=line, dependence="directed", found=found))
    assert len(found.joint) > 400
    expected_links, expected_members, party, row = [], [], 0, 0
    for book in books:
        expected_links += [
            (firm + party, head + party, is_joint, tuple(each + row for each in proof))
            for firm, head, is_joint, proof in spelled(book.links())
        ]
        expected_members += [
            (anchor + party, member + party, role, tuple(each + row for each in reason))
            for anchor, member, role, reason in memberships(book.cover())
        ]
        party, row = party + book.count, row + len(book.rows)
    assert links == expected_links
    assert members == expected_members


def test_firms_that_hang_together_far_down_a_chain_are_found_with_all_others():
    """A chain of 100 firms, each owned whole by the one before; 300 firms more at its end.

    Each of the 300 is held with 30 % by the last firm and 30 % by the first: only together they pass 50 %. The first
    controls the last, so it carries each of them, jointly, and is the anchor of all 400.
    """
    chain, joint = 100, 300
    firms = np.arange(chain, chain + joint)
    source = np.concatenate(
        (np.arange(chain - 1), np.full(joint, chain - 1), np.zeros(joint, dtype=np.int64))
    )
    target = np.concatenate((np.arange(1, chain), firms, firms))
    votes = np.concatenate((np.full(chain - 1, 10_000), np.full(2 * joint, 3_000)))
    arrays = RelationshipArrays(
        source.astype(np.int32), target.astype(np.int32), np.full(len(source), LinkKind.HOLDING, dtype=np.int8),
        votes.astype(np.int64), np.zeros(len(source), dtype=np.bool_),
    )  # fmt: skip
    links = control_links(chain + joint, arrays, votes_above_bp=5_000)
    is_joint = links.is_joint
    assert links.controlled[is_joint].tolist() == firms.tolist()
    assert links.controller[is_joint].tolist() == [0] * joint
    assert cover(chain + joint, arrays, votes_above_bp=5_000, dependence="off").anchor.tolist() == [0]
