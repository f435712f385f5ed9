"""An earmark claims what the next run finds of its deal once it is booked, on any small bank, and two never less than both."""

import tempfile
from datetime import UTC, datetime, time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from riskmon.operations.checks import Decisions
from riskmon.operations.earmarks.claims import measures_of
from riskmon.store.snapshots import Snapshots
from tests.builders import AS_OF
from tests.properties.test_check_equals_the_next_run import (
    _in_yen,
    banks,
    booked,
    limits_of,
    proposals,
    run_of,
)

NOON = datetime.combine(AS_OF, time(12), UTC)
GATED = ("basel_lex", "cn_large_exposures", "eu_crr", "us_sccl")
"""Books under which several deals may open a gate that none of them opens alone: their groups are those of the next run."""


def claims_under(data: Path, *deals):
    """What each deal claims of each line: amount, and what the line owes before it, None where nothing is claimed."""
    snapshots = Snapshots(data)
    run_id = snapshots.find().manifest.run_id
    measure = measures_of(Decisions(snapshots), most_days=3)(run_id, 0)
    return [measure(deal, NOON) for deal in deals]


@settings(
    max_examples=5,
    # The same banks every time: each takes three whole runs.
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(bank=banks().map(_in_yen), first=proposals(), second=proposals())
def test_a_claim_is_what_the_next_run_finds_and_two_claims_hold_what_two_deals_do(bank, first, second):
    second = second.model_copy(update={"deal_id": "SECOND"})
    with tempfile.TemporaryDirectory() as folder:
        data = run_of(Path(folder) / "before", bank)
        before = limits_of(data)
        after = limits_of(run_of(Path(folder) / "after", booked(bank, first)))
        both = limits_of(run_of(Path(folder) / "both", booked(booked(bank, first), second)))
        told = claims_under(data, first, second)
    if any(each.claims is None for each in told):
        return
    one, two = ({claim.line: claim.amount_minor for claim in each.claims} for each in told)
    for line, (amount, _) in after.items():
        if line in before:
            grown = amount - before[line][0]
            # Of a central counterparty the larger of two parts is tested, and both are claimed in full.
            assert grown == one.get(line, 0) or ("ccp" in line[1] and grown <= one[line]), line
        elif amount:
            assert line in one, line
    for line, (amount, _) in both.items():
        if line[0] in GATED or line[1].startswith("family"):
            continue
        if line in before:
            assert amount - before[line][0] <= one.get(line, 0) + two.get(line, 0), line
        elif amount:
            # A group that only the two make together is claimed on by each that adds to it.
            assert one.get(line, 0) + two.get(line, 0) > 0, line
