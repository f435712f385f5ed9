"""What a check says that a deal adds is what the exposure stage says: two faces of the same rules, on deals of every kind.

Many deals go through the stage at once, each a facility of its own with its own protections, so that none has to do with another.
"""

from collections import defaultdict
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from riskmon import exposures
from riskmon.domain.money import currency_exponents
from riskmon.domain.terms import (
    OFF_BALANCE_PRODUCTS,
    PARTLY_MEASURED_PRODUCTS,
    POOLED_PRODUCTS,
    PRODUCTS,
    PROTECTION_KINDS,
)
from riskmon.exposures.haircuts import class_haircuts
from riskmon.operations.checks import Deal, DealProtection
from riskmon.operations.checks.measuring import Measurer
from riskmon.operations.checks.reading import validated
from riskmon.operations.run_monitor import run_monitor
from riskmon.rulebook.select import select
from riskmon.store.snapshots import Snapshots
from tests import builders
from tests.builders import AS_OF

BOOKS = (
    "cn_large_exposures", "cn_group_credit", "cn_related_parties", "basel_lex", "eu_crr", "uk_pra", "us_sccl",
    "apra_aps221", "example_policy",
)  # fmt: skip
OTHER_CHOICES = {
    "basel_lex.collateral": "simple",
    "eu_crr.collateral": "comprehensive",
    "eu_crr.medium_low_risk_exemption": "on",
    "eu_crr.covered_bond_exemption": "on",
    "uk_pra.medium_low_risk_exemption": "on",
    "apra_aps221.collateral": "comprehensive",
    "cn_large_exposures.margin": "before_conversion",
}
SELECTIONS = (select(BOOKS, as_of=AS_OF), select(BOOKS, as_of=AS_OF, choices=OTHER_CHOICES))
"""Every book as it is applied unless a bank chooses otherwise, and as it is where it does."""

RULED = [book for selection in SELECTIONS for book in selection.books]
MEASURED = [name for name in PRODUCTS if name not in (*POOLED_PRODUCTS, *PARTLY_MEASURED_PRODUCTS)]


def said(*names):
    """Every word that some rule of the books says under these names, in order."""
    rules = [
        rule
        for book in RULED
        for table in (book.mitigations, book.exemptions, book.risk_weights)
        for rule in table
    ]
    return sorted({word for rule in rules for name in names for word in getattr(rule, name, ())})


KINDS = said("party_kinds", "provider_kinds", "client_kinds")
TAGS = said("tags", "provider_tags")
CLASSES = sorted({name for book in RULED for name in class_haircuts(book)})
COUNTRIES = ("CN", "US", "DE", "BR")
"""One that is best of all, one in the middle, one just good enough, and one without a grade."""

LEVELS = (None, "central", "province", "local")
WEIGHTS = (None, 0, 2000, 10000)


def bank(folder):
    """A party of every kind in every country, with tags, weights and levels in turn."""
    parties = [
        builders.party(
            f"{kind}-{country}-{n}",
            kind=kind,
            country=country,
            tags=([None, *TAGS] * 3)[n % (len(TAGS) + 1)],
            risk_weight_bp=WEIGHTS[n % 4],
            government_level=LEVELS[n % 4] if kind in ("government", "public_sector", "sovereign") else None,
            is_qualifying_ccp=(None, True, False)[n % 3] if kind == "ccp" else None,
        )
        for kind in [*KINDS, "corporate"]
        for country in COUNTRIES
        for n in (hash_of(kind + country), hash_of(kind + country) + 1)
    ]
    return builders.write_bank(
        folder / "bank",
        bank=[{"party_id": "BANK", "name": "The bank", "currency": "CNY"}],
        parties=[builders.party("BANK", kind="bank", is_own_bank=True), *{p["party_id"]: p for p in parties}.values()],
        facilities=[builders.facility("F1", parties[0]["party_id"])],
        fx_rates=[builders.fx_rate(), builders.fx_rate("JPY", "0.0483"), builders.fx_rate("KWD", "23.1234567")],
        country_ratings=[
            {"country": country, "source": "A", "grade": grade, "rated_on": "2025-01-01"}
            for country, grade in (("CN", "A+"), ("US", "AAA"), ("DE", "AA-"))
        ],
        capital=[builders.capital()],
    )  # fmt: skip


def hash_of(text):
    return sum(map(ord, text))


@pytest.fixture(scope="module", params=SELECTIONS, ids=("usual", "chosen"))
def snapshot(request, tmp_path_factory):
    folder, selection = tmp_path_factory.mktemp("faces"), request.param
    run_monitor(bank(folder), selection, folder / "data")
    snapshots = Snapshots(folder / "data")
    found = snapshots.find()
    return selection, *validated(snapshots.inputs(found), selection, found)


near = st.integers(-40, 40).map(lambda days: AS_OF + timedelta(days=days))
# Whole years and quarters from the run's date: the lines that terms are held to.
whole = st.sampled_from(
    [date(2026 + year, month, 30) for year in (-2, -1, 0, 1, 4, 5) for month in (3, 6, 9, 12)]
)
days = st.one_of(
    st.none(), near, whole, whole, st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.just(date(2028, 2, 29))
)
amounts = st.one_of(st.sampled_from([0, 1, 7]), st.integers(0, 10**9), st.integers(0, 10**14))
currencies = st.sampled_from(["CNY", "CNY", "CNY", "USD", "JPY", "KWD"])
positions = st.integers(0, 10**6)


