"""The stage: ingested tables in, rows that stand with keys in place of ids out, and everything that is wrong said."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from riskmon.domain.declared_limit import limits_in_force, with_who
from riskmon.domain.errors import CallerError
from riskmon.domain.terms import GRADES, Level
from riskmon.frames.inputs import INPUT_TABLES
from riskmon.rulebook.select import Selection
from riskmon.validate import findings, not_evaluated
from riskmon.validate.assessments import apply_assessments
from riskmon.validate.completeness import RATED_TABLES, refused_rows, touched_parties
from riskmon.validate.counterparties import counterparty_findings, counterparty_frames
from riskmon.validate.earmarks import unmatched_earmarks
from riskmon.validate.identity import merge_identities
from riskmon.validate.pools import pool_frames, refuse_broken_pools
from riskmon.validate.references import (
    PARTY_TABLES,
    expanded_covers,
    joint_obligor_keys,
    refuse_broken_references,
    with_keys,
    with_reference,
)
from riskmon.validate.reporting import (
    Rates,
    capital_rows,
    known_rates,
    reporting,
    uncertain_currencies,
    with_rates,
)
from riskmon.validate.sieve import Sieve
from riskmon.validate.structure import (
    firms_of_two_full_owners,
    firms_over_100,
    firms_without_parent,
    is_band_in_conflict,
    is_basis_in_conflict,
    is_in_force,
    is_known,
    is_superseded,
    repeated_relationships,
    treasury_holdings,
)

_INGEST_COLUMNS = ("row_number", "faults")


@dataclass(frozen=True, slots=True)
class _Context:
    """What the frames are built from: the rows that stand and what the run reports in."""

    standing: Mapping[str, pl.DataFrame]
    selection: Selection
    rates: Rates
    is_solo: bool


def run(tables: Mapping[str, pl.DataFrame], selection: Selection) -> dict[str, pl.DataFrame]:
    """Split the delivered rows into those that can be computed and those that are refused.

    tables: what `ingest` read, with `delivered`; a table that is not there was not delivered. `assessments` (see
    `domain.assessment`) are those approved and known; those in force take the place of what was delivered; so do `declared_limits` (see
    `domain.declared_limit`) of `bank_limits`. `confirmed_earmarks` (see `domain.earmark`) wait for their facility.
    Returns the validated tables (Int32 keys in place of ids, rate_e10 and exponent beside currencies), `reporting`,
    `party_aliases`, `findings`, `not_evaluated` and `quarantine_rows` (table, row_number, finding_codes). Rows
    delivered are rows that stand, rows of parties merged into another, limits that a declared one replaces, and rows refused. No frame but `quarantine_rows` and `payments` depends on the order of delivery.

    Raises:
        CallerError: the reporting currency or the perimeter cannot be told.
    """
    tables, replaced = _with_declared_limits(tables, selection)
    sieve = Sieve(tables)
    report = reporting(sieve.standing, selection)
    currency, level = report["currency"][0], report["level"][0]
    rates = known_rates(sieve.standing["fx_rates"], currency, selection)
    _refuse_broken(sieve, rates)
    orphans = _orphans(sieve, selection)
    identities = merge_identities(sieve)
    strayed = apply_assessments(sieve, tables, identities, selection.as_of)
    refusals = sieve.refusals()
    context = _Context(sieve.standing, selection, rates, is_solo=level == Level.SOLO.value)
    refused = {name: refused_rows(sieve.delivered, refusals, name) for name in ("capital", "fx_rates")}
    uncertain = uncertain_currencies(sieve.standing["fx_rates"], refused["fx_rates"], currency, selection)
    # A row delivered twice is counted once: nothing is missing, so it touches nobody.
    lost = refusals.filter(pl.col("code") != "id_duplicate")
    touched = identities.followed(touched_parties(sieve.delivered, lost, uncertain.append(rates.stale)))
    frames = _frames(context, touched)
    unmatched = unmatched_earmarks(tables, sieve.standing["facilities"], identities)
    frames["capital"] = capital_rows(sieve.standing["capital"], refused["capital"], level, selection)
    delivered = tables["delivered"]
    found = [
        *findings.refused_occurrences(sieve.delivered, refusals),
        *_suspicions(context),
        orphans,
        *identities.occurrences(),
        *strayed,
        unmatched,
        findings.occurrences("limit_replaced", "bank_limits", replaced),
        findings.unknown_columns(delivered),
    ]
    outside = sieve.standing["facilities"].height - frames["facilities"].height
    gaps = [
        *not_evaluated.missing_tables(tables),
        *not_evaluated.empty_tables(tables, sieve.standing),
        *not_evaluated.missing_capital(frames["capital"], tables, selection.as_of),
        *not_evaluated.outside_perimeter(outside),
        *not_evaluated.unconverted_relationships(frames["relationships"]),
    ]
    return frames | {
        "reporting": report,
        "party_aliases": identities.aliases,
        "findings": findings.assembled(found),
        "not_evaluated": not_evaluated.assembled(gaps),
        "quarantine_rows": _of_delivery(refusals, tables)
        .group_by("table", "row_number", maintain_order=True)
        .agg(finding_codes="code"),
    }


def _with_declared_limits(
    tables: Mapping[str, pl.DataFrame], selection: Selection
) -> tuple[Mapping[str, pl.DataFrame], pl.DataFrame]:
    """The tables with the limits that count on the date, and the delivered limits that others stand in for."""
    empty = Sieve({}).delivered["bank_limits"]
    declared = tables.get("declared_limits")
    if declared is None or declared.is_empty():
        return tables, empty
    limits, replaced = limits_in_force(tables.get("bank_limits", empty), declared, selection.as_of)
    return {**tables, "bank_limits": limits}, replaced


def _of_delivery(refusals: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The refusals of delivered rows: a declared limit that is refused has its finding and was in no file."""
    limits = tables.get("bank_limits")
    if limits is None or "proposal_id" not in limits.columns:
        return refusals
    declared = limits.drop_nulls("declared_by")["row_number"]
    is_declared = (pl.col("table") == "bank_limits") & pl.col("row_number").is_in(declared.implode())
    return refusals.filter(~is_declared)


