"""What people can subscribe to here: an entry, and what the law says of a service in a place."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, Self

from luodi.documents import wording
from luodi.library.entry import Entry
from luodi.library.law_table import INVESTORS, cell
from luodi.library.shelf import shelf
from luodi.web.core.pages import place
from luodi.web.core.words import say
from luodi.web.library import timeline_svg
from luodi.web.library.entry_text import entry_text
from luodi.web.notices.subjects import State, Subject

_LANGUAGES: Final = ("zh", "en")
_MOST_LINES: Final = 8  # of a difference of words


@dataclass(frozen=True)
class EntrySubject(Subject):
    """An entry of the library; its name is `KIND:ID`."""

    kind: ClassVar[str] = "entry"

    @classmethod
    def find(cls, kind: str, name: str) -> Self | None:
        return cls(f"{kind}:{name}") if shelf().get(kind, name) else None

    @property
    def _key(self) -> tuple[str, str]:
        kind, _, name = self.name.partition(":")
        return kind, name

    def title(self, lang: str) -> str:
        kind, name = self._key
        return f"{say(f'library.kind_{kind}', lang)}{_colon(lang)}{_title(kind, name, lang)}"

    def page(self, lang: str) -> str:
        return place("library:entry", lang, *self._key)

    def state(self, on: date) -> State:
        found = shelf().get(*self._key)
        if found is None:
            return {"there": False}
        return {
            "there": True,
            "life": found.life(on).value,
            "days": [day.isoformat() if day else None for day in (found.span.first, found.span.last)],
            "says": {lang: _said(found, lang, on) for lang in _LANGUAGES},
        }

    def difference(self, before: State, after: State, lang: str) -> Iterator[str]:
        yield from _presence(before, after, lang)
        if not (before["there"] and after["there"]):
            return
        if before["life"] != after["life"]:
            yield " → ".join(say(f"library.life_{state['life']}", lang) for state in (before, after))
        for name, was, now in zip(("first", "last"), before["days"], after["days"], strict=True):
            if was != now:
                yield say(f"notices.{name}_day", lang, was=_day(was, lang), now=_day(now, lang))
        yield from _text_difference(before["says"][lang], after["says"][lang])


def _said(entry: Entry, lang: str, on: date) -> list[str]:
    """What the entry says, a line each."""
    said = entry_text(entry, lang, on)
    head = [text for text in (wording.pick(entry.title, lang), said.lead) if text]
    return [*head, *said.conditions, *said.named(), *([entry.note[lang]] if entry.note else [])]


def _day(day: str | None, lang: str) -> str:
    return wording.day(day, lang) if day else say("notices.no_day", lang)


def _text_difference(before: list[str], after: list[str]) -> Iterator[str]:
    lines = [f"+ {text}" for text in after if text not in before]
    lines += [f"− {text}" for text in before if text not in after]
    yield from lines[:_MOST_LINES]
    if len(lines) > _MOST_LINES:
        yield "…"


@dataclass(frozen=True)
class CellSubject(Subject):
    """A service in a place; its name is `SERVICE:PLACE`."""

    kind: ClassVar[str] = "cell"

    @classmethod
    def find(cls, service: str, where: str) -> Self | None:
        entries = shelf()
        known = entries.get("service", service) and entries.get("place", where)
        return cls(f"{service}:{where}") if known else None

    @property
    def _key(self) -> tuple[str, str]:
        service, _, where = self.name.partition(":")
        return service, where

    def title(self, lang: str) -> str:
        service, where = self._key
        names = {"service": _title("service", service, lang), "place": _title("place", where, lang)}
        return say("library.cell_title", lang, **names)

    def page(self, lang: str) -> str:
        return place("library:answer", lang, *self._key)

    def state(self, on: date) -> State:
        if self.find(*self._key) is None:
            return {"there": False}
        found = {investor: cell(*self._key, on, investor) for investor in INVESTORS}
        return {
            "there": True,
            "says": {
                who: {lang: timeline_svg.state(answer, lang) for lang in _LANGUAGES} for who, answer in found.items()
            },
            "rules": {who: [row.id for row in answer.access.deciding] for who, answer in found.items()},
            "announced": {who: [row.id for row in answer.access.announced] for who, answer in found.items()},
        }

    def difference(self, before: State, after: State, lang: str) -> Iterator[str]:
        yield from _presence(before, after, lang)
        if not (before["there"] and after["there"]):
            return
        for who in INVESTORS:
            about = say(f"library.investor_{who}", lang) + _colon(lang)
            was, now = before["says"][who][lang], after["says"][who][lang]
            if was != now:
                yield f"{about}{was} → {now}"
            elif before["rules"][who] != after["rules"][who]:
                yield about + say("notices.other_rules", lang, rules=", ".join(after["rules"][who]) or "–")
            if before["announced"][who] != after["announced"][who]:
                yield about + say("notices.announced", lang, rules=", ".join(after["announced"][who]) or "–")


def _presence(before: State, after: State, lang: str) -> Iterator[str]:
    """Whether it came or went."""
    if before["there"] != after["there"]:
        yield say("notices.there" if after["there"] else "notices.gone", lang)


def _title(kind: str, name: str, lang: str) -> str:
    found = shelf().get(kind, name)
    return wording.pick(found.title, lang) if found else name


def _colon(lang: str) -> str:
    return "：" if lang == "zh" else ": "
