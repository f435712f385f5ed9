"""The reason of a verdict, in one sentence in English and in Chinese."""

from typing import Final

from riskmon.domain.money import currency_exponents
from riskmon.operations.checks.lines import Line
from riskmon.operations.checks.verdict import Judged, Outcome

_LINE: Final = {
    Outcome.LIMIT_UNKNOWN: (
        "{limit} on {subject} cannot be tested: its amount or what it counts is not known.",
        "{subject}的{limit}无法测试：限额或计量金额未知。",
    ),
    Outcome.LIMIT_FROZEN: (
        "{limit} on {subject} is frozen at {before} {currency}, and the deal would add to it ({clause}).",
        "{subject}的{limit}已冻结在{before} {currency}，本笔业务将使其增加（{clause}）。",
    ),
    Outcome.LIMIT_BROKEN: (
        "{limit} on {subject} would be broken: {after} {currency} against {most}, {excess} over ({clause}).",
        "{subject}将突破{limit}：{after} {currency}，限额{most}，超出{excess}（{clause}）。",
    ),
    Outcome.LIMIT_WAIVED: (
        "{limit} on {subject} would be broken: {after} {currency} against {most}, {excess} over, which the waiver {waivers}"
        " allows ({clause}).",
        "{subject}将突破{limit}：{after} {currency}，限额{most}，超出{excess}，已由豁免{waivers}准许（{clause}）。",
    ),
    Outcome.SOFT_LIMIT_BROKEN: (
        "{limit} on {subject}, which only warns, would be exceeded: {after} {currency} against {most} ({clause}).",
        "{subject}将超出预警性限额{limit}：{after} {currency}，限额{most}（{clause}）。",
    ),
    Outcome.WARNING_REACHED: (
        "{limit} on {subject} would reach its {level} line: {after} {currency} of {most} ({clause}).",
        "{subject}的{limit}将达到{level}预警线：{after} {currency}，限额{most}（{clause}）。",
    ),
    Outcome.TOTAL_INCOMPLETE: (
        "It fits what is known, but the total of {subject} is incomplete: {after} {currency} or more against {most}"
        " under {limit} ({clause}).",
        "按已知数据可行，但{subject}的总额不完整：{limit}项下至少{after} {currency}，限额{most}（{clause}）。",
    ),
    Outcome.FITS: (
        "It fits every limit; the nearest is {limit} on {subject}: {after} {currency} of {most} ({clause}).",
        "符合全部限额；最接近的是{subject}的{limit}：{after} {currency}，限额{most}（{clause}）。",
    ),
}

_OTHER: Final = {
    Outcome.PARTY_UNKNOWN: ("{detail} is no party of the snapshot.", "快照中没有{detail}。"),
    Outcome.NOT_COMPUTABLE: ("It cannot be computed: {detail}.", "无法计算：{detail}。"),
    Outcome.SNAPSHOT_STALE: (
        "The snapshot is too old to decide on: {detail}.",
        "快照过期，不能据以决策：{detail}。",
    ),
    Outcome.VETOED: ("A signal forbids new credit: {detail}.", "预警信号禁止新增授信：{detail}。"),
    Outcome.FITS: ("No limit counts it.", "没有限额计入本笔业务。"),
}

_LEVELS_ZH: Final = {"blue": "蓝色", "yellow": "黄色", "orange": "橙色", "red": "红色"}


def reason(judged: Judged, currency: str, *, is_chinese: bool = False) -> str:
    """Why the verdict is as it is."""
    line = judged.binding
    if judged.outcome not in _LINE or line is None:
        detail = (is_chinese and judged.detail_zh) or judged.detail
        return _OTHER[judged.outcome][is_chinese].format(detail=detail)
    level = line.new_level or ""
    said = _LEVELS_ZH.get(level, "") if is_chinese else level
    return _LINE[judged.outcome][is_chinese].format(level=said, **_words(line, currency))


def _words(line: Line, currency: str) -> dict[str, str]:
    exponent = currency_exponents().get(currency, 2)
    room = line.room_after
    return {
        "limit": f"{line.terms.book_id}/{line.terms.limit_id}",
        "subject": line.subject_id,
        "clause": line.terms.clause,
        "waivers": ", ".join(line.waivers),
        "currency": currency,
        "before": _figure(line.before, exponent),
        "after": _figure(line.after, exponent),
        "most": _figure(line.terms.limit_minor, exponent),
        "excess": _figure(None if room is None else -room, exponent),
    }


def _figure(minor: int | None, exponent: int) -> str:
    if minor is None:
        return "?"
    whole, rest = divmod(abs(minor), 10**exponent)
    decimals = f".{rest:0{exponent}d}" if exponent else ""
    return f"{'-' if minor < 0 else ''}{whole:,}{decimals}"