def _orphans(sieve: Sieve, selection: Selection) -> pl.DataFrame:
    """Firms whose recorded parent does not stand, as occurrences; ids are those delivered."""
    dangling = refused_rows(
        sieve.delivered, sieve.refusals().filter(pl.col("code") == "reference_missing"), "relationships"
    )
    firms = firms_without_parent(dangling, sieve.standing["parties"]["party_id"], selection)
    return findings.occurrences(
        "parent_missing", "relationships", firms.to_frame(), pl.col("target_party_id")
    )


def _refuse_broken(sieve: Sieve, rates: Rates) -> None:
    """Refuse what points to nothing that stands, the rows of structures after those that they point to."""
    refuse_broken_references(sieve, rates.claims)
    refuse_broken_pools(sieve, rates.claims)


def _frames(context: _Context, touched: pl.Series) -> dict[str, pl.DataFrame]:
    parties = with_keys(
        context.standing["parties"].drop(_INGEST_COLUMNS), "party_id", "party_key"
    ).with_columns(
        pl.col("kind").fill_null("corporate"), is_complete=~pl.col("party_id").is_in(touched.implode())
    )
    facilities = _facilities(context, parties)
    bank = _bank(context, parties)
    parties = parties.with_columns(is_own_bank=pl.col("party_key").is_in(bank["party_key"].implode()))
    protections = _protections(context, parties)
    covers = expanded_covers(context.standing["protection_covers"], protections, facilities)
    return {
        "bank": bank,
        "parties": parties,
        "relationships": _relationships(context, parties),
        "facilities": facilities.drop("obligor_id", "joint_obligor_ids"),
        "protections": protections,
        "protection_covers": covers,
        "country_ratings": _country_ratings(context),
        "payments": _payments(context, parties),
        "bank_limits": with_who(with_rates(_ordered(context, "bank_limits"), context.rates.offsets)),
        "joint_credit": _joint_credit(context, parties),
        **pool_frames(context.standing, parties, facilities, context.rates),
        **counterparty_frames(context.standing, _party_keys(parties), context.rates),
        **{table: _party_table(context, parties, table) for table in PARTY_TABLES},
    }


