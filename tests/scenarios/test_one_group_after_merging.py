"""BP as two registers record it: two halves until the firms that stand in both are seen to be the same.

The figures are those of the publisher of the data: 22 firms under two records, and after they are merged one control
component of 161. GLEIF also has one international branch, managed by its head office; with it the component is 162.
"""

from collections import Counter
from datetime import date
from pathlib import Path

import networkx as nx
import polars as pl
import pytest

from riskmon import validate
from riskmon.groups.stage import party_controllers
from riskmon.ingest import read_bank
from riskmon.operations.import_data import import_bods
from riskmon.rulebook.select import select

PACKAGE = Path(__file__).parents[1] / "data" / "real_groups_bods" / "213800LH1BZH3DI6G760.jsonl"
SELECTION = select(["basel_lex"], as_of=date(2026, 6, 30))


@pytest.fixture(scope="module")
def delivered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bp")
    import_bods([PACKAGE], folder)
    return read_bank(folder, required=())


def components(frames):
    found = party_controllers(frames["parties"], frames["relationships"], SELECTION.books[0].grouping)
    links = found.select("party_key", "controlled_by").explode("controlled_by").drop_nulls()
    return sorted(map(len, nx.connected_components(nx.Graph(links.rows()))), reverse=True)


def test_firms_that_two_registers_name_are_merged_and_the_group_is_one(delivered):
    frames = validate.run(delivered, SELECTION)
    assert Counter(frames["party_aliases"]["identifier"]) == {"registration_number": 22}
    assert frames["parties"].height == delivered["parties"].height - 22
    assert components(frames)[0] == 162
    without_branch = frames["relationships"].filter(pl.col("basis").fill_null("") != "management")
    assert components({**frames, "relationships": without_branch})[0] == 161


def test_without_the_company_numbers_the_two_halves_do_not_meet(delivered):
    parties = delivered["parties"].with_columns(registration_number=pl.lit(None, dtype=pl.String))
    frames = validate.run({**delivered, "parties": parties}, SELECTION)
    assert frames["party_aliases"].is_empty()
    # the half of the national register is 95; the other is 60 by direct links, more with those that GLEIF reports
    assert components(frames)[0] == 95
