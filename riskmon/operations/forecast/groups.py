"""The groups of a finished run over other exposures: who is in which stays, what they owe is summed anew."""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.joint import joint_sums, with_joint_sums
from riskmon.groups.clearing import grouped_exposures
from riskmon.groups.totals import group_totals
from riskmon.rulebook.select import Selection

Tables = Mapping[str, pl.DataFrame]


def with_groups(tables: Tables, members: pl.DataFrame, selection: Selection) -> dict[str, pl.DataFrame]:
    """The tables with groups, group_members and group_exposures, and the same for those of confirmed doubts.

    tables: after the exposure stage. members: the output table `group_members` of the run. A group is tested as one where two
    of its members owe something, whoever that is on the day.
    """
    keys = tables["parties"].select("party_id", "party_key")
    groups = (
        members.select("group_id", "anchor_id", "book_id")
        .unique()
        .sort("group_id")
        .with_row_index("group_key")
        .with_columns(pl.col("group_key").cast(pl.Int32))
        .join(keys.rename({"party_id": "anchor_id", "party_key": "anchor_key"}), on="anchor_id", how="left")
    )
    own = tables["obligor_exposures"]
    owes = own.filter(
        (pl.col("exposure_gross_minor") + pl.col("mitigated_in_minor") + pl.col("joint_gross_minor") > 0)
        | ~pl.col("is_complete")
    )
    within = (
        members.join(keys, on="party_id", how="left")
        .join(groups.select("group_id", "group_key"), on="group_id", how="left")
        .select("book_id", "group_key", "party_key")
    )
    counted = within.join(
        owes.select("book_id", party_key="obligor_key"), on=["book_id", "party_key"], how="semi"
    )
    sizes = counted.group_by("group_key").len("member_count")
    groups = groups.join(sizes, on="group_key", how="left").with_columns(
        pl.col("member_count").fill_null(0).cast(pl.Int32)
    )
    totals = []
    for book in selection.books:
        of_book = grouped_exposures(own.filter(book_id=book.id), tables, book)
        of_groups = counted.filter(book_id=book.id).drop("book_id")
        joint = joint_sums(tables["joint_exposures"].filter(book_id=book.id), of_groups, "group_key")
        summed = group_totals(of_groups, of_book, tables["parties"])
        totals.append(
            with_joint_sums(summed, joint, "group_key").with_columns(
                book_id=pl.lit(book.id), if_confirmed_minor="exposure_minor"
            )
        )
    found = {
        "groups": groups.select("group_key", "anchor_key", "book_id", "member_count"),
        "group_members": counted,
        "group_exposures": pl.concat(totals),
    }
    wider = {
        f"if_confirmed_{name}": found[f"group_{name}" if name != "groups" else name]
        for name in ("groups", "members", "exposures")
    }
    return {**tables, **found, **wider}