def _ordered(context: _Context, table: str) -> pl.DataFrame:
    return context.standing[table].drop(_INGEST_COLUMNS).sort(INPUT_TABLES[table].key)


def _party_keys(parties: pl.DataFrame) -> pl.DataFrame:
    return parties.select("party_id", "party_key")


def _bank(context: _Context, parties: pl.DataFrame) -> pl.DataFrame:
    bank = _ordered(context, "bank")
    if bank.height > 1:
        raise CallerError(
            f"The table bank has {bank.height} rows.",
            why="It cannot be told which of them is the bank.",
            remedy="Deliver one row.",
        )
    return with_reference(bank, "party_id", "party_key", _party_keys(parties))


def _relationships(context: _Context, parties: pl.DataFrame) -> pl.DataFrame:
    in_force = _in_force(context)
    keyed = with_keys(in_force.drop(_INGEST_COLUMNS), "relationship_id", "relationship_key")
    for end in ("source", "target"):
        keyed = with_reference(keyed, f"{end}_party_id", f"{end}_key", _party_keys(parties))
    return (
        with_rates(keyed, context.rates.claims)
        .with_columns(
            pl.col("assessment").fill_null("none"),
            basis=pl.when(~is_basis_in_conflict()).then("basis"),
            is_suggested=pl.lit(value=False),
        )
        .drop("source_party_id", "target_party_id")
    )


def _in_force(context: _Context) -> pl.DataFrame:
    return context.standing["relationships"].filter(
        is_in_force(context.selection), is_known(context.selection), ~is_superseded(context.selection)
    )


def _facilities(context: _Context, parties: pl.DataFrame) -> pl.DataFrame:
    rows = context.standing["facilities"].drop(_INGEST_COLUMNS)
    days = pl.col("past_due_days")
    rows = rows.with_columns(past_due_days=pl.when(days >= 0).then(days))
    if context.is_solo:
        rows = rows.filter(pl.col("is_solo").fill_null(value=True))
    keyed = with_keys(rows, "facility_id", "facility_key")
    keyed = with_reference(keyed, "obligor_id", "obligor_key", _party_keys(parties))
    joint = joint_obligor_keys(keyed, parties)
    return (
        with_rates(keyed, context.rates.claims)
        .join(joint, on="facility_key", how="left", maintain_order="left")
        .with_columns(pl.col("joint_obligor_keys").fill_null([]))
    )


def _protections(context: _Context, parties: pl.DataFrame) -> pl.DataFrame:
    rows = with_keys(context.standing["protections"].drop(_INGEST_COLUMNS), "protection_id", "protection_key")
    for role in ("provider", "title_holder"):
        rows = with_reference(rows, f"{role}_id", f"{role}_key", _party_keys(parties)).drop(f"{role}_id")
    return with_rates(rows, context.rates.offsets)


def _joint_credit(context: _Context, parties: pl.DataFrame) -> pl.DataFrame:
    rows = with_reference(
        _ordered(context, "joint_credit"), "anchor_party_id", "anchor_key", _party_keys(parties)
    )
    return with_rates(rows, context.rates.claims)


def _country_ratings(context: _Context) -> pl.DataFrame:
    """The grade of each country: of each source the newest on or before the date, of several sources the worst."""
    rank = pl.col("grade").replace_strict(
        {grade: rank for rank, grade in enumerate(GRADES)}, return_dtype=pl.Int32
    )
    usable = context.standing["country_ratings"].filter(
        pl.col("rated_on").is_null() | (pl.col("rated_on") <= context.selection.as_of)
    )
    return (
        usable.with_columns(rank=rank)
        .sort("country", "source", "rated_on", nulls_last=False)
        .unique(["country", "source"], keep="last", maintain_order=True)
        .sort("country", "rank")
        .unique("country", keep="last", maintain_order=True)
        .select("country", "grade")
    )


