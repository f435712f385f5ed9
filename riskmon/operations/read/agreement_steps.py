"""The steps of an agreement's exposure, each with its amount and the sentence that says what it is."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import polars as pl

from riskmon.domain.money import decimal_text
from riskmon.operations.citations import Said
from riskmon.operations.read.items import Item
from riskmon.rulebook.counterparty import SaCcr

Row = Mapping[str, Any]
Step = tuple[str, int | None, dict[str, object]]
"""What it is, its amount in minor units of the reporting currency, and what its sentence names."""

_SAID: Final = {
    "market_value": Said("market value of all trades", "全部交易的市值"),
    "collateral_held": Said("collateral that the bank holds comes off", "减去银行持有的担保品"),
    "collateral_posted": Said("collateral that the bank has posted comes on top", "加上银行提交的担保品"),
    "replacement_cost": Said("replacement cost, at least nothing", "重置成本，不低于零"),
    "margined_replacement_cost": Said(
        "replacement cost under margin, at least what calls no margin", "保证金安排下的重置成本，不低于无须追加的最大金额"
    ),
    "potential_exposure": Said("potential future exposure", "潜在风险暴露"),
    "potential_unknown": Said(
        "potential future exposure is not measured: the book has no approach for it", "潜在风险暴露未计量：规则未规定方法"
    ),
    "alpha": Said("{alpha} times both together", "两者之和乘以{alpha}"),
    "given_cash": Said("cash that the bank gave", "银行付出的现金"),
    "given_security": Said("securities that the bank gave", "银行付出的证券"),
    "raised": Said("the same raised by a haircut of {haircut}", "上述金额按折扣系数{haircut}调增"),
    "worth_security": Said("securities of {party} against it", "对手方提供的{party}的证券"),
    "worth_cash": Said("cash against it", "对手方提供的现金"),
    "held": Said("what counts of it after a haircut of {haircut}, at most what was given", "按折扣系数{haircut}扣减后计入，不超过付出金额"),
    "not_held": Said("nothing of it counts as collateral", "不作为合格担保品"),
    "issue": Said("loss on {issue} if the issuer defaults, longs less shorts", "发行人违约时{issue}的损失，多头减空头"),
    "largest_excess": Said(
        "what is left when shorts have set off longs that rank before them or with them", "空头抵销优先级相同或更高的多头后的余额"
    ),
}  # fmt: skip


_NOBODY: Final = Said("an unknown issuer", "未知发行人")


def steps_of(source: str, measured: pl.DataFrame, sa_ccr: SaCcr | None, currency: str) -> list[Item]:
    """How an exposure comes about: step, amount, sentence_en, sentence_zh.

    measured: of a netting set or a financing trade its row, as the exposure stage measures it, with `issuer_id`; of an
    issuer one row an issue, with the exposure of all of them in each.
    """
    rows = measured.to_dicts()
    if source == "netting_sets":
        found = _of_set(rows[0], sa_ccr)
    elif source == "securities_financing":
        found = _of_financing(rows[0])
    else:
        found = _of_issuer(rows)
    return [_said(step, currency) for step in found]


def _of_set(row: Row, sa_ccr: SaCcr | None) -> Iterator[Step]:
    held = row["collateral_minor"]
    yield "market_value", row["value_minor"], {}
    if held:
        yield ("collateral_held", -held, {}) if held > 0 else ("collateral_posted", -held, {})
    name = "margined_replacement_cost" if row["is_under_margin"] else "replacement_cost"
    yield name, row["replacement_minor"], {}
    if sa_ccr is None:
        yield "potential_unknown", None, {}
        return
    yield "potential_exposure", row["potential_minor"], {}
    yield "alpha", row["exposure_minor"], {"alpha": format(sa_ccr.alpha.normalize(), "f")}


def _of_financing(row: Row) -> Iterator[Step]:
    gives_cash = row["gives_cash"]
    yield "given_cash" if gives_cash else "given_security", row["given_minor"], {}
    if row["raised_bp"]:
        yield "raised", row["exposure_minor"], {"haircut": _percent(row["raised_bp"])}
    worth = "worth_security" if gives_cash else "worth_cash"
    yield worth, row["worth_minor"], {"party": row["security_issuer_id"] or _NOBODY}
    if row["held_minor"]:
        yield "held", -row["held_minor"], {"haircut": _percent(row["kept_off_bp"])}
    else:
        yield "not_held", 0, {}


def _of_issuer(rows: Sequence[Row]) -> Iterator[Step]:
    for row in rows:
        yield "issue", row["net_minor"], {"issue": row["issue"]}
    yield "largest_excess", rows[0]["exposure_minor"], {}


def _percent(basis_points: int) -> Said:
    share = format((Decimal(basis_points) / 100).normalize(), "f")
    return Said(f"{share} %", f"{share}%")


def _said(step: Step, currency: str) -> Item:
    name, amount, named = step
    said = _SAID[name]
    english, chinese = (
        {key: getattr(value, at) if isinstance(value, Said) else value for key, value in named.items()}
        for at in ("en", "zh")
    )
    return {
        "step": name,
        "amount": decimal_text(amount, currency),
        "sentence_en": said.en.format(**english),
        "sentence_zh": said.zh.format(**chinese),
    }
