"""Covers: the groups of the whole book under one reading, with the work that several books share done once."""

from dataclasses import dataclass

import polars as pl

from graph_models.arrays import Cover, FoundControl, cover, find_control
from riskmon.groups.bridges import bridging_reports, direct_links, reports_of_tops, without_idle_reports
from riskmon.groups.concerts import concert_grounds, concert_proofs, concert_records, joint_heads
from riskmon.groups.controllers import controllers
from riskmon.groups.gate import open_families, passing_links
from riskmon.groups.links import as_arrays, control_rows, counting_links, in_order
from riskmon.groups.separation import separation
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
class Reading:
    """The links that count in one reading, what they make, and what proves it.

    Attributes:
        links: as `counting_links` gives them, with the records of what concerts carry.
        control: control found from the holdings and records among the links; they are the first rows, in order.
        concerts: as `concert_proofs` gives them.
        groups: the groups.
    """

    links: pl.DataFrame
    control: FoundControl
    concerts: pl.DataFrame
    groups: Cover


@dataclass(frozen=True, slots=True)
class _Control:
    """Control under one line, and the rows it was found from."""

    rows: pl.DataFrame
    votes_above_bp: int
    found: FoundControl


@dataclass(frozen=True, slots=True)
class _Concerts:
    """What concerts carry under one line, and the links it was found from."""

    grounds: pl.DataFrame
    votes_above_bp: int
    proofs: pl.DataFrame


class CoverReader:
    """Reads the book under one grouping after the other; control is found once for all that agree on it."""

    def __init__(self, relationships: pl.DataFrame, parties: pl.DataFrame) -> None:
        """Read `relationships` (in force and known, with keys) between `parties` (party_key, kind)."""
        self._relationships = relationships
        self._parties = parties
        self._covers: dict[str, WholeCover] = {}
        self._controls: list[_Control] = []
        self._concerts: list[_Concerts] = []
        self._controllers: dict[int, pl.DataFrame] = {}

    def read(self, grouping: Grouping, passing: pl.Series | None = None) -> WholeCover:
        """The groups under one grouping, as confirmed and as they would be if doubts were confirmed.

        passing: the parties whose exposure opens the grouping's gate; None takes it as open to all.
        """
        if passing is not None:
            return self._whole(grouping, passing)
        reading = grouping.model_dump_json()
        if reading not in self._covers:
            self._covers[reading] = self._whole(grouping, None)
        return self._covers[reading]

    def reading(self, grouping: Grouping, *, if_confirmed: bool = False) -> Reading:
        """One reading with what proves it; gates on exposure are taken as open."""
        links = self._links(grouping, if_confirmed=if_confirmed)
        return Reading(
            links=links,
            control=self._control(links, grouping).found,
            concerts=self._concert_proofs(links.filter(~pl.col("is_concert")), grouping),
            groups=self._cover(links, grouping),
        )

    def _whole(self, grouping: Grouping, passing: pl.Series | None) -> WholeCover:
        all_links = self._links(grouping, if_confirmed=False)
        links = self._passing(all_links, grouping, passing)
        wider_links = self._passing(self._links(grouping, if_confirmed=True), grouping, passing)
        groups = self._cover(links, grouping)
        return WholeCover(
            links=links,
            groups=groups,
            controllers=self._controllers_of(all_links, grouping),
            wider_links=wider_links,
            wider_groups=groups if wider_links.equals(links) else self._cover(wider_links, grouping),
        )

    def _passing(self, links: pl.DataFrame, grouping: Grouping, passing: pl.Series | None) -> pl.DataFrame:
        if passing is None:
            return links
        return passing_links(links, passing, self._control(links, grouping).found)

    def open_families(self, grouping: Grouping, passing: pl.Series) -> pl.Series:
        """The parties whose exposure opens the grouping's gate, and all that control connects them with: their keys."""
        links = self._links(grouping, if_confirmed=False)
        return open_families(passing, self._control(links, grouping).found)

    def controllers(self, grouping: Grouping) -> pl.DataFrame:
        """Who controls whom under one grouping, without its groups."""
        return self._controllers_of(self._links(grouping, if_confirmed=False), grouping)

    def _controllers_of(self, links: pl.DataFrame, grouping: Grouping) -> pl.DataFrame:
        control = self._control(links, grouping)
        if id(control) not in self._controllers:
            self._controllers[id(control)] = controllers(
                control.found, bridging_reports(control.rows), joint_heads(control.rows)
            )
        return self._controllers[id(control)]

    def _links(self, grouping: Grouping, *, if_confirmed: bool) -> pl.DataFrame:
        """The links that count, concerts' included; reported ultimate parents only where they bridge a gap."""
        counted = counting_links(self._relationships, self._parties, grouping, if_confirmed=if_confirmed)
        concerts = concert_records(self._concert_proofs(counted, grouping), counted)
        links = in_order(pl.concat([counted, concerts]))
        direct = direct_links(links)
        if direct.height == links.height:
            return links
        control = self._control(direct, grouping).found
        bridging = without_idle_reports(links, control)
        return in_order(pl.concat([bridging, reports_of_tops(bridging, control)]))

    def _concert_proofs(self, links: pl.DataFrame, grouping: Grouping) -> pl.DataFrame:
        grounds = concert_grounds(links)
        for known in self._concerts:
            if known.votes_above_bp == grouping.votes_above_bp and known.grounds.equals(grounds):
                return known.proofs
        proofs = concert_proofs(links, self._parties.height, votes_above_bp=grouping.votes_above_bp)
        self._concerts.append(_Concerts(grounds, grouping.votes_above_bp, proofs))
        return proofs

    def _cover(self, links: pl.DataFrame, grouping: Grouping) -> Cover:
        return cover(
            self._parties.height,
            as_arrays(links),
            votes_above_bp=grouping.votes_above_bp,
            dependence=grouping.dependence,
            found=self._control(links, grouping).found,
            separate=separation(self._parties, grouping),
        )

    def _control(self, links: pl.DataFrame, grouping: Grouping) -> _Control:
        rows = control_rows(links)
        for known in self._controls:
            if known.votes_above_bp == grouping.votes_above_bp and known.rows.equals(rows):
                return known
        found = find_control(self._parties.height, as_arrays(rows), votes_above_bp=grouping.votes_above_bp)
        control = _Control(rows, grouping.votes_above_bp, found)
        self._controls.append(control)
        return control
