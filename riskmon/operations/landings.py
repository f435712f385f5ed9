"""Where a part of an investment in a structure landed and why, as a credit officer would say it."""

from collections.abc import Mapping
from typing import Final

from riskmon.domain.terms import Landing, Part
from riskmon.operations.citations import Said, name_said

_LANDED: Final = {
    (Part.IDENTIFIED, Landing.OBLIGOR): Said(
        "{party} owes the asset {asset} of {structure}", "{structure}的基础资产{asset}的债务人为{party}"
    ),
    (Part.IDENTIFIED, Landing.STRUCTURE): Said(
        "of the assets of {structure}, {count} with a named obligor stay below the book's line and count with the structure",
        "{structure}有{count}项基础资产已识别债务人但未达到穿透线，计入该结构本身",
    ),
    (Part.UNIDENTIFIED, Landing.STRUCTURE): Said(
        "of the assets of {structure}, {count} without a named obligor count with the structure: they stay below the "
        "book's line, or its mandate excludes a connection with the rest",
        "{structure}有{count}项基础资产未识别债务人，因未达到穿透线或其投资约定排除与其他客户的关联，计入该结构本身",
    ),
    (Part.UNIDENTIFIED, Landing.UNKNOWN_CLIENT): Said(
        "nobody is named for the asset {asset} of {structure}, so that it counts with the one unknown client",
        "{structure}的基础资产{asset}未识别债务人，计入匿名客户",
    ),
    (Part.UNTOLD, Landing.STRUCTURE): Said(
        "no asset is known for this part of {structure}, and it is too small for the book's line, so that it counts with "
        "the structure",
        "{structure}的该部分无基础资产信息且未达到穿透线，计入该结构本身",
    ),
    (Part.UNTOLD, Landing.UNKNOWN_CLIENT): Said(
        "no asset is known for this part of {structure}, so that it counts with the one unknown client",
        "{structure}的该部分无基础资产信息，计入匿名客户",
    ),
    (Part.RING, Landing.UNKNOWN_CLIENT): Said(
        "{structure} and others hold one another in a ring, so that what they hold of themselves counts with the one "
        "unknown client",
        "{structure}与其他结构循环持有，其相互持有部分计入匿名客户",
    ),
    (Part.NOMINAL, Landing.STRUCTURE): Said(
        "the whole investment in {structure} counts with it, beside who stands behind it",
        "对{structure}的全部投资计入该结构本身，另计穿透后的各方",
    ),
    (Part.SUPPORT, Landing.SUPPORTER): Said(
        "{party} stands behind {structure}, so that the investment counts with it as well",
        "{party}为{structure}的附加风险方，该投资同时计入该方",
    ),
}  # fmt: skip
"""By what the part is and whose exposure it became."""


def landing_said(row: Mapping[str, object]) -> dict[str, str]:
    """Why a row of `look_through` is where it is: sentence_en, sentence_zh. In: its columns and `name` of its obligor."""
    said = _LANDED[Part(str(row["part"])), Landing(str(row["landing"]))]
    party = name_said(str(row["name"] or row["obligor_id"]))
    structure, asset = row["structure_id"], row["underlying_id"]
    unnamed = Said("the holding", "该笔投资")
    return {
        f"sentence_{language}": text.format(
            party=called, structure=structure or fallback, asset=asset, count=row["underlying_count"]
        )
        for language, text, called, fallback in (
            ("en", said.en, party.en, unnamed.en),
            ("zh", said.zh, party.zh, unnamed.zh),
        )
    }