@st.composite
def protections(draw):
    return {
        "kind": draw(st.sampled_from(PROTECTION_KINDS)),
        "provider": draw(st.one_of(st.none(), st.just(0), positions)),
        "value": draw(amounts),
        "currency": draw(currencies),
        "haircut_class": draw(st.sampled_from([None, "unknown", *CLASSES])),
        "start_date": draw(days),
        "maturity_date": draw(days),
        "original_maturity_date": draw(days),
        "is_used_for_capital": draw(st.sampled_from([None, True, True, False])),
    }


@st.composite
def proposals(draw):
    return {
        "product": draw(st.sampled_from(MEASURED)),
        "obligor": draw(positions),
        "amount": draw(amounts),
        "currency": draw(currencies),
        "start_date": draw(days),
        "maturity_date": draw(days),
        "is_cancellable": draw(st.sampled_from([None, True, False])),
        "protections": draw(st.lists(protections(), max_size=4)),
    }


def deal_of(n, proposal, ids):
    """The deal, with the keys of its obligor and of its providers."""
    keys = [
        None if each["provider"] is None else each["provider"] % len(ids) for each in proposal["protections"]
    ]
    given_protections = [
        DealProtection(
            **{name: value for name, value in each.items() if name not in ("provider", "value")},
            provider_id=None if key is None else ids[key],
            value="0",
        ).model_copy(update={"value": text(each["value"], each["currency"])})
        for key, each in zip(keys, proposal["protections"], strict=True)
    ]
    obligor = proposal["obligor"] % len(ids)
    deal = Deal(
        deal_id=f"D{n}",
        obligor_id=ids[obligor],
        amount=text(proposal["amount"], proposal["currency"]),
        protections=tuple(given_protections),
        **{
            name: proposal[name]
            for name in ("product", "currency", "start_date", "maturity_date", "is_cancellable")
        },
    )
    return deal, obligor, keys


def text(minor, currency):
    exponent = currency_exponents()[currency]
    return f"{minor // 10**exponent}.{minor % 10**exponent:0{exponent}d}" if exponent else str(minor)


def stage(tables, selection, rates, deals):
    """The exposure stage over the deals as facilities, each with its own protections."""
    facilities, secured, covers = [], [], []
    for n, (deal, obligor, keys) in enumerate(deals):
        terms = deal.model_dump(
            include={"product", "currency", "start_date", "maturity_date", "is_cancellable"}
        )
        is_off = deal.product in OFF_BALANCE_PRODUCTS
        facilities.append(
            {**terms, "facility_id": deal.deal_id, "facility_key": n, "obligor_key": obligor, "joint_obligor_keys": [],
             "commitment_minor": deal.amount_minor, "drawn_minor": None if is_off else deal.amount_minor,
             "rate_e10": rates.claims[deal.currency], "exponent": currency_exponents()[deal.currency]}
        )  # fmt: skip
        for each, key in zip(deal.protections, keys, strict=True):
            number = len(secured)
            secured.append(
                {**each.model_dump(exclude={"provider_id", "value"}), "protection_id": f"G{number}", "protection_key": number,
                 "provider_key": key, "value_minor": each.value_minor, "rate_e10": rates.offsets[each.currency],
                 "exponent": currency_exponents()[each.currency]}
            )  # fmt: skip
            covers.append({"cover_key": number, "protection_key": number, "facility_key": n})
    # Any row of a limit: the stage then tells exposures by product.
    rows = {
        "facilities": facilities,
        "protections": secured,
        "protection_covers": covers,
        "bank_limits": [{"limit_id": "any"}],
    }
    frames = {
        name: pl.DataFrame(
            [{column: row.get(column) for column in tables[name].columns} for row in given_rows],
            schema=tables[name].schema,
        )
        for name, given_rows in rows.items()
    }
    return exposures.run({**tables, **frames}, selection)


@settings(
    max_examples=15,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
    deadline=None,
)
@given(proposed=st.lists(proposals(), min_size=20, max_size=60))
def test_a_deal_adds_what_the_exposure_stage_says(snapshot, proposed):
    selection, tables, rates = snapshot
    ids = tables["parties"]["party_id"].to_list()
    deals = [deal_of(n, each, ids) for n, each in enumerate(proposed)]
    made = stage(tables, selection, rates, deals)
    measurer = Measurer(tables, selection, rates)
    cells = [measurer.shape(*each).cells(each[0].amount_minor) for each in deals]

    told = defaultdict(lambda: (0, True))
    sums = defaultdict(lambda: [0, 0, 0])
    for n, own in enumerate(cells):
        for cell in own:
            told[cell.book_id, n, cell.party_key, cell.product is None] = cell.exposure, cell.is_complete
            total = sums[cell.book_id, cell.party_key, cell.product]
            for place, amount in enumerate((cell.exposure, cell.loan, cell.credit)):
                total[place] = None if amount is None or total[place] is None else total[place] + amount

    rows = made["exposures"].with_columns(counted=pl.col("exposure_minor") - pl.col("exempt_minor"))
    found = {
        (row["book_id"], row["facility_key"], row["obligor_key"], row["mitigated_in_minor"] > 0): (
            row["counted"],
            row["is_complete"],
        )
        for row in rows.iter_rows(named=True)
    }
    assert dict(told) == found
    by_product = made["obligor_products"].with_columns(
        counted=pl.col("exposure_minor") - pl.col("exempt_minor")
    )
    columns = ("counted", "loan_balance_minor", "credit_balance_minor")
    assert dict(sums) == {
        (row["book_id"], row["obligor_key"], row["product"]): [row[name] for name in columns]
        for row in by_product.iter_rows(named=True)
    }
