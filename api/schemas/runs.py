"""Runs, rulebooks and health as the API answers them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue

from api.schemas import fields as f


class RunItem(f.Answer):
    """One pass of the pipeline over the bank's tables, finished and stored."""

    run_id: f.RunId
    as_of: f.AsOf
    known_at: Annotated[
        date, Field(description="The run used only what was known then.", examples=["2026-06-30"])
    ]
    level: Annotated[str, Field(description="The perimeter: solo or consolidated.", examples=["solo"])]
    currency: Annotated[str, Field(description="The reporting currency, ISO 4217.", examples=["CNY"])]
    completed_at: Annotated[
        AwareDatetime, Field(description="When it was stored, UTC.", examples=["2026-07-01T02:00:00Z"])
    ]
    counts: Annotated[
        dict[str, int],
        Field(
            description="How many of each kind it saw.", examples=[{"parties": 4, "groups": 3, "findings": 2}]
        ),
    ]
    book_ids: Annotated[list[str], Field(description="The books it applied.", examples=[["example_policy"]])]
    is_current: Annotated[
        bool, Field(description="Other reads answer from it where no run is named.", examples=[True])
    ]


class BookItem(f.Answer):
    """A rulebook as the run applied it."""

    book_id: f.BookId
    title: Annotated[
        str, Field(description="What it is called.", examples=["Example bank: concentration policy"])
    ]
    title_zh: Annotated[
        str, Field(description="What it is called in Chinese.", examples=["示例银行：集中度政策"])
    ]
    effective_from: Annotated[date, Field(description="In force from this date.", examples=["2018-01-01"])]
    document: Annotated[
        str, Field(description="The instrument it states.", examples=["Example bank, concentration policy"])
    ]
    digest: f.Digest
    choices: Annotated[
        dict[str, str],
        Field(description="The readings it was applied under.", examples=[{"collateral": "simple"}]),
    ]


class NotEvaluatedItem(f.Answer):
    """A rule or table that the run could not evaluate. What is not evaluated is unknown, never clear."""

    item: Annotated[str, Field(description="The rule, limit, signal or table.", examples=["payments"])]
    book_id: Annotated[str | None, Field(description="The book it belongs to.", examples=["example_policy"])]
    missing: Annotated[str | None, Field(description="The input that is missing.", examples=["payments"])]
    effect: Annotated[
        str | None, Field(description="What is therefore not known.", examples=["Flows between members."])
    ]


class RunAnswer(RunItem):
    """One run with its books, the hashes of what went in, and what it could not evaluate."""

    books: Annotated[list[BookItem], Field(description="The books it applied.")]
    early_warning: Annotated[BookItem, Field(description="The catalogue of the signals that it applied.")]
    asset_classification: Annotated[
        BookItem | None,
        Field(description="The book on the classes of assets; null where none of its jurisdiction applied."),
    ]
    inputs: Annotated[
        dict[str, str],
        Field(description="SHA-256 of each delivered table.", examples=[{"parties": "9b2c" + "0" * 60}]),
    ]
    code: Annotated[
        dict[str, JsonValue], Field(description="What computed it.", examples=[{"version": "0.1.0"}])
    ]
    not_evaluated: Annotated[list[NotEvaluatedItem], Field(description="What could not be evaluated.")]


class RunPage(f.Answer):
    """A page of runs, the newest date first and of one date the last completed first."""

    items: Annotated[list[RunItem], Field(description="The runs.")]
    next: f.NextCursor


class EntryItem(f.Answer):
    """One entry of a rulebook with the place where it is written."""

    shape: Annotated[str, Field(description="What kind of rule it is.", examples=["Limit"])]
    clause: f.Clause
    certainty: f.Certainty
    note: Annotated[str, Field(description="What a reader should know about the reading.", examples=[""])]
    when: Annotated[
        dict[str, str],
        Field(description="The choices under which it holds.", examples=[{"collateral": "simple"}]),
    ]
    is_in_force: Annotated[bool, Field(description="It held under the run's choices.", examples=[True])]
    rule: Annotated[
        dict[str, JsonValue],
        Field(
            description="What it says, as it stands in the file.", examples=[{"id": "group", "ratio": "0.15"}]
        ),
    ]


class RulebookAnswer(f.Answer):
    """One rulebook of the run with every entry of its edition."""

    run_id: f.RunId
    as_of: f.AsOf
    currency: f.Currency
    book: Annotated[BookItem, Field(description="The book.")]
    entries: Annotated[list[EntryItem], Field(description="Its entries, in the order of their shapes.")]


class Health(f.Answer):
    """The process is up."""

    status: Annotated[Literal["ok"], Field(description="Always ok.", examples=["ok"])]


class Readiness(f.Answer):
    """There is a run to answer from."""

    status: Annotated[Literal["ready"], Field(description="Always ready.", examples=["ready"])]
    run_id: f.RunId
    as_of: f.AsOf
