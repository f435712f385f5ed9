"""Why a party belongs to a group, in one sentence a member, in English and Chinese, as a credit officer would say it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from riskmon.operations.citations import Said, cited, name_said
from riskmon.operations.group_links import Carrying, votes_of
from riskmon.operations.limbs import LIMBS

Step = Mapping[str, Any]
"""A relationship with source_name and target_name."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the sentences of one group draw on.

    Attributes:
        carrying: per holding that helps to carry a firm, all that does.
        clause: document and clause by which a relationship of a kind and basis counts; None where it is not at hand.
        names: what a party is called; one that has no name is called by its id.
        persons: the parties that are natural persons.
        if_confirmed: the group is told as it would be if doubts were confirmed.
        is_registered: the group is one of the bank's register of its own related parties.
    """

    carrying: Mapping[str, Carrying]
    clause: Callable[[str, str | None], tuple[str, str] | None]
    names: Mapping[str, str]
    persons: Collection[str]
    if_confirmed: bool = False
    is_registered: bool = False

    def called(self, party_id: str) -> Said:
        """What a party is called in each language."""
        return name_said(self.names.get(party_id) or party_id)


def member_sentence(member: Mapping[str, Any], anchor_id: str, ground: Ground, *, is_alone: bool) -> Said:
    """Why a member belongs: every step from the anchor, and the clauses by which the steps count.

    member: party_id, role, reason (steps, each spelled out). is_alone: the group has no other party.
    """
    name, anchor = ground.called(member["party_id"]), ground.called(anchor_id)
    steps: Sequence[Step] = member["reason"]
    if ground.is_registered:
        return Said(
            f"{name.en} is a related party of the bank, in its register under the group of {anchor.en}.",
            f"{name.zh}是本行关联方，在关联方名录中归入{anchor.zh}所在集团。",
        )
    is_connector = member["role"] == "connector"
    if not steps and is_alone:
        return Said(
            f"{name.en} stands alone: no other party is one risk with it.",
            f"{name.zh}单独成组，无其他方与其构成同一风险。",
        )
    if not steps:
        own = (
            Said(" and owes the bank nothing itself", "，本身对本行无债务") if is_connector else Said("", "")
        )
        whom = "this person" if member["party_id"] in ground.persons else "it"
        return Said(
            f"{name.en} heads the group{own.en}: the others stand or fall with {whom}.",
            f"{name.zh}为本组核心{own.zh}，组内其他各方的风险均系于{'此人' if whom != 'it' else '该方'}。",
        )
    said = _between_said(steps, [step_said(step, ground) for step in steps], member["party_id"], ground)
    en = _chained(
        f"{name.en} is one risk with {anchor.en}", anchor_id, list(zip(steps, said, strict=True)), ground
    )
    zh = f"{name.zh}与{anchor.zh}构成同一风险：{'；'.join(each.zh for each in said)}"
    clauses = cited([ground.clause(step["kind"], step["basis"]) for step in steps if step["kind"]])
    return Said(
        en + ("; it owes the bank nothing and only connects the others" if is_connector else "")
        + (f" ({clauses.en})." if clauses.en else "."),
        zh + ("；该方对本行无债务，仅起连接作用" if is_connector else "")
        + (f"（{clauses.zh}）。" if clauses.zh else "。"),
    )  # fmt: skip


def _between_said(steps: Sequence[Step], said: Sequence[Said], party_id: str, ground: Ground) -> list[Said]:
    """The steps; a reported ultimate parent of a firm reaches who stands above the firm, which is said as well."""
    told = []
    reached = [str(step["source_party_id"]) for step in steps[1:]] + [party_id]
    for step, text, to in zip(steps, said, reached, strict=True):
        is_passed = step["basis"] == "reported_ultimate" and to != step["target_party_id"]
        if is_passed and step["kind"] == "control":
            firm, between = ground.called(str(step["target_party_id"])), ground.called(to)
            told.append(
                Said(f"{text.en}, which {between.en} controls", f"{text.zh}，而{firm.zh}由{between.zh}控制")
            )
        else:
            told.append(text)
    return told


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


def step_said(step: Step, ground: Ground) -> Said:
    """One relationship; of a holding, all that carry the firm with it."""
    if step["kind"] is None:
        number = step["relationship_id"]
        return Said(f"a relationship that is not on record ({number})", f"一项未留存的关系（{number}）")
    if step["kind"] == "shareholding":
        return _holding_said(step, ground)
    en, zh = LIMBS.get((step["kind"], step["basis"])) or LIMBS[step["kind"], None]
    source, target = ground.called(step["source_party_id"]), ground.called(step["target_party_id"])
    share = step["dependence_bp"]
    return Said(
        en.format(s=source.en, t=target.en, share="" if share is None else f"{_percent(share)} of "),
        zh.format(s=source.zh, t=target.zh, share="" if share is None else f"有{_percent(share, space='')}"),
    )


def _holding_said(step: Step, ground: Ground) -> Said:
    """What carries the firm: one holder, a coalition under one head, or parties that vote as one."""
    carrying = ground.carrying.get(str(step["relationship_id"])) or Carrying((), (step,))
    firm = ground.called(step["target_party_id"])
    total = _votes_said(carrying.holdings, ground)
    if not carrying.heads:
        holder = ground.called(step["source_party_id"])
        return Said(
            f"{holder.en} holds {total.en} of the votes in {firm.en}",
            f"{holder.zh}持有{firm.zh}{total.zh}的表决权",
        )
    by_holder: dict[str, list[Step]] = {}
    for row in carrying.holdings:
        by_holder.setdefault(row["source_party_id"], []).append(row)
    parts = [(ground.called(holder), _votes_said(rows, ground)) for holder, rows in by_holder.items()]
    held = Said(
        ", ".join(f"{holder.en} {votes.en}" for holder, votes in parts),
        "，".join(f"{holder.zh}{votes.zh}" for holder, votes in parts),
    )
    heads = [ground.called(head) for head in carrying.heads]
    with_others = set(by_holder) - set(carrying.heads)
    if len(heads) == 1:
        return Said(
            f"{heads[0].en}, with what it controls, holds {total.en} of the votes (of them {held.en}) in {firm.en}",
            f"{heads[0].zh}连同其控制的各方合计持有{firm.zh}{total.zh}的表决权（其中{held.zh}）",
        )
    en, zh = _listed([head.en for head in heads]), "、".join(head.zh for head in heads)
    return Said(
        f"{en}, whose votes count as one, together hold{', with what they control,' if with_others else ''} "
        f"{total.en} of the votes (of them {held.en}) in {firm.en}",
        f"{zh}的表决权合并计算，{'连同其控制的各方' if with_others else ''}合计持有{firm.zh}{total.zh}的表决权（其中{held.zh}）",
    )


def _votes_said(rows: Sequence[Step], ground: Ground) -> Said:
    """The votes of some holdings in one firm; of a band its lower end, or the upper one if doubts were confirmed."""
    votes_bp = sum(votes_of(row, if_confirmed=ground.if_confirmed) for row in rows)
    certain_bp = sum(votes_of(row) for row in rows)
    if votes_bp > certain_bp:
        bound = Said("up to ", "至多")
    else:
        bound = Said("at least ", "至少") if any(row["voting_bp"] is None for row in rows) else Said("", "")
    return Said(bound.en + _percent(votes_bp), bound.zh + _percent(votes_bp, space=""))


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _percent(share_bp: int, *, space: str = " ") -> str:
    whole, rest = divmod(share_bp, 100)
    decimals = f"{rest:02d}".rstrip("0")
    return f"{whole}.{decimals}{space}%" if decimals else f"{whole}{space}%"
