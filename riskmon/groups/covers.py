"""Covers: the groups of the whole book under one reading, with the work that several books share done once."""

from dataclasses import dataclass

import polars as pl

from graph_models.arrays import Cover, FoundControl, cover, find_control
from riskmon.groups.controllers import controllers
from riskmon.groups.links import as_arrays, control_rows, counting_links
from riskmon.rulebook.model import Grouping


@dataclass(frozen=True, slots=True)
class WholeCover:
    """One reading of the whole book: the links that count, the groups they make, who controls whom.

    The wider links and groups are those with every doubtful relationship counted in.
    """

    links: pl.DataFrame
    groups: Cover
    controllers: pl.DataFrame
    wider_links: pl.DataFrame
    wider_groups: Cover


@dataclass(frozen=True, slots=True)
class _Control:
    """Control under one line, and the rows it was found from."""

    rows: pl.DataFrame
    votes_above_bp: int
    found: FoundControl
    controllers: pl.DataFrame


class CoverReader:
    """Reads the book under one grouping after the other; control is found once for all that agree on it."""

    def __init__(self, relationships: pl.DataFrame, parties: pl.DataFrame) -> None:
        """Read `relationships` (in force and known, with keys) between `parties` (party_key, kind)."""
        self._relationships = relationships
        self._parties = parties
        self._covers: dict[str, WholeCover] = {}
        self._controls: list[_Control] = []

    def read(self, grouping: Grouping) -> WholeCover:
        """The groups under one grouping, as confirmed and as they would be if doubts were confirmed."""
        reading = grouping.model_dump_json()
        if reading not in self._covers:
            links = counting_links(self._relationships, self._parties, grouping)
            wider_links = counting_links(self._relationships, self._parties, grouping, if_confirmed=True)
            groups = self._cover(links, grouping)
            self._covers[reading] = WholeCover(
                links=links,
                groups=groups,
                controllers=self._control(links, grouping).controllers,
                wider_links=wider_links,
                wider_groups=groups if wider_links.equals(links) else self._cover(wider_links, grouping),
            )
        return self._covers[reading]

    def _cover(self, links: pl.DataFrame, grouping: Grouping) -> Cover:
        return cover(
            self._parties.height,
            as_arrays(links),
            votes_above_bp=grouping.votes_above_bp,
            dependence=grouping.dependence,
            found=self._control(links, grouping).found,
        )

    def _control(self, links: pl.DataFrame, grouping: Grouping) -> _Control:
        rows = control_rows(links)
        for known in self._controls:
            if known.votes_above_bp == grouping.votes_above_bp and known.rows.equals(rows):
                return known
        found = find_control(self._parties.height, as_arrays(rows), votes_above_bp=grouping.votes_above_bp)
        control = _Control(rows, grouping.votes_above_bp, found, controllers(found, self._parties.height))
        self._controls.append(control)
        return control
