"""Why a party belongs to a group, in one sentence a member, in English and Chinese, as a credit officer would say it.

`{s}` is the source of the relationship and `{t}` its target, `{share}` the recorded share with its sign, or nothing.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from riskmon.operations.group_links import votes_of

Step = Mapping[str, Any]
"""A relationship with source_name and target_name."""

_LIMBS: dict[tuple[str, str | None], tuple[str, str]] = {
    ("control", "consolidation"): ("{s} consolidates {t} in its accounts", "{s}将{t}纳入合并报表"),
    ("control", "votes"): ("{s} controls the votes in {t}", "{s}控制{t}的表决权"),
    ("control", "voting_agreement"): ("{s} controls {t} by a voting agreement", "{s}依表决权协议控制{t}"),
    ("control", "board"): ("{s} can appoint most of the board of {t}", "{s}有权任免{t}董事会的多数成员"),
    ("control", "management"): ("{s} can appoint the management of {t}", "{s}有权任免{t}的管理层"),
    ("control", "contract"): ("{s} controls {t} by contract", "{s}依合同控制{t}"),
    ("control", "statutes"): ("{s} controls {t} by its statutes", "{s}依章程控制{t}"),
    ("control", "dominant_influence"): ("{s} has a dominant influence over {t}", "{s}对{t}具有支配性影响"),
    ("control", "unified_management"): ("{s} and {t} are under one management", "{s}与{t}受统一管理"),
    ("control", "reported_ultimate"): ("{s} is reported as the ultimate parent of {t}", "{s}被申报为{t}的最终母公司"),
    ("control", "deemed"): ("assets or profit can move between {s} and {t} off fair price", "{s}与{t}之间可能不按公允价格转移资产和利润"),
    ("control", None): ("{s} is recorded as controlling {t}", "{s}登记为{t}的控制人"),
    ("economic_dependence", "receipts"): ("{t} earns {share}its receipts from {s}", "{t}的收入{share}来自{s}"),
    ("economic_dependence", "expenditure"): ("{t} spends {share}its expenditure with {s}", "{t}的支出{share}付给{s}"),
    ("economic_dependence", "output"): ("{t} sells {share}its output to {s}", "{t}的产出{share}销售给{s}"),
    ("economic_dependence", "guarantee_burden"): ("{t} answers for debt of {s} that it could hardly bear", "{t}为{s}承担的担保超出其承受能力"),
    ("economic_dependence", "repayment_source"): ("{t} repays from what comes from {s}", "{t}的还款来源于{s}"),
    ("economic_dependence", "funding_source"): ("{t} is funded by {s} and could hardly replace it", "{t}的资金来源于{s}且难以替代"),
    ("economic_dependence", "joint_liability"): ("{t} is jointly liable with {s}", "{t}与{s}承担连带责任"),
    ("economic_dependence", "owners_in_common"): ("{s} and {t} have owners in common", "{s}与{t}有共同的所有者"),
    ("economic_dependence", "receivables"): ("{share}the receivables of {t} are due from {s}", "{t}的应收账款{share}来自{s}"),
    ("economic_dependence", "partner_liability"): ("{t} bears a partner's liability with {s}", "{t}与{s}之间存在合伙人责任"),
    ("economic_dependence", None): ("{t} would hardly survive the failure of {s}", "{s}若陷入困境，{t}难以独存"),
    ("family", "spouse"): ("{s} is the spouse of {t}", "{s}与{t}为配偶"),
    ("family", "minor_child"): ("{s} and {t} are parent and minor child", "{s}与{t}为父母与未成年子女"),
    ("family", None): ("{s} and {t} are close relatives", "{s}与{t}为近亲属"),
    ("key_person", None): ("{s} is a key person of {t}", "{s}为{t}的关键管理人员"),
    ("acting_in_concert", None): ("{s} and {t} act in concert", "{s}与{t}为一致行动人"),
    ("guarantee", None): ("{s} guarantees debt of {t}", "{s}为{t}提供担保"),
}  # fmt: skip
"""What each kind and basis of relationship says; a basis that is not named is told as the kind."""


_TWO_NAMES = re.compile(r"(?P<zh>[^()]*[\u4e00-\u9fff][^()]*?) \((?P<en>[^\u4e00-\u9fff]+)\)")


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence in both languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What the sentences of one group draw on.

    Attributes:
        carrying: per holding that helps to carry a firm, the head of its coalition (None: one holder) and all of it.
        clause: document and clause by which a relationship of a kind and basis counts; None where it is not at hand.
        names: what a party is called; one that has no name is called by its id.
        persons: the parties that are natural persons.
    """

    carrying: Mapping[str, tuple[str | None, Sequence[Step]]]
    clause: Callable[[str, str | None], tuple[str, str] | None]
    names: Mapping[str, str]
    persons: Collection[str]

    def called(self, party_id: str) -> Said:
        """What a party is called in each language; of `Chinese (Latin)` each language takes its own."""
        name = self.names.get(party_id) or party_id
        both = _TWO_NAMES.fullmatch(name)
        return Said(both["en"], both["zh"]) if both else Said(name, name)


