"""The OpenAPI 3.1 document: addresses and parameters from the operations, shapes, statuses and words added."""

from datetime import date
from http import HTTPStatus
from typing import Any, Final

from luodi.advice.lines import KEYS, ask
from luodi.casework.book import proof_kinds
from luodi.documents.marks import of_its_day
from luodi.editions import with_books
from luodi.web.api import shapes
from luodi.web.api.docking import KINDS
from luodi.web.api.enquiries import STATES
from luodi.web.api.imports import ORIGINS
from luodi.web.api.imports import STATES as RECORD_STATES
from luodi.web.api.office import LEAD_STATES
from luodi.web.api.operations import OPERATIONS, SHOWN, Operation, ref
from luodi.web.api.plan import CONTRIBUTION_STATES
from luodi.web.api.refusals import PROBLEM
from luodi.web.cases.queries import STATES as CASE_STATES
from luodi.web.core.words import say
from luodi.web.dealings import queries as dealings
from luodi.web.dealings.queries import STATES as REFERRAL_STATES
from luodi.web.obstacles import queries as obstacles

EXAMPLE_DAY: Final = date(2024, 12, 2)
_STATES: Final = {
    "enquiries": STATES,
    "leads": LEAD_STATES,
    "cases": CASE_STATES,
    "referrals": REFERRAL_STATES,
    "obstacles": obstacles.STATES,
    "issues": obstacles.ISSUE_STATES,
    "contributions": CONTRIBUTION_STATES[1:],
    "import_records": RECORD_STATES,
}
_NUMBERED: Final = {
    "company": "company",
    "company_act": "company",
    "undo_merge": "merge",
    "lead": "lead",
    "lead_act": "lead",
    "dealing": "dealing",
    "dealing_act": "dealing",
    "obstacle": "obstacle",
    "obstacle_act": "obstacle",
    "open_issue": "obstacle",
    "issue": "issue",
    "issue_act": "issue",
    "plan_edition": "plan_edition",
    "proof_file": "proof",
    **dict.fromkeys(("import", "import_records", "import_act", "record_act"), "import"),
    "calendar": "calendar",
    "calendar_act": "calendar",
}
LIMIT: Final = ("RateLimit", "RateLimit-Policy")
SECURITY: Final[list[dict[str, list[str]]]] = [{}, {"bearer": []}, {"header": []}]


@with_books()
def document(lang: str) -> dict[str, Any]:
    """The whole document with its words in one language."""
    from luodi.web.api.urls import api

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


def _path(methods: dict[str, Any], lang: str) -> dict[str, Any]:
    return {method: _operation(dict(found), lang) for method, found in methods.items()}


def _operation(found: dict[str, Any], lang: str) -> dict[str, Any]:
    name = found["operationId"]
    row = OPERATIONS[name]
    summary, more = shapes.about(name, lang) if name in KEYS else (say(f"api.op_{name}", lang), "")
    made = {
        "operationId": name,
        "tags": [row.scope.value],
        "summary": summary,
        "description": " ".join(text for text in (more, say(f"api.scope_{row.scope.value}", lang)) if text),
        "parameters": [_parameter(p, lang, name) for p in found["parameters"]] + _headers_asked(row, lang),
        "security": SECURITY[1:] if row.scope.is_personal else SECURITY,
        "responses": {str(s): _answered(name, row, lang, s) for s in row.done}
        | {str(s): _refused(s, lang) for s in row.statuses},
    }
    return made | ({"requestBody": _body(name, row, lang)} if row.body else {})


def _parameter(found: dict[str, Any], lang: str, operation: str) -> dict[str, Any]:
    schema = {k: v for k, v in found["schema"].items() if k not in ("title", "description")}
    if found["name"] == "on":
        schema = {"type": "string", "format": "date"}
    if found["name"] == "cursor":
        schema = {"type": "string"}
    if found["name"] == "question":
        schema = {"enum": list(KEYS)}
    if found["name"] == "state":
        schema = {"enum": ["", *_STATES[operation]]}
    if found["name"] == "kind":
        schema = {"enum": [*dealings.KINDS] if operation in ("dealing", "dealing_act") else ["", *KINDS]}
    if found["name"] == "proves":
        schema = {"enum": [*proof_kinds()]}
    if found["name"] == "origin":
        schema = {"enum": [*ORIGINS]}
    if found["name"] in ("issued", "expires"):
        schema = {"type": "string", "format": "date"}
    if found["name"] == "addition":
        schema = {"enum": [*dealings.additions()]}
    return {
        "name": found["name"],
        "in": found["in"],
        "required": found["required"],
        "schema": schema,
        "description": say(_told(found["name"], operation), lang),
    }


def _told(name: str, operation: str) -> str:
    """The key of its words: a number, a kind and a name are those of different things."""
    of = _NUMBERED.get(operation) if name == "number" else None
    if name == "kind" and operation.startswith("dealing"):
        of = "dealing"
    if name == "name" and operation in ("add_proof", "bring_import"):
        of = "proof"
    return f"api.parameter_{name}_{of}" if of else f"api.parameter_{name}"


def _headers_asked(row: Operation, lang: str) -> list[dict[str, Any]]:
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


def _body(name: str, row: Operation, lang: str) -> dict[str, Any]:
    if name in ("add_proof", "bring_import"):
        content: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
    elif name == "batch":
        content = {"schema": {"type": "string", "description": say("api.batch_body", lang)}}
    elif row.asks:
        content = {"schema": ref(row.asks), "examples": {name: {"value": row.example}}}
    else:
        content = {"schema": ref(shapes.asked(name)), "examples": {name: {"value": shapes.example(name)}}}
    return {"required": True, "content": dict.fromkeys(row.body, content)}


def _answered(name: str, row: Operation, lang: str, status: int) -> dict[str, Any]:
    headers = [*(["ETag"] if row.etag else []), *(["Location"] if status == HTTPStatus.CREATED else []), *LIMIT]
    found: dict[str, Any] = {"description": say(f"api.status_{status}", lang), "headers": _headers(headers, lang)}
    if row.answer is None:
        return found
    content: dict[str, Any] = {"schema": row.answer}
    if name in SHOWN:
        content["examples"] = {name: {"value": _example(name)}}
    return {**found, "content": {row.content: content}}


def _example(name: str) -> dict[str, Any]:
    return of_its_day(ask(name, shapes.example(name), today=EXAMPLE_DAY))


def _headers(names: list[str], lang: str) -> dict[str, Any]:
    return {
        name: {"schema": {"type": "string"}, "description": say(f"api.header_{_key(name)}", lang)} for name in names
    }


def _refused(status: int, lang: str) -> dict[str, Any]:
    found: dict[str, Any] = {"description": say(f"api.status_{status}", lang)}
    if status != HTTPStatus.NOT_MODIFIED:
        found["content"] = {PROBLEM: {"schema": ref("Problem")}}
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        retry = {"schema": {"type": "integer"}, "description": say("api.header_retry_after", lang)}
        found["headers"] = {"Retry-After": retry, **_headers(list(LIMIT), lang)}
    return found
