"""A question as a plan, a dialogue and a page show it."""

from typing import Any, Final

from luodi.access import access_book
from luodi.profiles.vocabulary import Attribute, Bilingual, Kind
from luodi.rules.library import company_vocabulary

#: What every plan begins with; of the access question, not of the company.
OPENING: Final = ("investor", "cepa_qualified", "service", "place", "share")


def shape(attribute: Attribute) -> dict[str, Any]:
    """Name, words and what may be answered; what helps to answer it is None where nobody wrote it down."""
    return {
        "attribute": attribute.name,
        "label": dict(attribute.label),
        "text": dict(attribute.question) or dict(attribute.label),
        "type": attribute.kind.value,
        "unit": attribute.unit,
        "allowed": list(attribute.allowed) if attribute.allowed else None,
        "values": {k: dict(v) for k, v in attribute.values.items()},
        "help": _both(attribute.help),
        "example": _both(attribute.example),
        "where": _both(attribute.where),
        "doubt": _both(attribute.doubt),
    }


def _both(text: Bilingual | None) -> dict[str, str] | None:
    return dict(text) if text else None


def about(name: str) -> Attribute:
    """The attribute of a name, of the access question or of the company. Raises `UnknownKey`."""
    return access_book().book.vocabulary[name] if name in OPENING else company_vocabulary().attribute(name)


def can_be_explained(name: str) -> bool:
    """Whether a person can be asked: what nobody explains is a record of registers, and never asked."""
    return about(name).help is not None


def opening(name: str) -> dict[str, Any]:
    """One of the questions that every plan begins with, in the shape of the plan's `questions`."""
    form = {**shape(about(name)), "allowed": None, "values": {}, "decides": 1, "for": ["access-1"]}
    return {**form, "attributes": [name], "checklist": None, "items": []}


def answer_words(name: str, text: str) -> dict[str, str]:
    """An answer of an address in words, by language: the names of its values, otherwise the text itself."""
    attribute = about(name)
    if text == "~":
        return {"zh": "不确定", "en": "not sure"}
    if attribute.kind is Kind.BOOLEAN:
        return {"zh": "是", "en": "yes"} if text == "true" else {"zh": "否", "en": "no"}
    values = text.split(",") if attribute.kind is Kind.SET else [text]
    return {
        lang: mark.join(attribute.value_label(one.strip(), lang) for one in values)
        for lang, mark in (("zh", "、"), ("en", ", "))
    }