def member_sentence(member: Mapping[str, Any], anchor_id: str, ground: Ground) -> Said:
    """Why a member belongs: every step from the anchor, and the clauses by which the steps count.

    member: party_id, role, reason (steps, each spelled out).
    """
    name, anchor = ground.called(member["party_id"]), ground.called(anchor_id)
    steps: Sequence[Step] = member["reason"]
    if not steps:
        return Said(
            f"{name.en} is the anchor: the group stands or falls with it.",
            f"{name.zh}是本组的核心，全组风险系于其身。",
        )
    said = [step_said(step, ground) for step in steps]
    en = _chained(
        f"{name.en} is one risk with {anchor.en}", anchor_id, list(zip(steps, said, strict=True)), ground
    )
    zh = f"{name.zh}与{anchor.zh}构成同一风险：{'，'.join(each.zh for each in said)}"
    clauses = cited([ground.clause(step["kind"], step["basis"]) for step in steps if step["kind"]])
    is_connector = member["role"] == "connector"
    return Said(
        en + (f" ({clauses})" if clauses else "") + ("; it owes the bank nothing and only connects." if is_connector else "."),
        zh + (f"（{clauses}）" if clauses else "") + ("；其本身无风险暴露，仅起连接作用。" if is_connector else "。"),
    )  # fmt: skip


def _chained(opening: str, party_id: str, steps: Sequence[tuple[Step, Said]], ground: Ground) -> str:
    """The steps one after the other; one that begins with the party the text has come to hangs on it."""
    text = opening
    for step, said in steps:
        name = ground.called(party_id).en
        rest = said.en.removeprefix(name)
        hangs = rest != said.en and rest.startswith((" ", ",")) and not rest.startswith(" and ")
        if hangs and text.endswith(name):
            text += f", {'who' if party_id in ground.persons else 'which'}{rest}"
        else:
            text += f"{':' if text == opening else ';'} {said.en}"
        ends = (step["source_party_id"], step["target_party_id"])
        party_id = ends[0] if party_id == ends[1] else ends[1]
    return text


def cited(clauses: Sequence[tuple[str, str] | None]) -> str:
    """Document and clause of each, every document and every clause named once."""
    places: dict[str, dict[str, None]] = {}
    for document, place in filter(None, clauses):
        places.setdefault(document, {})[place] = None
    return "; ".join(f"{document}, {'; '.join(found)}" for document, found in places.items())


def step_said(step: Step, ground: Ground) -> Said:
    """One relationship; of a holding, all that carry the firm with it."""
    if step["kind"] is None:
        number = step["relationship_id"]
        return Said(f"a relationship that is not on record ({number})", f"一项未留存的关系（{number}）")
    if step["kind"] == "shareholding":
        return _holding_said(step, ground)
    en, zh = _LIMBS.get((step["kind"], step["basis"])) or _LIMBS[step["kind"], None]
    source, target = ground.called(step["source_party_id"]), ground.called(step["target_party_id"])
    share = step["dependence_bp"]
    return Said(
        en.format(s=source.en, t=target.en, share="" if share is None else f"{_percent(share)} of "),
        zh.format(s=source.zh, t=target.zh, share="" if share is None else f"有{_percent(share, space='')}"),
    )


def _holding_said(step: Step, ground: Ground) -> Said:
    head, rows = ground.carrying.get(step["relationship_id"], (None, (step,)))
    firm = ground.called(step["target_party_id"])
    votes_bp = sum(votes_of(row) for row in rows)
    is_band = any(row["voting_bp"] is None for row in rows)
    total = ("at least " if is_band else "") + _percent(votes_bp)
    total_zh = ("至少" if is_band else "") + _percent(votes_bp, space="")
    if head is None:
        holder = ground.called(step["source_party_id"])
        return Said(
            f"{holder.en} holds {total} of the votes in {firm.en}",
            f"{holder.zh}持有{firm.zh}{total_zh}的表决权",
        )
    pooled: dict[str, int] = {}
    for row in rows:
        pooled[row["source_party_id"]] = pooled.get(row["source_party_id"], 0) + votes_of(row)
    leader = ground.called(head)
    parts = [(ground.called(holder), votes) for holder, votes in pooled.items()]
    en = ", ".join(f"{holder.en} {_percent(votes)}" for holder, votes in parts)
    zh = "，".join(f"{holder.zh}{_percent(votes, space='')}" for holder, votes in parts)
    return Said(
        f"{leader.en}, with what it controls, holds {total} of the votes (of them {en}) in {firm.en}",
        f"{leader.zh}连同其控制的各方合计持有{firm.zh}{total_zh}的表决权（其中{zh}）",
    )


def _percent(share_bp: int, *, space: str = " ") -> str:
    whole, rest = divmod(share_bp, 100)
    decimals = f"{rest:02d}".rstrip("0")
    return f"{whole}.{decimals}{space}%" if decimals else f"{whole}{space}%"
