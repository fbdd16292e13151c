"""What differs in the fields of a rule between two editions, leaf by leaf: a changed figure is told as that figure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from luodi.terms import term
from luodi.web.core.types import Json
from luodi.web.core.words import say

#: Marks of the authors: what a reader is told of them is how far the text was read.
_OF_THE_BOOK: Final = ("confidence", "verification")


@dataclass(frozen=True)
class Line:
    """`name` says where in the rule, in the reader's words; None is a value that is not there."""

    name: str
    before: str | None
    after: str | None


def redlines(fields: Mapping[str, Json], lang: str) -> list[Line]:
    """The differing leaves of `{"title": {"before", "after"}, ..}`, in the order of the rule."""
    found: list[Line] = []
    for field, texts in fields.items():
        if field in _OF_THE_BOOK:
            continue
        if field == "read":
            texts = {when: _read(texts[when], lang) for when in ("before", "after")}
        before, after = dict(_leaves(texts["before"])), dict(_leaves(texts["after"]))
        for path in dict.fromkeys((*before, *after)):
            if before.get(path) != after.get(path):
                name = " · ".join((say(f"library.redline_{field}", lang), *(_word(key, lang) for key in path)))
                found.append(Line(name, before.get(path), after.get(path)))
    return found


def _read(state: str | None, lang: str) -> str | None:
    return term("read", state).word(lang) if state else None


def _leaves(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, Mapping):
        if "instrument" in value:
            yield path, ", ".join(str(value[key]) for key in ("instrument", "article") if value.get(key))
            return
        for key, part in value.items():
            if key != "from" or "is" not in value:
                yield from _leaves(part, (*path, str(key)))
    elif isinstance(value, list):
        for number, part in enumerate(value, 1):
            yield from _leaves(part, (*path, _key(part, number)))
    elif value is not None and value != "":
        yield path, str(value)


def _key(part: object, number: int) -> str:
    """A dated step goes by its day, anything else by its place."""
    return str(part["from"]) if isinstance(part, Mapping) and "from" in part else str(number)


def _word(key: str, lang: str) -> str:
    return say(f"library.part_{key}", lang) if key in ("is", "cites", "zh", "en") else key
