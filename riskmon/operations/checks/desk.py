"""The desk: what deals may be done on one snapshot, answered again and again for whatever is proposed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from riskmon.domain.terms import PARTLY_MEASURED_PRODUCTS, POOLED_PRODUCTS
from riskmon.operations.checks.cells import Cell
from riskmon.operations.checks.deal import Deal
from riskmon.operations.checks.decision_book import DecisionBook
from riskmon.operations.checks.effects import lines_of
from riskmon.operations.checks.lines import LineKey
from riskmon.operations.checks.verdict import Judged, Outcome, judged


@dataclass(frozen=True, slots=True)
class Desk:
    """A snapshot, how old it may be, and what is claimed on its lines already.

    Attributes:
        decisions: the snapshot.
        today: the day of the question.
        most_days: for how many days after its date the snapshot may be decided on.
        claims: by line, what stands between the snapshot and now.
    """

    decisions: DecisionBook
    today: date
    most_days: int
    claims: Mapping[LineKey, int]

    def judge(self, deals: Sequence[Deal]) -> Judged:
        """What the deals do together."""
        return self.judge_cells([self.cells(deal) for deal in deals])

    def judge_cells(self, found: Sequence["Measured"]) -> Judged:
        """What deals that are measured already do together."""
        refused = min((each.refused for each in found if each.refused), key=_rank, default=None)
        if refused is not None:
            return refused
        lines = lines_of(self.decisions, [cell for each in found for cell in each.cells], self.claims)
        vetoes = {_veto_key(veto): veto for each in found for veto in each.vetoes}
        verdict = judged(lines, [vetoes[key] for key in sorted(vetoes)])
        age = (self.today - self.decisions.selection.as_of).days
        if age > self.most_days:
            as_of = self.decisions.selection.as_of
            detail = f"{as_of}, {age} days ago, at most {self.most_days}"
            return Judged(Outcome.SNAPSHOT_STALE, lines, verdict.binding, detail, verdict.vetoes)
        return verdict

    def cells(self, deal: Deal) -> "Measured":
        """What one deal adds, or why that cannot be said."""
        keys = self.decisions.keys
        named = [deal.obligor_id, *(each.provider_id for each in deal.protections if each.provider_id)]
        unknown = [party_id for party_id in named if party_id not in keys]
        if unknown:
            return Measured((), Judged(Outcome.PARTY_UNKNOWN, detail=unknown[0]))
        gap = self._gap(deal)
        if gap:
            return Measured((), Judged(Outcome.NOT_COMPUTABLE, detail=gap))
        providers = [keys[each.provider_id] if each.provider_id else None for each in deal.protections]
        cells = self.decisions.measurer.cells(deal, keys[deal.obligor_id], providers)
        return Measured(cells, None, tuple(self._vetoes(keys[deal.obligor_id], cells)))

    def reporting_minor(self, deal: Deal) -> int:
        """The deal's amount in the reporting currency, rounded up: what deals are compared by."""
        return self.decisions.measurer.reporting_minor(deal)

    def room(self, party_key: int) -> int:
        """The least headroom that a party has as an obligor, in minor units of the reporting currency."""
        limits = self.decisions.limits
        rooms = [
            terms.limit_minor - int(now.amounts[terms.measure][party_key])
            for book_id, now in self.decisions.parties.items()
            for terms in limits.of(
                book_id, "obligor", party_key, has_institution=limits.is_institution(book_id, party_key)
            )
            if terms.limit_minor is not None and terms.measure in now.amounts
        ]
        return min(rooms, default=0)

    def _gap(self, deal: Deal) -> str:
        """What the exposure of the deal cannot be computed without; empty where nothing is missing."""
        measurer = self.decisions.measurer
        if deal.product in POOLED_PRODUCTS:
            return f"who stands behind a {deal.product} is not told in a deal"
        if deal.product in PARTLY_MEASURED_PRODUCTS:
            return f"the exposure of a {deal.product} is more than its amount"
        for currency in (deal.currency, *(each.currency for each in deal.protections)):
            if not measurer.has_rate(currency):
                return f"no exchange rate of {currency} is known"
            if measurer.is_stale(currency):
                return f"the exchange rate of {currency} is stale"
        if self.decisions.keys[deal.obligor_id] in self.decisions.covered:
            return f"a protection covers all facilities of {deal.obligor_id}, and which of them it would serve is not settled"
        return ""

    def _vetoes(self, obligor_key: int, cells: Sequence[Cell]) -> list[dict[str, object]]:
        """Signals on the obligor, on who would pay for it, and on the groups they are in."""
        decisions, found = self.decisions, []
        parties = {obligor_key, *(cell.party_key for cell in cells if cell.is_exposed)}
        subjects = {("obligor", decisions.party_id(key)) for key in parties}
        for book_id, groups in decisions.groups.items():
            for at in {at for key in parties for at in groups.of(key)}:
                subjects.add(("group", f"{book_id}/{decisions.party_id(groups.anchor(at))}"))
        for subject in sorted(subjects):
            found += decisions.vetoes.get(subject, [])
        return found


@dataclass(frozen=True, slots=True)
class Measured:
    """What a deal adds, or why it is refused without measuring, and the signals that veto it."""

    cells: tuple[Cell, ...]
    refused: Judged | None
    vetoes: tuple[dict[str, object], ...] = ()


def _rank(refused: Judged) -> int:
    return list(Outcome).index(refused.outcome)


def _veto_key(veto: Mapping[str, object]) -> tuple[str, str]:
    return str(veto["signal_id"]), str(veto["subject_id"])
