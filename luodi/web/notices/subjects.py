"""What one can be told of: the plan of some answers, an entry of the library, a service in a place.

A subject knows its state on a day, as JSON, and says in words how one state differs from another.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final

from luodi.advice.plan_difference import between
from luodi.documents import wording
from luodi.web.advisor.answers import Answers
from luodi.web.advisor.differences import in_words
from luodi.web.advisor.result import plan_of
from luodi.web.advisor.told import told
from luodi.web.core.pages import place
from luodi.web.core.words import say
from luodi.web.library import timeline_svg
from luodi.web.library.law_table import INVESTORS, cell
from luodi.web.library.plain import plain
from luodi.web.library.shelf import shelf

State = Mapping[str, Any]
LANGUAGES: Final = ("zh", "en")
_SHOWN: Final = 8  # lines of a difference of words


@dataclass(frozen=True)
class Subject:
    """`name` of a plan is the query of its address, of an entry `KIND:ID`, of a cell of the table `SERVICE:PLACE`."""

    kind: str
    name: str

    @property
    def fingerprint(self) -> str:
        return sha256(f"{self.kind} {self.name}".encode()).hexdigest()

    def title(self, lang: str) -> str:
        """Nothing in it was typed by whoever asked: it stands in letters to addresses that may be another's."""
        return _KINDS[self.kind].title(self.name, lang)

    def page(self, lang: str) -> str:
        return _KINDS[self.kind].page(self.name, lang)

    def state(self, on: date) -> State:
        return _KINDS[self.kind].state(self.name, on)

    def difference(self, before: State, after: State, lang: str) -> list[str]:
        return list(_KINDS[self.kind].difference(before, after, lang))

    def waits_for_books(self) -> bool:
        """Whether its state is that of one day, whatever day it is."""
        return self.kind == "plan" and Answers.of(self.name).on is not None


@dataclass(frozen=True)
class _Kind:
    title: Callable[[str, str], str]
    page: Callable[[str, str], str]
    state: Callable[[str, date], State]
    difference: Callable[[State, State, str], Iterator[str]]


def of_plan(answers: Answers) -> Subject | None:
    """None where the answers make no plan that could change."""
    return None if answers.faults or answers.wrong_day or not answers.given else Subject("plan", answers.query())


def of_entry(kind: str, name: str) -> Subject | None:
    return Subject("entry", f"{kind}:{name}") if shelf().get(kind, name) else None


def of_cell(service: str, where: str) -> Subject | None:
    made = shelf()
    known = made.get("service", service) and made.get("place", where)
    return Subject("cell", f"{service}:{where}") if known else None


# ---- a plan


def _plan_title(query: str, lang: str) -> str:
    answers = Answers.of(query)
    said = told([name for name in ("service", "place") if name in answers.given], answers, lang)
    return say("notices.a_plan", lang) + (f"{'：' if lang == 'zh' else ': '}{said}" if said else "")


def _plan_state(query: str, on: date) -> State:
    answers = Answers.of(query)
    plan = plan_of(answers, answers.on or on)
    return {
        "on": plan["on"],
        "access": [{"answer": row["answer"], "cap": row["cap"]} for row in plan["access"]],
        "steps": [{"id": row["id"], "title": row["title"]} for row in plan["steps"]],
        "policies": [
            {key: row[key] for key in ("id", "title", "answer", "decides")}
            for row in plan["policies"]
            if row["answer"] == "match" and row["decides"]
        ],
    }


def _plan_difference(before: State, after: State, lang: str) -> Iterator[str]:
    found = between(before, after)
    if not found.same:
        yield from in_words(found, lang)


# ---- an entry


def _entry_title(name: str, lang: str) -> str:
    kind, _, key = name.partition(":")
    found = shelf().get(kind, key)
    about = say(f"library.kind_{kind}", lang)
    return f"{about}{'：' if lang == 'zh' else ': '}{wording.pick(found.title, lang) if found else key}"


def _entry_page(name: str, lang: str) -> str:
    kind, _, key = name.partition(":")
    return place("library:entry", lang, kind, key)


