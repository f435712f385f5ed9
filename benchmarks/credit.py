"""Made-up facilities on the parties of a world, and the protections that cover some of them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks import AS_OF
from benchmarks.world import Ints, World

RATES: Final = {"USD": "7.1024000000", "EUR": "8.2951000000", "HKD": "0.9087000000", "JPY": "0.0478000000"}
"""Yuan for one unit of each foreign currency, at `AS_OF`."""

COVERED_SHARE: Final = 0.30
"""Share of facilities that a protection covers."""

_PRODUCTS: Final = {
    "loan": 0.52, "trade_finance": 0.07, "bill_discount": 0.06, "overdraft": 0.05, "bond": 0.03,
    "bill_acceptance": 0.08, "documentary_credit": 0.04, "performance_guarantee": 0.04,
    "financing_guarantee": 0.03, "commitment": 0.06, "card_undrawn": 0.02,
}  # fmt: skip
_OFF_BALANCE: Final = (
    "bill_acceptance", "documentary_credit", "performance_guarantee", "financing_guarantee", "commitment",
    "card_undrawn",
)  # fmt: skip
_CURRENCIES: Final = {"CNY": 0.82, "USD": 0.10, "EUR": 0.04, "HKD": 0.02, "JPY": 0.02}
_LOAN_CLASSES: Final = {"normal": 0.955, "special_mention": 0.03, "substandard": 0.01, "doubtful": 0.005}
_BANK_PAPER: Final = ("interbank_placement", "interbank_deposit", "interbank_certificate")
_JPY_UNIT: Final = 100


@dataclass(frozen=True, slots=True)
class Obligors:
    """Which parties may owe: the obligor of each facility, and which positions are banks."""

    of_facility: Ints
    is_bank: npt.NDArray[np.bool_]


def obligors(world: World, facility_count: int, rng: np.random.Generator) -> Obligors:
    """Facilities spread unevenly over five parties in six; one single firm in fifty is a bank, and at least one."""
    party_count = len(world.parent)
    single_firms = np.flatnonzero((world.size == 1) & ~world.is_person)
    is_bank = np.zeros(party_count, dtype=bool)
    is_bank[rng.choice(single_firms, 1 + len(single_firms) // 50, replace=False)] = True
    weight = rng.lognormal(0.0, 0.8, party_count) * (rng.random(party_count) < 5 / 6)
    of_each = rng.multinomial(facility_count, weight / weight.sum())
    return Obligors(np.repeat(np.arange(party_count), of_each), is_bank)


def facilities(world: World, owed: Obligors, rng: np.random.Generator) -> pl.DataFrame:
    """One row a facility, those of one obligor together.

    Columns: obligor, joint_obligor, refinances (positions, null for none), product, currency, the amounts in minor
    units of a currency with two decimals (whole units where it has none), dates, days past due, class, flags;
    `at_stake_cny` is the amount at stake in minor units of the reporting currency, roughly.
    """
    count = len(owed.of_facility)
    median = np.where(world.is_person[owed.of_facility], 13.0, 15.2)
    cny = np.round(rng.lognormal(median, 1.1)).astype(np.int64) * 100
    frame = pl.DataFrame(
        {
            "obligor": owed.of_facility,
            "is_bank": owed.is_bank[owed.of_facility],
            "product": choose(_PRODUCTS, count, rng),
            "paper": rng.choice(np.array(_BANK_PAPER), count),
            "currency": choose(_CURRENCIES, count, rng),
            "at_stake_cny": cny,
            "headroom_bp": np.maximum(rng.integers(-10_000, 5_000, count), 0),
            "start_days": rng.integers(20, 1_200, count),
            "left_days": rng.integers(-5, 1_800, count),
            "past_due_days": np.where(rng.random(count) < 0.03, rng.integers(1, 400, count), 0),
            "loan_class": choose(_LOAN_CLASSES, count, rng),
            "is_cancellable": rng.random(count) < 0.3,
            "is_qualifying": rng.random(count) < 0.5,
            "lot": rng.random(count),
            "joint_obligor": rng.integers(0, len(world.parent), count),
        }
    )
    rates = pl.DataFrame(
        {"currency": ["CNY", *RATES], "yuan": [1.0, *(float(rate) for rate in RATES.values())]}
    )
    unit = pl.when(pl.col("currency") == "JPY").then(_JPY_UNIT).otherwise(1)
    own = (pl.col("at_stake_cny") / pl.col("yuan")).cast(pl.Int64) // unit * unit
    on_balance = ~pl.col("product").is_in(_OFF_BALANCE)
    frame = (
        frame.with_columns(product=pl.when("is_bank").then("paper").otherwise("product"))
        .join(rates, on="currency", how="left", maintain_order="left")
        .with_columns(own=own)
        .with_columns(
            commitment=(pl.col("own") * (10_000 + pl.col("headroom_bp")) // 10_000) // unit * unit,
            drawn=pl.when(on_balance).then("own"),
            accrued_interest=pl.when(on_balance & (pl.col("lot") > 0.1)).then(
                pl.col("own") // 250 // unit * unit
            ),
            provision=pl.when(on_balance).then(pl.col("own") // 80 // unit * unit),
        )
    )
    is_same = pl.col("obligor") == pl.col("obligor").shift(1)
    return frame.with_columns(
        start_date=pl.lit(AS_OF) - pl.duration(days="start_days"),
        maturity_date=pl.lit(AS_OF) + pl.duration(days="left_days"),
        refinances=pl.when(is_same & (pl.col("lot") < 0.01)).then(pl.int_range(pl.len()) - 1),
        joint_obligor=pl.when((pl.col("lot") > 0.99) & (pl.col("joint_obligor") != pl.col("obligor"))).then(
            "joint_obligor"
        ),
        past_due_days=pl.when(on_balance).then("past_due_days"),
    )


def protections(
    world: World, owed: Obligors, booked: pl.DataFrame, rng: np.random.Generator
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Protections on three facilities in ten, and which facilities each covers; one in ten covers two.

    Returns:
        protections: kind, provider, currency, value (minor units), dates, is_registered; in order of position.
        covers: protection, facility (positions), rank (1, or 2 for the second facility of a protection).
    """
    covered = rng.permutation(booked.height)[: round(COVERED_SHARE * booked.height)]
    count = round(len(covered) * 10 / 11)
    first = booked[covered[:count]].select("obligor", "currency", "own", "left_days", "start_date")
    kind = rng.choice(np.array(["bank_guarantee", "cash_margin", "corporate_guarantee", "property"]), count)
    obligor = first["obligor"].to_numpy()
    banks = np.flatnonzero(owed.is_bank)
    firms = np.flatnonzero(~world.is_person)
    # The main holder stands surety for its firm; a party without one finds a stranger.
    stranger = rng.choice(firms, count)
    surety = np.where(world.parent[obligor] != obligor, world.parent[obligor], stranger)
    provider = np.where(kind == "bank_guarantee", rng.choice(banks, count), surety)
    rows = first.with_columns(
        kind=pl.Series(kind),
        provider=pl.Series(provider),
        share_bp=pl.Series(rng.integers(1_000, 12_000, count)),
        longer=pl.Series(rng.integers(-30, 300, count)),
    ).with_columns(
        provider=pl.when(pl.col("kind").str.ends_with("guarantee")).then("provider"),
        kind=pl.col("kind").str.replace("(bank|corporate)_guarantee", "guarantee"),
        value=pl.col("own") * pl.col("share_bp") // 10_000 // _JPY_UNIT * _JPY_UNIT,
        maturity_date=pl.lit(AS_OF) + pl.duration(days=pl.col("left_days") + pl.col("longer").clip(0)),
        is_registered=pl.when(pl.col("kind") == "property").then(pl.lit(value=True)),
    )
    seconds = rng.choice(count, len(covered) - count, replace=False)
    covers = pl.DataFrame(
        {
            "protection": np.concatenate([np.arange(count), seconds]),
            "facility": covered,
            "rank": np.concatenate([np.ones(count, np.int64), np.full(len(seconds), 2)]),
        }
    )
    return rows, covers


def choose(chances: dict[str, float], count: int, rng: np.random.Generator) -> pl.Series:
    """`count` values, each with its chance; the chances add up to one."""
    which = np.searchsorted(np.cumsum(list(chances.values())), rng.random(count) * (1 - 1e-9))
    return pl.Series(list(chances)).gather(which)
