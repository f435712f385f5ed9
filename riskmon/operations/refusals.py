"""Why a book does not recognise a protection, as a credit officer would say it."""

from typing import Final

from riskmon.operations.citations import Said

REFUSALS: Final = {
    "not_in_force": Said("it has not begun, or is over, on the run's date", "在基准日尚未生效或已到期"),
    "kind_not_eligible": Said("the book recognises no protection of this kind", "本规则不认可此类缓释工具"),
    "not_used_for_capital": Said("the bank says that it does not use it for its capital", "本行计算资本时未使用该项缓释"),
    "own_obligation": Said("its provider owes the facility itself", "提供方本身即为该笔债务的债务人"),
    "provider_unsuitable": Said("its provider is unknown, or the bank itself", "提供方不明，或为本行"),
    "provider_kind": Said("its provider is of no kind that the book accepts", "提供方的类型不在本规则认可范围内"),
    "provider_country": Said("its provider is of another country than the book accepts", "提供方所在国别不在本规则认可范围内"),
    "country_grade": Said("the country of its provider has no grade that the book accepts", "提供方所在国别的评级未达到本规则要求"),
    "client_kind": Said("the book does not accept it for an obligor of this kind", "本规则对此类债务人不认可该项缓释"),
    "trade_not_measured": Said("the trade that it names is not measured", "其对应的交易未予计量"),
    "haircut_class": Said("the book has no haircut for its class", "本规则未规定该类押品的折扣系数"),
    "ends_before_claim": Said("it ends before the claim", "到期日早于债权到期日"),
    "original_maturity": Said(
        "it ends before the claim and was agreed for too short a time, or it is not known for how long",
        "到期日早于债权，且原始期限过短或不明",
    ),
    "residual_maturity": Said("it ends before the claim and too little time is left of it", "到期日早于债权，且剩余期限过短"),
    "risk_weight": Said(
        "its provider's risk weight is above the obligor's, or one of the two is not known",
        "提供方的风险权重高于债务人，或两者之一不明",
    ),
    "looked_through": Said(
        "the facility is looked through, and no rule says what it protects of what stands behind it",
        "该业务已穿透，规则未说明其对穿透后各部分的缓释作用",
    ),
}  # fmt: skip
"""By the code in `protection_uses.refusal`."""


def refusal_said(code: object) -> dict[str, str | None]:
    """The reason in both languages; nothing where the protection is recognised."""
    said = REFUSALS.get(str(code))
    if said is None:
        return {"refusal_said": None, "refusal_said_zh": None}
    return {"refusal_said": said.en, "refusal_said_zh": said.zh}
