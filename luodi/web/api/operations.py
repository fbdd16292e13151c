"""What each operation answers and with which statuses: the part of the OpenAPI document that no signature says."""

from dataclasses import dataclass
from typing import Any, Final

from luodi.advice.lines import KEYS
from luodi.web.api import bodies, shapes
from luodi.web.api.answers import JSON_LINES
from luodi.web.api.models import Scope

ALWAYS: Final = (401, 403, 429)
ASKED: Final = (400, *ALWAYS, 411, 413, 415, 422)
#: Short answers whose example is worth its room in the document.
SHOWN: Final = ("requirement", "decide", "ownership")


@dataclass(frozen=True)
class Operation:
    """`answer` is a schema; `body` the shapes that a body may have, by content type."""

    scope: Scope
    answer: dict[str, Any]
    statuses: tuple[int, ...]
    body: tuple[str, ...] = ()
    content: str = "application/json"
    etag: bool = False


def ref(name: str) -> dict[str, str]:
    return {"$ref": shapes.COMPONENTS + name}


def a_list(noun: str, row: str) -> dict[str, Any]:
    rows = {"type": "array", "items": ref(row)}
    return {"type": "object", "required": [noun, "next"], "properties": {noun: rows, "next": ref("Next")}}


def reading(answer: dict[str, Any], *statuses: int) -> Operation:
    return Operation(Scope.READ, answer, tuple(sorted({304, *ALWAYS, *statuses})), etag=True)


OPERATIONS: Final[dict[str, Operation]] = {
    **{q: Operation(Scope.ASK, ref(shapes.answered(q)), ASKED, bodies.JSON) for q in KEYS},
    "batch": Operation(
        Scope.BATCH, {"type": "string"}, tuple(sorted({404, *ASKED} - {422})), bodies.JSON_LINES, JSON_LINES
    ),
    "books": reading(a_list("books", "BookRow"), 422),
    "book": reading(ref("BookRow"), 404),
    "rules": reading(a_list("rules", "RuleRow"), 404, 422),
    "rule": reading(ref("Rule"), 404, 422),
    "requirements": reading(a_list("requirements", "Name"), 422),
    "services": reading(a_list("services", "Row"), 422),
    "places": reading(a_list("places", "Row"), 422),
    "instruments": reading(a_list("instruments", "Row"), 422),
    "instrument": reading(ref("Instrument"), 404),
    "search": reading(ref("Hits"), 422),
}
