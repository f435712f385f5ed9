import pytest

from tests import earmarking


@pytest.fixture
def desk(store_place):
    """A owes 10 and B 20, alone; each may owe 100, on each store in turn."""
    with earmarking.desk(store_place, earmarking.State({"A": 10_00, "B": 20_00})) as opened:
        yield opened
