"""Rows delivered are rows that stand plus rows refused, and their order changes no valid frame."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmon import validate
from riskmon.domain.finding import QUARANTINING
from riskmon.ingest import original_rows, read_bank
from riskmon.rulebook.select import select
from tests.builders import (
    AS_OF,
    Row,
    capital,
    cover,
    facility,
    fx_rate,
    party,
    protection,
    relationship,
    write_bank,
)

SELECTION = select(["example_policy"], as_of=AS_OF)

IDS = st.sampled_from(["A", "B", "C", "D", " A", "", None])
AMOUNTS = st.sampled_from(["0", "1.00", "100.00", "-1", "1.005", "1,0", "", None, "99999999999999999"])
CURRENCIES = st.sampled_from(["CNY", "CNY", "USD", "EUR", "ZZZ", None])
DATES = st.sampled_from(["2025-01-01", "2026-12-31", "2026-02-30", None])

# A first row of each table is sound, so that no column is wrong as a whole.
PARTIES = st.lists(
    st.builds(lambda i, kind, name: party(i, kind=kind, name=name), IDS, st.sampled_from(["bank", "martian", None]), st.sampled_from(["x", "y"])),
    max_size=6,
)  # fmt: skip
FACILITIES = st.lists(
    st.builds(
        lambda i, obligor, joint, product, currency, commitment, drawn, start, end: facility(
            i, obligor, joint_obligor_ids=joint, product=product, currency=currency, commitment=commitment, drawn=drawn,
            start_date=start, maturity_date=end,
        ),
        IDS, IDS, st.lists(st.sampled_from(["A", "B", "nobody"]), max_size=2),
        st.sampled_from(["loan", "documentary_credit", "mortgage", None]), CURRENCIES, AMOUNTS, AMOUNTS, DATES, DATES,
    ),
    max_size=8,
)  # fmt: skip
RELATIONSHIPS = st.lists(
    st.builds(
        lambda i, source, target, kind, votes: relationship(i, source, target, kind=kind, voting_bp=votes),
        IDS, IDS, IDS, st.sampled_from(["control", "shareholding", "friendship", None]), st.sampled_from([None, 6000, 10001, "half"]),
    ),
    max_size=8,
)  # fmt: skip
PROTECTIONS = st.lists(
    st.builds(lambda i, provider, value, currency: protection(i, provider_id=provider, value=value, currency=currency), IDS, IDS, AMOUNTS, CURRENCIES),
    max_size=4,
)  # fmt: skip
COVERS = st.lists(
    st.builds(lambda i, facility_id, party_id, amount: cover(i, facility_id, party_id=party_id, covered_amount=amount), IDS, IDS, IDS, AMOUNTS),
    max_size=6,
)  # fmt: skip

RATINGS = st.lists(
    st.builds(
        lambda i, source, grade, on: {"party_id": i, "source": source, "grade": grade, "rated_on": on},
        IDS, st.sampled_from(["x", "y", None]), st.sampled_from(["1", "2", None]), DATES,
    ),
    max_size=6,
)  # fmt: skip
EVENTS = st.lists(st.builds(lambda i, p, on: {"event_id": i, "party_id": p, "kind": "lawsuit", "known_since": on}, IDS, IDS, DATES), max_size=6)  # fmt: skip
LIMITS = st.lists(
    st.builds(
        lambda i, subject, amount, currency: {
            "limit_id": i, "subject_kind": "obligor", "subject_id": subject, "amount": amount, "currency": currency
        },
        IDS, IDS, AMOUNTS, CURRENCIES,
    ),
    max_size=6,
)  # fmt: skip

BANKS = st.fixed_dictionaries(
    {
        "parties": PARTIES.map(lambda rows: [party("Z"), *rows]),
        "facilities": FACILITIES.map(lambda rows: [facility("Z", "Z"), *rows]),
        "relationships": RELATIONSHIPS.map(lambda rows: [relationship("Z", "Z", "Z", kind="shareholding", voting_bp=1), *rows]),
        "protections": PROTECTIONS.map(lambda rows: [protection("Z"), *rows]),
        "protection_covers": COVERS.map(lambda rows: [cover("Z", "Z", covered_amount="1.00"), *rows]),
        "ratings": RATINGS.map(lambda rows: [{"party_id": "Z", "rated_on": "2026-01-01", "grade": "1"}, *rows]),
        "events": EVENTS.map(lambda rows: [{"event_id": "Z", "party_id": "Z", "kind": "x", "known_since": "2026-01-01"}, *rows]),
        "bank_limits": LIMITS.map(
            lambda rows: [{"limit_id": "Z", "subject_kind": "bank", "subject_id": "Z", "amount": "1.00", "currency": "CNY"}, *rows]
        ),
        "capital": st.just([capital()]),
        "fx_rates": st.sampled_from([[], [fx_rate()]]),
    }
)  # fmt: skip

Bank = Mapping[str, list[Row]]


def read_and_validate(folder: Path, bank: Bank) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    """The ingested and the validated frames of a bank."""
    ingested = read_bank(write_bank(folder, **bank), required=["parties"])
    return ingested, validate.run(ingested, SELECTION)


@settings(max_examples=25)
@given(BANKS)
def test_no_row_is_lost_and_every_refused_row_can_be_shown_as_it_came(bank):
    with TemporaryDirectory() as name:
        folder = Path(name)
        ingested, frames = read_and_validate(folder, bank)
        for table in ("parties", "facilities", "relationships", "protections", "ratings", "bank_limits"):
            refused = frames["quarantine_rows"].filter(table=table)
            assert ingested[table].height == len(bank[table])
            # Relationships here are always in force and known, so each that stands is in the frame.
            assert frames[table].height + refused.height == len(bank[table])
            assert refused["row_number"].is_unique().all()
            assert original_rows(folder, None, table, refused["row_number"]).height == refused.height
    codes = frames["quarantine_rows"].explode("finding_codes")["finding_codes"]
    assert QUARANTINING.issuperset(codes)
    counted = frames["findings"].filter(pl.col("finding_code").is_in(sorted(QUARANTINING)))["row_count"].sum()
    assert counted == codes.len()


@settings(max_examples=25)
@given(BANKS)
def test_every_reference_of_a_valid_row_is_a_valid_row(bank):
    with TemporaryDirectory() as name:
        _, frames = read_and_validate(Path(name), bank)
    parties, facilities = frames["parties"].height, frames["facilities"].height
    assert frames["parties"]["party_key"].to_list() == list(range(parties))
    assert frames["facilities"]["facility_key"].to_list() == list(range(facilities))
    assert frames["facilities"]["obligor_key"].is_between(0, parties - 1).all()
    assert frames["facilities"]["rate_e10"].null_count() == 0
    assert frames["relationships"].select("source_key", "target_key").null_count().row(0) == (0, 0)
    assert frames["protection_covers"]["facility_key"].is_between(0, facilities - 1).all()


@settings(max_examples=25)
@given(BANKS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_no_valid_frame(bank, random):
    shuffled = {table: random.sample(rows, len(rows)) for table, rows in bank.items()}
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        _, frames = read_and_validate(Path(one), bank)
        _, again = read_and_validate(Path(other), shuffled)
    for name, frame in frames.items():
        if name != "quarantine_rows":
            assert again[name].equals(frame), name
    assert frames["quarantine_rows"].height == again["quarantine_rows"].height
