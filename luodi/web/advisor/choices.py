"""What can be chosen as an answer, with what the law makes of it where that is known already."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from luodi.access import access_book
from luodi.access.resolve import Verdict
from luodi.access.treatments import Zone
from luodi.advice.answers import UNSURE, Answers
from luodi.advice.lines import ask
from luodi.documents.wording import country_name
from luodi.editions import with_books
from luodi.places import COUNTRIES
from luodi.web.advisor.services import Found, find_services, service_tree
from luodi.web.advisor.types import Doc
from luodi.web.core.words import language, say

#: Where most investors of the figures come from; a list of 249 begins with them.
_FREQUENT: Final = ("HK", "MO", "TW", "SG", "JP", "KR", "US", "GB", "DE", "FR", "NL", "AE")
_CITY: Final = "BJ"
USUAL: Final = ("BJ", "SH-LINGANG", "SZ", "HI-FTP", "GUANGZHOU")  # compared where nobody chose
OFTEN: Final = ("B11", "B11-IRCS", "B21-EC", "B25-APP", "B25", "B24", "C-GAME", "C-AV")  # what most ask about
WHOLE: Final = "*"  # asked in place of words: the whole catalogue


@dataclass(frozen=True)
class Choice:
    """One answer: `name` in both languages, `note` below it, `access` the answer of the law to it."""

    value: str
    name: Mapping[str, str]
    note: str = ""
    access: Doc | None = None
    is_code: bool = False


@dataclass(frozen=True)
class Group:
    title: str
    choices: tuple[Choice, ...]
    shut: bool = False


def groups(question: Doc, answers: Answers, on: date, lang: str, words: str = "") -> list[Group]:
    """The choices of a question; empty where the answer is written."""
    match question["attribute"]:
        case "investor":
            return []
        case "service":
            return _services(words, answers)
        case "place":
            return _places(answers, on)
    kind = question["type"]
    if kind == "boolean":
        yes_no = (("true", "advisor.yes"), ("false", "advisor.no"))
        return [Group("", tuple(Choice(value, _words(key)) for value, key in yes_no))]
    if question["allowed"]:
        names = question["values"]
        return [Group("", tuple(_value(value, names.get(value)) for value in question["allowed"]))]
    return []


def unsure(name: str) -> Choice:
    """ "Not sure" with what it leads to."""
    key = f"advisor.unsure_{name}" if name in ("service", "place", "share", "investor") else "advisor.unsure_other"
    return Choice(UNSURE, _words("advisor.unsure"), say(key))


@cache
def countries(lang: str) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """The frequent ones, and all others by name, each with its code."""
    named = [(code, country_name(code, lang)) for code in COUNTRIES if code != "CN"]
    rest = [pair for pair in named if pair[0] not in _FREQUENT]
    rest.sort(key=lambda pair: _sound(pair[1], lang))
    return tuple((code, country_name(code, lang)) for code in _FREQUENT), tuple(rest)


def _sound(name: str, lang: str) -> str:
    if lang == "en":
        return name.casefold()
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(name))


def _value(value: str, name: Mapping[str, str] | None) -> Choice:
    if name is None and value == "none":
        name = _words("advisor.none")
    return Choice(value, name or {"zh": value, "en": value})


def _words(key: str) -> dict[str, str]:
    return {lang: say(key, lang) for lang in ("zh", "en")}


# ---- shares


@dataclass(frozen=True)
class Slice:
    """A share that can be picked, with what it means and what the law makes of it where that is known."""

    value: str
    name: str
    means: str
    access: Doc | None


def slices(answers: Answers, on: date) -> list[Slice]:
    """From all of it to less than half, each as the law of the place and the service answers it."""
    place = answers.place
    there = "CN" if place == UNSURE else place
    return [
        Slice(
            value,
            say(f"advisor.slice_{value}"),
            say(f"advisor.slice_{value}_means"),
            access_there(answers.having(share=value), there, on),
        )
        for value in ("100", "51", "50", "49")
    ]


# ---- services


def _services(words: str, answers: Answers) -> list[Group]:
    if words == WHOLE:
        return _catalogue()
    if not words and not answers.services:
        usual = [found for code in OFTEN for found in find_services(code)[:1]]
        return [Group(say("advisor.services_often"), tuple(map(_service, usual)))]
    chosen = [found for code in answers.services for found in find_services(code)[:1]]
    codes = [found.code for found in chosen]
    others = [found for found in find_services(words) if found.code not in codes]
    titled = ((say("advisor.service_chosen"), chosen), (say("advisor.services_found", words=words), others))
    return [Group(title, tuple(map(_service, found))) for title, found in titled if found]


def _service(found: Found) -> Choice:
    return Choice(found.code, found.name, _note(found.note), is_code=True)


def _catalogue() -> list[Group]:
    """Every service, in the parts of the catalogue."""
    parts: dict[str, list[Choice]] = {}
    for found, _ in service_tree():
        line = access_book().services[found.code].line
        part = "C" if found.code.startswith("C-") else line[-2] if len(line) > 1 else ""
        if part not in ("", found.code):
            parts.setdefault(part, []).append(_service(found))
    return [Group(_part(code), tuple(choices)) for code, choices in parts.items()]


def _part(code: str) -> str:
    service = access_book().services.get(code)
    return say("advisor.content_services") if service is None else service.name[language()]


def _note(note: Mapping[str, str]) -> str:
    return note.get(language()) or note.get("en", "")


# ---- places


def _places(answers: Answers, on: date) -> list[Group]:
    """The city first, then places where the law differs from the rest of the country, then all others."""
    there = [zone for zone in access_book().zones.values() if is_place(zone, on)]
    city = [zone for zone in there if _within(zone, _CITY)]
    others = [zone for zone in there if zone not in city and zone.id != "CN"]
    made = {zone.id: _place(zone, answers, on) for zone in there}
    usual = made["CN"].access
    special = [z for z in others if usual and not _alike(made[z.id].access, usual)]
    rest = [z for z in others if z not in special]
    found = [Group(say("advisor.in_city"), tuple(made[z.id] for z in city))]
    if special:
        found.append(Group(say("advisor.special_places"), tuple(made[z.id] for z in special)))
    found.append(Group(say("advisor.anywhere_else"), (made["CN"],)))
    if rest:
        found.append(Group(say("advisor.other_places"), tuple(made[z.id] for z in rest), shut=True))
    return found


def is_place(zone: Zone, on: date) -> bool:
    """Whether one can say "there": on that day it exists, and it is no mere list of other places."""
    return on in zone.span and (not zone.covers or zone.parent in zone.covers)


def choosable(on: date) -> list[Zone]:
    """Every place one can be in on a day."""
    return [zone for zone in access_book().zones.values() if is_place(zone, on)]


def _within(zone: Zone, city: str) -> bool:
    zones = access_book().zones
    at: Zone | None = zone
    while at is not None:
        if at.id == city:
            return True
        at = zones.get(at.parent or "")
    return False


def _place(zone: Zone, answers: Answers, on: date) -> Choice:
    return Choice(zone.id, zone.name, access=access_there(answers, zone.id, on))


def access_there(answers: Answers, place: str, on: date) -> Doc | None:
    """The answer at another place, of several services the least open one; None while no service is known."""
    return min(each_there(answers, place, on), key=_openness, default=None)


def each_there(answers: Answers, place: str, on: date) -> list[Doc]:
    """The answer to each service for the whole share wanted, or for all of it, at another place."""
    raw = answers.profile
    investor = raw.get("investor") or {}
    home = investor.get("country"), investor.get("cepa_qualified")
    shares = {plan["service"]: plan.get("share") or "100" for plan in raw.get("plans") or () if plan.get("service")}
    return [there(service, place, share, *home, on) for service, share in shares.items()]


def _openness(access: Doc) -> tuple[int, float]:
    cap = access["cap"]
    return Verdict(access["answer"]).openness, 100.0 if cap is None else float(cap)


@with_books(maxsize=8192)
def there(service: str, place: str, share: str, investor: str | None, cepa: str | None, on: date) -> Doc:
    """One answer of the law, kept: visitors ask the same ones. The documents are shared, so they are only read."""
    line = {"service": service, "place": place, "share": share, "investor": investor, "cepa_qualified": cepa}
    return ask("access", {k: v for k, v in line.items() if v is not None}, today=on)


def _alike(left: Doc | None, right: Doc) -> bool:
    return left is not None and (left["answer"], left["cap"]) == (right["answer"], right["cap"])
