"""The API's description: kept in `openapi.json`, complete, and true of the output tables."""

import json
from pathlib import Path

import pytest
from pydantic import BaseModel

from api.app import create_app
from api.openapi import BODIES
from api.schemas import attribution, limits, reasons, runs, signals, subjects, why
from api.schemas.fields import Answer
from riskmon.frames.outputs import OUTPUT_TABLES
from riskmon.settings import Settings

STORED = Path(__file__).parents[2] / "openapi.json"
REFRESH = (
    "python -c 'import json; from api.app import create_app; "
    "print(json.dumps(create_app().openapi(), ensure_ascii=False, indent=2))' > openapi.json"
)


def subclasses(model: type[BaseModel]) -> set[type[BaseModel]]:
    return {model} | {below for child in model.__subclasses__() for below in subclasses(child)}


@pytest.fixture(scope="module")
def document():
    return create_app(Settings()).openapi()


def operations(document):
    return [
        (path, operation) for path, methods in document["paths"].items() for operation in methods.values()
    ]


def test_the_stored_description_is_that_of_the_code(document):
    assert json.loads(STORED.read_text(encoding="utf-8")) == document, f"refresh it with: {REFRESH}"


def test_no_response_field_has_a_default_and_every_field_is_described():
    for model in subclasses(Answer):
        for name, field in model.model_fields.items():
            place = f"{model.__name__}.{name}"
            assert field.is_required(), place
            assert field.description, place


def test_every_operation_has_a_tag_a_description_and_an_example_that_its_model_accepts(document):
    assert document["openapi"].startswith("3.1")
    models = {model.__name__: model for model in subclasses(Answer)}
    declared = {tag["name"] for tag in document["tags"]}
    for path, operation in operations(document):
        assert operation["description"], path
        assert set(operation["tags"]) <= declared, path
        content = operation["responses"]["200"]["content"].get("application/json")
        if content is None:
            assert "text/event-stream" in operation["responses"]["200"]["content"], path
            continue
        model = models[content["schema"]["$ref"].rsplit("/", 1)[1]]
        model.model_validate_json(json.dumps(content["example"]))


def test_every_body_that_is_asked_for_has_an_example_that_its_model_accepts(document):
    for (path, method), model in BODIES.items():
        content = document["paths"][path][method]["requestBody"]["content"]["application/json"]
        model.model_validate_json(json.dumps(content["example"]), strict=True)


def test_every_refusal_is_described_as_a_problem(document):
    for path, operation in operations(document):
        refusals = {status for status in operation["responses"] if status not in {"200", "201", "304"}}
        assert {"413", "421", "500"} <= refusals, path
        if path.startswith("/v1/"):
            assert operation["security"] == [{"bearer": []}]
            assert {"400", "401", "403", "404", "422", "503"} <= refusals, path
        for status in refusals:
            (media_type,) = operation["responses"][status]["content"]
            assert media_type == "application/problem+json", (path, status)


@pytest.mark.parametrize(
    ("model",                    "table",              "also"),
    [
        (limits.HeadroomItem,    "headroom",           {"currency"}),
        (limits.BreachItem,      "breaches",           {"currency"}),
        (signals.SignalItem,     "signals",            set()),
        (signals.FindingItem,    "findings",           set()),
        (runs.NotEvaluatedItem,  "not_evaluated",      set()),
        (subjects.AssetClass,    "obligor_classes",    set()),
        (subjects.ClaimClass,    "asset_classes",      set()),
        (subjects.FacilityItem,  "facilities",         set()),
        (reasons.RelationshipItem, "relationships",   set()),
        (why.GroupChangeItem,    "group_changes",      set()),
        (attribution.AttributionItem, "attribution",  {"currency"}),
        (subjects.PartyItem,     "parties",            set()),
        (subjects.ObligorExposure, "obligor_exposures", {"currency"}),
        (subjects.ObligorItem,   "obligor_exposures",  {"currency", "name", "kind", "country", "industry"}),
        (subjects.GroupItem,     "group_exposures",    {"currency", "anchor_id", "anchor_name", "member_count"}),
    ],
)  # fmt: skip
def test_an_item_has_the_columns_of_its_output_table(model, table, also):
    columns = {column.name.removesuffix("_minor") for column in OUTPUT_TABLES[table].columns}

    assert set(model.model_fields) == columns | also
