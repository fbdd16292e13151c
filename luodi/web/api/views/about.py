"""The document of the API as JSON, and the pages made from it: an index, and a page for each resource."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from luodi.advice.lines import KEYS
from luodi.errors import LuodiError, UnknownValue
from luodi.message import Message, in_key
from luodi.web.api import refusals, shapes, texts
from luodi.web.api.admission import COST, admit
from luodi.web.api.answers import as_text
from luodi.web.api.document import document
from luodi.web.api.graphs import answer
from luodi.web.api.models import KeyScope
from luodi.web.api.problems import refuse
from luodi.web.api.resources import GROUPS, RESOURCES, examples, resource_of
from luodi.web.api.shapes import COMPONENTS
from luodi.web.api.values import today
from luodi.web.core.pages import page
from luodi.web.core.types import Json
from luodi.web.core.words import language, say

Rows: TypeAlias = list[tuple[str, str, str]]


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, in English, or with `lang=zh` in Chinese."""
    lang = request.GET.get("lang", "en")
    if lang not in ("en", "zh"):
        return refuse(UnknownValue("api.lang-en-or-zh", at=in_key("lang", Message("place.query"))), request)
    response = HttpResponse(as_text(document(lang)), content_type="application/json")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@require_safe
def page_about(request: HttpRequest) -> HttpResponse:
    tried = Tried.of(request)
    return page(
        request,
        "api/about",
        tried.status or 200,
        groups=GROUPS,
        example=examples()["access"],
        origin=origin_of(request),
        questions=list(KEYS),
        problem=rows(document(language()), "Problem"),
        limit=settings.API_PER_MINUTE,
        tried=tried,
    )


@require_safe
def resource(request: HttpRequest, name: str) -> HttpResponse:
    """One resource: what it is for, an example, its endpoints, their fields and statuses."""
    if name not in RESOURCES:
        raise Http404(name[:40])
    made = document(language())
    operations = [
        _operation(path, method, found)
        for path, methods in made["paths"].items()
        for method, found in methods.items()
        if resource_of(path) == name
    ]
    return page(
        request,
        "api/resource",
        name=name,
        example=examples()[name],
        origin=origin_of(request),
        operations=operations,
        fields=_fields(made, operations),
        statuses=sorted({status: words for one in operations for status, words in one["statuses"]}.items()),
        scopes=list(KeyScope),
        limit=settings.API_PER_MINUTE,
    )


def origin_of(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


@dataclass(frozen=True)
class Tried:
    """A question tried on the page, and its answer with the status that the API gives; status 0 before that."""

    question: str
    body: str
    status: int = 0
    answer: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Tried":
        question, body = request.GET.get("question", ""), request.GET.get("body", "")
        if question not in KEYS:
            return cls("access", json.dumps(shapes.example("access"), ensure_ascii=False, indent=2))
        try:
            admit(request, KeyScope.ASK, COST.get(question, 1))
            found: object = answer(question, texts.question(body), today=today())
            status = 200
        except LuodiError as problem:
            found, status = refusals.document(problem), refusals.status_of(problem)
        return cls(question, body, status, json.dumps(found, ensure_ascii=False, indent=2))


def _operation(path: str, method: str, found: Json) -> Json:
    """What the page shows of one operation."""
    body = next(iter(found["requestBody"]["content"].values())) if "requestBody" in found else None
    done = next(row for status, row in found["responses"].items() if status.startswith("2"))
    answered = next(iter(done.get("content", {}).values()), None)
    return {
        "name": found["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": found["summary"],
        "description": found["description"],
        "parameters": [(p["name"], kind(p["schema"]), p["description"]) for p in found["parameters"]],
        "body": kind(body["schema"]) if body else "",
        "body_text": body["schema"].get("description", "") if body else "",
        "answer": kind(answered["schema"]) if answered else "",
        "shapes": [part["schema"] for part in (body, answered) if part],
        "statuses": [(status, row["description"]) for status, row in found["responses"].items()],
    }


def _fields(made: Json, operations: list[Json]) -> list[tuple[str, Rows]]:
    """The shapes that these operations take and give, and those inside them, each once."""
    wanted = list(dict.fromkeys(name for one in operations for shape in one["shapes"] for name in _named(shape)))
    for name in wanted:  # grows by what is inside
        wanted += [inner for inner in _named(made["components"]["schemas"][name]) if inner not in wanted]
    found = [(name, rows(made, name)) for name in wanted]
    return [(name, fields) for name, fields in found if fields]


def _named(schema: object) -> Iterator[str]:
    """The shapes that a schema refers to."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield str(schema["$ref"]).removeprefix(COMPONENTS)
        yield from (name for value in schema.values() for name in _named(value))
    elif isinstance(schema, list):
        yield from (name for value in schema for name in _named(value))


def rows(made: Json, name: str) -> Rows:
    """Key, type and meaning of each property of a shape."""
    shapes = made["components"]["schemas"]
    shape = shapes[name]
    parts = [shapes[_ref(part)] if "$ref" in part else part for part in shape.get("allOf", [shape])]
    found = {key: row for part in parts for key, row in part.get("properties", {}).items()}
    return [(key, kind(row), row.get("description") or _about(row, shapes)) for key, row in found.items()]


def _ref(schema: Json) -> str:
    return str(schema["$ref"]).removeprefix(COMPONENTS)


def _about(row: Json, shapes: Json) -> str:
    return str(shapes[_ref(row)].get("description", "")) if "$ref" in row else ""


def kind(schema: Json) -> str:
    """A type in a few words: the name of a shape, the values allowed, or the types of JSON."""
    if "$ref" in schema:
        return _ref(schema)
    for parts in ("allOf", "anyOf"):
        if parts in schema:
            return " · ".join(filter(None, (kind(part) for part in schema[parts])))
    if "enum" in schema:
        return " · ".join("null" if value is None else str(value) for value in schema["enum"])
    if schema.get("type") == "array" and "items" in schema:
        return f"{kind(schema['items'])}[]"
    if "properties" in schema:
        return ", ".join(schema["properties"])
    found = schema.get("type", say("api.any"))
    return " · ".join(found) if isinstance(found, list) else str(found)
