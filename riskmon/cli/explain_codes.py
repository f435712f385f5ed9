"""The words for the codes of the data contract and the rulebooks, in both languages."""

from typing import Final

PRODUCTS: Final = {
    "loan": ("loan", "贷款"),
    "trade_finance": ("trade finance", "贸易融资"),
    "bill_discount": ("bill discount", "票据贴现"),
    "finance_lease": ("finance lease", "融资租赁"),
    "overdraft": ("overdraft", "透支"),
    "advance": ("advance", "垫款"),
    "bond": ("bond", "债券"),
    "covered_bond": ("covered bond", "担保债券"),
    "interbank_placement": ("interbank placement", "拆放同业"),
    "interbank_deposit": ("interbank deposit", "存放同业"),
    "interbank_certificate": ("interbank certificate", "同业存单"),
    "equity_holding": ("equity holding", "股权投资"),
    "reverse_repo": ("reverse repo", "买入返售"),
    "fund_unit": ("fund unit", "基金份额"),
    "securitisation": ("securitisation", "资产证券化"),
    "ccp_clearing": ("clearing through a central counterparty", "中央对手方清算"),
    "bill_acceptance": ("bill acceptance", "银行承兑汇票"),
    "documentary_credit": ("documentary credit", "跟单信用证"),
    "standby_credit": ("standby credit", "备用信用证"),
    "financing_guarantee": ("financing guarantee", "融资性保函"),
    "performance_guarantee": ("performance guarantee", "履约保函"),
    "credit_confirmation": ("credit confirmation", "信用证保兑"),
    "bond_issue_guarantee": ("bond issue guarantee", "发债担保"),
    "loan_guarantee": ("loan guarantee", "借款担保"),
    "sale_with_recourse": ("sale with recourse", "有追索权的资产出售"),
    "forward_purchase": ("forward purchase", "远期资产购买"),
    "commitment": ("commitment", "贷款承诺"),
    "card_undrawn": ("undrawn card", "未使用信用卡额度"),
    "note_issuance": ("note issuance", "票据发行便利"),
    "derivative": ("derivative", "衍生品"),
    "securities_financing": ("securities financing", "证券融资交易"),
}

AGREEMENTS: Final = {
    "netting_sets": ("netting set", "净额结算组合"),
    "securities_financing": ("securities financing", "证券融资交易"),
    "trading_positions": ("trading positions", "交易账簿头寸"),
}
"""What an agreement is called that is no facility, by the table it comes from."""

TRADES: Final = {
    "interest_rate": ("interest rates", "利率"),
    "foreign_exchange": ("foreign exchange", "外汇"),
    "credit": ("credit", "信用"),
    "equity": ("shares", "股票"),
    "commodity": ("commodities", "商品"),
    "swap": ("swap", "互换"),
    "forward": ("forward", "远期"),
    "future": ("future", "期货"),
    "call": ("call", "看涨期权"),
    "put": ("put", "看跌期权"),
    "credit_default_swap": ("credit default swap", "信用违约互换"),
    "cdo_tranche": ("tranche of a CDO", "担保债务凭证分层"),
    "bond": ("bond", "债券"),
    "long": ("long", "多头"),
    "short": ("short", "空头"),
    "buy": ("bought", "买入"),
    "sell": ("sold", "卖出"),
    "reverse_repo": ("reverse repo", "逆回购"),
    "securities_borrowing": ("securities borrowed", "借入证券"),
    "repo": ("repo", "正回购"),
    "securities_lending": ("securities lent", "借出证券"),
    "covered": ("covered", "有担保池"),
    "secured": ("secured", "有担保"),
    "senior": ("senior", "优先"),
    "senior_non_preferred": ("senior non-preferred", "非优先高级"),
    "subordinated": ("subordinated", "次级"),
    "hybrid": ("hybrid", "混合资本"),
}
"""What is traded, by asset class, instrument, side, direction and rank."""

LOAN_CLASSES: Final = {
    "normal": ("normal", "正常"),
    "special_mention": ("special mention", "关注"),
    "substandard": ("substandard", "次级"),
    "doubtful": ("doubtful", "可疑"),
    "loss": ("loss", "损失"),
}

CLASS_INPUTS: Final = {
    "facilities.past_due_days": ("the days past due", "逾期天数"),
    "facilities.is_credit_impaired": ("whether it is credit-impaired", "是否已发生信用减值"),
    "facilities.provision": ("the provision", "减值准备"),
    "the facility that was refinanced": ("the facility that was refinanced", "被再融资的原授信业务"),
    "the repayment period of a restructured facility": (
        "the repayment period of a restructured facility", "重组资产的还款期",
    ),
    "bureau_summaries.debt_overdue_90": ("the overdue debt at all banks", "在所有银行的逾期债务"),
    "bureau_summaries.has_npl_elsewhere": ("whether debt elsewhere is non-performing", "他行债务是否不良"),
    "another claim of the obligor": ("facts of another claim on the obligor", "同一债务人其他债权的信息"),
    "a refused row": ("a row that was refused", "被拒收的记录"),
}  # fmt: skip
"""Inputs that a class of a claim may lack."""

