"""The OpenAPI 3.1 document: addresses and parameters from the operations, shapes, statuses and words added."""

from datetime import date
from http import HTTPStatus
from typing import Final

from luodi.advice.lines import KEYS, ask
from luodi.documents.marks import of_its_day
from luodi.editions import with_books
from luodi.web.api import bodies, shapes
from luodi.web.api.operations import OPERATIONS, SHOWN, Operation, ref, words_of
from luodi.web.api.refusals import PROBLEM
from luodi.web.api.router import api
from luodi.web.core.types import Json
from luodi.web.core.words import say

EXAMPLE_DAY: Final = date(2024, 12, 2)
_DAYS: Final = ("on", "issued", "expires")
LIMIT: Final = ("RateLimit", "RateLimit-Policy")
SECURITY: Final[list[dict[str, list[str]]]] = [{}, {"bearer": []}, {"header": []}]


@with_books()
def document(lang: str) -> Json:
    """The whole document with its words in one language."""
    made = api.get_openapi_schema(path_prefix="/api/v1/")
    paths = {path: _path(methods, lang) for path, methods in made["paths"].items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": say("api.title", lang), "version": "1", "description": say("api.about", lang)},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": shapes.components(lang),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": say("api.key_bearer", lang)},
                "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
    }


def _path(methods: Json, lang: str) -> Json:
    return {method: _operation(dict(found), lang) for method, found in methods.items()}


def _operation(found: Json, lang: str) -> Json:
    name = found["operationId"]
    row = OPERATIONS[name]
    summary, more = shapes.about(name, lang) if name in KEYS else (say(f"api.op_{name}", lang), "")
    made = {
        "operationId": name,
        "tags": [row.scope.value],
        "summary": summary,
        "description": " ".join(text for text in (more, say(f"api.scope_{row.scope.value}", lang)) if text),
        "parameters": [_parameter(p, lang, row) for p in found["parameters"]] + _headers_asked(row, lang),
        "security": SECURITY[1:] if row.scope.is_personal else SECURITY,
        "responses": {str(s): _answered(name, row, lang, s) for s in row.done}
        | {str(s): _refused(s, lang) for s in row.statuses},
    }
    return made | ({"requestBody": _body(name, row, lang)} if row.body else {})


def _parameter(found: Json, lang: str, row: Operation) -> Json:
    name = found["name"]
    schema = {k: v for k, v in found["schema"].items() if k not in ("title", "description")}
    if name in row.values:
        schema = {"enum": [*words_of(row.values[name])]}
    elif name in _DAYS:
        schema = {"type": "string", "format": "date"}
    elif name == "cursor":
        schema = {"type": "string"}
    of = row.of.get(name)
    return {
        "name": name,
        "in": found["in"],
        "required": found["required"],
        "schema": schema,
        "description": say(f"api.parameter_{name}_{of}" if of else f"api.parameter_{name}", lang),
    }


def _headers_asked(row: Operation, lang: str) -> list[Json]:
    names = [name for name, wanted in (("If-None-Match", row.etag), ("Idempotency-Key", row.stores)) if wanted]
    return [
        {
            "name": name,
            "in": "header",
            "schema": {"type": "string"},
            "description": say(f"api.parameter_{_key(name)}", lang),
        }
        for name in names
    ]


def _key(name: str) -> str:
    return name.lower().replace("-", "_")


def _body(name: str, row: Operation, lang: str) -> Json:
    if row.body == bodies.BYTES:
        content: Json = {"schema": {"type": "string", "format": "binary"}}
    elif name == "batch":
        content = {"schema": {"type": "string", "description": say("api.batch_body", lang)}}
    elif row.asks:
        content = {"schema": ref(row.asks), "examples": {name: {"value": row.example}}}
    else:
        content = {"schema": ref(shapes.asked(name)), "examples": {name: {"value": shapes.example(name)}}}
    return {"required": True, "content": dict.fromkeys(row.body, content)}


def _answered(name: str, row: Operation, lang: str, status: int) -> Json:
    headers = [*(["ETag"] if row.etag else []), *(["Location"] if status == HTTPStatus.CREATED else []), *LIMIT]
    found: Json = {"description": say(f"api.status_{status}", lang), "headers": _headers(headers, lang)}
    if row.answer is None:
        return found
    content: Json = {"schema": row.answer}
    if name in SHOWN:
        content["examples"] = {name: {"value": _example(name)}}
    return {**found, "content": {row.content: content}}


def _example(name: str) -> Json:
    return of_its_day(ask(name, shapes.example(name), today=EXAMPLE_DAY))


def _headers(names: list[str], lang: str) -> Json:
    return {
        name: {"schema": {"type": "string"}, "description": say(f"api.header_{_key(name)}", lang)} for name in names
    }


def _refused(status: int, lang: str) -> Json:
    found: Json = {"description": say(f"api.status_{status}", lang)}
    if status != HTTPStatus.NOT_MODIFIED:
        found["content"] = {PROBLEM: {"schema": ref("Problem")}}
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        retry = {"schema": {"type": "integer"}, "description": say("api.header_retry_after", lang)}
        found["headers"] = {"Retry-After": retry, **_headers(list(LIMIT), lang)}
    return found
