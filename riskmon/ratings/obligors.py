"""Obligors: what all claims on one, and its debt at all banks, bring each of its claims. Each co-signer owes the whole."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from riskmon.domain.money import ceil_divide, exact_sum, floor_divide, in_reporting_currency
from riskmon.ratings.claims import UNKNOWNS, flags, passes, pulled, rank, unknown_bit
from riskmon.rulebook.classification import AssetScope, ClassTrigger
from riskmon.rulebook.select import Selection

Tables = Mapping[str, pl.DataFrame]
Keys = npt.NDArray[np.int32]
Marked = npt.NDArray[np.bool_]


class Rules(NamedTuple):
    """What one book says of classes."""

    scope: AssetScope
    triggers: tuple[ClassTrigger, ...]

    def ranks(self, flagged: pl.Series) -> pl.Series:
        """The class that flags of triggers bring at least, as its rank; none bring the best."""
        return looked_up(flagged, self._worst, pl.Int8())

    def _worst(self, mask: int) -> int:
        held = (rank(each.loan_class) for place, each in enumerate(self.triggers) if mask >> place & 1)
        return max(held, default=0)


class Owed(NamedTuple):
    """Who owes each claim: the obligor of every claim, and each co-signer with the position of the claim."""

    party_count: int
    obligor: Keys
    row: npt.NDArray[np.int64]
    co_signer: Keys

    @classmethod
    def of(cls, claims: pl.DataFrame, parties: pl.DataFrame) -> Self:
        """Of the claims in their order."""
        joint = (
            claims.select("joint_obligor_keys")
            .with_row_index("row")
            .filter(pl.col("joint_obligor_keys").list.len() > 0)
            .explode("joint_obligor_keys")
        )
        return cls(
            parties.height,
            claims["obligor_key"].to_numpy(),
            joint["row"].cast(pl.Int64).to_numpy(),
            joint["joint_obligor_keys"].to_numpy(),
        )

    def owing(self, is_claim: Marked) -> Marked:
        """Whether each party owes one of some claims."""
        owes = np.zeros(self.party_count, dtype=np.bool_)
        owes[self.obligor[is_claim]] = True
        owes[self.co_signer[is_claim[self.row]]] = True
        return owes

    def spread(self, of_parties: Keys) -> pl.Series:
        """The flags of everybody who owes a claim, in one number a claim."""
        spread = of_parties[self.obligor]
        np.bitwise_or.at(spread, self.row, of_parties[self.co_signer])
        return pl.Series(spread)

    def debts(self, claims: pl.DataFrame, owes: Marked) -> pl.DataFrame:
        """Every claim once for each of some parties that owes it, with `party_key`."""
        own, joint = np.flatnonzero(owes[self.obligor]), owes[self.co_signer]
        position = np.concatenate([own, self.row[joint]])
        party = np.concatenate([self.obligor[own], self.co_signer[joint]])
        return claims[position].with_columns(party_key=pl.Series(party, dtype=pl.Int32))


def looked_up(masks: pl.Series, meaning: Callable[[int], Any], dtype: pl.DataType) -> pl.Series:
    """What each number means, by a function that is asked once for each that occurs."""
    known = masks.unique().sort()
    meanings = pl.Series([meaning(mask) for mask in known.to_list()], dtype=dtype)
    return meanings.gather(known.search_sorted(masks)).alias(masks.name)


def with_debt_elsewhere(
    claims: pl.DataFrame, owed: Owed, tables: Tables, rules: Rules, selection: Selection
) -> pl.DataFrame:
    """The claims with the flags of their obligors' debt at all banks, by the newest summary of the credit register.

    Debt that is overdue is the register's, or that of this bank's own claims where it is more than the line alone.
    """
    exponent = int(tables["reporting"]["exponent"][0])
    newest = (
        tables["bureau_summaries"]
        .filter(pl.col("as_of") <= selection.as_of)
        .sort("party_key", "as_of")
        .unique("party_key", keep="last")
        .with_columns(whole_minor=floor_divide(*in_reporting_currency(pl.col("debt_minor"), exponent)))
    )
    is_long = _is_long_overdue(claims, rules)
    own = (
        owed.debts(claims.with_columns(is_long=is_long), owed.owing(is_long))
        .filter("is_long")
        .group_by("party_key")
        .agg(own_minor=_most(exponent))
    )
    known = (
        tables["parties"]
        .filter(~pl.col("kind").is_in(rules.scope.retail_kinds))
        .select("party_key")
        .join(newest, on="party_key", how="left", validate="1:1")
        .join(own, on="party_key", how="left", validate="1:1")
    )
    pulls = pulled(
        rules.triggers,
        {
            "npl_elsewhere": lambda _: pl.col("has_npl_elsewhere"),
            "overdue_elsewhere_bp": lambda trigger: (
                passes(trigger, pl.col("debt_overdue_90_minor"), pl.col("debt_minor")).fill_null(value=False)
                | passes(trigger, pl.col("own_minor"), pl.col("whole_minor")).fill_null(value=False)
            ),
        },
    )
    debt_unknown = pl.col("debt_overdue_90_minor").is_null() | pl.col("debt_minor").is_null()
    missing = flags(
        [
            (debt_unknown, unknown_bit("bureau_summaries.debt_overdue_90")),
            (pl.col("has_npl_elsewhere").is_null(), unknown_bit("bureau_summaries.has_npl_elsewhere")),
        ]
    )
    marks = known.select("party_key", triggers=pulls, unknown=missing)
    return claims.with_columns(
        pl.col(name) | owed.spread(_by_party(owed, marks, name)) for name in ("triggers", "unknown")
    )


def with_contagion(
    claims: pl.DataFrame, owed: Owed, parties: pl.DataFrame, rules: Rules, exponent: int
) -> pl.DataFrame:
    """The claims with the flags of the obligor's other claims at this bank, and `floor_rank`.

    A claim is non-performing by its triggers or as it is booked. Non-performing claims are measured against all claims
    on the obligor, and against those on the balance sheet alone: whichever passes. A claim that becomes non-performing
    counts with everybody who owes it, until nothing changes.
    """
    others, npl_from = _others(parties, rules), rank(rules.scope.npl_from)
    was_npl = np.zeros(claims.height, dtype=np.bool_)
    while True:
        floor = rules.ranks(claims["triggers"])
        ranked = claims.with_columns(
            floor_rank=floor, is_npl=pl.max_horizontal(floor, "booked_rank") >= npl_from
        )
        is_npl = ranked["is_npl"].to_numpy()
        changed = owed.owing(is_npl & ~was_npl) & others
        marks = _contagious(owed.debts(ranked, changed), rules, exponent)
        claims = claims.with_columns(pl.col("triggers") | owed.spread(_by_party(owed, marks, "flags")))
        if (claims["triggers"] == ranked["triggers"]).all():
            break
        was_npl = is_npl
    beside = owed.spread(_beside(owed.owing(is_npl) & others, rules))
    flagged = ranked.select(
        pl.when("is_npl").then("triggers").otherwise(pl.col("triggers") | beside)
    ).to_series()
    return ranked.with_columns(flagged, floor_rank=rules.ranks(flagged)).drop("is_npl")


def with_doubts(claims: pl.DataFrame, owed: Owed, parties: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The claims with what is not known of the obligor's other claims, or was refused of the obligor."""
    bits = {name: 1 << place for place, name in enumerate(UNKNOWNS)}
    is_doubtful = (claims["unknown"] > 0).to_numpy()
    doubted = owed.owing(is_doubtful) & _others(parties, rules)
    of_others = owed.spread(np.where(doubted, np.int32(bits["another claim of the obligor"]), np.int32(0)))
    is_refused = ~parties.sort("party_key")["is_complete"].to_numpy()
    of_refused = owed.spread(np.where(is_refused, np.int32(bits["a refused row"]), np.int32(0)))
    own = pl.col("unknown") > 0
    return claims.with_columns(
        unknown=pl.when(own).then("unknown").otherwise(pl.col("unknown") | of_others) | of_refused
    )


