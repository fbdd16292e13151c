"""Codes as a reader knows them: places, services, countries, kinds of document, technologies, by what a code is of.

A code that the books do not know stays as it is, since somebody wrote it down under an earlier edition.
"""

from collections.abc import Callable, Mapping
from typing import Final

from luodi.access.treatments import access_book
from luodi.casework.book import casework_book, proof_kinds, tracks
from luodi.casework.criteria import technologies
from luodi.documents.answers import country_name
from luodi.errors import LuodiError
from luodi.places import COUNTRIES
from luodi.rules.library import company_vocabulary


def code_in_words(of: str, code: object, lang: str) -> str:
    """`of` is one of `KINDS`, such as "place"; `code` a text, or for "plans" a list of them as a case keeps it."""
    return KINDS[of](code, lang)


def names_of_codes(of: str, lang: str) -> list[str]:
    """What all codes of a kind that people choose from are called: "place", "service" or "country". By name."""
    return sorted(_CODES[of](lang).values(), key=str.casefold)


def code_named(of: str, text: str) -> str:
    """The code for a code or for a name in either language; a text that is neither stays as it is."""
    written = text.strip()
    if written.upper() in _CODES[of]("zh"):
        return written.upper()
    for lang in ("zh", "en"):
        found = next((code for code, name in _CODES[of](lang).items() if name.casefold() == written.casefold()), None)
        if found is not None:
            return found
    return written


def requirements_said(gate: str, ids: object, lang: str) -> list[str]:
    """What requirements of a rule of the casework book say; those that it has no more are left out."""
    rule = casework_book().by_id.get(gate)
    wanted = ids if isinstance(ids, list | tuple) else ()
    return [str(one.says[lang]) for one in rule.clauses if one.id in wanted and one.says] if rule else []


def _place(code: object, lang: str) -> str:
    zone = access_book().zones.get(str(code))
    return str(zone.name.get(lang) or code) if zone else str(code)


def _service(code: object, lang: str) -> str:
    try:
        return str(access_book().service(str(code)).name[lang])
    except LuodiError:
        return str(code)


def _plans(plans: object, lang: str) -> str:
    """Each service with its place and share."""
    rows = [one for one in plans if isinstance(one, Mapping)] if isinstance(plans, list) else []
    return ("；" if lang == "zh" else "; ").join(_plan(one, lang) for one in rows)


def _plan(plan: Mapping[str, object], lang: str) -> str:
    share = plan.get("share")
    told = [_service(plan.get("service", ""), lang), _place(plan["place"], lang) if plan.get("place") else ""]
    return _listed([text for text in (*told, f"{share}%" if share not in (None, "") else "") if text], lang)


def _proof(kind: object, lang: str) -> str:
    found = proof_kinds().get(str(kind))
    return found.title[lang] if found else str(kind)


def _track(track: object, lang: str) -> str:
    return next((one.title[lang] for one in tracks() if one.id == track), str(track))


def _technology(code: object, lang: str) -> str:
    found = technologies().get(str(code))
    return found[lang] if found else str(code)


def _attribute(name: object, lang: str) -> str:
    found = company_vocabulary().attributes.get(str(name))
    return str(found.label.get(lang) or name) if found else str(name)


def _stated(said: object, lang: str) -> str:
    return _listed(list(map(str, said)), lang) if isinstance(said, list) else str(said)


def _listed(texts: list[str], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(texts)


_CODES: Final[Mapping[str, Callable[[str], dict[str, str]]]] = {
    "place": lambda lang: {code: str(one.name[lang]) for code, one in access_book().zones.items()},
    "service": lambda lang: {code: str(one.name[lang]) for code, one in access_book().services.items()},
    "country": lambda lang: {code: country_name(code, lang) for code in COUNTRIES},
}
KINDS: Final[Mapping[str, Callable[[object, str], str]]] = {
    "place": _place,
    "service": _service,
    "country": lambda code, lang: country_name(str(code), lang),
    "currency": lambda code, lang: str(code),
    "plans": _plans,
    "proof": _proof,
    "track": _track,
    "technology": _technology,
    "attribute": _attribute,
    "value": _stated,
}
