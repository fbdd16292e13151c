"""The answers of a visitor, as the address of every advisor page carries them; nothing is stored.

`?investor=SG&service=B11&place=BJ&share=100&operates_website=true&exports_pi=~&on=2024-12-02`: the names are those of
the vocabulary, `~` is "not sure", a set has commas, `on` is the day asked. `seen` tells which books gave the answer
that an address was made for. `held` and `stake` say who owns the company, in place of a share: see `owners`.
`service=B11,B21-EC` asks about several services at once, each with the same share; `place=SH,BJ` asks each of them at
both places.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from luodi.advice.dialogue import Dialogue
from luodi.advice.owners import MOST, Control, Held, holdings
from luodi.advice.owners import check as check_owners
from luodi.advice.plan import FIRST_DAY, LAST_DAY
from luodi.advice.question import OPENING
from luodi.dates import parse_day
from luodi.errors import LuodiError
from luodi.message import Message
from luodi.rules.library import company_vocabulary

UNSURE: Final = "~"
SEVERAL: Final = ("service", "place")  # of these more than one may be chosen
OWNERS: Final = "owners"  # the name of a fault in `stake`
COMPANY: Final = "company"  # where nobody named it
MAX_TEXT: Final = 2_000  # characters of one answer


@dataclass(frozen=True)
class Fault:
    """An answer that cannot be one: `code` is that of the error, `text` what was given."""

    name: str
    text: str
    code: str
    message: Message


@dataclass(frozen=True)
class Answers:
    """`given` in the order of the address; `unknown` are parts of it that mean nothing to us."""

    given: Mapping[str, str] = field(default_factory=dict)
    on: date | None = None
    seen: str = ""
    unknown: tuple[str, ...] = ()
    wrong_day: str = ""
    held: str = ""
    stakes: tuple[Held, ...] = ()
    contracts: tuple[Control, ...] = ()

    @classmethod
    def read(cls, query: Iterable[tuple[str, str]], also: Iterable[str] = ()) -> "Answers":
        """The answers in an address; `also` are names that the page itself uses."""
        given: dict[str, str] = {}
        on, seen, wrong, held, unknown = None, "", "", "", []
        stakes: list[Held] = []
        contracts: list[Control] = []
        ignored = set(also)
        for name, raw in query:
            text = raw.strip()[:MAX_TEXT]
            if name == "on":
                on, wrong = _day(text)
            elif name == "seen":
                seen = text[:200]
            elif name == "held":
                held = text[:80]
            elif name == "stake":
                stakes.append(Held.read(text))
            elif name == "contract":
                contracts.append(Control.read(text))
            elif name in OPENING or name in company_vocabulary():
                if text and name in SEVERAL and given.get(name, UNSURE) != UNSURE:
                    text = f"{given[name]},{text}"  # ticked one by one
                if text:
                    given[name] = text
            elif name not in ignored:
                unknown.append(name[:40])
        owned = tuple(row for row in stakes if not row.is_blank)[:MOST]
        by_contract = tuple(row for row in contracts if owned and not row.is_blank)[:MOST]
        return cls(given, on, seen, tuple(dict.fromkeys(unknown)), wrong, held, owned, by_contract)

    @classmethod
    def of(cls, query: str) -> "Answers":
        """The answers in the query of an address, as `query()` wrote it."""
        return cls.read(parse_qsl(query, keep_blank_values=True))

    def having(self, **texts: str) -> "Answers":
        """With other answers; a blank one takes the answer back. A share that is known takes the place of owners."""
        given = {name: text for name, text in {**self.given, **texts}.items() if text}
        kept = self.owned_by("", ()) if texts.get("share", UNSURE) not in ("", UNSURE) else self
        return replace(kept, given=given, seen="")

    def asked_on(self, day: date | None) -> "Answers":
        return replace(self, on=day, wrong_day="", seen="")

    def owned_by(self, company: str, stakes: tuple[Held, ...], contracts: tuple[Control, ...] = ()) -> "Answers":
        """With owners in place of a share; without stakes, with neither."""
        given = {name: text for name, text in self.given.items() if name != "share"}
        held, contracts = (company, contracts) if stakes else ("", ())
        return replace(self, given=given, held=held, stakes=stakes, contracts=contracts, seen="")

    @property
    def owning(self) -> list[tuple[str, str]]:
        """The owners as parts of an address."""
        if not self.stakes:
            return []
        stakes = [("stake", row.text()) for row in self.stakes]
        return [("held", self.held), *stakes, *(("contract", row.text()) for row in self.contracts)]

    @property
    def services(self) -> tuple[str, ...]:
        """What was chosen, each once; empty where nothing was, or one is not sure."""
        return self._chosen("service")

    @property
    def places(self) -> tuple[str, ...]:
        """Where it may be, each place once, in the same way."""
        return self._chosen("place")

    @property
    def place(self) -> str:
        """The one place that was chosen; "not sure" where none was, or several that are compared."""
        return self.places[0] if len(self.places) == 1 else UNSURE

    def _chosen(self, name: str) -> tuple[str, ...]:
        text = self.given.get(name, UNSURE)
        parts = [] if text == UNSURE else [part.strip() for part in text.split(",")]
        return tuple(dict.fromkeys(part for part in parts if part))

    def offering(self, services: Iterable[str]) -> "Answers":
        return self.having(service=",".join(services))

    @property
    def has_owners(self) -> bool:
        return bool(self.stakes)

    @property
    def is_domestic(self) -> bool:
        return self.given.get("investor") == "CN"

    def query(self, **more: str) -> str:
        """The address's query, the answers first."""
        pairs = [*self.given.items(), *self.owning]
        if self.on:
            pairs.append(("on", self.on.isoformat()))
        return urlencode([*pairs, *((name, text) for name, text in more.items() if text)], safe="~,|")

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
                if name == "service":
                    dialogue.choose(self.services)
                elif name == "place":
                    dialogue.choose_places(self.places)
                else:
                    dialogue.answer(name, text)
            except LuodiError as problem:
                faults.append(Fault(name, text, problem.code, problem.message))
        if self.stakes:
            wrong = check_owners(self.held or COMPANY, self.stakes, self.on or date.max, self.contracts)
            if wrong:
                faults.append(Fault(OWNERS, self.held, "owners", wrong))
            else:
                dialogue.profile["holdings"] = holdings(self.held or COMPANY, self.stakes, self.contracts)
        return dialogue, tuple(faults)

    def _counts(self, name: str) -> bool:
        """Some answers mean nothing beside others, and wait until they do again."""
        if name == "share":
            return not self.is_domestic and not self.stakes
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
    return (day, "") if FIRST_DAY <= day <= LAST_DAY else (None, text)
