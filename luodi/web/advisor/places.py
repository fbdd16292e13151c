"""Places side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from luodi.access import access_book
from luodi.access.treatments import Zone
from luodi.documents import wording
from luodi.web.advisor.answers import Answers
from luodi.web.advisor.choices import access_there, is_place
from luodi.web.advisor.result import plan_of
from luodi.web.advisor.why import Cite, cited
from luodi.web.words import language, say

Doc = Mapping[str, Any]
USUAL: Final = ("BJ", "SH-LINGANG", "SZ", "HI-FTP", "GUANGZHOU")  # compared where nobody chose
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
    zone: Zone
    access: Doc
    cites: tuple[Cite, ...]
    address: str


@dataclass(frozen=True)
class Comparison:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    refused: tuple[str, ...] = ()  # what was asked and is no place, or one too many


def choosable(on: date) -> list[Zone]:
    """Every place one can be in on a day."""
    return [zone for zone in access_book().zones.values() if is_place(zone, on)]


def comparison(answers: Answers, asked: Sequence[str], on: date) -> Comparison:
    """Two to five places; the usual ones, with the one already chosen first, where fewer than two were asked."""
    there = {zone.id: zone for zone in choosable(on)}
    known = [place for place in dict.fromkeys(asked) if place in there]
    refused = [place for place in dict.fromkeys(asked) if place not in there] + known[MOST:]
    if len(known) < 2:
        first = known or [answers.given.get("place", "")]
        known = [place for place in dict.fromkeys([*first, *USUAL]) if place in there]
    columns = tuple(_column(there[place], answers, on) for place in known[:MOST])
    plans = [plan_of(answers.having(place=column.zone.id), on) for column in columns]
    rows = tuple(_row(key, read, columns, plans) for key, read in _FACTS.items())
    return Comparison(columns, rows, tuple(refused))


def _column(zone: Zone, answers: Answers, on: date) -> Column:
    access = access_there(answers, zone.id, on)
    assert access is not None  # a comparison has its service
    return Column(zone, access, cited(access["basis"]), answers.having(place=zone.id).query())


def _row(key: str, read: Callable[[Doc, Doc], Sequence[str]], columns: Sequence[Column], plans: Sequence[Doc]) -> Row:
    texts = [tuple(read(column.access, plan)) for column, plan in zip(columns, plans, strict=True)]
    cells = tuple(Cell(text, same=bool(n) and text == texts[0]) for n, text in enumerate(texts))
    return Row(say(f"advisor.row_{key}"), cells)


# ---- what is compared; each reads the answer of the law and the plan of one place


def _conditions(access: Doc, plan: Doc) -> list[str]:
    return [row.get(language()) or row["en"] for row in access["conditions"]]


def _licences(access: Doc, plan: Doc) -> list[str]:
    rows = plan["access"][0]["licence_details"] if plan["access"] and access["answer"] != "not_allowed" else []
    return [row["name"][language()] for row in rows]


def _changed(access: Doc, plan: Doc) -> list[str]:
    rules = [access_book().book.by_id[rule] for rule in access["rules"]]
    days = [rule.first for rule in rules if rule.first]
    return [wording.day(max(days).isoformat(), language())] if days else []


def _days(access: Doc, plan: Doc) -> list[str]:
    return [say("advisor.days", n=plan["totals"]["working_days_critical"])]


_FACTS: Final[Mapping[str, Callable[[Doc, Doc], Sequence[str]]]] = {
    "cap": lambda access, plan: [wording.cap(access, language())],
    "conditions": _conditions,
    "licences": _licences,
    "since": _changed,
    "steps": lambda access, plan: [str(plan["totals"]["steps_needed"])],
    "days": _days,
    "policies": lambda access, plan: [str(plan["totals"]["policies_match"])],
}
