"""Paths between two parties, the shortest first."""

from graph_models.connection import paths_between

TRIANGLE = [("R1", "A", "B"), ("R2", "C", "B"), ("R3", "A", "C")]


def test_the_shortest_path_comes_first_whichever_way_its_links_point():
    assert list(paths_between(TRIANGLE, "A", "C")) == [("R3",), ("R1", "R2")]


def test_parallel_links_make_paths_of_their_own_in_the_order_of_their_ids():
    links = [("R2", "A", "B"), ("R1", "B", "A")]
    assert sorted(paths_between(links, "A", "B")) == [("R1",), ("R2",)]


def test_parties_that_nothing_connects_have_no_path():
    assert list(paths_between(TRIANGLE, "A", "D")) == []
