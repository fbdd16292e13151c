"""What the fields of a form are, read out of a book's own shape: the keys of its rules, the rows of its tables.

A shape says how a value of a book is shown and how what comes back is read. Whatever comes back unchanged gives the
very value it was shown from, so that a form nobody touched changes nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_LONG: Final = 60  # characters; longer texts get more lines
_MOST_WORDS: Final = 14  # a text that has no more values than these is a word out of a list


@dataclass(frozen=True)
class Text:
    """One text. `words` are those it usually is; a field offers them and takes others."""

    long: bool = False
    day: bool = False
    words: tuple[str, ...] = ()
    must: bool = False


@dataclass(frozen=True)
class Both:
    """A text in Chinese and English; a plain text stands for both."""

    must: bool = False


@dataclass(frozen=True)
class Lines:
    """A list of short texts, one a line. A single one may stand without a list."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Raw:
    """Anything else, as YAML."""


@dataclass(frozen=True)
class Record:
    """A mapping with known keys. `short` names the key that a plain text alone stands for."""

    parts: Mapping[str, "Shape"] = field(default_factory=dict)
    short: str = ""

    def part(self, key: str) -> "Shape":
        return self.parts.get(key) or Raw()


@dataclass(frozen=True)
class Many:
    """A list; a single one may stand without a list. `stays`: an empty list is kept as one."""

    of: "Shape"
    stays: bool = False


@dataclass(frozen=True)
class Named:
    """A mapping whose keys the author chooses."""

    of: "Shape"


Shape = Text | Both | Lines | Raw | Record | Many | Named

# ---- read out of values


def shape_of(values: Iterable[Any]) -> Shape:
    """The narrowest shape that holds all the values; rows of one table, say. Its words go to the forms."""
    found = [value for value in values if value is not None]
    if all(isinstance(value, str) for value in found):
        return _text(found)
    if all(_is_both(value) for value in found):
        return Both()
    if all(_is_lines(value) for value in found):
        return Lines(_words([text for value in found for text in ([value] if isinstance(value, str) else value)]))
    if all(isinstance(value, Mapping) for value in found):
        return Record({key: shape_of(value.get(key) for value in found) for key in _keys(found)})
    if all(isinstance(value, list | Mapping) for value in found):
        inner = [part for value in found for part in ([value] if isinstance(value, Mapping) else value)]
        if all(isinstance(part, Mapping) for part in inner) or all(_is_both(part) for part in inner):
            return Many(shape_of(inner))
    return Raw()


def _text(texts: Sequence[str]) -> Text:
    long = any(len(text) > _LONG or "\n" in text for text in texts)
    day = bool(texts) and all(_DAY.fullmatch(text) for text in texts)
    return Text(long=long, day=day, words=() if long or day else _words(texts))


def _words(texts: Sequence[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(texts))
    return found if 0 < len(found) <= _MOST_WORDS and len(texts) >= 2 * len(found) else ()


def _is_both(value: Any) -> bool:
    if isinstance(value, Mapping):
        return set(value) <= {"zh", "en"} and all(isinstance(text, str) for text in value.values())
    return isinstance(value, str)


def _is_lines(value: Any) -> bool:
    texts = value if isinstance(value, list) else [value]
    return all(isinstance(t, str) and t.strip() == t and t and "\n" not in t for t in texts)


def _keys(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Every key of the rows, each after those that stand before it."""
    order: list[str] = []
    for row in rows:
        at = 0
        for key in row:
            if key in order:
                at = order.index(key) + 1
            else:
                order.insert(at, key)
                at += 1
    return order


# ---- of rules and cases, as docs/reference/books.md has them


def citation(instruments: Sequence[str] = ()) -> Record:
    parts: dict[str, Shape] = {"instrument": Text(words=tuple(instruments)), "title": Text(), "number": Text()}
    return Record(parts | {"article": Text(), "note": Both()}, short="instrument")


def rule_shape(rules: Sequence[Mapping[str, Any]], instruments: Sequence[str] = ()) -> Record:
    """The form of a rule: its keys are those of every book, what it gives is read out of the book's other rules."""
    cites = Many(citation(instruments))
    clause = Record({"is": Text(long=True), "says": Both(), "presume": Lines(), "id": Text(), "cites": cites}, "is")
    step = Record({"from": Text(day=True), "is": Text(), "cites": cites})
    gives = shape_of(row.get("gives") for row in rows_of_rules(rules))
    return Record(
        {
            "id": Text(must=True),
            "title": Both(must=True),
            "from": Text(day=True),
            "until": Text(day=True),
            "parameters": Named(Many(step)),
            "when": Many(clause, stays=True),
            "gives": gives if isinstance(gives, Record) else Raw(),
            "basis": cites,
            "confidence": Text(words=("high", "medium", "low")),
            "verification": Text(words=("text_seen", "summary_seen", "not_seen")),
            "review_by": Text(day=True),
            "checked_on": Text(day=True),
            "unit": Both(),
            "seen_at": Text(long=True),
            "seen_also": Lines(),
            "seen_file": Text(),
            "note": Both(),
            "window_note": Both(),
            "confidence_parts": Raw(),
        }
    )


def rows_of_rules(rules: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row for row in rules if isinstance(row, Mapping)]


def case_shape(kind: str) -> Record:
    """The form of a case of a book's tests; `kind` is that of the book."""
    answers = ("match", "no_match", "need_info", "error")
    of_access = ("allowed", "conditional", "not_allowed", "unknown", "silent")
    return Record(
        {
            "case": Text(long=True, must=True),
            "rule": Text(),
            "day": Text(day=True, must=True),
            "given": Raw(),
            "answer": Text(words=(*of_access, *answers) if kind == "access" else answers, must=True),
            "missing": Lines(),
            "assumed": Lines(),
            "because": Text(),
            "basis": Lines(),
            "cap": Text(),
        }
    )
