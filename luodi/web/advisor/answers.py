"""The answers of a visitor, as the address of every advisor page carries them; nothing is stored.

`?investor=SG&service=B11&place=BJ&share=100&operates_website=true&exports_pi=~&on=2024-12-02`: the names are those of
the vocabulary, `~` is "not sure", a set has commas, `on` is the day asked. `seen` tells which books gave the answer
that an address was made for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from luodi.advice.dialogue import Dialogue
from luodi.advice.question import OPENING, about
from luodi.calendar import FIRST_YEAR, LAST_YEAR
from luodi.dates import parse_day
from luodi.errors import LuodiError
from luodi.rules.library import company_vocabulary

UNSURE: Final = "~"
_OTHER: Final = ("on", "seen")
MAX_TEXT: Final = 2_000  # characters of one answer


@dataclass(frozen=True)
class Fault:
    """An answer that cannot be one: `code` is that of the error, `text` what was given."""

    name: str
    text: str
    code: str
    message: str


@dataclass(frozen=True)
class Answers:
    """`given` in the order of the address; `unknown` are parts of it that mean nothing to us."""

    given: Mapping[str, str] = field(default_factory=dict)
    on: date | None = None
    seen: str = ""
    unknown: tuple[str, ...] = ()
    wrong_day: str = ""

    @classmethod
    def read(cls, query: Iterable[tuple[str, str]], also: Iterable[str] = ()) -> "Answers":
        """The answers in an address; `also` are names that the page itself uses."""
        given: dict[str, str] = {}
        on, seen, wrong, unknown = None, "", "", []
        ignored = set(also)
        for name, raw in query:
            text = raw.strip()[:MAX_TEXT]
            if name == "on":
                on, wrong = _day(text)
            elif name == "seen":
                seen = text[:200]
            elif name in OPENING or name in company_vocabulary():
                if text:
                    given[name] = text
            elif name not in ignored:
                unknown.append(name[:40])
        return cls(given, on, seen, tuple(dict.fromkeys(unknown)), wrong)

    def having(self, **texts: str) -> "Answers":
        """With other answers; a blank one takes the answer back."""
        given = {**self.given, **texts}
        return replace(self, given={name: text for name, text in given.items() if text}, seen="")

    def asked_on(self, day: date | None) -> "Answers":
        return replace(self, on=day, wrong_day="", seen="")

    @property
    def is_domestic(self) -> bool:
        return self.given.get("investor") == "CN"

    def query(self, **more: str) -> str:
        """The address's query, the answers first."""
        pairs = [*self.given.items()]
        if self.on:
            pairs.append(("on", self.on.isoformat()))
        return urlencode([*pairs, *((name, text) for name, text in more.items() if text)], safe="~,")

    # -- what they come to

    @cached_property
    def read_out(self) -> tuple[Dialogue, tuple[Fault, ...]]:
        """The dialogue that gave these answers, and those that could not be taken."""
        dialogue, faults = Dialogue(), []
        for name in sorted(self.given, key=_order):
            text = self.given[name]
            if not self._counts(name):
                continue
            if text == UNSURE:
                dialogue.skip(name)
                continue
            try:
                dialogue.answer(name, text)
            except LuodiError as problem:
                faults.append(Fault(name, text, problem.code, problem.message))
        return dialogue, tuple(faults)

    def _counts(self, name: str) -> bool:
        """Some answers mean nothing beside others, and wait until they do again."""
        if name == "share":
            return not self.is_domestic
        if name == "cepa_qualified":
            return self.given.get("investor") in ("HK", "MO")
        return True

    @property
    def dialogue(self) -> Dialogue:
        return self.read_out[0]

    @property
    def faults(self) -> tuple[Fault, ...]:
        return self.read_out[1]

    @property
    def profile(self) -> dict[str, Any]:
        """What the engine is asked with."""
        return self.dialogue.profile


def check(name: str, text: str, answers: Answers) -> Fault | None:
    """Why a text cannot be the answer to a question; None where it can."""
    tried = answers.having(**{name: text})
    return next((fault for fault in tried.faults if fault.name == name), None)


def in_words(name: str) -> Mapping[str, str]:
    """The label of a question in both languages."""
    return about(name).label


def _order(name: str) -> tuple[int, str]:
    """The investor before what depends on it."""
    return (OPENING.index(name), "") if name in OPENING else (len(OPENING), name)


def _day(text: str) -> tuple[date | None, str]:
    """A day that a plan can begin on: its steps must still fall into years whose working days are known."""
    if not text:
        return None, ""
    try:
        day = parse_day(text)
    except LuodiError:
        return None, text[:40]
    return (day, "") if FIRST_YEAR <= day.year <= LAST_YEAR - 2 else (None, text)
