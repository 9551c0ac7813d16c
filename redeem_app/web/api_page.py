"""The API's description as a page to read and try at `/api`: the same data as `/openapi.json`, set for people.

Everything on it comes from this service; the key that is typed into it stays in the page.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import flask

from redeem_app.web import openapi
from redeem_app.web.folders import STATIC

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:;"
    " form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
_FILES: Final = {"api.css": "text/css", "api.js": "text/javascript"}
_REF: Final = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body or an answer, or one parameter."""

    name: str
    kind: str
    is_needed: bool
    meaning: str
    place: str = ""
    """`path`, `query` or `header`, for a parameter."""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """A body by its name, field by field."""

    name: str
    meaning: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """One answer: its status, what it means, and the shapes its body can have."""

    status: str
    meaning: str
    shapes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One operation."""

    id: str
    method: str
    path: str
    title: str
    description: str
    needs_key: bool
    parameters: tuple[Field, ...]
    body: Shape | None
    example: str
    """JSON, ready to send; empty where there is no body."""
    curl: str
    answers: tuple[Status, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Operations that belong together."""

    name: str
    meaning: str
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class ApiPage:
    """The whole description."""

    title: str
    meaning: str
    sections: tuple[Section, ...]
    shapes: tuple[Shape, ...]


def install(app: flask.Flask, public_url: str) -> None:
    """Register the page and its two files."""

    @app.get("/api", endpoint="api_page")
    def page() -> flask.Response:
        answer = flask.make_response(flask.render_template("api.html", page=api_page(public_url)))
        answer.headers["Content-Security-Policy"] = _POLICY
        return answer

    @app.get("/api/<name>", endpoint="api_page_file")
    def file(name: str) -> flask.Response:
        if name not in _FILES:
            flask.abort(404)
        answer = flask.Response((STATIC / name).read_bytes(), mimetype=_FILES[name])
        answer.headers["Cache-Control"] = "public, max-age=300"
        return answer


@cache
def api_page(public_url: str) -> ApiPage:
    """From the description that programs read."""
    document = openapi.document(public_url)
    schemas: Mapping[str, Any] = document["components"]["schemas"]
    calls = [
        (operation["tags"][0], _call(public_url, path, method, operation, schemas))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    sections = tuple(
        Section(tag["name"], tag["description"], tuple(call for name, call in calls if name == tag["name"]))
        for tag in document["tags"]
    )
    shapes = tuple(_shape(name, schemas) for name in sorted(schemas) if "properties" in schemas[name])
    return ApiPage(document["info"]["title"], document["info"].get("description", ""), sections, shapes)


def _call(public_url: str, path: str, method: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> Call:
    sent = operation.get("requestBody", {}).get("content", {}).get("application/json")
    example = json.dumps(sent["example"], indent=2) if sent else ""
    needs_key = operation.get("security") != []
    parameters = tuple(
        Field(p["name"], "string", p["required"], p["description"], p["in"], p["example"])
        for p in operation.get("parameters", ())
    )
    return Call(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        title=operation["summary"],
        description=operation["description"],
        needs_key=needs_key,
        parameters=parameters,
        body=_shape(_name(sent["schema"]), schemas) if sent else None,
        example=example,
        curl=_curl(public_url, path, method.upper(), parameters, example, needs_key=needs_key),
        answers=tuple(_status(status, answer) for status, answer in operation["responses"].items()),
    )


def _curl(  # noqa: PLR0913 - what a request is made of
    public_url: str, path: str, method: str, parameters: tuple[Field, ...], example: str, *, needs_key: bool
) -> str:
    for parameter in parameters:
        if parameter.place == "path":
            path = path.replace("{" + parameter.name + "}", parameter.example)
    query = "&".join(f"{p.name}={p.example}" for p in parameters if p.place == "query")
    lines = [f"curl -X {method} '{public_url}{path}{'?' + query if query else ''}'"]
    lines += ["-H 'x-api-key: YOUR-KEY'"] if needs_key else []
    lines += [f"-H '{p.name}: {p.example}'" for p in parameters if p.place == "header"]
    lines += ["-H 'content-type: application/json'", f"-d '{json.dumps(json.loads(example))}'"] if example else []
    return " \\\n  ".join(lines)


def _status(status: str, answer: Mapping[str, Any]) -> Status:
    schema = answer["content"]["application/json"]["schema"]
    shapes = [_name(shape) for shape in schema.get("anyOf", [schema])]
    return Status(status, answer["description"], tuple(shapes))


def _shape(name: str, schemas: Mapping[str, Any]) -> Shape:
    schema = schemas[name]
    needed = schema.get("required", ())
    fields = tuple(
        Field(field, _kind(said), field in needed, said.get("description", ""))
        for field, said in schema["properties"].items()
    )
    return Shape(name, schema.get("description", ""), fields)


def _name(schema: Mapping[str, Any]) -> str:
    """The shape's name; `[]` for the list that says that no reward is left."""
    return str(schema["$ref"]).removeprefix(_REF) if "$ref" in schema else "[]"


def _kind(said: Mapping[str, Any]) -> str:
    if "anyOf" in said:
        return " or ".join(_kind(one) for one in said["anyOf"])
    if "$ref" in said:
        return _name(said)
    if said.get("type") == "array":
        return f"list of {_kind(said.get('items', {}))}"
    if "const" in said:
        return json.dumps(said["const"])
    return str(said.get("format") or said.get("type", "anything"))
