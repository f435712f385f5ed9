"""Level 1, who is who: entities as parties.

An LEI that passed into another one, since the entity was merged or the LEI was a second one for it, becomes a party
that carries the successor's LEI: a run counts both ids as one party. Where the successor is not settled, the party
stays and a finding says so.
"""

import polars as pl

from riskmon.ingest.formats.gleif.contents import ENTITIES
from riskmon.ingest.formats.gleif.delivered import Delivered

LEI = r"^[0-9A-Z]{18}[0-9]{2}$"
_CREDIT_CODE = r"^[0-9A-HJ-NP-RT-UW-Y]{18}$"

_KINDS = {
    "FUND": "fund",
    "SOLE_PROPRIETOR": "sole_trader",
    "RESIDENT_GOVERNMENT_ENTITY": "public_sector",
    "INTERNATIONAL_ORGANIZATION": "international_organisation",
}
_GOVERNMENT_KINDS = {
    "CENTRAL_GOVERNMENT": "sovereign",
    "STATE_GOVERNMENT": "regional_government",
    "LOCAL_GOVERNMENT": "regional_government",
    "SOCIAL_SECURITY": "public_sector",
}
_GONE = ("MERGED", "DUPLICATE", "RETIRED")
_SUCCESSORS = tuple(name for name in ENTITIES.columns if name.startswith("successor_"))


def read_entities(delivered: Delivered) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Rows of `parties`, and findings as frames (finding_code, statement_id, record_id, message)."""
    rows = delivered.newest(ENTITIES)
    is_lei = pl.col("lei").str.contains(LEI)
    refused = _findings(
        rows.filter(~is_lei), "lei_invalid", "Left out: an LEI has 18 letters and digits and 2 digits."
    )
    rows = _with_successors(rows.filter(is_lei))
    return _parties(rows), [refused, *_statements(rows)]


def _parties(rows: pl.DataFrame) -> pl.DataFrame:
    country = pl.coalesce("jurisdiction", "address_country").str.slice(0, 2)
    is_credit_code = (country == "CN") & pl.col("number").str.contains(_CREDIT_CODE)
    own = rows.select(
        "name",
        "final",
        party_id="lei",
        kind=pl.coalesce(
            pl.col("sub_category").replace_strict(_GOVERNMENT_KINDS, default=None, return_dtype=pl.String),
            pl.col("category").replace_strict(_KINDS, default="corporate", return_dtype=pl.String),
            pl.lit("corporate"),
        ),
        country=country,
        uscc=pl.when(is_credit_code).then("number"),
        registration_number=pl.when(~is_credit_code.fill_null(value=False)).then("number"),
        government_level=pl.when(pl.col("sub_category") == "CENTRAL_GOVERNMENT").then(pl.lit("central")),
    )
    successor = own.select(final="party_id", next_kind="kind", next_country="country")
    # Under the successor's LEI stands what the successor is, so that nothing contradicts that both are one.
    is_alias = pl.col("final").is_not_null()
    return own.join(successor, on="final", how="left").select(
        "party_id",
        "name",
        "government_level",
        lei=pl.coalesce("final", "party_id"),
        kind=pl.coalesce("next_kind", "kind"),
        country=pl.coalesce("next_country", "country"),
        uscc=pl.when(~is_alias).then("uscc"),
        registration_number=pl.when(~is_alias).then("registration_number"),
    )


def _with_successors(rows: pl.DataFrame) -> pl.DataFrame:
    """With `successors` (how many), `final` (the last of the chain) and `is_ring` (the chain comes back)."""
    successor = pl.concat_list(_SUCCESSORS).list.drop_nulls().list.unique()
    counted = rows.with_columns(successors=successor.list.len(), only=successor.list.first())
    passed = counted.filter(pl.col("successors") == 1, _is_gone())
    following = dict(passed.select("lei", "only").iter_rows())
    finals = {lei: _last(lei, following) for lei in following}
    return counted.drop("only").with_columns(
        final=pl.col("lei").replace_strict(finals, default=None, return_dtype=pl.String),
        is_ring=pl.col("lei").is_in([lei for lei, final in finals.items() if final is None]),
    )


def _last(lei: str, following: dict[str, str]) -> str | None:
    """The end of a chain of successors; None where it leads back into itself."""
    seen = {lei}
    while lei in following:
        lei = following[lei]
        if lei in seen:
            return None
        seen.add(lei)
    return lei


def _is_gone() -> pl.Expr:
    return pl.col("registration").is_in(_GONE) | (pl.col("status") == "INACTIVE")


def _statements(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """What a bank should know of an entity and no column says."""
    gone = pl.format("{} / {}", pl.col("status").fill_null("?"), pl.col("registration").fill_null("?"))
    since = pl.col("expired_on").str.slice(0, 10).fill_null("an unknown day")
    is_settled = pl.col("final").is_not_null()
    lapsed = rows.filter(pl.col("registration") == "LAPSED").select(pl.len().alias("count"))
    return [
        _findings(rows.filter(is_settled), "lei_replaced",
                  pl.format("It passed into {} ({}); both are one party.", "final", gone)),
        _findings(rows.filter("is_ring"), "successor_unclear", "Its successors lead back to it; it stays a party."),
        _findings(rows.filter(pl.col("successors") > 1, _is_gone()), "successor_unclear",
                  pl.format("It has {} successors; it stays a party of its own.", "successors")),
        _findings(rows.filter(_is_gone(), pl.col("successors") == 0), "party_closed",
                  pl.format("The entity ended on {} ({}).", since, gone)),
        _findings(rows.filter(pl.col("registration") == "ANNULLED"), "lei_annulled",
                  "The LEI was issued in error; check that the party exists."),
        _findings(rows.filter(pl.col("category") == "BRANCH"), "branch",
                  "A branch is no legal person: exposure to it is exposure to its head office."),
        lapsed.filter(pl.col("count") > 0).select(
            finding_code=pl.lit("lei_lapsed"), statement_id=pl.lit(""), record_id=pl.lit(""),
            message=pl.format("{} LEIs are lapsed: what is said of them may be out of date.", "count"),
        ),
    ]  # fmt: skip


def _findings(rows: pl.DataFrame, code: str, message: str | pl.Expr) -> pl.DataFrame:
    return rows.select(
        finding_code=pl.lit(code),
        statement_id="lei",
        record_id="lei",
        message=pl.lit(message) if isinstance(message, str) else message,
    )
