"""The document of the API as JSON, and the pages made from it: an index, and a page for each resource."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

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
from luodi.web.api.resources import resource_of, resources
from luodi.web.api.values import today
from luodi.web.core.pages import page
from luodi.web.core.types import Json
from luodi.web.core.words import language, say


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
    tried, shapes_ = Tried.of(request), shapes.components(language())
    given = {"resources": resources(), "questions": list(KEYS), "tried": tried, "shapes": shapes_, "kind": kind}
    return page(request, "api/about", tried.status or 200, **given)


@require_safe
def resource(request: HttpRequest, name: str) -> HttpResponse:
    """One resource: what it is for, an example, its endpoints, their fields and statuses."""
    if name not in resources():
        raise Http404(name[:40])
    found, made = resources()[name], document(language())
    operations = [
        {**operation, "path": path, "method": method.upper()}
        for path, methods in made["paths"].items()
        for method, operation in methods.items()
        if resource_of(path) == name
    ]
    return page(
        request,
        "api/resource",
        name=name,
        example=found,
        answer="\n".join(json.dumps(line, ensure_ascii=False, indent=2) for line in found["answer"]),
        operations=operations,
        shapes=made["components"]["schemas"],
        fields=_shapes_in(operations, made["components"]["schemas"]),
        statuses={status: row for one in operations for status, row in one["responses"].items()},
        scopes=list(KeyScope),
        limit=settings.API_PER_MINUTE,
        kind=kind,
    )


def _shapes_in(operations: list[Json], shapes: Json) -> list[str]:
    """Those that these operations take and give, and those inside them, each once; errors are told elsewhere."""
    wanted = [name for name in dict.fromkeys(_named(operations)) if name != "Problem"]
    for name in wanted:  # grows by what is inside
        wanted += [inner for inner in dict.fromkeys(_named(shapes[name])) if inner not in wanted]
    return wanted


def _named(schema: object) -> Iterator[str]:
    """The shapes that a part of the document refers to."""
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].removeprefix(shapes.COMPONENTS)
        schema = list(schema.values())
    if isinstance(schema, list):
        yield from (name for value in schema for name in _named(value))


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


def kind(schema: Json) -> str:
    """A type in a few words: the name of a shape, the values allowed, or the types of JSON."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(shapes.COMPONENTS)
    for parts in ("allOf", "anyOf"):
        if parts in schema:
            return " · ".join(kind(part) for part in schema[parts])
    if "enum" in schema:
        return " · ".join("null" if value is None else str(value) for value in schema["enum"])
    if schema.get("type") == "array" and "items" in schema:
        return f"{kind(schema['items'])}[]"
    if "properties" in schema:
        return ", ".join(schema["properties"])
    found = schema.get("type", say("api.any"))
    return " · ".join(found) if isinstance(found, list) else str(found)
