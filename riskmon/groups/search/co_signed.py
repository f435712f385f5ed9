"""Joint liability: parties that have signed one facility owe it whole, each. That is a contract, and no suspicion."""

from collections.abc import Mapping

import polars as pl

from riskmon.domain.assessment import CO_SIGNED
from riskmon.domain.money import amount_text, exact_sum
from riskmon.groups.search.candidates import with_ids
from riskmon.groups.search.liabilities import counted, first_of, owed_minor
from riskmon.groups.search.suggestions import recorded_links

Tables = Mapping[str, pl.DataFrame]


def joint_liabilities(tables: Tables) -> pl.DataFrame:
    """The obligor of a facility with each of its joint obligors, once a pair, both ways, whatever their exposure.

    The party with the smaller id is the source. A pair with a joint liability on record, whatever became of it, is left
    to the record; the bank itself is its own client with nobody. tables: facilities, parties, relationships, reporting.
    Returns the columns of a relationship that a run makes, with source_id and target_id.
    """
    reporting = tables["reporting"].row(0, named=True)
    exponent = int(reporting["exponent"])
    own_bank = tables["parties"].filter("is_own_bank")["party_key"].implode()
    ends = ["source_key", "target_key"]
    signed = (
        tables["facilities"]
        .filter(pl.col("joint_obligor_keys").list.len() > 0)
        .select("facility_id", "obligor_key", "joint_obligor_keys", owed=owed_minor(exponent))
        .explode("joint_obligor_keys")
    )
    pairs = (
        signed.select(
            "facility_id",
            "owed",
            source_key=pl.min_horizontal("obligor_key", "joint_obligor_keys"),
            target_key=pl.max_horizontal("obligor_key", "joint_obligor_keys"),
        )
        .filter(~pl.col("source_key").is_in(own_bank) & ~pl.col("target_key").is_in(own_bank))
        .group_by(ends)
        .agg(exact_sum(pl.col("owed")), facility_count=pl.len(), facility_id=pl.col("facility_id").min())
        .with_columns(basis=pl.lit("joint_liability"))
        .join(recorded_links(tables["relationships"]), on=["basis", *ends], how="anti")
    )
    evidence = pl.format(
        "{} and {} have signed for {} {} in {} together ({}); each owes the whole.",
        "source_id",
        "target_id",
        amount_text(pl.col("owed"), exponent),
        pl.lit(reporting["currency"]),
        counted("facility_count", "facility", "facilities"),
        first_of("facility_id", "facility_count"),
    )
    return with_ids(pairs, tables["parties"]).select(
        *ends,
        "source_id",
        "target_id",
        "basis",
        dependence_bp=pl.lit(None, dtype=pl.Int32),
        is_mutual=pl.lit(value=True),
        evidence=evidence,
        relationship_id=pl.concat_str(pl.lit(CO_SIGNED), pl.format("{}:{}", "source_id", "target_id")),
        kind=pl.lit("economic_dependence"),
        assessment=pl.lit("none"),
        recorded_by=pl.lit("riskmon"),
        is_suggested=pl.lit(value=False),
    )
