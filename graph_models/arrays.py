"""The array face of this package: the same questions as the readable face, for the whole book.

Flat arrays in, flat arrays out; no networkx. Every function here is held equal to its readable counterpart on
random books.
"""

from graph_models.array_types import ControlLinks, Cover, Lists, RelationshipArrays
from graph_models.control_arrays import (
    FoundControl,
    control_links,
    find_control,
    lowest_links,
    ultimate_controllers,
)
from graph_models.cover_arrays import cover
from graph_models.rings import strong_rings

__all__ = [
    "ControlLinks",
    "Cover",
    "FoundControl",
    "Lists",
    "RelationshipArrays",
    "control_links",
    "cover",
    "find_control",
    "lowest_links",
    "strong_rings",
    "ultimate_controllers",
]
