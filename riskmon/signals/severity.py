"""From the lines of a rule to a severity, exactly.

A measure is a ratio of two integers and a line an exact decimal. Both sides are multiplied out in `Int128`, so a
measure that stands exactly on its line is never moved off it by rounding.
"""

from decimal import Decimal

import polars as pl

from riskmon.domain.terms import SEVERITY_RANK
from riskmon.rulebook.model import SignalRule


def severity_of(rule: SignalRule, numerator: pl.Expr, denominator: pl.Expr | None = None) -> pl.Expr:
    """The gravest severity whose line the measure reaches; null below every line, and for an unknown measure.

    Args:
        rule: its `lines`, and whether the line itself raises (`boundary`).
        numerator: integers; the measure itself if there is no denominator.
        denominator: positive integers.
    """
    severity = pl.lit(None, dtype=pl.String)
    # The gravest line stands outermost, so it is asked first.
    for name, ratio in _mildest_first(rule):
        line_numerator, line_denominator = ratio.as_integer_ratio()
        measured = numerator.cast(pl.Int128) * line_denominator
        line = (pl.lit(1) if denominator is None else denominator).cast(pl.Int128) * line_numerator
        reached = measured > line if rule.boundary == "above" else measured >= line
        severity = pl.when(reached).then(pl.lit(name)).otherwise(severity)
    return severity


def top_severity(rule: SignalRule) -> str:
    """The gravest severity that the rule has a line for."""
    return _mildest_first(rule)[-1][0]


def severity_rank(severity: pl.Expr) -> pl.Expr:
    """Rank of a severity for sorting and comparing: 1 is blue, 4 is red, 0 is none."""
    return severity.replace_strict(SEVERITY_RANK, default=0, return_dtype=pl.Int8)


def whole_parameter(rule: SignalRule, name: str) -> int:
    """A parameter of the rule that counts something: days, months, times."""
    return int(rule.parameters[name])


def _mildest_first(rule: SignalRule) -> list[tuple[str, Decimal]]:
    return sorted(rule.lines.items(), key=lambda line: SEVERITY_RANK[line[0]])
