"""How the cases on funds and securitisations are asked of a bank."""

from decimal import Decimal

from tests import builders
from tests.oracle.exposure_cases import amount, loan, minor

UNKNOWN_CLIENT = "(anonymous)"
"""The party of whoever is behind a structure and cannot be named."""


def fund(holdings, assets, *, total=None, structure="S1", **terms):
    """The tables of one structure: what the bank holds of it (units by tranche, or of the whole), and its assets.

    assets: id to (units, obligor) or (units, obligor, further cells). A holding's facility is booked at its amount.
    """
    currency = {"currency": "EUR"}
    rows = {
        "facilities": [], "fund_holdings": [], "tranches": [],
        "structures": [builders.structure(structure, party_id=structure, total_value=amount(total), **currency)],
        "underlyings": [
            builders.underlying(f"{structure}-{name}", obligor, structure_id=structure, amount=amount(units), **currency, **dict(*more))
            for name, (units, obligor, *more) in assets.items()
        ],
    }  # fmt: skip
    for n, (tranche, size, held) in enumerate(holdings):
        facility = f"{structure}-F{n}"
        rows["facilities"].append(loan(facility, structure, held, product="fund_unit", commitment=None))
        rows["fund_holdings"].append(
            builders.fund_holding(
                f"{structure}-H{n}", facility, structure_id=structure, tranche_id=tranche, amount=amount(held), **currency, **terms
            )
        )  # fmt: skip
        if tranche:
            rows["tranches"].append(builders.tranche(tranche, structure, size=amount(size), **currency))
    names = {obligor for _, obligor, *_ in assets.values() if obligor}
    rows["parties"] = [
        builders.party(structure, kind="fund"),
        *(builders.party(name) for name in sorted(names)),
    ]
    return rows


def look_through_pari_passu(bank, case, expected):
    names = [f"P{n}" for n in range(case["underlying_assets"])]
    total = case["value_each"] * case["underlying_assets"]
    tables = fund(
        [(None, None, case["share_in_structure"] * total)],
        {name: (case["value_each"], name) for name in names},
        total=total,
    )
    # a line of 0.025, so that each of the twenty leaves the structure
    run = bank.run("basel_lex", tier1=10, **tables)
    assert {run.exposure(name) for name in names} == {minor(expected["exposure_per_counterparty"])}
    assert sum(run.exposure(name) for name in names) == minor(expected["sum"])
    assert run.exposure("S1") == 0


def look_through_tranched(bank, case, expected):
    tables = fund(
        [("T", case["tranche_size"], case["bank_holding_in_tranche"])],
        {name: (units, name) for name, units in case["pool"].items()},
        total=sum(case["pool"].values()),
    )
    run = bank.run("basel_lex", tier1=case["tier1"], **tables)
    assert {name: run.exposure(name) for name in case["pool"]} == {
        name: minor(units) for name, units in expected["exposure_by_asset"].items()
    }
    assert run.exposure("S1") == run.exposure(UNKNOWN_CLIENT) == 0


def look_through_two_tranches_cap(bank, case, expected):
    holdings = [(f"T{n}", row["size"], row["held"]) for n, row in enumerate(case["tranches"])]
    run = bank.run("eu_crr", **fund(holdings, {"X": (case["underlying_value"], "X")}))
    assert run.exposure("X") == minor(expected["exposure"])


def look_through_threshold_basel(bank, case, expected):
    shares = {row["name"]: row["exposure"] for row in case["underlying_bank_share"]}
    rest = shares.pop("granular_rest_each_below_2.5")
    count = 39  # 35.1 in assets of 0.9 each
    assets = {name: (10 * units, name) for name, units in shares.items()}
    assets["unidentified"] = (10 * shares["unidentified"], None)
    assets |= {f"R{n}": (10 * rest / count, f"R{n}") for n in range(count)}
    invested = case["structure_investment"]
    tables = fund([(None, None, invested)], assets, total=10 * invested)
    run = bank.run("basel_lex", tier1=case["tier1"], **tables)
    found = {"structure": "S1", "B": "B", "unknown_client": UNKNOWN_CLIENT}
    assert {name: run.exposure(party) for name, party in found.items()} == {
        name: minor(units) for name, units in expected.items()
    }
    assert run.exposure("A") == 0


def look_through_threshold_eu(bank, case, expected):
    landings = {"structure": "transaction_as_separate_client", "unknown_client": "unknown_client"}
    assets = {
        row["id"]: (row["exposure"], None, {"excludes_connection": row.get("mandate_excludes_connection")})
        for row in case["unidentified_underlyings"]
    }
    invested = sum(units for units, *_ in assets.values())
    run = bank.run("eu_crr", tier1=case["tier1"], **fund([(None, None, invested)], assets, total=invested))
    leaving = {name for name in assets if expected[name] == landings["unknown_client"]}
    assert {row["underlying_id"] for row in run.tables["look_through"] if row["underlying_id"]} == {
        f"S1-{name}" for name in leaving
    }
    assert run.exposure(UNKNOWN_CLIENT) == minor(sum(assets[name][0] for name in leaving))
    assert run.exposure("S1") == minor(
        sum(units for name, (units, *_) in assets.items() if name not in leaving)
    )
    for name in ("indistinguishable_transaction", "indistinguishable_transaction_2"):
        units = case[name]["exposure"]
        tables = fund([(None, None, units)], {"x": (Decimal(1), None)}, total=units, is_distinguishable=False)
        run = bank.run("eu_crr", tier1=case["tier1"], **tables)
        (row,) = run.tables["look_through"]
        assert landings[row["landing"]] == expected[name]
        assert row["looked_through_minor"] == minor(units)


ASKED = {name: asked for name, asked in globals().items() if name.startswith("look_through_")}
