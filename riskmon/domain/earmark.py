"""Confirmed earmarks that wait for their facility, in the shape that a run is handed them."""

from typing import Final

import polars as pl

CONFIRMED_SCHEMA: Final = pl.Schema(
    {"earmark_id": pl.String(), "obligor_id": pl.String(), "facility_id": pl.String()}
)
"""The table `confirmed_earmarks`: whose facility has not arrived in a published run. facility_id: as the confirmation names it."""


def none_confirmed() -> pl.DataFrame:
    """The table `confirmed_earmarks` where nothing waits for its facility."""
    return CONFIRMED_SCHEMA.to_frame()


def booked(earmarks: pl.DataFrame, facilities: pl.DataFrame) -> pl.DataFrame:
    """The facilities that take the place of confirmed earmarks, one for one.

    A facility is that of an earmark if its row names it, else if the confirmation names the facility; it has to be of the
    same obligor. Of several facilities that name one earmark it is the smallest id, as of several earmarks that name one.

    earmarks: `CONFIRMED_SCHEMA`. facilities: facility_id, obligor_id, earmark_id.
    Returns earmark_id, facility_id, sorted.
    """
    waiting = earmarks.sort("earmark_id")
    named = waiting.select("earmark_id", "obligor_id").join(
        facilities.select("earmark_id", "obligor_id", "facility_id"), on=["earmark_id", "obligor_id"]
    )
    free = facilities.filter(pl.col("earmark_id").is_null()).select("obligor_id", "facility_id")
    told = waiting.join(free, on=["facility_id", "obligor_id"]).join(named, on="earmark_id", how="anti")
    both = pl.concat([rows.select("earmark_id", "facility_id") for rows in (named, told)])
    ordered = both.sort("earmark_id", "facility_id").unique("earmark_id", keep="first", maintain_order=True)
    return ordered.unique("facility_id", keep="first", maintain_order=True)
