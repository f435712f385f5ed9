"""Concerts: relatives and parties that act together vote as one, where the book says so.

The members of a concert and all that they control are one coalition. A firm that only this coalition carries is
controlled by the members together: by those that hold in it, themselves or through what each controls alone.
"""

import numpy as np
import polars as pl

from graph_models.arrays import (
    ControlLinks,
    FoundControl,
    RelationshipArrays,
    components,
    find_control,
    is_known_control,
    lowest_links,
)
from graph_models.terms import LinkKind
from riskmon.groups.links import as_arrays, control_rows


def concert_grounds(links: pl.DataFrame) -> pl.DataFrame:
    """The links that decide what concerts carry: ties between members, holdings and records of control."""
    return pl.concat([links.filter("is_pooled"), control_rows(links)])


def concert_links(links: pl.DataFrame, party_count: int, *, votes_above_bp: int) -> pl.DataFrame:
    """A record of control from each such member to each firm that its concert carries.

    links: as `counting_links` gives them; those with `is_pooled` tie the concerts. The rows have `is_concert` and
    cite the member's own holding in the firm, or a holding of what it controls.
    """
    members = _members(links, party_count)
    if members.is_empty():
        return links.clear()
    rows = _near(control_rows(links), links.filter("is_pooled"), members["party_key"], party_count)
    found = _found(rows, members, party_count, votes_above_bp=votes_above_bp)
    proofs = _proofs(lowest_links(found), rows, party_count)
    named = _named(proofs.join(members, on="concert", how="inner"), found)
    added = named.select(
        "relationship_key",
        source_key="party_key",
        target_key="firm_key",
        link=pl.lit(int(LinkKind.CONTROL), dtype=pl.Int8),
        votes_bp=pl.lit(0, dtype=pl.Int64),
        is_mutual=pl.lit(value=False),
        is_reported=pl.lit(value=False),
        is_pooled=pl.lit(value=False),
        is_concert=pl.lit(value=True),
    )
    return added.select(links.columns)


def joint_heads(links: pl.DataFrame) -> pl.DataFrame:
    """The members of concerts and what they control together only: party_key, controller_key, each pair once."""
    concerts = links.filter("is_concert")
    return concerts.select(party_key="target_key", controller_key="source_key").unique()


def _near(rows: pl.DataFrame, ties: pl.DataFrame, members: pl.Series, party_count: int) -> pl.DataFrame:
    """The holdings and records that can matter to a concert: those of the components its members stand in."""
    ends = pl.concat([rows.select("source_key", "target_key"), ties.select("source_key", "target_key")])
    labels = components(
        party_count, ends["source_key"].to_numpy(), ends["target_key"].to_numpy(), is_strong=False
    )
    is_near = np.zeros(party_count, dtype=np.bool_)
    is_near[labels[members.to_numpy()]] = True
    return rows.filter(pl.Series(is_near[labels[rows["source_key"].to_numpy()]]))


def _members(links: pl.DataFrame, party_count: int) -> pl.DataFrame:
    """The concerts: party_key, concert (numbered from 0)."""
    ties = links.filter("is_pooled")
    labels = components(
        party_count, ties["source_key"].to_numpy(), ties["target_key"].to_numpy(), is_strong=False
    )
    tied = pl.concat([ties["source_key"], ties["target_key"]]).unique().sort()
    return pl.DataFrame({"party_key": tied, "concert": labels[tied.to_numpy()]}).with_columns(
        concert=pl.col("concert").rank("dense").cast(pl.Int32) - 1
    )


def _found(
    rows: pl.DataFrame, members: pl.DataFrame, party_count: int, *, votes_above_bp: int
) -> FoundControl:
    """Control, with a party of its own for each concert that controls every member; its key follows the others."""
    own = as_arrays(rows)
    concerts, parties = members["concert"].to_numpy() + party_count, members["party_key"].to_numpy()
    extended = RelationshipArrays(
        source=np.concatenate((own.source, concerts.astype(np.int32))),
        target=np.concatenate((own.target, parties)),
        kind=np.concatenate((own.kind, np.full(len(parties), LinkKind.CONTROL, dtype=np.int8))),
        votes_bp=np.concatenate((own.votes_bp, np.zeros(len(parties), dtype=np.int64))),
        is_mutual=np.concatenate((own.is_mutual, np.zeros(len(parties), dtype=np.bool_))),
    )
    count = party_count + int(members["concert"].n_unique())
    return find_control(count, extended, votes_above_bp=votes_above_bp)


def _proofs(control: ControlLinks, rows: pl.DataFrame, party_count: int) -> pl.DataFrame:
    """The holdings by which a concert carries a firm: concert, firm_key, holder_key, relationship_key."""
    link = np.repeat(np.arange(len(control.controller)), np.diff(control.evidence_offsets))
    kept = (control.is_joint & (control.controller >= party_count))[link]
    link, proof = link[kept], control.evidence_rows[kept]
    return pl.DataFrame(
        {
            "concert": control.controller[link] - np.int32(party_count),
            "firm_key": control.controlled[link],
            "holder_key": rows["source_key"].to_numpy()[proof],
            "relationship_key": rows["relationship_key"].to_numpy()[proof],
        },
        schema={
            "concert": pl.Int32,
            "firm_key": pl.Int32,
            "holder_key": pl.Int32,
            "relationship_key": pl.Int32,
        },
    )


def _named(pairs: pl.DataFrame, found: FoundControl) -> pl.DataFrame:
    """The members that hold in each firm, with the holding to cite; all of them where only joint firms hold.

    pairs: every holding of `_proofs` with every member of the concert.
    """
    is_own = pl.col("holder_key") == pl.col("party_key")
    above = is_known_control(found, pairs["party_key"].to_numpy(), pairs["holder_key"].to_numpy())
    firm = ("concert", "firm_key")
    return (
        pairs.with_columns(is_own=is_own, holds=is_own | pl.Series(above))
        .filter(pl.col("holds") | ~pl.col("holds").any().over(firm))
        .sort("firm_key", "party_key", "is_own", "relationship_key", descending=[False, False, True, False])
        .unique(["firm_key", "party_key"], keep="first", maintain_order=True)
    )
