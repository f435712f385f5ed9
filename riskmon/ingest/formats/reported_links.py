"""What the relationship types of the LEI system mean for control, in whatever format they are delivered.

- Consolidation is control; the ultimate parent is a report about the end of a chain and stands as one.
- A branch is no legal person of its own: it is its head office under another LEI, so it shares the head office's fate.
- A manager runs a fund for its holders, and a sub-fund is a compartment of an umbrella; neither is control by itself,
  so both wait for a person to judge.
- A feeder fund lives on the master fund that it invests in.
"""

from typing import Final, NamedTuple


class Meaning(NamedTuple):
    """Kind, basis and assessment of the relationship; its source is the link's end node, its target the start node."""

    kind: str
    basis: str
    assessment: str


REPORTED_LINKS: Final = {
    "IS_DIRECTLY_CONSOLIDATED_BY": Meaning("control", "consolidation", "none"),
    "IS_ULTIMATELY_CONSOLIDATED_BY": Meaning("control", "reported_ultimate", "none"),
    "IS_INTERNATIONAL_BRANCH_OF": Meaning("control", "management", "none"),
    "IS_FUND-MANAGED_BY": Meaning("control", "management", "doubtful"),
    "IS_SUBFUND_OF": Meaning("control", "management", "doubtful"),
    "IS_FEEDER_TO": Meaning("economic_dependence", "repayment_source", "doubtful"),
}
