"""The document of the API as JSON, and the page made from it."""

import json
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
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
    made = document(language())
    operations = [_operation(path, m, found) for path, ms in made["paths"].items() for m, found in ms.items()]
    example = as_text(shapes.example("access"))
    tried = Tried.of(request)
    return page(
        request,
        "api/about",
        tried.status or 200,
        operations=operations,
        example=example,
        questions=list(KEYS),
        problem=rows(shapes.components(language())["Problem"]),
        limit=settings.API_PER_MINUTE,
        tried=tried,
    )


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
    """What the page shows of one operation; a body or an answer that is no mapping has no rows."""
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
        "body": rows(body["schema"]) if body else [],
        "body_text": body["schema"].get("description", "") if body else "",
        "example": as_text(body["examples"][found["operationId"]]["value"]) if body and "examples" in body else "",
        "answer": rows(answered["schema"]) if answered else [],
        "statuses": [(status, row["description"]) for status, row in found["responses"].items()],
    }


def rows(schema: Json) -> list[tuple[str, str, str]]:
    """Key, type and meaning of each property of a shape."""
    return [(name, kind(row), _meaning(row)) for name, row in _whole(schema).get("properties", {}).items()]


def kind(schema: Json) -> str:
    """A type in a few words: the name of a shape, the values allowed, or the types of JSON."""
    if "$ref" in schema:
        return str(schema["$ref"].removeprefix(shapes.COMPONENTS))
    if "enum" in schema:
        return " · ".join(map(str, schema["enum"]))
    found = schema.get("type", say("api.any"))
    return " · ".join(found) if isinstance(found, list) else str(found)


def _meaning(schema: Json) -> str:
    return str(schema.get("description") or _whole(schema).get("description", ""))


def _whole(schema: Json) -> Json:
    if "$ref" not in schema:
        return schema
    found: Json = shapes.components(language())[schema["$ref"].removeprefix(shapes.COMPONENTS)]
    return found
