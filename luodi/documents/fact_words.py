"""Facts of a company in words: their names inside a sentence and their values."""

from collections.abc import Mapping, Sequence
from typing import Any

from luodi.documents.labels import asked_word, prose, untold
from luodi.editions import with_books
from luodi.errors import LuodiError
from luodi.profiles.vocabulary import parse_value
from luodi.rules.library import company_vocabulary, load_book
from luodi.rules.words import label, quoted, shown
from luodi.terms import find
from luodi.terms.figures import listed


def fact_label(name: str, lang: str) -> str:
    """The name of a fact inside a sentence."""
    if name == "manual":
        return "人工判断" if lang == "zh" else "a judgement by the authority"
    if find("asked", name):
        return asked_word(name, lang)
    vocabulary = company_vocabulary()
    if name not in vocabulary:
        return name.replace("_", " ")
    text = label(vocabulary[name], lang)
    return text[:1].lower() + text[1:] if lang == "en" and text[1:2].islower() else text


def fact_names(names: Sequence[str], lang: str, most: int = 4) -> str:
    """Several facts by name: up to `most`, then how many more."""
    labels = [fact_label(name, lang) for name in names[:most]]
    shown_names = quoted(labels, lang) if len(names) > 1 else labels
    more = len(names) - most
    if more <= 0:
        return listed(shown_names, lang, "and")
    if lang == "zh":
        return "".join(shown_names) + f"等{len(names)}项"
    return ", ".join(shown_names) + f" and {more} more"


def fact_shown(name: str, value: Any, lang: str) -> str:
    """A fact of the plan in words: CNY 50,000,000, 55 %, the labels of a set."""
    vocabulary = company_vocabulary()
    if name not in vocabulary:
        return str(value)
    attribute = vocabulary[name]
    if isinstance(value, Mapping):
        return _map_shown(value, lang)
    try:
        typed = parse_value(attribute, repr(value) if isinstance(value, float) else value)
    except LuodiError:
        typed = None
    if typed is None:
        return untold(lang) if value is None else str(value)
    return shown(typed, attribute, lang, _service_names())


def _map_shown(value: Mapping[str, Any], lang: str) -> str:
    """A table such as when each recognition ends: the keys by name, days written out."""
    names = company_vocabulary()["qualifications"]
    parts = [(names.value_label(key, lang), prose({lang: str(item)}, lang)) for key, item in value.items()]
    return "；".join(f"{k}：{v}" for k, v in parts) if lang == "zh" else "; ".join(f"{k}: {v}" for k, v in parts)


@with_books()
def _service_names() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    rows = load_book("market-access").tables["services"]
    return {"telecom_service_codes": {row["id"]: row["name"] for row in rows if row.get("name")}}