PARTY_KINDS: Final = {
    "corporate": ("company", "企业"),
    "person": ("natural person", "自然人"),
    "bank": ("bank", "银行"),
    "financial": ("financial institution", "非银行金融机构"),
    "sovereign": ("sovereign", "主权政府"),
    "central_bank": ("central bank", "中央银行"),
    "regional_government": ("regional government", "地方政府"),
    "public_sector": ("public-sector entity", "公共部门实体"),
    "ccp": ("central counterparty", "中央对手方"),
    "multilateral": ("multilateral development bank", "多边开发银行"),
    "international_organisation": ("international organisation", "国际组织"),
    "fund": ("fund", "基金"),
    "spv": ("special-purpose vehicle", "特殊目的载体"),
    "sole_trader": ("sole trader", "个体工商户"),
    "policy_bank": ("policy bank", "政策性银行"),
    "anonymous": ("unknown client", "匿名客户"),
}

PROTECTIONS: Final = {
    "cash_margin": ("cash margin", "保证金"),
    "deposit_certificate": ("certificate of deposit", "本行存单"),
    "government_bond": ("government bond", "国债"),
    "policy_bank_bond": ("policy-bank bond", "政策性金融债"),
    "accepted_draft": ("accepted draft", "银行承兑汇票质押"),
    "gold": ("gold", "黄金"),
    "security": ("security", "有价证券"),
    "guarantee": ("guarantee", "保证"),
    "standby_credit": ("standby credit", "备用信用证"),
    "credit_derivative": ("credit derivative", "信用衍生工具"),
    "property": ("property", "房地产"),
    "receivable": ("receivable", "应收账款"),
    "inventory": ("inventory", "存货"),
    "equity_stake": ("equity stake", "股权"),
}

CATEGORIES: Final = {
    "general": ("general exposure", "一般风险暴露"),
    "specific": ("specific exposure", "特定风险暴露"),
    "trading": ("trading-book exposure", "交易账簿风险暴露"),
    "counterparty": ("counterparty credit exposure", "交易对手信用风险暴露"),
    "potential": ("potential exposure", "潜在风险暴露"),
    "other": ("other exposure", "其他风险暴露"),
}

SEVERITIES: Final = {
    "blue": ("blue", "蓝色"),
    "yellow": ("yellow", "黄色"),
    "orange": ("orange", "橙色"),
    "red": ("red", "红色"),
}

MEASURES: Final = {
    "exposure": ("exposure", "风险暴露"),
    "loan_balance": ("loan balance", "贷款余额"),
    "credit_balance": ("credit balance", "授信余额"),
}

CAPITAL_BASES: Final = {
    "net_capital": ("net capital", "资本净额"),
    "tier1_capital": ("tier 1 capital", "一级资本净额"),
    "cet1_capital": ("common equity tier 1 capital", "核心一级资本净额"),
}

SUBJECTS: Final = {
    "obligor": ("one obligor", "单一客户"),
    "group": ("one group", "一组关联客户"),
    "bank": ("all obligors together", "全部客户合计"),
    "product": ("one product", "单一产品"),
    "industry": ("one industry", "单一行业"),
    "region": ("one region", "单一地区"),
    "country": ("one country", "单一国别"),
}

CLASSES: Final = {
    "any": ("any kind", "不分类别"),
    "non_interbank": ("no bank or financial institution", "非同业"),
    "interbank": ("banks and financial institutions", "同业"),
    "gsib": ("global systemically important banks", "全球系统重要性银行"),
    "dsib": ("domestic systemically important banks", "国内系统重要性银行"),
    "anonymous": ("the unknown client", "匿名客户"),
    "qccp_non_clearing": (
        "qualifying central counterparties, other than clearing",
        "合格中央对手方非清算业务",
    ),
    "ccp_non_qualifying": ("other central counterparties", "不合格中央对手方"),
    "institution": ("institutions", "机构"),
    "no_institution": ("no institution", "非机构"),
    "related_party": ("related parties of the bank", "本行关联方"),
    "zero_weight_government": (
        "governments and central banks of zero risk weight",
        "风险权重为零的政府和央行",
    ),
}

CERTAINTIES: Final = {
    "verified": ("checked against the printed text", "已核对原文"),
    "unverified": ("not checked against the printed text", "未核对原文"),
}