def _party_table(context: _Context, parties: pl.DataFrame, table: str) -> pl.DataFrame:
    rows = _ordered(context, table)
    if "known_since" in rows.columns:
        rows = rows.filter(is_known(context.selection))
    keyed = with_reference(rows, "party_id", "party_key", _party_keys(parties)).drop("party_id")
    return with_rates(keyed, context.rates.claims) if "currency" in keyed.columns else keyed


def _stale_rates(context: _Context) -> pl.DataFrame:
    """The rates of the stale currencies that an amount is in."""
    used = pl.concat([context.standing[table]["currency"] for table in RATED_TABLES])
    stale = context.rates.stale.filter(context.rates.stale.is_in(used.implode()))
    is_read = pl.col("as_of") <= context.selection.as_of
    return context.standing["fx_rates"].filter(is_read, pl.col("currency").is_in(stale.implode()))


def _payments(context: _Context, parties: pl.DataFrame) -> pl.DataFrame:
    """Payments in the order of delivery, which no sum depends on: they may be too many to sort.

    Returns payer_key and payee_key (null is somebody who is no party of the bank), the purpose in small letters.
    """
    rows = context.standing["payments"].drop(_INGEST_COLUMNS)
    for end in ("payer", "payee"):
        rows = with_reference(rows, f"{end}_id", f"{end}_key", _party_keys(parties)).drop(f"{end}_id")
    return with_rates(rows, context.rates.claims).with_columns(
        pl.col("purpose").str.strip_chars().str.to_lowercase()
    )


def _suspicions(context: _Context) -> list[pl.DataFrame]:
    """Rows that stand but should be looked at."""
    standing, selection = context.standing, context.selection
    in_force = _in_force(context)
    over, owned_twice = firms_over_100(in_force), firms_of_two_full_owners(in_force)
    repeated = repeated_relationships(
        standing["relationships"].filter(is_known(selection), ~is_superseded(selection))
    )
    unused = standing["protections"].join(standing["protection_covers"], on="protection_id", how="anti")
    unstated = standing["bank_limits"].filter(
        pl.col("is_shared").is_null() & (pl.col("subject_kind") != "obligor")
    )
    not_yet = {table: standing[table].filter(~is_known(selection)) for table in ("relationships", "events")}
    return [
        *findings.suspicious_facilities(standing["facilities"], selection),
        *findings.suspicious_parties(standing["parties"]),
        findings.occurrences("rate_stale", "fx_rates", _stale_rates(context)),
        *counterparty_findings(standing),
        findings.occurrences("protection_unused", "protections", unused),
        findings.occurrences("limit_sharing_unstated", "bank_limits", unstated),
        findings.occurrences("band_conflict", "relationships", in_force.filter(is_band_in_conflict())),
        findings.occurrences("basis_conflict", "relationships", in_force.filter(is_basis_in_conflict())),
        findings.occurrences("treasury_shares", "relationships", treasury_holdings(in_force)),
        findings.occurrences("votes_over_100", "relationships", over.to_frame(), pl.col("target_party_id")),
        findings.occurrences(
            "two_full_owners", "relationships", owned_twice.to_frame(), pl.col("target_party_id")
        ),
        findings.occurrences("relationship_repeated", "relationships", repeated),
        findings.occurrences(
            "relationship_dates_conflict", "relationships", repeated.filter("has_dates_conflict")
        ),
        *(findings.occurrences("not_yet_known", table, rows) for table, rows in not_yet.items()),
        findings.occurrences(
            "superseded", "relationships", standing["relationships"].filter(is_superseded(selection))
        ),
    ]
