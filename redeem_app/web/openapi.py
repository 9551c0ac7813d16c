"""The API's description in OpenAPI 3.1, made from the types that validate requests and write answers."""

from functools import cache
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from redeem_app.web.openapi_forms import Answer, Operation, Parameter, Shape
from redeem_app.web.openapi_operations import OPERATIONS

_REF: Final = "#/components/schemas/{model}"

_INFO: Final = {
    "title": "Rewards API",
    "version": "1.0.0",
    "summary": "Rewards of Amazon Moments, self-hosted: its two calls, unchanged, and what they left out.",
    "description": "Call it from your server only, with the API key of your app in `x-api-key`."
    " The two calls of Moments answer at `/prod` too, since that was the stage in Amazon's addresses.",
    "license": {"name": "MIT", "identifier": "MIT"},
}

_TAGS: Final = (
    {"name": "Rewards", "description": "Look at a reward, get one, replace its link."},
    {"name": "Points", "description": "What people do becomes points, and points make a moment due."},
)


@cache
def document(public_url: str) -> dict[str, Any]:
    """The whole description, for a service at this address."""
    schemas = _schemas()
    return {
        "openapi": "3.1.0",
        "info": _INFO,
        "servers": [{"url": public_url}],
        "tags": list(_TAGS),
        "security": [{"apiKey": []}],
        "paths": {operation.path: {operation.method.lower(): _operation(operation)} for operation in OPERATIONS},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"apiKey": {"type": "apiKey", "in": "header", "name": "x-api-key"}},
        },
    }


def _schemas() -> dict[str, Any]:
    bodies = [operation.body for operation in OPERATIONS if operation.body is not None]
    answers = [s for o in OPERATIONS for answer in o.answers for s in answer.shapes if not isinstance(s, str)]
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "validation") for model in dict.fromkeys(bodies)]
    wanted += [(model, "serialization") for model in dict.fromkeys(answers)]
    _, definitions = models_json_schema(wanted, ref_template=_REF)
    schemas: dict[str, Any] = definitions["$defs"]
    return schemas


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": _camel(operation.name),
        "tags": [operation.tag],
        "summary": operation.title,
        "description": operation.description,
        "responses": {
            str(answer.status): _answer(answer) for answer in sorted(operation.answers, key=lambda a: a.status)
        },
    }
    if operation.is_signed:
        described["security"] = []
    if operation.parameters:
        described["parameters"] = [_parameter(parameter) for parameter in operation.parameters]
    if operation.body is not None:
        content = {"schema": _shape(operation.body), "example": dict(operation.example or {})}
        described["requestBody"] = {"required": True, "content": {"application/json": content}}
    return described


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": parameter.longest}
    if parameter.pattern:
        schema["pattern"] = parameter.pattern
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.place == "path" or parameter.is_needed,
        "description": parameter.meaning,
        "schema": schema,
        "example": parameter.example,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    shapes = [_shape(shape) for shape in answer.shapes]
    schema = shapes[0] if len(shapes) == 1 else {"anyOf": shapes}
    described: dict[str, Any] = {
        "description": answer.meaning,
        "content": {"application/json": {"schema": schema}},
    }
    if answer.headers:
        described["headers"] = {
            name: {"description": meaning, "required": True, "schema": {"type": "integer"}}
            for name, meaning in answer.headers.items()
        }
    return described


def _shape(shape: Shape) -> dict[str, Any]:
    if isinstance(shape, str):
        return {"type": "array", "maxItems": 0, "description": "No reward is left."}
    return {"$ref": _REF.format(model=shape.__name__)}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)
