"""The files: how much there is, that a seed decides every byte, that they keep to the contract, how they are shaped."""

import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from stdnum import lei
from stdnum.cn import uscc

from riskmon.domain.finding import FINDING_KINDS
from riskmon.domain.money import currency_exponents
from riskmon.frames.inputs import INPUT_TABLES
from riskmon.samples.bank import write_sample_bank

HUBS = ("GOV-CENTRAL", "GOV-PROVINCE-1")
PLANTED_COLUMN = ("parties", "legacy_code")


def read_bytes(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_bank_is_as_large_as_was_asked(written):
    counts = written.bank.row_counts
    assert counts == {name: len(rows) for name, rows in written.tables.items()}
    assert 1_900 <= counts["parties"] <= 2_100
    assert 3_300 <= counts["relationships"] <= 3_700
    assert 5_900 <= counts["facilities"] <= 6_100


def test_one_seed_gives_the_same_bytes_and_another_does_not(tmp_path):
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        write_sample_bank(tmp_path / name, seed=seed)
    first, again, other = (read_bytes(tmp_path / name) for name in "abc")
    assert first == again
    assert first["facilities.csv"] != other["facilities.csv"]
    assert first["relationships.csv"] != other["relationships.csv"]


def test_every_date_moves_with_the_run_date(tmp_path, any_written):
    write_sample_bank(tmp_path, seed=7, as_of=date(2027, 3, 31))
    shifted = {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.csv")}
    starts = re.findall(r"\d{4}-\d\d-\d\d", shifted["capital"])
    assert starts == ["2026-12-31", "2027-03-31"]
    # 274 days lie between the two run dates, so every facility starts 274 days later.
    assert (date(2027, 3, 31) - date(2026, 6, 30)).days == 274
    first = any_written.tables["facilities"][1]
    moved = date.fromisoformat(first["start_date"]) + timedelta(days=274)
    line = next(
        line for line in shifted["facilities"].splitlines() if line.startswith(first["facility_id"] + ",")
    )
    assert moved.isoformat() in line


def test_every_column_belongs_to_the_contract_but_the_planted_one(written):
    unknown = [
        (name, column)
        for name, rows in written.tables.items()
        for column in rows[0]
        if column not in {c.name for c in INPUT_TABLES[name].columns}
    ]
    assert unknown == [PLANTED_COLUMN]
    for name, rows in written.tables.items():
        assert {c.name for c in INPUT_TABLES[name].columns if c.is_required} <= set(rows[0]), name


PATTERNS = {
    "amount": r"\d{1,13}(\.\d{2})?", "rate": r"\d+\.\d{4}", "ratio": r"\d\.\d{4}", "bp": r"\d{1,5}", "int": r"\d+",
    "bool": r"true|false", "date": r"\d{4}-\d\d-\d\d", "id": r"[A-Z0-9a-z_-]+", "ids": r"[A-Z0-9;-]+", "text": r".+",
}  # fmt: skip


def is_readable(column, text):
    if column.vocabulary is not None:
        return text in column.vocabulary
    # A derivative that the bank loses on has a negative market value.
    unsigned = text.removeprefix("-") if column.name == "market_value" else text
    return re.fullmatch(PATTERNS[column.type], unsigned) is not None


def test_every_cell_outside_the_dirty_story_can_be_read(written):
    for name, rows in written.tables.items():
        columns = [c for c in INPUT_TABLES[name].columns if c.name in rows[0]]
        for row in rows:
            if any(text.startswith("S13-") for text in row.values()):
                continue
            broken = {c.name: row[c.name] for c in columns if row[c.name] and not is_readable(c, row[c.name])}
            assert not broken, (name, row)
            assert row.get("currency", "CNY") in (*written.rates, ""), (name, row)


def test_every_reference_outside_the_dirty_story_exists(written):
    tables = written.tables
    parties = {row["party_id"] for row in tables["parties"]}
    facilities = {row["facility_id"] for row in tables["facilities"]}
    protections = {row["protection_id"] for row in tables["protections"]}
    structures = {row["structure_id"] for row in tables["structures"]}
    columns = {
        "relationships": [("source_party_id", parties), ("target_party_id", parties)],
        "facilities": [
            ("obligor_id", parties),
            ("joint_obligor_ids", parties),
            ("refinances_facility_id", facilities),
        ],
        "protections": [("provider_id", parties), ("title_holder_id", parties)],
        "protection_covers": [("protection_id", protections), ("facility_id", facilities)],
        "structures": [("party_id", parties)],
        "tranches": [("structure_id", structures)],
        "fund_holdings": [("facility_id", facilities), ("structure_id", structures)],
        "underlyings": [("structure_id", structures), ("obligor_id", parties)],
        **{
            name: [("party_id", parties)]
            for name in ("ratings", "financial_statements", "account_behaviour", "events")
        },
    }
    for name, references in columns.items():
        for row in tables[name]:
            for column, known in references:
                assert row[column] in known or row[column] in ("", "S13-NOBODY"), (name, row)


def test_ids_repeat_only_where_the_dirty_story_plants_it(written):
    ids = Counter(row["facility_id"] for row in written.tables["facilities"] if row["facility_id"])
    repeated = {facility_id for facility_id, count in ids.items() if count > 1}
    owners = {row["obligor_id"] for row in written.tables["facilities"] if row["facility_id"] in repeated}
    assert len(repeated) == 2
    assert owners == {"S13-SLOPPY"}
    for name in ("parties", "relationships", "protections"):
        key = INPUT_TABLES[name].key[0]
        assert max(Counter(row[key] for row in written.tables[name]).values()) == 1


def test_public_identifiers_have_right_check_digits_but_the_planted_one(written):
    wrong = [
        row["party_id"] for row in written.tables["parties"] if row["uscc"] and not uscc.is_valid(row["uscc"])
    ]
    assert wrong == ["S13-MISCODED"]
    assert all(lei.is_valid(row["lei"]) for row in written.tables["parties"] if row["lei"])


def test_the_run_date_and_the_month_before_have_rates_and_two_quarters_have_capital(written):
    assert {row["as_of"] for row in written.tables["fx_rates"]} == {"2026-05-31", "2026-06-30"}
    assert sorted(row["as_of"] for row in written.tables["capital"]) == ["2026-03-31", "2026-06-30"]
    assert written.capital("net_capital") == Decimal("6200000000.00")
    assert written.capital("tier1_capital") == Decimal("5000000000.00")
    # Tier 1 falls while net capital stands still: whatever breaks, breaks through tier 1 alone.
    assert written.capital("tier1_capital", previous=True) > written.capital("tier1_capital")
    assert written.capital("net_capital", previous=True) == written.capital("net_capital")


def test_loans_are_about_forty_billion(written):
    loans = sum(
        written.rates[row["currency"]] * Decimal(row["drawn"] or 0)
        for row in written.tables["facilities"]
        if row["product"] in ("loan", "trade_finance", "bill_discount", "overdraft", "finance_lease")
        and not row["obligor_id"].startswith("S13-")
    )
    assert Decimal("35e9") < loans < Decimal("45e9")


def components(edges):
    parent = {}

    def find(party):
        parent.setdefault(party, party)
        while parent[party] != party:
            parent[party] = parent[parent[party]]
            party = parent[party]
        return party

    for first, second in edges:
        parent[find(first)] = find(second)
    found = defaultdict(set)
    for party in list(parent):
        found[find(party)].add(party)
    return list(found.values())


def guarantees_among_firms(written):
    """Both places: the relationship table, and protections whose provider is a firm. Stories left out."""
    facilities = {row["facility_id"]: row for row in written.tables["facilities"]}
    covered = {
        row["protection_id"]: facilities[row["facility_id"]] for row in written.tables["protection_covers"]
    }
    edges = [
        (row["provider_id"], covered[row["protection_id"]]["obligor_id"])
        for row in written.tables["protections"]
        if row["kind"] == "guarantee"
    ]
    edges += [
        (row["source_party_id"], row["target_party_id"])
        for row in written.tables["relationships"]
        if row["kind"] == "guarantee"
    ]
    return [edge for edge in edges if edge[0].startswith("C-")]


def test_guarantee_components_are_pairs_then_a_tail_then_one_giant(written):
    sizes = Counter(len(component) for component in components(guarantees_among_firms(written)))
    # The share of pairs in the network of a Chinese bank: 6,573 of 7,158 components, 92 %.
    assert 0.91 < sizes[2] / sizes.total() < 0.93
    assert [size for size in sizes if size > 40] == [120]
    assert sum(count for size, count in sizes.items() if 3 <= size <= 40) >= 20


def test_no_background_guarantee_closes_a_ring(written):
    debtors = defaultdict(set)
    for guarantor, debtor in guarantees_among_firms(written):
        debtors[guarantor].add(debtor)
    # Peel off parties that guarantee nobody left; a ring would never be peeled.
    while True:
        done = {g for g, ds in debtors.items() if not any(debtors.get(d) for d in ds)}
        if not done:
            break
        for guarantor in done:
            del debtors[guarantor]
    assert not debtors


def test_chains_of_ownership_are_up_to_five_firms_long(written):
    parent = {
        row["target_party_id"]: row["source_party_id"]
        for row in written.tables["relationships"]
        if row["kind"] == "shareholding"
        and int(row["voting_bp"]) > 5_000
        and row["source_party_id"].startswith("C-")
    }

    def depth(firm):
        return 1 + (depth(parent[firm]) if firm in parent else 0)

    assert max(depth(firm) for firm in parent) == 5


def test_ownership_groups_thin_out_with_the_square_of_their_size(written):
    edges = [
        (row["source_party_id"], row["target_party_id"])
        for row in written.tables["relationships"]
        if row["kind"] == "shareholding" and int(row["voting_bp"]) > 5_000
    ]
    groups = [{p for p in c if p.startswith("C-")} for c in components(edges)]
    sizes = Counter(len(group) for group in groups)
    # Weights 1/4 and 1/16: about four pairs to each group of four; wide bounds, since chance is at work.
    assert 2 < sizes[2] / sizes[4] < 9
    assert max(sizes) >= 10


@pytest.fixture
def background_groups(written):
    """Everything that any book might join, whatever its assessment or dates, weak trade links and stakes aside."""

    def joins(row):
        if row["source_party_id"] in HUBS or row["kind"] == "guarantee":
            return False
        if row["kind"] == "shareholding":
            return int(row["voting_bp"]) > 2_000
        return row["kind"] != "economic_dependence" or int(row["dependence_bp"]) >= 5_000

    links = [
        (row["source_party_id"], row["target_party_id"])
        for row in written.tables["relationships"]
        if not row["source_party_id"].startswith("S") and joins(row)
    ]
    alone = [
        (row["party_id"], row["party_id"])
        for row in written.tables["parties"]
        if row["party_id"][:2] in ("C-", "N-")
    ]
    return components(links + alone)


def test_background_groups_stay_below_forty_percent_of_every_line(written, background_groups, rulebooks):
    moved = defaultdict(Decimal)
    facilities = {row["facility_id"]: row for row in written.tables["facilities"]}
    payer = {row["protection_id"]: row["provider_id"] for row in written.tables["protections"]}
    for cover in written.tables["protection_covers"]:
        rate = written.rates[facilities[cover["facility_id"]]["currency"]]
        moved[payer[cover["protection_id"]]] += rate * Decimal(cover["covered_amount"])
    joint = defaultdict(Decimal)
    for row in written.tables["facilities"]:
        if row["joint_obligor_ids"]:
            joint[row["joint_obligor_ids"]] += written.rates[row["currency"]] * Decimal(row["commitment"])
    lines = [
        rule for book in rulebooks.values() for rule in book.get("limit", ())
        if rule["applies_to"] in ("any", "non_interbank")
    ]  # fmt: skip
    interbank = [rule for rule in rulebooks["example_policy"]["limit"] if rule["applies_to"] == "interbank"]
    for group in background_groups:
        is_interbank = any(party.startswith("BANK-") for party in group)
        # Accrued interest is at most 60 basis points of what is drawn. A firm's guarantee moves nothing.
        total = sum(written.nominal(party) * Decimal("1.006") + joint[party] for party in group)
        total += sum(moved[party] for party in group if is_interbank)
        for rule in interbank if is_interbank else lines:
            assert total < written.limit(rule) * Decimal("0.4"), (sorted(group), rule["id"])


def test_holders_from_outside_never_add_up_to_control(written, background_groups):
    group_of = {party: at for at, group in enumerate(background_groups) for party in group}
    outside = Counter()
    for row in written.tables["relationships"]:
        ends = (row["source_party_id"], row["target_party_id"])
        if (
            row["kind"] == "shareholding"
            and set(ends) <= set(group_of)
            and group_of[ends[0]] != group_of[ends[1]]
        ):
            outside[ends[1]] += int(row["voting_bp"])
    assert outside
    assert max(outside.values()) <= 4_000


def test_background_votes_in_a_firm_never_pass_the_whole(written):
    votes = Counter()
    for row in written.tables["relationships"]:
        if row["kind"] == "shareholding" and not row["target_party_id"].startswith("S13-"):
            votes[row["target_party_id"]] += int(row["voting_bp"])
    assert max(votes.values()) <= 10_000


def test_background_loans_are_at_most_a_few_days_past_due(written):
    late = [
        int(r["past_due_days"]) for r in written.tables["facilities"] if not r["obligor_id"].startswith("S")
    ]
    assert max(late) <= 30
    assert 1 <= sum(days > 0 for days in late) <= 60


def test_no_background_facility_is_past_maturity_or_overdrawn(written):
    for row in written.tables["facilities"]:
        if row["obligor_id"].startswith("S13-"):
            continue
        drawn = Decimal(row["drawn"] or 0)
        assert drawn <= Decimal(row["commitment"])
        if Decimal(row["commitment"]) > 0 and row["maturity_date"]:
            assert row["start_date"] < "2026-06-30" < row["maturity_date"]


def test_an_asset_is_pledged_once_but_in_the_story_of_the_steel_traders(written):
    pledged = Counter(
        row["asset_reference"] for row in written.tables["protections"] if row["asset_reference"]
    )
    assert [asset for asset, count in pledged.items() if count > 1] == ["WAREHOUSE-7/LOT-2291"]
    assert pledged["WAREHOUSE-7/LOT-2291"] == 2


def test_background_guarantors_own_at_least_twice_what_they_guarantee(written):
    given = Counter()
    amounts = {
        row["protection_id"]: row for row in written.tables["protections"] if row["kind"] == "guarantee"
    }
    for row in amounts.values():
        given[row["provider_id"]] += Decimal(row["value"]) * written.rates[row["currency"]]
    for row in written.tables["relationships"]:
        if row["kind"] == "guarantee":
            given[row["source_party_id"]] += Decimal(row["amount"])
    owned = defaultdict(list)
    for row in written.tables["financial_statements"]:
        if row["item"] == "net_assets":
            owned[row["party_id"]].append(Decimal(row["amount"]))
    for guarantor in [party for party in given if not party.startswith(("S06", "S13"))]:
        assert given[guarantor] * 2 < min(owned[guarantor]), guarantor


def test_a_renewed_background_loan_is_a_small_part_of_what_its_obligor_owes(written):
    renewed = [
        r for r in written.tables["facilities"] if r["refinances_facility_id"] and r["obligor_id"][:2] == "C-"
    ]
    assert renewed
    for row in renewed:
        owed = sum(
            Decimal(r["drawn"] or 0) * written.rates[r["currency"]]
            for r in written.facilities_of[row["obligor_id"]]
        )
        assert Decimal(row["drawn"]) * 5 < owed


def test_background_statement_versions_differ_by_less_than_one_percent(written):
    versions = defaultdict(set)
    for row in written.tables["financial_statements"]:
        if not row["party_id"].startswith("S09"):
            versions[row["party_id"], row["period_end"], row["item"]].add(Decimal(row["amount"]))
    assert any(len(amounts) > 1 for amounts in versions.values())
    assert all(max(amounts) - min(amounts) <= max(amounts) / 100 for amounts in versions.values())


def test_the_dirty_story_names_codes_that_exist_and_every_one_that_was_asked_for(written):
    codes = {finding["finding_code"] for finding in written.stories["S13"]["expected"]["findings"]}
    assert codes <= set(FINDING_KINDS)
    asked = """key_missing id_duplicate id_conflict value_invalid value_unknown amount_invalid amount_precision
    amount_negative amount_missing currency_unknown rate_missing dates_out_of_order reference_missing self_loop
    share_out_of_range votes_over_100 drawn_above_commitment past_maturity identifier_invalid protection_unused
    column_unknown"""
    assert codes == set(asked.split())
    assert "XQZ" not in currency_exponents()
    assert "JPY" in currency_exponents()


def test_no_background_firm_lives_on_another(written):
    trade = [row for row in written.tables["payments"] if "S14" not in row["payer_id"] + row["payee_id"]]
    assert len(trade) >= 1_000
    for end, other in (("payer_id", "payee_id"), ("payee_id", "payer_id")):
        whole, part = defaultdict(Decimal), defaultdict(Decimal)
        for row in trade:
            whole[row[end]] += Decimal(row["amount"])
            part[row[end], row[other]] += Decimal(row["amount"])
        assert all(amount * 4 < whole[party] for (party, _), amount in part.items())
