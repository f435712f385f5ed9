"""Stories about who counts together: ownership, dependence, joint control, cross-holdings, doubt."""

from random import Random

from riskmon.samples.draft import Draft
from riskmon.samples.lines import BOOKS, whole
from riskmon.samples.story import Expected, Story, group_limit, group_signal, in_books

_MILLION = 1_000_000_00
_DEPENDENCE_BOOKS = ("basel_lex", "cn_large_exposures", "example_policy")


def _own(draft: Draft, holder: str, firm: str, votes: int, **cells: str) -> None:
    draft.relationship(
        holder,
        firm,
        "shareholding",
        voting_bp=votes,
        economic_bp=votes,
        evidence="business register",
        **cells,
    )


def over_group_limit(draft: Draft, rng: Random) -> Story:
    """Eight small members together pass 15 % of net capital, before and after provisions, but not 20 % of tier 1."""
    words = ("CEMENT", "CHEMICAL", "LOGISTICS", "POWER", "PROPERTY", "STEEL", "TRADING")
    holding, *children = (f"S01-{word}" for word in ("HOLDING", *words))
    members = (holding, *children)
    industries = ("C31", "C30", "C26", "G54", "D44", "K70", "C31", "F51")
    for member, industry in zip(members, industries, strict=True):
        draft.party(member, industry=industry)
    for child in children[:5]:
        _own(draft, holding, child, rng.choice((5_100, 6_500, 8_000, 10_000)))
    # The last two hang lower, so that the group is found through chains and not by its first level alone.
    _own(draft, "S01-POWER", "S01-STEEL", 7_000)
    _own(draft, "S01-STEEL", "S01-TRADING", 5_500)

    line = draft.lines.limit("cn_group_credit", "group_credit")
    exposure = whole(line * rng.randint(10_120, 10_240) // 10_000)
    provision = 8 * _MILLION
    acceptance, margin = 40 * _MILLION, 12 * _MILLION
    accepted = draft.facility(holding, "bill_acceptance", acceptance, purpose="steel purchases")
    draft.protection("cash_margin", accepted, margin, provider_id="BANK-OWN", title_holder_id=holding)
    dollars = rng.randint(10, 14) * _MILLION
    draft.facility("S01-TRADING", "trade_finance", dollars, currency="USD", purpose="imports")
    rest = exposure + provision - (acceptance - margin) - int(dollars * draft.rates["USD"])
    usual = whole(rest // len(members))
    for member in members:
        loan = rest - usual * (len(members) - 1) if member == "S01-PROPERTY" else usual
        draft.facility(member, "loan", loan, provision=provision // len(members), purpose="working capital")
    credit = exposure + provision
    return Story(
        "S01",
        "A group passes 15 % of net capital though each member is small",
        "集团授信超过资本净额15%，而每个成员都不大",
        "A holding and seven firms below it, each between 100 and 200 million, owe together a little over 15 % of net capital; "
        "20 % of tier 1 is not passed. A cash margin comes off; the credit balance counts before provisions.",
        members,
        Expected(
            groups=in_books(holding, members, BOOKS),
            limits=(
                group_limit("cn_group_credit", "group_credit", holding, credit, is_breach=True),
                group_limit("example_policy", "group_credit", holding, exposure, is_breach=True),
                group_limit("example_policy", "group", holding, exposure, is_breach=True),
                group_limit("cn_large_exposures", "group", holding, exposure, is_breach=False),
                group_limit("basel_lex", "general", holding, exposure, is_breach=False),
            ),
            signals=(
                group_signal("F01", "cn_group_credit", holding, "red", is_veto=True),
                group_signal("F01", "example_policy", holding, "red", is_veto=True),
                group_signal("F01", "cn_large_exposures", holding, "red"),
            ),
        ),
    )


def obligor_in_two_groups(draft: Draft, rng: Random) -> Story:
    """A supplier stands in its parent's group and in that of the buyer it lives on; the two groups do not merge."""
    buyer, parent, sibling, supplier = "S02-BUYER", "S02-PARENT", "S02-SIBLING", "S02-SUPPLIER"
    for party, industry in ((buyer, "C36"), (parent, "F51"), (sibling, "C17"), (supplier, "C31")):
        draft.party(party, industry=industry)
    _own(draft, parent, supplier, 7_000)
    _own(draft, parent, sibling, 8_000)
    draft.relationship(
        buyer, supplier, "economic_dependence", basis="receipts", dependence_bp=rng.randint(6_500, 8_500),
        is_replaceable=False, assessment="confirmed", evidence="sales ledger of the last year",
    )  # fmt: skip
    # Both ends owe more than 5 % of tier 1, from where every book searches for dependence.
    search = whole(draft.lines.limit("cn_large_exposures", "group") // 4)
    amounts = {
        buyer: search + rng.randint(3, 6) * _MILLION,
        supplier: search + rng.randint(1, 3) * _MILLION,
        parent: rng.randint(80, 95) * _MILLION,
        sibling: rng.randint(50, 65) * _MILLION,
    }
    for party, amount in amounts.items():
        draft.facility(party, "loan", amount, purpose="working capital")
    owned = (parent, sibling, supplier)
    by_owner = sum(amounts[party] for party in owned)
    by_buyer = amounts[buyer] + amounts[supplier]
    return Story(
        "S02",
        "One obligor in two groups that do not merge",
        "同一客户分属两个集团而不合并",
        "The supplier is owned by its parent and lives on one buyer. It counts in full in both groups; the parent and "
        "the buyer are not connected. The 2010 guideline knows no dependence and sees the parent's group alone.",
        (buyer, parent, sibling, supplier),
        Expected(
            groups=(
                *in_books(parent, owned, BOOKS),
                *in_books(buyer, (buyer, supplier), _DEPENDENCE_BOOKS),
            ),
            limits=(
                group_limit("cn_large_exposures", "group", parent, by_owner, is_breach=False),
                group_limit("cn_large_exposures", "group", buyer, by_buyer, is_breach=False),
                group_limit("basel_lex", "general", buyer, by_buyer, is_breach=False),
                group_limit("cn_group_credit", "group_credit", parent, by_owner, is_breach=False),
            ),
        ),
    )


def joint_control(draft: Draft, rng: Random) -> Story:
    """Three holders, none above half, are all held by one parent: together they control the target."""
    parent, target = "S03-PARENT", "S03-TARGET"
    holders = ("S03-HOLDER-1", "S03-HOLDER-2", "S03-HOLDER-3")
    members = (parent, *holders, target)
    for party in members:
        draft.party(party, industry="I65")
    for holder, votes, stake in zip(holders, (6_000, 7_500, 10_000), (3_000, 2_500, 2_000), strict=True):
        _own(draft, parent, holder, votes)
        _own(draft, holder, target, stake)
    amounts = {party: rng.randint(30, 60) * _MILLION for party in members}
    for party, amount in amounts.items():
        draft.facility(party, "loan", amount, purpose="equipment")
    total = sum(amounts.values())
    return Story(
        "S03",
        "Control through three holders, none of them above half",
        "三个股东均未过半，合计形成控制",
        "Three holders with 30, 25 and 20 % of the target all belong to one parent, whose votes add up to 75 %.",
        members,
        Expected(
            groups=in_books(parent, members, BOOKS),
            limits=(
                group_limit("cn_large_exposures", "group", parent, total, is_breach=False),
                group_limit("cn_group_credit", "group_credit", parent, total, is_breach=False),
                group_limit("example_policy", "group_credit", parent, total, is_breach=False),
            ),
        ),
    )


def cross_holding(draft: Draft, rng: Random) -> Story:
    """Two firms hold 60 % of each other, one has a subsidiary: one group without an ultimate parent."""
    east, west, works = "S04-EAST", "S04-WEST", "S04-WORKS"
    for party in (east, west, works):
        draft.party(party, industry="E47")
    _own(draft, east, west, 6_000)
    _own(draft, west, east, 6_000)
    _own(draft, west, works, 8_000)
    amounts = {party: rng.randint(40, 70) * _MILLION for party in (east, west, works)}
    for party, amount in amounts.items():
        draft.facility(party, "loan", amount, purpose="construction")
    total = sum(amounts.values())
    return Story(
        "S04",
        "A cross-holding without an ultimate parent",
        "交叉持股，没有最终控制方",
        "Each of two firms holds 60 % of the other, and one holds a third firm. They are one group; its anchor is the "
        "smallest id of the ring.",
        (east, west, works),
        Expected(
            groups=in_books(east, (east, west, works), BOOKS),
            limits=(
                group_limit("cn_large_exposures", "group", east, total, is_breach=False),
                group_limit("cn_group_credit", "group_credit", east, total, is_breach=False),
            ),
        ),
    )


def doubtful_control(draft: Draft, rng: Random) -> Story:
    """Two groups, each half a limit large, and a control link between them that nobody has confirmed."""
    core, branch, shadow, mill = "S12-CORE", "S12-CORE-SUB", "S12-SHADOW", "S12-SHADOW-SUB"
    for party in (core, branch, shadow, mill):
        draft.party(party, industry="K70")
    _own(draft, core, branch, 9_000)
    _own(draft, shadow, mill, 8_000)
    draft.relationship(
        core, shadow, "control", basis="management", assessment="doubtful",
        evidence="one telephone number, one finance officer",
    )  # fmt: skip
    halves = []
    for parent, child in ((core, branch), (shadow, mill)):
        half = draft.lines.share("cn_large_exposures", "group", rng.randint(5_100, 5_180))
        draft.facility(parent, "loan", whole(half * 52 // 100), purpose="property")
        draft.facility(child, "loan", half - whole(half * 52 // 100), purpose="property")
        halves.append(half)
    books = ("cn_group_credit", "cn_large_exposures", "example_policy")
    return Story(
        "S12",
        "A doubtful link that would break the limit if it were confirmed",
        "疑似控制关系一经确认即超限",
        "Two groups each owe about half of the group limit. A doubtful control link joins them: nothing is broken now, "
        "every group limit but Basel's would be if it were confirmed.",
        (core, branch, shadow, mill),
        Expected(
            groups=(*in_books(core, (core, branch), BOOKS), *in_books(shadow, (shadow, mill), BOOKS)),
            limits=(
                group_limit("cn_large_exposures", "group", core, halves[0], is_breach=False),
                group_limit("cn_large_exposures", "group", shadow, halves[1], is_breach=False),
                group_limit("cn_group_credit", "group_credit", core, halves[0], is_breach=False),
                group_limit("example_policy", "group_credit", core, halves[0], is_breach=False),
            ),
            signals=tuple(group_signal("F22", book_id, core, "red") for book_id in books),
        ),
    )
