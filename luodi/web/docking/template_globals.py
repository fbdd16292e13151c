"""What every page may use of this app."""

from typing import Final

from luodi.access.treatments import access_book
from luodi.casework.criteria import technologies, vocabulary
from luodi.web.core.words import say
from luodi.web.docking.lists import word_of
from luodi.web.docking.models.money import Money
from luodi.web.docking.permissions import party_name


def money_shown(money: Money | None, lang: str) -> str:
    """Amount, currency, what it is of, and its day; a dash where there is none."""
    if money is None:
        return "–"
    kind = say(f"docking.money_{money.kind}", lang)
    return say("docking.money", lang, amount=f"{money.amount:,}", currency=money.currency, kind=kind, day=money.as_of)


def technology_name(code: str, lang: str) -> str:
    found = technologies().get(code)
    return found[lang] if found else code


def attribute_name(name: str, lang: str) -> str:
    """What an attribute of the vocabulary is called."""
    found = vocabulary().attributes.get(name)
    return str(found.label.get(lang) or name) if found else name


def value_name(attribute: str, value: str, lang: str) -> str:
    return vocabulary()[attribute].value_label(value, lang)


def place_name(place: str, lang: str) -> str:
    """The name of a place that the books know; blank for another one."""
    zone = access_book().zones.get(place)
    return str(zone.name.get(lang) or place) if zone else ""


GLOBALS: Final[dict[str, object]] = {
    "attribute_name": attribute_name,
    "value_name": value_name,
    "place_name": place_name,
    "party_name": party_name,
    "money_shown": money_shown,
    "technology_name": technology_name,
    "posted_word": word_of,
}