def _is_long_overdue(claims: pl.DataFrame, rules: Rules) -> Marked:
    """Whether a claim is itself past due as long as the debt at all banks that counts: as long as brings its class."""
    line = min(
        (rank(each.loan_class) for each in rules.triggers if each.test == "overdue_elsewhere_bp"), default=0
    )
    mask = sum(
        1 << place
        for place, each in enumerate(rules.triggers)
        if each.test == "past_due_days" and rank(each.loan_class) >= line
    )
    return (claims["triggers"].to_numpy() & np.int32(mask)) > 0


def _contagious(debts: pl.DataFrame, rules: Rules, exponent: int) -> pl.DataFrame:
    """The flags of obligors whose non-performing claims make all their claims so. debts: every claim of theirs.

    Returns party_key, flags.
    """
    bad, on = pl.col("is_npl"), ~pl.col("is_contingent")
    sums = debts.group_by("party_key").agg(
        npl=_most(exponent, bad),
        whole=_least(exponent),
        npl_on=_most(exponent, bad & on),
        whole_on=_least(exponent, on),
    )

    def is_contagious(trigger: ClassTrigger) -> pl.Expr:
        in_all = passes(trigger, pl.col("npl"), pl.col("whole"))
        return in_all | passes(trigger, pl.col("npl_on"), pl.col("whole_on"))

    return sums.select("party_key", flags=pulled(rules.triggers, {"obligor_npl_bp": is_contagious}))


def _beside(touched: Marked, rules: Rules) -> Keys:
    """The flags that a non-performing claim gives the obligor's other claims."""
    mask = sum(1 << place for place, each in enumerate(rules.triggers) if each.test == "obligor_npl")
    return np.where(touched, np.int32(mask), np.int32(0))


def _most(exponent: int, where: pl.Expr | None = None) -> pl.Expr:
    """Balances in the reporting currency, each rounded up, as a sum."""
    amount = ceil_divide(*in_reporting_currency(pl.col("balance_minor"), exponent))
    return exact_sum(amount if where is None else amount.filter(where))


def _least(exponent: int, where: pl.Expr | None = None) -> pl.Expr:
    """Balances in the reporting currency, each rounded down, as a sum."""
    amount = floor_divide(*in_reporting_currency(pl.col("balance_minor"), exponent))
    return exact_sum(amount if where is None else amount.filter(where))


def _by_party(owed: Owed, marks: pl.DataFrame, name: str) -> Keys:
    """A column of some parties as an array over all parties; zero elsewhere."""
    of_parties = np.zeros(owed.party_count, dtype=np.int32)
    of_parties[marks["party_key"].to_numpy()] = marks[name].to_numpy()
    return of_parties


def _others(parties: pl.DataFrame, rules: Rules) -> Marked:
    """Whether each party is not retail."""
    kinds = parties.sort("party_key")["kind"]
    return (~kinds.is_in(rules.scope.retail_kinds)).to_numpy()
