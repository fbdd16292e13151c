"""Asking: `POST /api/v1/QUESTION` takes the body of a batch line and answers as the command does."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router

from luodi.advice.lines import KEYS
from luodi.documents.marks import of_its_day
from luodi.errors import LuodiError
from luodi.message import Message, in_line
from luodi.web.api import bodies, shapes, texts
from luodi.web.api.admission import COST, Caller, admit, spend
from luodi.web.api.answers import as_text, present
from luodi.web.api.graphs import answer
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import ASKED, JSON_LINES, OPERATIONS, Operation, ref, translated
from luodi.web.api.refusals import NoSuchAddress, Refused, TooLarge
from luodi.web.api.values import today
from luodi.web.core.types import Json

router = Router()
#: How many lines a batch may have with a key; without one, a tenth.
LINES: Final = {"access": 1000, "requirement": 1000, "decide": 1000, "match": 100, "ownership": 100}
FEW: Final = 50


def answered(question: str, raw: Json, *, today: date, at: str | None = None) -> Json:
    """What the command answers, with the mark that its words of the law are translated."""
    return of_its_day(answer(question, raw, today=today, at=at))


def view_of(question: str) -> Callable[[HttpRequest], HttpResponse]:
    """The view of one question."""

    def view(request: HttpRequest) -> HttpResponse:
        admit(request, KeyScope.ASK, COST.get(question, 1))
        raw = texts.question(bodies.body(request, bodies.JSON))
        return present(answered(question, raw, today=today()))

    return view


for name in KEYS:
    router.post(f"/{name}", operation_id=name)(view_of(name))


@router.post("/batch/{question}", operation_id="batch")
def batch(request: HttpRequest, question: str) -> HttpResponse:
    """Many questions as JSON Lines: one answer a line, in order; a bad line gives an error and the rest still runs."""
    caller = admit(request, KeyScope.BATCH)
    if question not in KEYS:
        raise NoSuchAddress("api.no-question", question=question[:40], keys=KEYS)
    lines = [line for line in bodies.body(request, bodies.JSON_LINES).split("\n") if line.strip()]
    _few_enough(question, lines, caller)
    whole = COST.get(question, 1) * len(lines)
    spend(caller, min(whole, caller.limit or whole) - 1)  # one was counted for coming in
    text = "".join(f"{as_text(document)}\n" for document in _answers(question, lines))
    response = HttpResponse(text, content_type=JSON_LINES)
    response.headers["Cache-Control"] = "no-store"
    return response


def _few_enough(question: str, lines: list[str], caller: Caller) -> None:
    most = LINES.get(question, FEW) // (1 if caller.has_key or caller.limit is None else 10)
    if len(lines) > most:
        raise TooLarge("api.batch-most-lines", question=question, most=most, lines=len(lines))


def _answers(question: str, lines: list[str]) -> Iterator[Json]:
    day = today()
    for number, line in enumerate(lines, 1):
        place, raw = in_line(Message("place.body"), number), {}
        try:
            raw = texts.question(line, place)
            yield {"id": raw.get("id"), **answered(question, raw, today=day, at=place)}
        except LuodiError as problem:
            yield {"id": raw.get("id"), "error": _problem(problem, place)}


def _problem(problem: LuodiError, place: str) -> dict[str, object]:
    if not isinstance(problem, Refused):
        problem = problem.located(place)
    return problem.as_json()


OPERATIONS.update(
    {
        **{q: Operation(KeyScope.ASK, translated(ref(shapes.answered(q))), ASKED, bodies.JSON) for q in KEYS},
        "batch": Operation(
            KeyScope.BATCH,
            {"type": "string"},
            tuple(sorted({404, *ASKED} - {422})),
            bodies.JSON_LINES,
            JSON_LINES,
            values={"question": KEYS},
        ),
    }
)
