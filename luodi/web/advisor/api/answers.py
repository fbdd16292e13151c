"""Answers as a program sends them: a mapping of the names that an address of the advisor has."""

from collections.abc import Iterator, Mapping
from typing import Final

from luodi.advice.answers import MAX_TEXT, OWNERS, UNSURE, Answers
from luodi.errors import BadInput, MissingKey, UnknownKey, UnknownValue, WrongType
from luodi.message import Message, in_key
from luodi.web.advisor.types import Doc
from luodi.web.api.inputs import AT

_LISTS: Final = ("stake",)  # what an address names several times; other lists are sets
_MOST: Final = 200  # answers


class BadAnswer(BadInput):
    """An answer that cannot be one; it keeps the code that it has on the pages."""

    def __init__(self, message: Message, *, at: str, code: str) -> None:
        super().__init__(message, at=at)
        self.code = code


def answers_in(raw: Doc) -> Answers:
    """From `answers`: a mapping of the names in an address; null is "not sure". Raises `BadInput` for what is none."""
    given = raw["answers"]
    at = in_key("answers", AT)
    if not isinstance(given, Mapping) or len(given) > _MOST:
        raise WrongType("api.answers-mapping-such-most", most=_MOST, at=at)
    found = Answers.read(list(_pairs(given)))
    if found.unknown:
        raise UnknownKey("api.no-answer", unknown=found.unknown[0], at=at)
    if found.wrong_day:
        raise UnknownValue("api.day-year-whose-working-days", at=Message("place.name", outer=at, name="on"))
    for fault in found.faults:
        code = BadInput.code if fault.name == OWNERS else fault.code
        raise BadAnswer(fault.message, at=Message("place.name", outer=at, name=fault.name), code=code)
    if not found.given and not found.has_owners:
        raise MissingKey("api.no-answer-2", at=at)
    return found


def _pairs(given: Doc) -> Iterator[tuple[str, str]]:
    for name, value in given.items():
        if name in _LISTS and isinstance(value, list):
            yield from ((name, _text(name, each)) for each in value[:_MOST])
        else:
            yield name, _text(name, value)


def _text(name: str, value: object) -> str:
    """As an address writes it."""
    if value is None:
        return UNSURE
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        value = ",".join(value)
    if not isinstance(value, str):
        if isinstance(value, dict | list):
            raise WrongType(
                "api.answer-text-number-true-false",
                at=Message("place.name", outer=in_key("answers", AT), name=name[:40]),
            )
        value = str(value)
    if len(value) > MAX_TEXT:
        raise UnknownValue(
            "api.answer-most-characters",
            max_text=MAX_TEXT,
            at=Message("place.name", outer=in_key("answers", AT), name=name[:40]),
        )
    return str(value)
