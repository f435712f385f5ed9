"""The API's own description: OpenAPI 3.1 with the problems of every operation and an example of every answer."""

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from api.problems import EARMARKS, MEDIA_TYPE, PROBLEMS, PROPOSALS
from api.schemas.earmarks import Refusal
from api.schemas.problems import Fault, Problem
from api.security import OPEN_PATHS
from riskmon.operations.checks.request import CheckRequest

Schema = dict[str, Any]

BODIES: Final[dict[tuple[str, str], type[BaseModel]]] = {("/v1/checks", "post"): CheckRequest}
"""What a route reads from the body of a request, where it does so by itself."""

_BEARER = "bearer"
_SCHEMES = {
    _BEARER: {
        "type": "http",
        "scheme": "bearer",
        "description": "A key that an administrator handed out (`riskmon key create`), or a token of the bank's "
        "identity provider.",
    }
}

_EVERYWHERE = (413, 421, 500)
_SIGNED_IN = (401, 403, 429)
_UNDER_V1 = (400, 404, 422, 503)
_REFUSED = (409, 412)


def describe(app: FastAPI) -> Schema:
    """The OpenAPI document of an application, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            tags=app.openapi_tags,
            routes=app.routes,
        )
        schemas = document["components"]["schemas"]
        for model in (Fault, Problem, Refusal):
            described = model.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= {
                name: part for name, part in described.pop("$defs", {}).items() if name not in schemas
            }
            schemas[model.__name__] = described
        document["components"]["securitySchemes"] = _SCHEMES
        for framework_model in ("HTTPValidationError", "ValidationError"):
            schemas.pop(framework_model, None)
        _show_bodies(document)
        for path, method, operation in _operations(document):
            for parameter in operation.get("parameters", []):
                parameter["schema"] = _sendable(parameter["schema"])
            _show_example(operation, schemas)
            if method == "get" and path.startswith("/v1/"):
                _show_tag(operation)
            _show_problems(path, operation, _EVERYWHERE + (_UNDER_V1 if path.startswith("/v1/") else ()))
            if path.startswith(EARMARKS) and method == "post":
                _show_problems(path, operation, _REFUSED, schema="Refusal")
            if path.startswith(PROPOSALS) and method == "post":
                _show_problems(path, operation, (409,))
            if path not in OPEN_PATHS:
                operation["security"] = [{_BEARER: []}]
                _show_problems(path, operation, _SIGNED_IN)
        _show_problems("/readyz", document["paths"]["/readyz"]["get"], (503,))
        app.openapi_schema = document
    return app.openapi_schema


def _show_bodies(document: Schema) -> None:
    """Describes the bodies that routes read by themselves, as the framework names what it describes: `<model>-Input`."""
    schemas = document["components"]["schemas"]
    for (path, method), model in BODIES.items():
        body = model.model_json_schema(ref_template="#/components/schemas/{model}-Input")
        schemas |= {f"{name}-Input": schema for name, schema in body.pop("$defs", {}).items()}
        schemas[model.__name__] = body
        reference = {"$ref": f"#/components/schemas/{model.__name__}"}
        content = {"schema": reference, "example": _example(reference, schemas)}
        document["paths"][path][method]["requestBody"] = {
            "required": True, "content": {"application/json": content}
        }  # fmt: skip


def _operations(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _sendable(schema: Schema) -> Schema:
    """The schema of a parameter without null: what is not known is left out of an address."""
    match schema:
        case {"anyOf": [wanted, {"type": "null"}], **rest}:
            return {**wanted, **rest}
        case _:
            return schema


def _show_example(operation: Schema, schemas: Schema) -> None:
    for status in {"200", "201"} & operation["responses"].keys():
        content = operation["responses"][status]["content"].get("application/json")
        if content is not None:  # a stream has no example of its own
            content["example"] = _example(content["schema"], schemas)


def _show_tag(operation: Schema) -> None:
    answer = operation["responses"]["200"]
    if "application/json" not in answer["content"]:
        return
    text = {"schema": {"type": "string"}}
    answer["headers"] = {"ETag": {"description": "Tag of this content.", **text}}
    condition = "Tags of what is known already; 304 is answered where it has not changed."
    operation.setdefault("parameters", []).append(
        {"name": "If-None-Match", "in": "header", "required": False, "description": condition, **text}
    )
    operation["responses"]["304"] = {"description": "What is known already has not changed."}


def _show_problems(path: str, operation: Schema, statuses: tuple[int, ...], schema: str = "Problem") -> None:
    more = {name: None for name in Refusal.model_fields if name not in Problem.model_fields}
    for status in statuses:
        kinds = {
            code: kind
            for code, kind in PROBLEMS.items()
            if kind.status == status and path.startswith(kind.under)
        }
        examples: dict[str, Schema] = {
            code: {
                "value": {
                    "type": f"urn:riskmon:problem:{code}",
                    "title": kind.title,
                    "status": status,
                    "detail": kind.meaning,
                    "remedy": "What to do about it.",
                    "errors": [],
                    **(more if schema == "Refusal" else {}),
                }
            }
            for code, kind in kinds.items()
        }
        operation["responses"][str(status)] = {
            "description": " ".join(kind.meaning for kind in kinds.values()),
            "content": {
                MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{schema}"}, "examples": examples}
            },
        }


def _example(schema: Schema, schemas: Schema) -> Any:  # noqa: ANN401 -- an example is any JSON value
    """An example of a schema, made of the examples of its fields."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return _example(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas)
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], schemas)
    if schema.get("type") == "array":
        return [_example(schema["items"], schemas)]
    return {name: _example(field, schemas) for name, field in schema["properties"].items()}
