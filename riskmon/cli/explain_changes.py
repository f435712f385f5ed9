"""What changed the exposure and the headroom of a subject since the run before, cause by cause."""

from collections import defaultdict
from typing import Any, Final

from rich.console import Console

from riskmon.cli.explain_words import Words

Body = dict[str, Any]

CAUSES: Final = {
    "rulebook": ("another edition or choice of the book", "规则版本或选项变化"),
    "time": ("time that passed", "时间推移"),
    "currency": ("exchange rates", "汇率变动"),
    "capital": ("capital", "资本变动"),
    "provision": ("provisions", "减值准备变动"),
    "collateral": ("protection", "缓释品变动"),
    "market": ("positions, trades and structures", "头寸、交易及产品底层变动"),
    "reference": ("what the parties are", "主体属性变化"),
    "repayment": ("repayment", "还款"),
    "new_business": ("new business", "新增业务"),
    "group_membership": ("members that came or went", "组内成员变化"),
    "limit": ("the bank's own limit", "行内限额调整"),
    "exposure": ("exposure that grew", "风险暴露增加"),
    "other": ("something else", "其他"),
}
"""What did it, in both languages."""
_TITLE: Final = ("What changed since the run before", "与上次运行相比的变化")
_SAID_OF: Final = {
    "exposure": ("exposure under {book}", "{book}项下风险暴露"),
    "exempt": ("of it exempt under {book}", "{book}项下豁免金额"),
    "joint": ("what it owes with others under {book}", "{book}项下与他人共同承担的债务"),
    "joint_exempt": ("of that exempt under {book}", "{book}项下共同债务的豁免金额"),
    "joint_loan": ("loans it owes with others under {book}", "{book}项下与他人共同承担的贷款"),
    "loan_balance": ("loan balance under {book}", "{book}项下贷款余额"),
    "credit_balance": ("credit balance under {book}", "{book}项下授信余额"),
    "headroom": ("headroom under {limit}", "{limit}剩余额度"),
}


def print_changes(console: Console, rows: list[Body], words: Words) -> None:
    """The rows of `attribution` of one subject, an amount a line."""
    if not rows:
        return
    console.print(f"\n{words.own(_TITLE)}", style="bold", markup=False)
    amounts: dict[tuple[str, str, str], list[Body]] = defaultdict(list)
    for row in rows:
        amounts[row["book_id"], row["limit_id"] or "", row["measure"]].append(row)
    for (book, limit, measure), causes in amounts.items():
        subject = words.own(_SAID_OF[measure]).format(
            book=words.title(book), limit=words.title(f"{book}/{limit}")
        )
        parts = [f"{words.own(CAUSES[row['cause']])} {words.signed(row['change'])}" for row in causes]
        console.print(f"  {subject}: {words.joined(parts)}", markup=False)
