"""The words of an explanation in both languages, and figures, shares and dates as a reader expects them."""

from enum import StrEnum
from math import floor
from typing import Any, Final

from riskmon.operations.citations import Said, clause_said, name_said


class Language(StrEnum):
    """The language of an explanation."""

    ENGLISH = "en"
    CHINESE = "zh"


_WORDS: Final = {
    "group_title": ("{name} and {count} other borrower{s} are one risk", "{name}等{total}户授信客户构成同一风险"),
    "group_under": ("{name}, who owes the bank nothing, and {count} borrower{s} are one risk",
                    "{name}（本身无授信）与{count}户授信客户构成同一风险"),
    "group_alone": ("{name} is the only borrower of its group", "本组仅{name}一户授信客户"),
    "known_as": ("group {group_id}", "组别 {group_id}"),
    "in_all": ("Exposure in all: {exposure} {currency}", "风险暴露合计：{exposure} {currency}"),
    "before": ("{gross} before protection", "缓释前{gross}"),
    "off": ("less {amount} that protection takes off", "减去缓释转出{amount}"),
    "in": ("plus {amount} that protection brings in", "加上缓释转入{amount}"),
    "exempt": ("{amount} of it is exempt from limits", "其中{amount}豁免"),
    "incomplete": ("Not complete: a refused or partly measured row touches it, so it may be more.",
                   "数据不完整：有记录被拒收或仅部分计量，实际金额可能更高。"),
    "if_confirmed": ("If every doubtful relationship were confirmed it would be {amount} {currency}.",
                     "如全部疑似关系得到认定，风险暴露将为{amount} {currency}。"),
    "limits": ("Against the limits", "限额情况"),
    "limit_unknown": ("{limit}: the limit is unknown, so nothing is clear", "{limit}：限额未知，不能视为合规"),
    "within": ("{limit}: {used} used, {exposure} of {amount}; {headroom} are left{binding} ({clause})",
               "{limit}：已使用{used}，{exposure}／限额{amount}，剩余额度{headroom}{binding}（{clause}）"),
    "broken": ("{limit}: EXCEEDED by {excess}, {used} used, {exposure} of {amount}{binding} ({clause})",
               "{limit}：超限{excess}，已使用{used}，{exposure}／限额{amount}{binding}（{clause}）"),
    "binding": (", the tightest", "，为最严限额"),
    "no_share": ("no share", "无比例"),
    "members": ("Who belongs, and why", "成员及其理由"),
    "owes": ("{name} ({party_id}): {exposure}", "{name}（{party_id}）：{exposure}"),
    "owes_nothing": ("{name} ({party_id}): no exposure", "{name}（{party_id}）：无风险暴露"),
    "rests_on": ("on record as {ids}", "依据记录：{ids}"),
    "assessed": ("{id} (assessed by {by}, approved by {approved_by})", "{id}（{by}认定，{approved_by}批准）"),
    "facility": ("{product} {facility_id}: {exposure}", "{product} {facility_id}：{exposure}"),
    "undrawn": ("undrawn part of {product} {facility_id}: {exposure}", "{product} {facility_id} 未提用部分：{exposure}"),
    "drawn": ("drawn {amount} {currency}", "已用{amount} {currency}"),
    "commitment": ("committed {amount} {currency}", "额度{amount} {currency}"),
    "facility_off": ("protection takes {amount} off", "缓释转出{amount}"),
    "facility_in": ("protection brings {amount} in", "缓释转入{amount}"),
    "splitting": ("What holds it together: the single relationships without which it would split",
                  "维系全组的单项关系：缺少任何一项，本组即告分拆"),
    "splits": ("{said} [{id}]. Without it {names} would not belong.", "{said}［{id}］。缺少此项，{names}不再属于本组。"),
    "splits_many": ("{said} [{id}]. Without it {names} and {rest} more would not belong.",
                    "{said}［{id}］。缺少此项，{names}等{count}户不再属于本组。"),
    "not_tried": ("Which single relationships hold it together was not tried: there are too many, or the rules are gone.",
                  "未逐项测试维系全组的单项关系：数量过多，或规则文本缺失。"),
    "joining": ("Who would join if every doubtful relationship were confirmed", "如全部疑似关系得到认定，将加入本组的各方"),
    "if_then": ("If so: {sentence}", "届时：{sentence}"),
    "doubt": ("in doubt: {said} [{id}]", "疑似关系：{said}［{id}］"),
    "under": ("Under {book}", "适用规则：{book}"),
    "in_groups": ("In the groups", "所属各组"),
    "signals": ("Signals", "预警信号"),
    "not_evaluable": ("not evaluable", "无法评估"),
    "also_known": ("also delivered as {ids}", "亦曾以下列编号报送：{ids}"),
    "country_unknown": ("country unknown", "国别未知"),
    "unknown": ("unknown", "未知"),
    "pair_title": ("{one} and {other} under {book}", "{one}与{other}（{book}）"),
    "pair_apart": ("No group holds both.", "不存在同时包含两者的组别。"),
    "pair_in": ("Both are in {groups}.", "两者同属：{groups}。"),
    "pair_smallest": ("The fewest relationships that put them into one group:", "使两者归入同一组的最少关系："),
    "pair_needed": ("Relationships that put them into one group; none of them can be spared:",
                    "使两者归入同一组的关系，缺一不可："),
}  # fmt: skip
"""By what is said: English and Chinese."""

