"""Places side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from luodi.access import access_book
from luodi.access.treatments import Zone
from luodi.advice.answers import Answers
from luodi.documents import wording
from luodi.documents.durations import duration_of
from luodi.web.advisor.answer_texts import service_name
from luodi.web.advisor.choices import USUAL, choosable, each_there
from luodi.web.advisor.result import plan_of
from luodi.web.advisor.types import Doc
from luodi.web.advisor.why import Cite, cited
from luodi.web.core.words import language, say

MOST: Final = 5


@dataclass(frozen=True)
class Cell:
    """One fact of one place; `same` where it is that of the first place."""

    texts: tuple[str, ...]
    same: bool = False


@dataclass(frozen=True)
class Row:
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Column:
    """One place: the answer to each service, in the order asked."""

    zone: Zone
    accesses: tuple[Doc, ...]
    plan: Doc
    address: str


@dataclass(frozen=True)
class Part:
    """One service over all places: answers and citations in the order of the columns."""

    title: str
    accesses: tuple[Doc, ...]
    rows: tuple[Row, ...]
    cites: tuple[tuple[Cite, ...], ...]


@dataclass(frozen=True)
class Comparison:
    columns: tuple[Column, ...]
    parts: tuple[Part, ...]
    rows: tuple[Row, ...]  # of the whole plan
    refused: tuple[str, ...] = ()  # what was asked and is no place, or one too many


def comparison(answers: Answers, asked: Sequence[str], on: date) -> Comparison:
    """Two to five places; where fewer were asked those of the answers, and the usual ones after a single one."""
    there = {zone.id: zone for zone in choosable(on)}
    known = [place for place in dict.fromkeys(asked) if place in there]
    refused = [place for place in dict.fromkeys(asked) if place not in there] + known[MOST:]
    if len(known) < 2 <= len(answers.places):
        known = [place for place in answers.places if place in there]
    if len(known) < 2:
        first = known or list(answers.places)
        known = [place for place in dict.fromkeys([*first, *USUAL]) if place in there]
    columns = tuple(_column(there[place], answers, on) for place in known[:MOST])
    parts = tuple(_part(n, columns) for n in range(len(columns[0].accesses)))
    rows = tuple(_row(key, [read(column.plan) for column in columns]) for key, read in _OF_THE_PLAN.items())
    return Comparison(columns, parts, rows, tuple(refused))


def _column(zone: Zone, answers: Answers, on: date) -> Column:
    moved = answers.having(place=zone.id)
    return Column(zone, tuple(each_there(answers, zone.id, on)), plan_of(moved, on), moved.query())


def _part(n: int, columns: Sequence[Column]) -> Part:
    accesses = tuple(column.accesses[n] for column in columns)
    rows = tuple(
        _row(key, [read(column.accesses[n], column.plan["access"][n]) for column in columns])
        for key, read in _OF_A_SERVICE.items()
    )
    title = service_name(accesses[0]["question"]["service"], language())
    return Part(title, accesses, rows, tuple(cited(access["basis"]) for access in accesses))


def _row(key: str, texts: Sequence[Sequence[str]]) -> Row:
    cells = tuple(Cell(tuple(text), same=bool(n) and list(text) == list(texts[0])) for n, text in enumerate(texts))
    return Row(say(f"advisor.row_{key}"), cells)


# ---- what is compared of a service: each reads the answer of the law there, and the row of the plan


def _conditions(access: Doc, row: Doc) -> list[str]:
    return [text.get(language()) or text["en"] for text in access["conditions"]]


def _licences(access: Doc, row: Doc) -> list[str]:
    shown = row["licence_details"] if access["answer"] != "not_allowed" else []
    return [licence["name"][language()] for licence in shown]


def _changed(access: Doc, row: Doc) -> list[str]:
    rules = [access_book().book.by_id[rule] for rule in access["rules"]]
    days = [rule.first for rule in rules if rule.first]
    return [wording.day(max(days).isoformat(), language())] if days else []


_OF_A_SERVICE: Final[Mapping[str, Callable[[Doc, Doc], Sequence[str]]]] = {
    "cap": lambda access, row: [wording.cap(access, language())],
    "conditions": _conditions,
    "licences": _licences,
    "since": _changed,
}
_OF_THE_PLAN: Final[Mapping[str, Callable[[Doc], Sequence[str]]]] = {
    "steps": lambda plan: [str(plan["totals"]["steps_needed"])],
    "days": lambda plan: [duration_of(plan, language())],
    "policies": lambda plan: [str(plan["totals"]["policies_fit"])],
}
