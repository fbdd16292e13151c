"""A sentence of a visitor as a form shows it: the guess for each question, with the words that it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from luodi.access import access_book
from luodi.advice.sentence import UNSAID, Guess, Outside, Understood, understood

MOST_IN_A_FORM: Final = 500  # characters: the address of the next page holds them


@dataclass(frozen=True)
class Service:
    """A service that the words may mean; `sure` where it is the likeliest."""

    code: str
    name: Mapping[str, str]
    words: str
    sure: bool


@dataclass(frozen=True)
class Guesses:
    """What was said, and the guess for each of the four questions; None where the sentence is silent."""

    text: str
    investor: Guess | None
    services: tuple[Service, ...]
    places: tuple[Guess, ...]
    share: Guess | None
    company: Guess | None
    left: tuple[str, ...]
    outside: tuple[Outside, ...]
    is_cut: bool

    @property
    def place(self) -> Guess | None:
        return next(iter(self.places), None)

    @property
    def is_nothing(self) -> bool:
        return not (self.investor or self.services or self.place or self.share or self.company or self.outside)

    @property
    def figure(self) -> str:
        """The share in percent; blank where words of it name no figure."""
        return "" if self.share is None or self.share.value == UNSAID else self.share.value


def guesses_of(text: str) -> Guesses:
    """What a text says; see `luodi.advice.sentence`."""
    found = understood(text)
    return Guesses(
        text.strip()[:MOST_IN_A_FORM],
        _one(found, "investor"),
        _services(found),
        found.of("place"),
        _one(found, "share"),
        _one(found, "has_mainland_company"),
        found.left,
        found.outside,
        found.is_cut,
    )


def _one(found: Understood, name: str) -> Guess | None:
    return next(iter(found.of(name)), None)


def _services(found: Understood) -> tuple[Service, ...]:
    """The guesses, and below them what the same words may mean as well."""
    named = access_book().services
    sure = [guess for guess in found.of("service") if guess.value != UNSAID]
    rows = [Service(guess.value, named[guess.value].name, guess.words, True) for guess in sure]
    codes = {row.code for row in rows}
    for guess in found.of("service"):
        others = [code for code in guess.others if code not in codes]
        codes |= set(others)
        rows += [Service(code, named[code].name, guess.words, False) for code in others]
    return tuple(rows)