def _entry_state(name: str, on: date) -> State:
    kind, _, key = name.partition(":")
    found = shelf().get(kind, key)
    if found is None:
        return {"there": False}
    days = (found.span.first, found.span.last)
    says = {}
    for lang in LANGUAGES:
        said = plain(found, lang, on)
        note = [found.note[lang]] if found.note else []
        says[lang] = [
            *filter(None, (wording.pick(found.title, lang), said.lead)),
            *said.conditions,
            *said.named(),
            *note,
        ]
    return {
        "there": True,
        "life": found.life(on).value,
        "days": [day.isoformat() if day else None for day in days],
        "says": says,
    }


def _entry_difference(before: State, after: State, lang: str) -> Iterator[str]:
    if before["there"] != after["there"]:
        yield say("notices.there" if after["there"] else "notices.gone", lang)
    if not (before["there"] and after["there"]):
        return
    if before["life"] != after["life"]:
        yield " → ".join(say(f"library.life_{state['life']}", lang) for state in (before, after))
    for place_, name in enumerate(("first", "last")):
        was, now = (state["days"][place_] for state in (before, after))
        if was != now:
            yield say(f"notices.{name}_day", lang, was=_day(was, lang), now=_day(now, lang))
    yield from _words(before["says"][lang], after["says"][lang])


def _day(day: str | None, lang: str) -> str:
    return wording.day(day, lang) if day else say("notices.no_day", lang)


def _words(before: list[str], after: list[str]) -> Iterator[str]:
    gone, new = [text for text in before if text not in after], [text for text in after if text not in before]
    lines = [*(f"+ {text}" for text in new), *(f"− {text}" for text in gone)]
    yield from lines[:_SHOWN]
    if len(lines) > _SHOWN:
        yield "…"


# ---- a service in a place


def _cell_title(name: str, lang: str) -> str:
    service, _, where = name.partition(":")
    return say("library.cell_title", lang, service=_title("service", service, lang), place=_title("place", where, lang))


def _title(kind: str, name: str, lang: str) -> str:
    found = shelf().get(kind, name)
    return wording.pick(found.title, lang) if found else name


def _cell_page(name: str, lang: str) -> str:
    service, _, where = name.partition(":")
    return place("library:answer", lang, service, where)


def _cell_state(name: str, on: date) -> State:
    service, _, where = name.partition(":")
    if of_cell(service, where) is None:
        return {"there": False}
    found = {investor: cell(service, where, on, investor) for investor in INVESTORS}
    return {
        "there": True,
        "says": {who: {lang: timeline_svg.state(made, lang) for lang in LANGUAGES} for who, made in found.items()},
        "rules": {who: [row.id for row in made.access.deciding] for who, made in found.items()},
        "announced": {who: [row.id for row in made.access.announced] for who, made in found.items()},
    }


def _cell_difference(before: State, after: State, lang: str) -> Iterator[str]:
    if before["there"] != after["there"]:
        yield say("notices.there" if after["there"] else "notices.gone", lang)
    if not (before["there"] and after["there"]):
        return
    colon = "：" if lang == "zh" else ": "
    for who in INVESTORS:
        about = say(f"library.investor_{who}", lang) + colon
        was, now = before["says"][who][lang], after["says"][who][lang]
        if was != now:
            yield f"{about}{was} → {now}"
        elif before["rules"][who] != after["rules"][who]:
            yield about + say("notices.other_rules", lang, rules=", ".join(after["rules"][who]) or "–")
        if before["announced"][who] != after["announced"][who]:
            yield about + say("notices.announced", lang, rules=", ".join(after["announced"][who]) or "–")


_KINDS: Final = {
    "plan": _Kind(
        _plan_title, lambda query, lang: place("advisor:plan", lang, query=query), _plan_state, _plan_difference
    ),
    "entry": _Kind(_entry_title, _entry_page, _entry_state, _entry_difference),
    "cell": _Kind(_cell_title, _cell_page, _cell_state, _cell_difference),
}
