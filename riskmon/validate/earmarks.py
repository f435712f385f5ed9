"""Confirmed earmarks whose facility is not among those that stand."""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.earmark import booked, none_confirmed
from riskmon.validate.findings import occurrences
from riskmon.validate.identity import Identities

_TABLE = "confirmed_earmarks"


def unmatched_earmarks(
    tables: Mapping[str, pl.DataFrame], facilities: pl.DataFrame, identities: Identities
) -> pl.DataFrame:
    """The earmarks that wait for a facility, as occurrences of the finding.

    tables: `confirmed_earmarks`, none if it is not there. facilities: those that stand, refused ones are none.
    """
    waiting = tables.get(_TABLE, none_confirmed())
    followed = waiting.with_columns(identities.followed(waiting["obligor_id"]))
    arrived = booked(followed, facilities.select("facility_id", "obligor_id", "earmark_id"))
    gone = waiting.join(arrived, on="earmark_id", how="anti")
    return occurrences("earmark_unmatched", _TABLE, gone, pl.col("earmark_id"))
