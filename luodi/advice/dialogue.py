"""The landing plan as a dialogue: four questions to a verdict, then what else it would settle, most first.

Pure state: raw answers and what was skipped; the command prints and reads. "Not sure" is always possible, as are
back, save and resume. `guessed` are answers that a sentence may give: each is a proposal until it is answered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any, Final

from luodi.access import AccessBook, AccessQuestion, access_book
from luodi.advice.asking import OF_THE_FOUR, Later, later
from luodi.advice.checklists import ticked
from luodi.advice.landing_plan import LandingPlan
from luodi.advice.plan import advise
from luodi.advice.question import OPENING, opening
from luodi.advice.sentence import MOST_PLACES, MOST_SERVICES, UNSAID, Guess, Understood
from luodi.errors import BadInput, OutOfRange, UnknownKey, WrongType, did_you_mean
from luodi.profiles.profile import parse_profile
from luodi.rules.library import company_vocabulary

_INVESTOR: Final = {"investor": "country", "cepa_qualified": "cepa_qualified"}
_TOGETHER: Final = "+"  # between facts that one question asks
#: What several may be chosen of: each service is asked at each place.
_LAID_OUT: Final = ("service", "place")
_SESSION_KEYS: Final = ("profile", "not_sure", "order")


class SeveralMeant(BadInput):
    """Words that fit more than one service or place; `options` are their codes with names."""

    code = "several-meant"

    def __init__(self, words: str, options: list[tuple[str, Mapping[str, str]]]) -> None:
        super().__init__("advice.fits-several", words=words, options=[code for code, _ in options[:9]])
        self.options = options


@dataclass
class Dialogue:
    """The answers so far, in the order they were given."""

    profile: dict[str, Any] = field(default_factory=dict)
    not_sure: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    guessed: dict[str, tuple[Guess, ...]] = field(default_factory=dict, compare=False)

    @classmethod
    def resume(cls, raw: Any, *, at: str) -> "Dialogue":
        """A saved dialogue; unknown keys and wrong types are refused."""
        if not isinstance(raw, dict):
            raise WrongType("advice.saved-dialogue-mapping", at=at)
        for key in raw:
            if key not in _SESSION_KEYS:
                raise UnknownKey(
                    "advice.saved-dialogue-no-key", key=key, meant=did_you_mean(str(key), _SESSION_KEYS), at=at
                )
        made = cls(dict(raw.get("profile") or {}), list(raw.get("not_sure") or ()), list(raw.get("order") or ()))
        parse_profile(made.profile, company_vocabulary(), at=at)
        return made

    def saved(self) -> dict[str, Any]:
        return {"profile": self.profile, "not_sure": self.not_sure, "order": self.order}

    def advice(self, on: date) -> LandingPlan:
        """The plan of what was answered so far."""
        return advise(parse_profile(self.profile, company_vocabulary(), at="answers"), on=on)

    def plan(self, on: date) -> dict[str, Any]:
        """The same as a document."""
        return self.advice(on).as_json()

    def hear(self, said: Understood) -> None:
        """Keep the guesses of a sentence as proposals; words of a share without a figure propose none."""
        for guess in said.guesses:
            if guess.value != UNSAID:
                self.guessed[guess.name] = (*self.guessed.get(guess.name, ()), guess)

    def take_guesses(self) -> None:
        """Answer with every guess as it is; what was answered before stays."""
        for name, guesses in self.guessed.items():
            if not self._opening_missing(name) if name in OPENING else name in self.profile:
                continue
            if name == "service":
                self.choose([guess.value for guess in guesses])
            elif name == "place":
                self.choose_places([guess.value for guess in guesses])
            else:
                self.answer(name, guesses[0].value)

    @property
    def has_verdict(self) -> bool:
        """Whether the four questions are answered, or left open on purpose."""
        return not self.opening_left

    def question(self, on: date) -> dict[str, Any] | None:
        """The next question as in the plan's `questions`; None when nothing more would change it."""
        if self.opening_left:
            return opening(self.opening_left[0])
        found = next(iter(self.later(on)), None)
        return dict(found.question) if found else None

    @property
    def opening_left(self) -> list[str]:
        """Those of the first questions that are not answered yet, in their order."""
        return [name for name in OPENING if self._opening_missing(name)]

    def later(self, on: date) -> list[Later]:
        """What may still be asked after the four, what settles most first."""
        return later(self.plan(on), {*self.not_sure, *OF_THE_FOUR})

    def answer(self, name: str, text: str) -> None:
        """Take an answer as it was typed. Raises `LuodiError` and changes nothing if it cannot be one."""
        if name in OPENING:
            self._answer_opening(name, text)
        else:
            vocabulary = company_vocabulary()
            attribute = vocabulary.attribute(name)
            raw: Any = [w.strip() for w in text.replace("，", ",").split(",")] if attribute.kind == "set" else text
            if vocabulary.parse(name, raw) is None:
                raise BadInput("advice.answer-missing")
            self.profile[name] = raw
        self._remember(name)

    def tick(self, question: Mapping[str, Any], ticks: Sequence[str], unsure: Sequence[str] = ()) -> None:
        """Answer a checklist: a tick is a yes, what has none is a no, what is not sure stays unknown.

        Raises `BadInput` and changes nothing for a tick that is not on it.
        """
        for name, value in ticked(question, ticks, unsure).items():
            self._forget(name)
            if value is None and name not in self.not_sure:
                self.not_sure.append(name)
            elif value is not None:
                self.profile[name] = value if isinstance(value, list) else str(value).lower()
        self._remember(_TOGETHER.join(question["attributes"]))

    def choose(self, services: Sequence[str]) -> None:
        """Several services at once, each a plan of its own at the same place and with the same share.

        Raises `LuodiError` and changes nothing where one of them is none, or there are too many.
        """
        known = {code: service.name for code, service in access_book().services.items()}
        codes = list(dict.fromkeys(find(text.strip(), known) for text in services if text.strip()))
        if not 0 < len(codes) <= MOST_SERVICES:
            raise OutOfRange("advice.choose-services", most_services=MOST_SERVICES, count=len(codes))
        self._lay_out(service=codes)
        self._remember("service")

    def choose_places(self, places: Sequence[str]) -> None:
        """Several places at once: each service is asked at each of them.

        Raises `LuodiError` and changes nothing where one of them is none, or there are too many.
        """
        known = {code: zone.name for code, zone in access_book().zones.items()}
        codes = list(dict.fromkeys(find(text.strip(), known) for text in places if text.strip()))
        if not 0 < len(codes) <= MOST_PLACES:
            raise OutOfRange("advice.choose-places", most_places=MOST_PLACES, count=len(codes))
        self._lay_out(place=codes)
        self._remember("place")

    def _lay_out(self, **parts: Sequence[str | None]) -> None:
        """One plan for each service at each place; what else was said of a plan holds for all of them."""
        before = self._plans()
        given = {name: parts.get(name) or list(dict.fromkeys(p.get(name) for p in before)) for name in _LAID_OUT}
        shared = {key: value for key, value in before[0].items() if key not in _LAID_OUT}
        pairs = (zip(_LAID_OUT, pair, strict=True) for pair in product(*given.values()))
        self.profile["plans"] = [{**shared, **{k: v for k, v in pair if v is not None}} for pair in pairs]

    def skip(self, name: str) -> None:
        """Not sure: the fact stays unknown and is not asked again."""
        self.skip_all([name])

    def skip_all(self, names: Sequence[str]) -> None:
        """Not sure of any fact of one question."""
        for name in names:
            self._forget(name)
            if name not in self.not_sure:
                self.not_sure.append(name)
        self._remember(_TOGETHER.join(names))

    def back(self) -> str | None:
        """Take the last answer back; its name, those of a checklist with `+` between, or None at the start."""
        if not self.order:
            return None
        together = self.order.pop()
        for name in together.split(_TOGETHER):
            if name in self.not_sure:
                self.not_sure.remove(name)
            self._forget(name)
        return together

    def _remember(self, name: str) -> None:
        if name in self.order:
            self.order.remove(name)
        self.order.append(name)

    def _forget(self, name: str) -> None:
        if name in _INVESTOR:
            self.profile.get("investor", {}).pop(_INVESTOR[name], None)
        elif name in OPENING:
            left = [{key: value for key, value in plan.items() if key != name} for plan in self._plans()]
            self.profile["plans"] = [plan for n, plan in enumerate(left) if plan not in left[:n]]
        else:
            self.profile.pop(name, None)

    def _opening_missing(self, name: str) -> bool:
        if name in self.not_sure:
            return False
        investor = self.profile.get("investor") or {}
        if name == "cepa_qualified":
            return investor.get("country") in ("HK", "MO") and investor.get("cepa_qualified") is None
        if name == "investor":
            return investor.get("country") is None
        if investor.get("country") == "CN" and name == "share":
            return False
        return any(plan.get(name) is None for plan in self.profile.get("plans") or [{}])

    def _answer_opening(self, name: str, text: str) -> None:
        book = access_book()
        value: Any = text.strip()
        if name == "service":
            value = find(value, {c: s.name for c, s in book.services.items()})
        elif name == "place":
            value = find(value, {i: z.name for i, z in book.zones.items()})
        elif name == "investor":
            value = value.upper()
        AccessQuestion.parse({**self._investor_for_check(name, book), name: value}, book)
        if name in _INVESTOR:
            self.profile.setdefault("investor", {})[_INVESTOR[name]] = value
            if value == "CN":
                for plan in self._plans():
                    plan["share"] = "0"
            return
        if name in _LAID_OUT:
            self._lay_out(**{name: [value]})
            return
        for plan in self._plans():
            plan[name] = value

    def _investor_for_check(self, name: str, book: AccessBook) -> dict[str, Any]:
        investor = self.profile.get("investor") or {}
        return {"investor": investor.get("country")} if name == "cepa_qualified" else {}

    def _plans(self) -> list[dict[str, Any]]:
        plans: list[dict[str, Any]] = self.profile.setdefault("plans", [{}])
        return plans


def find(words: str, names: Mapping[str, Mapping[str, str]]) -> str:
    """The code meant by a code or by plain words of either language. Raises `SeveralMeant`, or says what is near."""
    if words in names:
        return words
    folded = words.casefold()
    exact = [code for code in names if code.casefold() == folded]
    if exact:
        return exact[0]
    hits = [
        (code, name)
        for code, name in names.items()
        if folded and any(folded in text.casefold() for text in name.values())
    ]
    if len(hits) == 1:
        return hits[0][0]
    if hits:
        raise SeveralMeant(words, hits)
    labels = {text: code for code, name in names.items() for text in name.values()}
    near = did_you_mean(words, [*names, *labels])
    raise BadInput("advice.nothing-known", words=words, near=near)
