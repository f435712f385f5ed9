"""Concerts: relatives and parties that act together vote as one, where the book says so.

What their votes carry together is found in `graph_models.concerts`; here it becomes links of the book.
"""

import numpy as np
import polars as pl

from graph_models.arrays import Ties, concert_links
from graph_models.terms import LinkKind
from riskmon.groups.links import as_arrays, control_rows


def concert_grounds(links: pl.DataFrame) -> pl.DataFrame:
    """The links that decide what concerts carry: ties between members, holdings and records of control."""
    return pl.concat([links.filter("is_pooled"), control_rows(links)])


def concert_proofs(links: pl.DataFrame, party_count: int, *, votes_above_bp: int) -> pl.DataFrame:
    """What concerts carry that no member controls alone.

    links: as `counting_links` gives them; those with `is_pooled` tie the concerts.
    Returns party_key (the firm), controller_key (a member), relationship_key (of its own holding in the firm, or of
    one of what it controls) and proof_keys (of all holdings by which the concert carries the firm).
    """
    rows, ties = control_rows(links), links.filter("is_pooled")
    pairs = Ties(ties["source_key"].to_numpy(), ties["target_key"].to_numpy())
    found = concert_links(party_count, as_arrays(rows), pairs, votes_above_bp=votes_above_bp)
    keys = rows["relationship_key"]
    proofs = pl.DataFrame(
        {
            "link": np.repeat(np.arange(len(found.cited)), np.diff(found.evidence_offsets)),
            "proof_keys": keys.gather(found.evidence_rows),
        }
    )
    return (
        pl.DataFrame(
            {
                "party_key": found.controlled,
                "controller_key": found.controller,
                "relationship_key": keys.gather(found.cited),
            },
            schema_overrides={"party_key": pl.Int32, "controller_key": pl.Int32},
        )
        .with_row_index("link")
        .with_columns(pl.col("link").cast(pl.Int64))
        .join(proofs.group_by("link").agg("proof_keys"), on="link", how="left", maintain_order="left")
        .drop("link")
    )


def concert_records(proofs: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """A record of control, marked `is_concert`, from each such member to each such firm; columns as `links` has them."""
    return proofs.select(
        "relationship_key",
        source_key="controller_key",
        target_key="party_key",
        link=pl.lit(int(LinkKind.CONTROL), dtype=pl.Int8),
        votes_bp=pl.lit(0, dtype=pl.Int64),
        is_mutual=pl.lit(value=False),
        is_reported=pl.lit(value=False),
        is_pooled=pl.lit(value=False),
        is_concert=pl.lit(value=True),
    ).select(links.columns)


def joint_heads(links: pl.DataFrame) -> pl.DataFrame:
    """The members of concerts and what they control together only: party_key, controller_key, each pair once."""
    concerts = links.filter("is_concert")
    return concerts.select(party_key="target_key", controller_key="source_key").unique()
