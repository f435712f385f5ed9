from decimal import Decimal

import pytest
from pydantic import TypeAdapter

from riskmon.ingest.formats.bods.shares import basis_points, is_majority
from riskmon.ingest.formats.bods.statements import Share


def share(**percentages):
    return TypeAdapter(Share).validate_python({name: Decimal(text) for name, text in percentages.items()})


# Expected values: one percent is a hundred basis points; "more than x" begins at the next whole basis point; what is
# finer than a basis point is rounded up.
@pytest.mark.parametrize(
    ("stated",                                               "exact", "minimum", "maximum"),
    [
        (share(exact="76.5"),                                   7650,    None,     None),
        (share(exact="33.333"),                                 3334,    None,     None),
        (share(exact="50.0000000000000000000000000000001"),     5001,    None,     None),
        (share(exact="1e-400"),                                    1,    None,     None),
        (share(exact="0"),                                         0,    None,     None),
        (share(minimum="50", maximum="75"),                     None,    5000,     7500),
        (share(exclusiveMinimum="50", maximum="75"),            None,    5001,     7500),
        (share(exclusiveMinimum="33.333"),                      None,    3334,     None),
        (share(minimum="25", exclusiveMaximum="50"),            None,    2500,     5000),
        (share(exact="60", minimum="50"),                       6000,    None,     None),
        (share(),                                               None,    None,     None),
        (None,                                                  None,    None,     None),
    ],
)  # fmt: skip
def test_a_share_becomes_whole_basis_points(stated, exact, minimum, maximum):
    assert basis_points(stated, is_open_below=False) == (exact, minimum, maximum)


def test_a_uk_band_is_open_below_though_the_package_writes_a_minimum():
    band = share(minimum="50", maximum="75")
    assert basis_points(band, is_open_below=True) == (None, 5001, 7500)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (share(exact="50"), False),
        (share(exact="50.01"), True),
        (share(minimum="25", maximum="75"), False),
        (share(exclusiveMinimum="50"), True),
        (None, False),
    ],
)
def test_a_majority_is_certainly_more_than_half(stated, expected):
    assert is_majority(stated) is expected
