"""The document of the API as JSON, and the page made from it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from luodi.errors import UnknownValue
from luodi.web.api import shapes
from luodi.web.api.answers import as_text
from luodi.web.api.document import document
from luodi.web.api.problems import refuse
from luodi.web.pages import page
from luodi.web.words import language, say


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, in English, or with `lang=zh` in Chinese."""
    lang = request.GET.get("lang", "en")
    if lang not in ("en", "zh"):
        return refuse(UnknownValue("`lang` is en or zh", at="the query, key `lang`"))
    response = HttpResponse(as_text(document(lang)), content_type="application/json")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@require_safe
def page_about(request: HttpRequest) -> HttpResponse:
    made = document(language())
    operations = [_operation(path, m, found) for path, ms in made["paths"].items() for m, found in ms.items()]
    example = as_text(shapes.example("access"))
    problem = rows(shapes.components(language())["Problem"])
    return page(
        request, "api/about", operations=operations, example=example, problem=problem, limit=settings.API_PER_MINUTE
    )


def _operation(path: str, method: str, found: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of one operation; a body or an answer that is no mapping has no rows."""
    body = next(iter(found["requestBody"]["content"].values())) if "requestBody" in found else None
    answer = next(iter(found["responses"]["200"]["content"].values()))
    return {
        "name": found["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": found["summary"],
        "description": found["description"],
        "parameters": [(p["name"], kind(p["schema"]), p["description"]) for p in found["parameters"]],
        "body": rows(body["schema"]) if body else [],
        "body_text": body["schema"].get("description", "") if body else "",
        "example": as_text(shapes.example(found["operationId"])) if body and "examples" in body else "",
        "answer": rows(answer["schema"]),
        "statuses": [(status, row["description"]) for status, row in found["responses"].items()],
    }


def rows(schema: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Key, type and meaning of each property of a shape."""
    return [(name, kind(row), _meaning(row)) for name, row in _whole(schema).get("properties", {}).items()]


def kind(schema: dict[str, Any]) -> str:
    """A type in a few words: the name of a shape, the values allowed, or the types of JSON."""
    if "$ref" in schema:
        return str(schema["$ref"].removeprefix(shapes.COMPONENTS))
    if "enum" in schema:
        return " · ".join(map(str, schema["enum"]))
    found = schema.get("type", say("api.any"))
    return " · ".join(found) if isinstance(found, list) else str(found)


def _meaning(schema: dict[str, Any]) -> str:
    return str(schema.get("description") or _whole(schema).get("description", ""))


def _whole(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = shapes.components(language())[schema["$ref"].removeprefix(shapes.COMPONENTS)]
    return found