_PRODUCTS_ZH: Final = {
    "loan": "贷款", "trade_finance": "贸易融资", "bill_discount": "票据贴现", "finance_lease": "融资租赁", "overdraft": "透支",
    "advance": "垫款", "bond": "债券", "covered_bond": "担保债券", "interbank_placement": "拆放同业",
    "interbank_deposit": "存放同业", "interbank_certificate": "同业存单", "equity_holding": "股权投资",
    "reverse_repo": "买入返售", "fund_unit": "基金份额", "securitisation": "资产证券化", "ccp_clearing": "中央对手方清算",
    "bill_acceptance": "银行承兑汇票", "documentary_credit": "跟单信用证", "standby_credit": "备用信用证",
    "financing_guarantee": "融资性保函", "performance_guarantee": "履约保函", "credit_confirmation": "信用证保兑",
    "bond_issue_guarantee": "发债担保", "loan_guarantee": "借款担保", "sale_with_recourse": "有追索权的资产出售",
    "forward_purchase": "远期资产购买", "commitment": "贷款承诺", "card_undrawn": "未使用信用卡额度",
    "note_issuance": "票据发行便利", "derivative": "衍生品", "securities_financing": "证券融资交易",
}  # fmt: skip

_AGREEMENTS: Final = {
    "netting_sets": ("netting set", "净额结算组合"),
    "securities_financing": ("securities financing", "证券融资交易"),
    "trading_positions": ("trading positions", "交易账簿头寸"),
}
"""What an agreement is called that is no facility, by the table it comes from."""


class Words:
    """What is said in one language."""

    def __init__(self, language: Language) -> None:
        """Speak one language."""
        self._is_english = language is Language.ENGLISH
        self.sentence = f"sentence_{language}"

    def say(self, what: str, **values: object) -> str:
        """One of the texts, completed."""
        return _WORDS[what][0 if self._is_english else 1].format(**values)

    def own(self, both: tuple[str, str]) -> str:
        """Of a text in both languages the one of this language."""
        return both[0 if self._is_english else 1]

    def signed(self, value: str) -> str:
        """A change of an amount, with its sign."""
        return self.figure(value) if value.startswith("-") else f"+{self.figure(value)}"

    def joined(self, parts: list[str]) -> str:
        """Parts of one line."""
        return (", " if self._is_english else "，").join(parts)

    def named(self, names: list[str]) -> str:
        """Names in a row."""
        return (", " if self._is_english else "、").join(names)

    def name(self, item: dict[str, Any]) -> str:
        """What a party with `party_id` and `name` is called; its id where it has no name."""
        return self.called(item["name"] or item["party_id"])

    def called(self, name: str) -> str:
        """Of a name in both languages the one of this language."""
        return self._own(name_said(name))

    def clause(self, text: str) -> str:
        """A document and clause."""
        return self._own(clause_said(text))

    def product(self, code: str | None) -> str:
        """A product of the bank."""
        if code is None:
            return self.say("unknown")
        return code.replace("_", " ") if self._is_english else _PRODUCTS_ZH.get(code, code)

    def agreement(self, row: dict[str, Any]) -> str:
        """The product of a facility, or what another agreement is; `row` has product and source."""
        if row["source"] in _AGREEMENTS:
            return _AGREEMENTS[row["source"]][0 if self._is_english else 1]
        return self.product(row["product"])

    def figure(self, value: str | None) -> str:
        """An amount with separators; unknown is said."""
        if value is None:
            return self.say("unknown")
        whole, dot, decimals = value.partition(".")
        sign = "-" if whole.startswith("-") else ""
        return f"{sign}{int(whole.lstrip('-')):,}{dot}{decimals}"

    def percent(self, ratio: float | None) -> str:
        """A share with two decimals, rounded down as in the evidence of a signal."""
        if ratio is None:
            return self.say("no_share")
        return f"{floor(ratio * 10_000) / 100:.2f}{' ' if self._is_english else ''}%"

    def _own(self, said: Said) -> str:
        return said.en if self._is_english else said.zh


def is_nothing(amount: str | None) -> bool:
    """Whether an amount is known to be zero."""
    return amount is not None and not amount.strip("0.")
