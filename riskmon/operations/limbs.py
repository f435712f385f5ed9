"""What each kind and basis of relationship says, in English and Chinese, as a credit officer would say it.

`{s}` is the source of the relationship and `{t}` its target, `{share}` the recorded share with its sign, or nothing.
"""

from typing import Final

LIMBS: Final[dict[tuple[str, str | None], tuple[str, str]]] = {
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
    ("common_support", None): ("the same third party stands behind {s} and {t}", "{s}与{t}背后为同一附加风险方"),
    ("guarantee", None): ("{s} guarantees debt of {t}", "{s}为{t}提供担保"),
}  # fmt: skip
"""By kind and basis; a basis that is not named is told as the kind."""
