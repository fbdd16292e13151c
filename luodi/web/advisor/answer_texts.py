"""Answers in words, as a page repeats them."""

from collections.abc import Iterable
from datetime import date

from luodi.access import access_book
from luodi.advice.answers import UNSURE, Answers
from luodi.advice.asking import Later
from luodi.advice.question import about
from luodi.documents import wording
from luodi.documents.fact_words import fact_shown
from luodi.errors import LuodiError
from luodi.web.core.words import language, say


def fact_label(name: str, lang: str, on: date | None = None) -> str:
    """What a fact is called, with a capital letter; with a day, time is said exactly."""
    label = about(name).label[lang]
    label = wording.exact_time(label, on, lang) if on else label
    return label[:1].upper() + label[1:]


def answers_text(names: Iterable[str], answers: Answers, lang: str) -> str:
    """Answers one after the other: "Singapore; not established yet"."""
    return ("；" if lang == "zh" else "; ").join(_one(name, answers.given.get(name, UNSURE), lang) for name in names)


def service_or_code(code: str, lang: str) -> str:
    """The service of a code, or the code where it is none: it stands among the faults of the page."""
    try:
        return service_name(code, lang)
    except LuodiError:
        return code


def service_name(code: str, lang: str) -> str:
    """The name with the code behind it. Raises `LuodiError` for a code that is none."""
    service = access_book().service(code.strip())
    name = service.name[lang]
    return f"{name} ({service.code})" if lang == "en" else f"{name}（{service.code}）"


def _one(name: str, text: str, lang: str) -> str:
    if text == UNSURE:
        return say("advisor.not_sure", lang)
    try:
        match name:
            case "investor":
                return say("advisor.domestic", lang) if text == "CN" else wording.country_name(text, lang)
            case "service":
                return ("、" if lang == "zh" else "; ").join(service_name(code, lang) for code in text.split(","))
            case "place":
                return ("、" if lang == "zh" else "; ").join(access_book().zone(c).name[lang] for c in text.split(","))
            case "share":
                return f"{text}%" if lang == "zh" else f"{text} %"
            case "cepa_qualified":
                return say("advisor.yes" if text == "true" else "advisor.no", lang)
        value = text.split(",") if about(name).kind == "set" else text
        return fact_shown(name, value, lang)
    except (LuodiError, KeyError):
        return text  # it stands among the faults of the page


def decides_text(one: Later) -> str:
    """What needs the answer to a later question: "5 steps, 11 policies"; the answer itself where nothing else does."""
    counts = (("steps", one.steps), ("policies", one.policies))
    parts = [say(f"advisor.{key}_of", n=n) for key, n in counts if n]
    return ("、" if language() == "zh" else ", ").join(parts) or say("advisor.worth_nothing")
