"""What each operation answers and with which statuses: the part of the OpenAPI document that no signature says."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from luodi.web.api import bodies, shapes
from luodi.web.api.models import KeyScope

JSON_LINES: Final = "application/x-ndjson"
ALWAYS: Final = (401, 403, 429)
ASKED: Final = (400, *ALWAYS, 411, 413, 415, 422)
#: Short answers whose example is worth its room in the document.
SHOWN: Final = ("requirement", "decide", "ownership")

#: Words that a parameter takes; a function where they are known only once all apps are loaded.
Values: TypeAlias = Iterable[str] | Callable[[], Iterable[str]]


@dataclass(frozen=True)
class Operation:
    """`answer` is a schema; `body` the shapes that a body may have, by content type."""

    scope: KeyScope
    answer: dict[str, Any] | None  # None where there is no content
    statuses: tuple[int, ...]
    body: tuple[str, ...] = ()
    content: str = "application/json"
    etag: bool = False
    asks: str = ""  # the shape of its body, where it is no question
    example: dict[str, Any] | None = None
    done: tuple[int, ...] = (200,)  # statuses with the answer
    stores: bool = False  # whether it takes an Idempotency-Key
    values: Mapping[str, Values] = field(default_factory=dict)  # that a parameter takes
    of: Mapping[str, str] = field(default_factory=dict)  # what a parameter is of, where several say so differently


def ref(name: str) -> dict[str, str]:
    return {"$ref": shapes.COMPONENTS + name}


def a_list(noun: str, row: str) -> dict[str, Any]:
    rows = {"type": "array", "items": ref(row)}
    return {"type": "object", "required": [noun, "next"], "properties": {noun: rows, "next": ref("Next")}}


def reading(answer: dict[str, Any], *statuses: int, **more: Any) -> Operation:
    return Operation(KeyScope.READ, answer, tuple(sorted({304, *ALWAYS, *statuses})), etag=True, **more)


def translated(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer with words of the law, which says that they are translated (`marks.marked`)."""
    mark = {"type": "object", "required": ["translation"], "properties": {"translation": ref("Translation")}}
    return {"allOf": [answer, mark]}


def own(answer: dict[str, Any], *statuses: int, scope: KeyScope = KeyScope.KEEP, **more: Any) -> Operation:
    """Reading what belongs to the user of the key."""
    return Operation(scope, answer, tuple(sorted({304, *ALWAYS, *statuses})), etag=True, **more)


def storing(
    scope: KeyScope,
    answer: dict[str, Any] | None,
    *statuses: int,
    asks: str = "",
    done: tuple[int, ...] = (200,),
    values: Mapping[str, Values] | None = None,
    of: Mapping[str, str] | None = None,
    **example: Any,
) -> Operation:
    """Storing something; with a body where it has the shape `asks`."""
    usual = ASKED if asks else (*ALWAYS, 422)
    return Operation(
        scope,
        answer,
        tuple(sorted({*usual, *statuses})),
        body=bodies.JSON if asks else (),
        asks=asks,
        example=example or None,
        done=done,
        stores=True,
        values=values or {},
        of=of or {},
    )


#: Answers of the advisor, for examples.
CLOUD: Final = {
    "investor": "SG",
    "service": "B11",
    "place": "BJ",
    "share": "100",
    "exports_pi": None,
    "on": "2024-12-02",
}
ACTED: Final = (404, 409)
#: By the id of the operation; each app adds its own where its addresses are.
OPERATIONS: Final[dict[str, Operation]] = {}
