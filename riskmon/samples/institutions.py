"""The sample bank itself and its public and financial obligors: capital, rates, banks, governments, what they owe."""

from decimal import Decimal
from random import Random

from riskmon.domain.terms import Level
from riskmon.samples.draft import OWN_BANK, REPORTING_CURRENCY, Draft
from riskmon.samples.lines import CAPITAL, PREVIOUS_CAPITAL

FOREIGN_BANK = "BANK-FOREIGN-1"
DOMESTIC_BANKS = tuple(f"BANK-{number:02d}" for number in range(1, 15))
POLICY_BANKS = ("POLICY-1", "POLICY-2", "POLICY-3")
PROVINCES = ("GOV-PROVINCE-1", "GOV-PROVINCE-2", "GOV-PROVINCE-3")
PUBLIC_BODIES = ("PUBLIC-1", "PUBLIC-2", "PUBLIC-3", "PUBLIC-4")
_LEASING, _SECURITIES = "FIN-LEASING", ("FIN-SECURITIES-1", "FIN-SECURITIES-2")

_BANK_NAMES = (
    ("栖川", "Qichuan"), ("云屏", "Yunping"), ("霁江", "Jijiang"), ("朔原", "Shuoyuan"), ("沅湾", "Yuanwan"),
    ("岚谷", "Langu"), ("楚汀", "Chuting"), ("翠埠", "Cuibu"), ("泊岭", "Boling"), ("琼坪", "Qiongping"),
    ("枫渡", "Fengdu"), ("宛丘", "Wanqiu"), ("溪阳", "Xiyang"), ("镜海", "Jinghai"),
)  # fmt: skip

_COUNTRY_GRADES = (("CN", "A+"), ("FR", "AA-"), ("DE", "AAA"), ("US", "AA+"), ("HK", "AA-"), ("SG", "AAA"))


def write_bank(draft: Draft) -> None:
    """The bank, its capital at two quarter-ends, exchange rates at two dates, grades of countries."""
    name = "澜江银行股份有限公司 (Lanjiang Bank Co., Ltd.)"
    draft.add(
        "bank",
        party_id=OWN_BANK,
        name=name,
        currency=REPORTING_CURRENCY,
        is_gsib=False,
        is_dsib=False,
        tier="second",
    )
    draft.party(OWN_BANK, "bank", name=name, is_obligor=False, is_institution=True, lei=draft.names.lei())
    for as_of, capital in ((draft.month_end(3), PREVIOUS_CAPITAL), (draft.as_of, CAPITAL)):
        draft.add(
            "capital", as_of=as_of, level=Level.CONSOLIDATED.value, net_capital=capital.net_capital,
            tier1_capital=capital.tier1_capital, cet1_capital=capital.cet1_capital, currency=REPORTING_CURRENCY,
        )  # fmt: skip
    for currency, rate in draft.rates.items():
        before = (rate * Decimal("1.004")).quantize(Decimal("0.0001"))
        draft.add("fx_rates", as_of=draft.month_end(1), currency=currency, rate=before)
        draft.add("fx_rates", as_of=draft.as_of, currency=currency, rate=rate)
    for country, grade in _COUNTRY_GRADES:
        for source in ("agency_a", "agency_b"):
            draft.add(
                "country_ratings", country=country, source=source, grade=grade, rated_on=draft.day(-400)
            )


def write_institutions(draft: Draft) -> None:
    """Governments, public bodies, banks and a clearing house. None is a real one but the state itself."""
    draft.party("GOV-CENTRAL", "sovereign", name="中央政府 (Central Government)", government_level="central")
    draft.party("CENTRAL-BANK", "central_bank", name="中央银行 (Central Bank)")
    draft.party("GOV-FOREIGN-1", "sovereign", name="Federal Treasury (DE)", country="DE", region=None)
    draft.party("MULTI-1", "multilateral", name="Eastern Seas Development Fund", country="SG", region=None)
    draft.party("CCP-1", "ccp", name="澜江清算所 (Lanjiang Clearing House)", is_qualifying_ccp=True)
    for number, party in enumerate(PROVINCES, start=1):
        draft.party(
            party, "regional_government", name=f"示例省人民政府{number} (Sample Province {number})",
            government_level="province",
        )  # fmt: skip
    for number, party in enumerate(PUBLIC_BODIES, start=1):
        draft.party(party, "public_sector", name=f"示例公共事业中心{number} (Sample Public Body {number})")
    for number, party in enumerate(POLICY_BANKS, start=1):
        draft.party(
            party, "policy_bank", name=f"示例政策性银行{number} (Sample Policy Bank {number})",
            is_institution=True, lei=draft.names.lei(),
        )  # fmt: skip
    for party, (chinese, english) in zip(DOMESTIC_BANKS, _BANK_NAMES, strict=True):
        draft.party(
            party, "bank", name=f"{chinese}商业银行 ({english} Commercial Bank)", is_institution=True,
            lei=draft.names.lei(), is_dsib=False,
        )  # fmt: skip
    draft.party(
        FOREIGN_BANK, "bank", name="Banque de Valmorel-sur-Lie", country="FR", region=None, is_institution=True,
        is_gsib=True, gsib_since=draft.day(-3000), lei=draft.names.lei(),
    )  # fmt: skip
    draft.party(_LEASING, "financial", name="霁江金融租赁 (Jijiang Financial Leasing)", is_institution=True)
    draft.relationship(DOMESTIC_BANKS[2], _LEASING, "shareholding", voting_bp=6_000, economic_bp=6_000)
    for number, party in enumerate(_SECURITIES, start=1):
        draft.party(
            party, "financial", name=f"示例证券{number} (Sample Securities {number})", is_institution=True
        )


