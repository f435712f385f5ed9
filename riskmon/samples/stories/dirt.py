"""The story of dirty rows: one of every kind, on parties of their own, so that no other answer becomes incomplete."""

from random import Random

from riskmon.samples.draft import Cell, Draft
from riskmon.samples.story import Expected, ExpectedFinding, Story

_MILLION = 1_000_000_00
_SLOPPY, _VOTED, _LOOP, _MISCODED = "S13-SLOPPY", "S13-VOTED", "S13-LOOP", "S13-MISCODED"
_HOLDERS = ("S13-HOLDER-1", "S13-HOLDER-2")


def _dirty_facilities(draft: Draft) -> dict[str, dict[str, Cell]]:
    """One spoiled facility for each finding: the cells that differ from those of a clean loan."""
    return {
        "key_missing": {"facility_id": ""},
        "value_invalid": {"start_date": "31.03.2026"},
        "value_unknown": {"product": "mystery_product"},
        "amount_invalid": {"drawn": "1,250,000.00"},
        "amount_precision": {"drawn": "250000.005"},
        "amount_negative": {"drawn": "-3000.00"},
        "amount_missing": {"drawn": None},
        "currency_unknown": {"currency": "XQZ"},
        "rate_missing": {"currency": "JPY", "drawn": "40000000", "commitment": "40000000", "accrued_interest": "0",
                         "provision": "0"},
        "dates_out_of_order": {"start_date": draft.day(-10), "maturity_date": draft.day(-40), "drawn": 0, "commitment": 0},
        "reference_missing": {"obligor_id": "S13-NOBODY"},
        "drawn_above_commitment": {"commitment": _MILLION // 2},
        "past_maturity": {"start_date": draft.day(-400), "maturity_date": draft.day(-40)},
    }  # fmt: skip


def dirty_rows(draft: Draft, rng: Random) -> Story:
    """Every kind of finding once. The rows touch only the story's own parties."""
    draft.unknown_columns["parties"] = "legacy_code"
    draft.party(_SLOPPY, industry="F51", legacy_code="A-17")
    draft.party(_MISCODED, industry="F51", uscc="919900000000000000")
    for party in (_VOTED, _LOOP, *_HOLDERS):
        draft.party(party, industry="F51")
    found = [
        ExpectedFinding("column_unknown", "parties"),
        ExpectedFinding("identifier_invalid", "parties"),
    ]
    for code, cells in _dirty_facilities(draft).items():
        product = str(cells.pop("product", "loan"))
        draft.facility(str(cells.pop("obligor_id", _SLOPPY)), product, _MILLION, **cells)
        found.append(ExpectedFinding(code, "facilities"))
    duplicate = draft.next_id("FAC")
    conflict = draft.next_id("FAC")
    for facility, amounts in (
        (duplicate, (_MILLION, _MILLION)),
        (conflict, (_MILLION, rng.randint(2, 5) * _MILLION)),
    ):
        for amount in amounts:
            draft.facility(_SLOPPY, "loan", amount, facility_id=facility)
    found += [ExpectedFinding("id_duplicate", "facilities"), ExpectedFinding("id_conflict", "facilities")]
    found += _dirty_relationships(draft)
    draft.add(
        "protections", protection_id=draft.next_id("PRO"), kind="property", currency="CNY", value=_MILLION,
        title_holder_id=_SLOPPY, asset_reference="LAND-OF-NOTHING",
    )  # fmt: skip
    found.append(ExpectedFinding("protection_unused", "protections"))
    return Story(
        "S13",
        "Dirty rows of every kind",
        "各类数据质量问题",
        "Each finding is planted once, on parties of its own; a row that cannot be computed is refused, a suspicious one "
        "stays.",
        (_HOLDERS[0], _HOLDERS[1], _LOOP, _MISCODED, _SLOPPY, _VOTED),
        Expected(findings=tuple(sorted(found, key=lambda finding: (finding.table, finding.finding_code)))),
    )


def _dirty_relationships(draft: Draft) -> list[ExpectedFinding]:
    for holder, votes in zip(_HOLDERS, (7_000, 6_000), strict=True):
        draft.relationship(holder, _VOTED, "shareholding", voting_bp=votes)
    draft.relationship(_LOOP, _LOOP, "control", basis="board")
    draft.relationship(_HOLDERS[0], _SLOPPY, "shareholding", voting_bp=12_500)
    draft.relationship(_HOLDERS[0], "S13-NOBODY", "guarantee", amount=_MILLION, currency="CNY")
    draft.relationship(
        _HOLDERS[1], _SLOPPY, "control", basis="contract", valid_from=draft.day(-10), valid_to=draft.day(-20)
    )
    codes = ("votes_over_100", "self_loop", "share_out_of_range", "reference_missing", "dates_out_of_order")
    return [ExpectedFinding(code, "relationships") for code in codes]
