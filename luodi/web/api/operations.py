"""What each operation answers and with which statuses: the part of the OpenAPI document that no signature says."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from luodi.web.api import shapes
from luodi.web.api.models import KeyScope
from luodi.web.core.types import Json

JSON_LINES: Final = "application/x-ndjson"
ALWAYS: Final = (401, 403, 429)
ASKED: Final = (400, *ALWAYS, 411, 413, 415, 422)
#: Short answers whose example is worth its room in the document.
SHOWN: Final = ("requirement", "decide", "ownership")

#: Words that a parameter takes; a function where they are known only once all apps are loaded.
Values: TypeAlias = Iterable[str] | Callable[[], Iterable[str]]
Schema: TypeAlias = Json


@dataclass(frozen=True)
class Operation:
    """`answer` is a schema; `body` the shapes that a body may have, by content type."""

    scope: KeyScope
    answer: Schema | None  # None where there is no content
    statuses: tuple[int, ...]
    body: tuple[str, ...] = ()
    content: str = "application/json"
    etag: bool = False
    asks: str = ""  # the shape of its body, where it is no question
    example: Json | None = None
    done: tuple[int, ...] = (200,)  # statuses with the answer
    stores: bool = False  # whether it takes an Idempotency-Key
    values: Mapping[str, Values] = field(default_factory=dict)  # that a parameter takes
    of: Mapping[str, str] = field(default_factory=dict)  # what a parameter is of, where several say so differently


def ref(name: str) -> dict[str, str]:
    return {"$ref": shapes.COMPONENTS + name}


def a_list(noun: str, row: str) -> Json:
    rows = {"type": "array", "items": ref(row)}
    return {"type": "object", "required": [noun, "next"], "properties": {noun: rows, "next": ref("Next")}}


def translated(answer: Json) -> Json:
    """An answer with words of the law, which says that they are translated (`marks.marked`)."""
    mark = {"type": "object", "required": ["translation"], "properties": {"translation": ref("Translation")}}
    return {"allOf": [answer, mark]}


def words_of(values: Values) -> tuple[str, ...]:
    return tuple(values() if callable(values) else values)


#: Answers of the advisor, for examples.
CLOUD: Final = {
    "investor": "SG",
    "service": "B11",
    "place": "BJ",
    "share": "100",
    "exports_pi": None,
    "on": "2024-12-02",
}
#: By the id of the operation; a `Router` adds those of its app.
OPERATIONS: Final[dict[str, Operation]] = {}