def write_institution_facilities(draft: Draft, rng: Random) -> None:
    """What institutions owe the bank. A bank stays below a seventh of the internal line for banks."""
    draft.facility("CENTRAL-BANK", "interbank_deposit", 2_400_000_000_00, maturity_date=None)
    for years in (1, 3, 5, 7):
        draft.facility("GOV-CENTRAL", "bond", 350_000_000_00, maturity_date=draft.day(365 * years))
    draft.facility("GOV-FOREIGN-1", "bond", 12_000_000_00, currency="EUR", maturity_date=draft.day(900))
    for party in PROVINCES:
        draft.facility(party, "bond", rng.randint(100, 200) * 1_000_000_00, maturity_date=draft.day(1500))
    for party in POLICY_BANKS:
        draft.facility(party, "bond", rng.randint(250, 400) * 1_000_000_00, maturity_date=draft.day(1200))
    for party in PUBLIC_BODIES:
        draft.facility(party, "loan", rng.randint(20, 60) * 1_000_000_00, purpose="public works")
    draft.facility("MULTI-1", "bond", 5_000_000_00, currency="USD", maturity_date=draft.day(700))
    draft.facility("CCP-1", "ccp_clearing", 80_000_000_00, ccp_component="other_margin", maturity_date=None)
    draft.facility(
        "CCP-1", "ccp_clearing", 25_000_000_00, ccp_component="funded_default_fund", maturity_date=None
    )
    products = ("interbank_placement", "interbank_deposit", "interbank_certificate", "reverse_repo", "bond")
    for party in (*DOMESTIC_BANKS, FOREIGN_BANK, *_SECURITIES, _LEASING):
        internal_line = draft.lines.share("example_policy", "interbank", rng.randint(500, 1_400))
        is_foreign = party == FOREIGN_BANK
        for product in products:
            draft.facility(
                party, product, int(internal_line / len(products) / (8 if is_foreign else 1)) // 100 * 100,
                currency="USD" if is_foreign else REPORTING_CURRENCY, maturity_date=draft.day(rng.randint(30, 300)),
            )  # fmt: skip


def write_institution_statements(draft: Draft) -> None:
    """Statements of the banks that may guarantee, each many times what it guarantees."""
    for party in (*DOMESTIC_BANKS, FOREIGN_BANK):
        net_assets = 30_000_000_000_00
        items = {
            "total_assets": net_assets * 13, "total_liabilities": net_assets * 12, "net_assets": net_assets,
            "revenue": net_assets // 3, "net_profit": net_assets // 10,
        }  # fmt: skip
        for months_back in (6, 3):
            draft.statement(party, draft.month_end(months_back), items)


def write_bank_limits(draft: Draft, obligors: list[str], anchors: list[str]) -> None:
    """Limits of the bank's own for some obligors and groups, none of them near use."""
    line = draft.lines.share("example_policy", "group", 10_000)
    for kind, subjects in (("obligor", obligors), ("group", anchors)):
        for subject in subjects:
            draft.add(
                "bank_limits", limit_id=draft.next_id("LIM"), subject_kind=kind, subject_id=subject,
                book_id="example_policy", measure="exposure", is_shared=True,
                amount=line, currency=REPORTING_CURRENCY, blue_bp=7_000,
                yellow_bp=8_000, orange_bp=9_000, red_bp=10_000, is_hard=False, valid_from=draft.day(-300),
                valid_to=draft.day(300), approved_by="Credit committee",
            )  # fmt: skip
