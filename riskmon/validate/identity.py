"""Identity: one party that was delivered under several ids counts as one.

What decides is a public number that both carry: a credit code, an LEI, or a registration number of one country. A
number with a wrong check digit decides nothing, nor does one that is a single character repeated. Names decide nothing.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from riskmon.domain.terms import SUBJECT_KINDS
from riskmon.frames.inputs import INPUT_TABLES
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.validate.findings import occurrences
from riskmon.validate.identifiers import is_lei_wrong, is_uscc_wrong
from riskmon.validate.references import PARTY_TABLES
from riskmon.validate.sieve import Sieve

_MOST_IDS: Final = 10
"""Ids that one party plausibly has; a number that more carry is that of an agent or a placeholder."""

_REFERENCES: Final = {
    "bank": ("party_id",),
    "relationships": ("source_party_id", "target_party_id"),
    "facilities": ("obligor_id", "drawer_id"),
    "protections": ("provider_id", "title_holder_id"),
    "protection_covers": ("party_id",),
    "joint_credit": ("anchor_party_id",),
    "payments": ("payer_id", "payee_id"),
    "structures": ("party_id",),
    "underlyings": ("obligor_id",),
    "structure_support": ("party_id",),
    "trading_positions": ("issuer_id",),
    "netting_sets": ("counterparty_id",),
    "securities_financing": ("security_issuer_id",),
    **dict.fromkeys(PARTY_TABLES, ("party_id",)),
}
"""Columns that hold the id of a party and nothing else."""


@dataclass(frozen=True, slots=True)
class Identities:
    """What was merged, and what was not.

    Attributes:
        aliases: alias_id, party_id, identifier, identifier_value; one row an id that gave way to `party_id`.
        conflicts: identity (an id and what it shares a number with); one row a set of ids left apart.
    """

    aliases: pl.DataFrame
    conflicts: pl.DataFrame

    def followed(self, ids: pl.Series) -> pl.Series:
        """The ids with each alias replaced by its party."""
        return ids.replace(self.aliases["alias_id"], self.aliases["party_id"])

    def occurrences(self) -> list[pl.DataFrame]:
        """What was merged and what was not, as findings of the table parties."""
        merged = pl.format("{} = {}", "party_id", "alias_id")
        return [
            occurrences("identity_merged", "parties", self.aliases, merged),
            occurrences("identity_conflict", "parties", self.conflicts, pl.col("identity")),
        ]


def merge_identities(sieve: Sieve) -> Identities:
    """Merge the standing parties that share a public number, and let every reference follow.

    The smallest id stays and takes from the others, in order of id, what it does not know itself. Parties of which
    two facts differ that one party has only once (kind, country, credit code, LEI) are left apart. A relationship
    of a party with itself that a merge brings about is refused, but for a shareholding, which is treasury stock.
    """
    parties = sieve.standing["parties"]
    shared = _shared_numbers(parties)
    members = _with_verdict(
        _kept_ids(shared).join(parties, on="party_id", how="left", validate="1:1").sort("party_id")
    )
    conflicts = (
        members.filter("is_apart").group_by("kept_id").agg(identity=pl.col("party_id").sort().str.join(" = "))
    )
    joined = members.filter(~pl.col("is_apart"))
    aliases = (
        joined.filter(pl.col("party_id") != pl.col("kept_id"))
        .select(alias_id="party_id", party_id="kept_id")
        .join(_first_number(shared), on="alias_id", how="left", validate="1:1")
    )
    identities = Identities(OUTPUT_TABLES["party_aliases"].shape(aliases), conflicts)
    if aliases.height:
        sieve.standing["parties"] = _merged(parties, joined)
        _follow(sieve, identities)
    return identities


def _shared_numbers(parties: pl.DataFrame) -> pl.DataFrame:
    """Sound public numbers that several parties carry: party_id, identifier, country, identifier_value.

    `country` is the register's for a registration number, and empty for a number that is unique in the world.
    """
    found = []
    for name, is_wrong in (("uscc", is_uscc_wrong), ("lei", is_lei_wrong), ("registration_number", None)):
        country = pl.col("country") if is_wrong is None else pl.lit("")
        rows = (
            parties.lazy()
            .filter(pl.col(name).is_not_null() & country.is_not_null())
            .select(
                "party_id",
                identifier=pl.lit(name),
                country=country,
                identifier_value=_compact(name),
            )
            .filter(pl.struct("country", "identifier_value").is_duplicated())
            .filter(~_is_one_character(pl.col("identifier_value")))
            .collect()
        )
        found.append(rows if is_wrong is None else rows.filter(~is_wrong(rows["identifier_value"])))
    return pl.concat(found)


def _kept_ids(shared: pl.DataFrame) -> pl.DataFrame:
    """The smallest party that each carrier is linked with through shared numbers, step by step: party_id, kept_id."""
    number = ("identifier", "country", "identifier_value")
    found = shared.with_columns(kept_id="party_id")
    while True:
        nearer = found.with_columns(pl.col("kept_id").min().over(number)).with_columns(
            pl.col("kept_id").min().over("party_id")
        )
        if nearer.equals(found):
            return found.select("party_id", "kept_id").unique()
        found = nearer


def _with_verdict(members: pl.DataFrame) -> pl.DataFrame:
    """The members with `is_apart`: they differ in what one party has only once, or are too many to be one.

    members: columns of parties, and kept_id. An unknown or unsound fact differs from nothing.
    """
    uscc, lei = (members.select(_compact(name)).to_series() for name in ("uscc", "lei"))
    facts = members.select(
        "kept_id",
        "kind",
        "country",
        uscc=pl.when(~is_uscc_wrong(uscc)).then(uscc),
        lei=pl.when(~is_lei_wrong(lei)).then(lei),
    )
    differs = [pl.col(name).drop_nulls().n_unique() > 1 for name in ("kind", "country", "uscc", "lei")]
    verdicts = facts.group_by("kept_id").agg(is_apart=(pl.len() > _MOST_IDS) | pl.any_horizontal(differs))
    return members.join(verdicts, on="kept_id", how="left", validate="m:1")


def _first_number(shared: pl.DataFrame) -> pl.DataFrame:
    """The number that an alias is cited with, a credit code before an LEI before a registration number."""
    order = pl.Enum(["uscc", "lei", "registration_number"])
    return (
        shared.sort("party_id", pl.col("identifier").cast(order), "identifier_value")
        .group_by(alias_id="party_id", maintain_order=True)
        .agg(pl.col("identifier").first(), pl.col("identifier_value").first())
    )


def _merged(parties: pl.DataFrame, joined: pl.DataFrame) -> pl.DataFrame:
    """The parties, all ids of one in one row. joined: their rows in order of id, with `kept_id`."""
    known = pl.col(parties.columns).drop_nulls().first()
    rows = joined.group_by("kept_id", maintain_order=True).agg(known).select(parties.columns)
    apart = parties.join(joined, on="party_id", how="anti", maintain_order="left")
    return pl.concat([apart, rows])


def _follow(sieve: Sieve, identities: Identities) -> None:
    """Replace aliases wherever a standing row refers to a party; rows that come to share a key by it are duplicates."""
    old, new = identities.aliases["alias_id"], identities.aliases["party_id"]
    is_followed = {
        table: [pl.col(name).is_in(old.implode()) for name in columns if name in INPUT_TABLES[table].key]
        for table, columns in _REFERENCES.items()
    }
    collided = [
        table
        for table, names in is_followed.items()
        if names and sieve.standing[table].select(pl.any_horizontal(names).any()).item()
    ]
    for table, columns in _REFERENCES.items():
        sieve.standing[table] = sieve.standing[table].with_columns(pl.col(columns).replace(old, new))
    joint = pl.col("joint_obligor_ids")
    sieve.standing["facilities"] = sieve.standing["facilities"].with_columns(
        joint.list.eval(pl.element().replace(old, new))
    )
    subject = pl.col("subject_id")
    sieve.standing["bank_limits"] = sieve.standing["bank_limits"].with_columns(
        pl.when(pl.col("subject_kind").is_in(SUBJECT_KINDS))
        .then(subject.replace(old, new))
        .otherwise(subject)
    )
    for table in collided:
        sieve.refuse_duplicates(table)
    is_loop = pl.col("source_party_id") == pl.col("target_party_id")
    sieve.refuse("relationships", {"self_loop": is_loop & (pl.col("kind") != "shareholding")})


def _compact(name: str) -> pl.Expr:
    """A number without what is spelling only."""
    return pl.col(name).str.replace_all("[ -]", "").str.to_uppercase()


def _is_one_character(value: pl.Expr) -> pl.Expr:
    return value.str.strip_chars(value.str.head(1)) == ""
