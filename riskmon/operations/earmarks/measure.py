"""What a deal claims: the stages run once more over the tables of the run with the deal as a facility, and what grew.

The amounts are those of the next run by construction, whatever the deal does to groups. It takes as long as a run.
"""

from datetime import UTC, datetime
from typing import Final

import numpy as np
import polars as pl

from graph_models.arrays import components
from riskmon.domain.money import exact_sum
from riskmon.domain.terms import OFF_BALANCE_PRODUCTS, PARTLY_MEASURED_PRODUCTS, POOLED_PRODUCTS
from riskmon.limits.bank_limits import BOOK_ID
from riskmon.limits.subjects import MEASURES
from riskmon.operations.assessments import assessments_known
from riskmon.operations.earmarks.answers import PlaceOutcome
from riskmon.operations.earmarks.deal import Deal
from riskmon.operations.earmarks.ledger import Measured, Measures
from riskmon.operations.recorded import selection_of
from riskmon.operations.rerun import Tables, outputs_with
from riskmon.store.database import Place
from riskmon.store.ledger import Claim
from riskmon.store.snapshots import Snapshots

_LINE: Final = ["book_id", "limit_id", "subject_kind", "subject_id"]
_OURS: Final = "riskmon earmark "
"""What the ids of the facilities begin with that are added."""


def measures_of(snapshots: Snapshots, place: Place, *, most_days: int) -> Measures:
    """Measures of the runs of a data folder. most_days: for how many days after its date a run may be decided on."""
    kept: dict[str, RunMeasure] = {}

    def of_run(run_id: str) -> RunMeasure:
        if run_id not in kept:
            kept[run_id] = RunMeasure(snapshots, place, run_id, most_days)
        return kept[run_id]

    return of_run


