"""The desk: what deals may be done on one snapshot, answered again and again for whatever is proposed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from riskmon.domain.terms import PARTLY_MEASURED_PRODUCTS, POOLED_PRODUCTS
from riskmon.operations.checks.deal import Deal
from riskmon.operations.checks.decision_book import DecisionBook
from riskmon.operations.checks.effects import changes, standing_lines
from riskmon.operations.checks.lines import Line, LineKey, Standing
from riskmon.operations.checks.measuring import Cell, Shape
from riskmon.operations.checks.verdict import Judged, Outcome, judged
from riskmon.operations.citations import Said
from riskmon.store.waivers import Allowance

Cells = tuple[Cell, ...]
Veto = dict[str, object]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a deal adds, or why it is refused without measuring."""

    cells: Cells
    shape: Shape | None
    amount: int = 0
    refused: Judged | None = None

    def adds_the_same(self, other: "Measured", *, by_product: bool) -> bool:
        """Whether another deal adds to the same parties the same amounts. by_product: of the same products."""
        first = 2 if by_product else 3
        return len(self.cells) == len(other.cells) and all(
            own[:2] + own[first:] == theirs[:2] + theirs[first:]
            for own, theirs in zip(self.cells, other.cells, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Desk:
    """A snapshot, how old it may be, and what is claimed on its lines already. Serves one question and what follows from it.

    Attributes:
        decisions: the snapshot.
        today: the day of the question.
        most_days: for how many days after its date the snapshot may be decided on.
        claims: by line, what stands between the snapshot and now.
        in_haste: refuse to group again, which may take its time.
        allowances: what waivers allow beyond limits; those that have lapsed allow nothing.
    """

    decisions: DecisionBook
    today: date
    most_days: int
    claims: Mapping[LineKey, int]
    in_haste: bool = False
    allowances: Sequence[Allowance] = ()
    _lines: dict[object, tuple[Standing, ...]] = field(default_factory=dict)

    def judge(self, deals: Sequence[Deal]) -> Judged:
        """What the deals do together.

        Raises:
            TakesTimeError: in haste, and parts of the book have to be grouped again.
        """
        return self.judge_measured([self.measure(deal) for deal in deals])

    def judge_measured(self, found: Sequence[Measured]) -> Judged:
        """What deals that are measured already do together."""
        refused = min((each.refused for each in found if each.refused), key=_rank, default=None)
        if refused is not None:
            return refused
        cells = _joined([each.cells for each in found])
        verdict = judged(self.lines(cells), self._vetoed(cells))
        if self.age > self.most_days:
            as_of = self.decisions.selection.as_of
            return replace(
                verdict,
                outcome=Outcome.SNAPSHOT_STALE,
                detail=f"{as_of}, {self.age} days ago, at most {self.most_days}",
                detail_zh=f"{as_of}，已过{self.age}天，最多{self.most_days}天",
            )
        return verdict

    @property
    def age(self) -> int:
        """How many days old the snapshot is."""
        return (self.today - self.decisions.selection.as_of).days

    def fits(self, found: Sequence[Cells]) -> bool:
        """Whether deals pass together, as `judge_measured` says at greater length."""
        cells = _joined(found)
        if self.age > self.most_days or self._vetoed(cells):
            return False
        claims = self.claims
        return all(line.lets_pass(cells, claims.get(line.key, 0)) for line in self.standing_lines(cells))

    def measure(self, deal: Deal) -> Measured:
        """What one deal adds, or why that cannot be said."""
        keys = self.decisions.keys
        obligor = keys.get(deal.obligor_id)
        named = [each.provider_id for each in deal.protections]
        providers = [None if party_id is None else keys.get(party_id) for party_id in named]
        if obligor is None:
            return Measured((), None, refused=Judged(Outcome.PARTY_UNKNOWN, detail=deal.obligor_id))
        for party_id, key in zip(named, providers, strict=True):
            if party_id is not None and key is None:
                return Measured((), None, refused=Judged(Outcome.PARTY_UNKNOWN, detail=party_id))
        gap = self._gap(deal, obligor)
        if gap is not None:
            return Measured((), None, refused=Judged(Outcome.NOT_COMPUTABLE, detail=gap.en, detail_zh=gap.zh))
        shape = self.decisions.measurer.shape(deal, obligor, providers)
        amount = deal.amount_minor
        return Measured(shape.cells(amount), shape, amount)

    def seen(self) -> frozenset[LineKey]:
        """The keys of every line that was looked at."""
        return frozenset(line.key for lines in self._lines.values() for line in lines)

    def reporting_minor(self, deal: Deal) -> int:
        """The deal's amount in the reporting currency, rounded up: what deals are compared by."""
        return self.decisions.measurer.reporting_minor(deal)

    def standing_lines(self, cells: Cells) -> tuple[Standing, ...]:
        """The lines that cells concern, kept for all amounts that concern the same."""
        changed = changes(self.decisions, cells)
        alike = tuple([(cell.book_id, cell.party_key, cell.product, cell.is_complete) for cell in cells])
        key = alike, tuple(sorted(changed.items())) if changed else ()
        if key not in self._lines:
            self._lines[key] = standing_lines(self.decisions, cells, changed, in_haste=self.in_haste)
        return self._lines[key]

    def concerns_the_same(self, cells: Cells, other: Cells) -> bool:
        """Whether two amounts of one deal change the same in who counts in groups and who opens a gate."""
        return changes(self.decisions, cells) == changes(self.decisions, other)

    def lines(self, cells: Cells) -> list[Line]:
        """These lines with the cells, in the same order."""
        claims = self.claims
        found = [line.with_deal(cells, claims.get(line.key, 0)) for line in self.standing_lines(cells)]
        return [self._allowed(line) for line in found] if self.allowances else found

    def _allowed(self, line: Line) -> Line:
        """The line with what live waivers let it be passed by."""
        live = [a for a in self.allowances if a.line == line.key and a.valid_until >= self.today]
        return line._replace(
            waived=sum(each.amount_minor for each in live), waivers=tuple(each.proposal_id for each in live)
        )

    def _gap(self, deal: Deal, obligor: int) -> Said | None:
        """What the exposure of the deal cannot be computed without; None where nothing is missing."""
        measurer = self.decisions.measurer
        if deal.product in POOLED_PRODUCTS:
            return Said(
                f"who stands behind a {deal.product}, and with how much, is not told in a deal",
                f"业务中未列明{deal.product}背后的债务人及其份额",
            )
        if deal.product in PARTLY_MEASURED_PRODUCTS:
            return Said(
                f"the exposure of a {deal.product} is more than its amount: the netting set, the market value and the "
                "collateral are not told in a deal",
                f"{deal.product}的风险暴露不等于其金额：业务中未列明净额结算组合、市值及抵押品",
            )
        for currency in (deal.currency, *(each.currency for each in deal.protections)):
            if not measurer.has_rate(currency):
                return Said(f"no exchange rate of {currency} is known", f"缺少{currency}汇率")
            if measurer.is_stale(currency):
                return Said(f"the exchange rate of {currency} is stale", f"{currency}汇率已过期")
        if obligor in self.decisions.covered:
            return Said(
                f"a protection covers all facilities of {deal.obligor_id}, and which of them it would serve is not settled",
                f"有一项缓释覆盖{deal.obligor_id}的全部业务，其分配次序未定",
            )
        return None

    def _vetoed(self, cells: Cells) -> tuple[Veto, ...]:
        """Signals on the obligors, on who would pay for them, and on the groups they are in."""
        vetoed = self.decisions.vetoed
        # The obligor's own cells have a product, and veto whatever the amount is.
        parties = [
            cell.party_key
            for cell in cells
            if cell.party_key in vetoed and (cell.is_exposed or cell.product is not None)
        ]
        return tuple(self._signals(frozenset(parties))) if parties else ()

    def _signals(self, parties: frozenset[int]) -> list[Veto]:
        decisions = self.decisions
        subjects: set[tuple[str, int]] = {("", key) for key in parties}
        for book_id, groups in decisions.groups.items():
            subjects |= {(book_id, groups.anchor(at)) for key in parties for at in groups.of(key)}
        found = [veto for subject in subjects for veto in decisions.vetoes.get(subject, ())]
        return sorted(found, key=lambda veto: (str(veto["signal_id"]), str(veto["subject_id"])))


def _joined(found: Sequence[Cells]) -> Cells:
    return found[0] if len(found) == 1 else tuple(cell for cells in found for cell in cells)


def _rank(refused: Judged) -> int:
    return list(Outcome).index(refused.outcome)
