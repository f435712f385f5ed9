"""The array face of this package: the same questions as the readable face, for the whole book.

Flat arrays in, flat arrays out; no networkx. Every function here is held equal to its readable counterpart on
random books.
"""

from graph_models.array_types import ControlLinks, Cover, Lists, RelationshipArrays
from graph_models.concert_arrays import ConcertLinks, Ties, concert_links
from graph_models.control_arrays import (
    FoundControl,
    control_links,
    find_control,
    is_known_control,
    joint_ventures,
    lowest_links,
    ultimate_controllers,
)
from graph_models.cover_arrays import cover
from graph_models.guarantee_arrays import (
    Memberships,
    distinct_pairs,
    longest_chains,
    mutual_pairs,
    neighbourhoods,
    partners,
)
from graph_models.live_book import Changes, LiveBook, Regrouped
from graph_models.live_components import LiveComponents, Part
from graph_models.live_rows import LiveRows
from graph_models.ownership_arrays import PRUNED_BELOW, Ownership, integrated_ownership
from graph_models.ring_arrays import RingBounds, RingFacts, ring_facts
from graph_models.rings import components, strong_rings
from graph_models.separate_arrays import Separate

__all__ = [
    "PRUNED_BELOW",
    "Changes",
    "ConcertLinks",
    "ControlLinks",
    "Cover",
    "FoundControl",
    "Lists",
    "LiveBook",
    "LiveComponents",
    "LiveRows",
    "Memberships",
    "Ownership",
    "Part",
    "Regrouped",
    "RelationshipArrays",
    "RingBounds",
    "RingFacts",
    "Separate",
    "Ties",
    "components",
    "concert_links",
    "control_links",
    "cover",
    "distinct_pairs",
    "find_control",
    "integrated_ownership",
    "is_known_control",
    "joint_ventures",
    "longest_chains",
    "lowest_links",
    "mutual_pairs",
    "neighbourhoods",
    "partners",
    "ring_facts",
    "strong_rings",
    "ultimate_controllers",
]