class RunMeasure:
    """What deals do to the limits of one run."""

    def __init__(self, snapshots: Snapshots, place: Place, run_id: str, most_days: int) -> None:
        """Read what the run was made of and what it found."""
        snapshot = snapshots.find(run_id)
        self._manifest = snapshot.manifest
        self._most_days = most_days
        self._selection = selection_of(snapshot.manifest)
        self._inputs = snapshots.inputs(snapshot)
        self._assessments = assessments_known(place, snapshot.manifest.known_at)
        names = ("headroom", "signals", "group_members", "obligor_exposures", "parties", "party_aliases")
        self._found = {name: snapshots.table(snapshot, name).collect() for name in (*names, "relationships")}
        self._aliases = dict(self._found["party_aliases"].select("alias_id", "party_id").iter_rows())
        self._beside: dict[tuple[str, ...], pl.DataFrame] = {(): self._found["headroom"]}

    def __call__(self, deal: Deal, at: datetime) -> Measured:
        """What the deal claims of every limit it adds to, those of groups included that others could make testable."""
        obligor = self._aliases.get(deal.obligor_id, deal.obligor_id)
        if obligor not in self._found["parties"]["party_id"]:
            return Measured(None, PlaceOutcome.PARTY_UNKNOWN, deal.obligor_id)
        if deal.product in (*POOLED_PRODUCTS, *PARTLY_MEASURED_PRODUCTS):
            return Measured(None, PlaceOutcome.NOT_COMPUTABLE, f"a {deal.product} is more than its amount")
        around = self._owing_nothing_around(obligor)
        after = self._outputs([(obligor, deal), *self._probes(around)])
        if f"{_OURS}0" not in after["facilities"]["facility_id"]:
            return Measured(None, PlaceOutcome.NOT_COMPUTABLE, f"no rate of {deal.currency} is known")
        grown = self._grown(self._headroom_beside(around), after)
        claims = _claims(grown)
        return Measured(claims, *self._refused(obligor, at, grown))

    def _refused(self, obligor: str, at: datetime, grown: pl.DataFrame) -> tuple[PlaceOutcome | None, str]:
        """Why nothing may be placed, whatever is left."""
        age = (at.astimezone(UTC).date() - self._manifest.as_of).days
        if age > self._most_days:
            return (
                PlaceOutcome.SNAPSHOT_STALE,
                f"as of {self._manifest.as_of}, at most {self._most_days} days",
            )
        vetoes = self._vetoes(obligor)
        if vetoes:
            return PlaceOutcome.VETOED, ", ".join(vetoes)
        unknown = grown.filter(
            pl.any_horizontal(pl.col("limit_minor", "amount_minor", "room_minor").is_null())
        )
        if unknown.height:
            return PlaceOutcome.LIMIT_UNKNOWN, "/".join(unknown.select(_LINE).row(0))
        frozen: list[str] = (
            self._inputs["bank_limits"].filter("is_frozen")["limit_id"].to_list()
            if "bank_limits" in self._inputs
            else []
        )
        held = grown.filter(pl.col("limit_id").is_in(frozen), pl.col("book_id") == BOOK_ID)
        if held.height:
            return PlaceOutcome.LIMIT_FROZEN, "/".join(held.select(_LINE).row(0))
        return None, ""

    def _grown(self, before: pl.DataFrame, after: Tables) -> pl.DataFrame:
        """The lines that the deal adds to: amount_minor, room_minor (of the run itself where it has the line)."""
        measured = after["headroom"].select(*_LINE, "limit_minor", "exposure_minor", "is_hard", "measure")
        then = before.select(*_LINE, beside_minor="exposure_minor", beside="headroom_minor")
        own = self._found["headroom"].select(*_LINE, own="headroom_minor", is_own=pl.lit(value=True))
        owed = self._owed_in_groups(after["group_members"])
        # A group that is tested only with the deal owed what its members did.
        amount = pl.col("exposure_minor") - pl.coalesce("beside_minor", "owed_minor", pl.lit(0))
        left = (
            pl.when(pl.col("is_own"))
            .then("own")
            .when(pl.col("book_id") == BOOK_ID)
            .then(pl.coalesce("beside", "limit_minor"))
            .otherwise(pl.col("limit_minor") - pl.col("owed_minor").fill_null(0))
        )
        return (
            measured.join(then, on=_LINE, how="left")
            .join(own, on=_LINE, how="left")
            .join(owed, on=["book_id", "subject_id", "measure"], how="left")
            .select(*_LINE, "is_hard", "limit_minor", amount_minor=amount, room_minor=left)
            .filter((pl.col("amount_minor") > 0) | pl.col("amount_minor").is_null())
            .sort(_LINE)
        )

    def _owed_in_groups(self, members: pl.DataFrame) -> pl.DataFrame:
        """What members of groups owe in the run: book_id, subject_id, measure, owed_minor. No group has less than this left."""
        found = members.join(
            self._found["obligor_exposures"],
            left_on=["book_id", "party_id"],
            right_on=["book_id", "obligor_id"],
        )
        sums = found.group_by("book_id", subject_id="group_id").agg(
            exact_sum(amount).alias(measure) for measure, amount in MEASURES.items()
        )
        return sums.unpivot(
            on=list(MEASURES),
            index=["book_id", "subject_id"],
            variable_name="measure",
            value_name="owed_minor",
        )

    def _headroom_beside(self, around: tuple[str, ...]) -> pl.DataFrame:
        if around not in self._beside:
            self._beside[around] = self._outputs(self._probes(around))["headroom"]
        return self._beside[around]

    def _owing_nothing_around(self, obligor: str) -> tuple[str, ...]:
        """Who hangs together with the obligor and owes nothing, so that a group with it may not be tested today."""
        parties = self._found["parties"]
        keys = dict(zip(parties["party_id"], range(parties.height), strict=True))
        links = self._found["relationships"].select("source_party_id", "target_party_id")
        ends = [np.array([keys[each] for each in links[name]], dtype=np.int32) for name in links.columns]
        part = components(parties.height, ends[0], ends[1], is_strong=False)
        near = parties.filter(
            pl.Series(part == part[keys[obligor]]), ~pl.col("is_own_bank").fill_null(value=False)
        )
        named = {obligor, *near["party_id"]}
        register = self._inputs.get("related_parties")
        if register is not None and obligor in register["party_id"]:
            named |= {self._aliases.get(each, each) for each in register["party_id"]} & keys.keys()
        owing = set(self._found["obligor_exposures"]["obligor_id"])
        return tuple(sorted(named - owing - {obligor}))

    def _probes(self, around: tuple[str, ...]) -> list[tuple[str, Deal]]:
        """The least that makes a party count: one minor unit."""
        probe = Deal(
            obligor_id="any", product="loan", amount="1", currency=self._manifest.currency
        ).of_amount(1)
        return [(party_id, probe) for party_id in around]

    def _outputs(self, deals: list[tuple[str, Deal]]) -> Tables:
        delivered = self._inputs["facilities"]
        rows: list[dict[str, object]] = [
            {
                "row_number": delivered.height + number,
                "facility_id": f"{_OURS}{number}",
                "obligor_id": obligor,
                "product": deal.product,
                "currency": deal.currency,
                "commitment_minor": deal.amount_minor,
                "drawn_minor": None if deal.product in OFF_BALANCE_PRODUCTS else deal.amount_minor,
                "start_date": deal.start_date,
                "maturity_date": deal.maturity_date,
                "faults": [],
            }
            for number, (obligor, deal) in enumerate(deals)
        ]
        added = pl.DataFrame(
            [{name: row.get(name) for name in delivered.columns} for row in rows], schema=delivered.schema
        )
        tables = {**self._inputs, "facilities": pl.concat([delivered, added])}
        return outputs_with(tables, self._selection, self._assessments)

    def _vetoes(self, obligor: str) -> list[str]:
        """Raised signals that block new credit of the obligor or a group of it; a broken limit speaks for itself."""
        of_limits = [rule.id for rule in self._selection.early_warning.signals if rule.veto == "hard_breach"]
        groups = self._found["group_members"].filter(party_id=obligor)["group_id"]
        is_ours = pl.col("subject_id").is_in([obligor, *groups])
        raised = self._found["signals"].filter(
            pl.col("state") == "raised", pl.col("is_veto"), is_ours, ~pl.col("signal_id").is_in(of_limits)
        )
        return [
            f"{signal} on {subject}"
            for signal, subject in raised.select("signal_id", "subject_id").iter_rows()
        ]


def _claims(grown: pl.DataFrame) -> tuple[Claim, ...] | None:
    """The lines as claims; None where one cannot say what is added."""
    if grown["amount_minor"].has_nulls():
        return None
    return tuple(
        Claim((row["book_id"], row["limit_id"], row["subject_kind"], row["subject_id"]), row["amount_minor"], row["room_minor"], row["is_hard"])
        for row in grown.iter_rows(named=True)
    )  # fmt: skip
