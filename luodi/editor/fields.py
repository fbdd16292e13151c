"""Values of a book as the fields of a form, and back.

A field is named by its path: `title.zh`, `when.0.is`, `gives.conditions.1.en`. Of an item of a list, `when.0.-` takes
it out; of a mapping whose keys the author chooses, `parameters.0.=` is the key. Each list shows one blank item more.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from luodi.editor.shapes import Both, Lines, Many, Named, Raw, Record, Shape, Text
from luodi.editor.yaml_text import Path, item_lines, plain
from luodi.editor.yaml_words import flow
from luodi.errors import LuodiError
from luodi.text import parse_yaml


class _Absent:
    def __bool__(self) -> bool:
        return False


ABSENT: Final = _Absent()


@dataclass(frozen=True)
class Field:
    """One input. `path` is the place in the YAML, where there is one already."""

    name: str
    kind: str  # text, day, long, lines, yaml, key
    value: str
    path: Path
    label: str
    lang: str = ""  # of the text itself
    words: tuple[str, ...] = ()
    must: bool = False


@dataclass(frozen=True)
class Group:
    """Fields that belong together. `out`: the name of the box that takes the whole out of its list."""

    name: str
    label: str
    path: Path
    parts: tuple["Field | Group", ...] = ()
    index: int | None = None
    out: str = ""
    blank: bool = False
    kind: str = "record"  # record, list, item, both
    used: bool = True

    def fields(self) -> Iterator[Field]:
        for part in self.parts:
            if isinstance(part, Field):
                yield part
            else:
                yield from part.fields()


@dataclass
class Refused:
    """What could not be read: name of the field to the reason."""

    faults: dict[str, str] = field(default_factory=dict)


# ---- shown


def shown(shape: Shape, value: Any, name: str = "", path: Path = (), label: str = "") -> Field | Group:
    """The field or group of fields that shows a value; ABSENT where the book has none."""
    match shape:
        case Text():
            return Field(
                name, _kind(shape, _text(value)), _text(value), path, label, words=shape.words, must=shape.must
            )
        case Both():
            return _both(shape, value, name, path, label)
        case Lines() if not _fits_lines(value):
            return Field(name, "yaml", _yaml(value), path, label)
        case Lines():
            return Field(name, "lines", "\n".join(_lines(value)), path, label, words=shape.words)
        case Record() if not isinstance(value, Mapping | str | _Absent | None):
            return Field(name, "yaml", _yaml(value), path, label)
        case Record():
            return _record(shape, value, name, path, label)
        case Many() | Named():
            return _list(shape, value, name, path, label)
        case Raw():
            return Field(name, "yaml", _yaml(value), path, label)


def _kind(shape: Text, text: str) -> str:
    if shape.day and (not text or re.fullmatch(r"\d{4}-\d\d-\d\d", text)):
        return "day"
    return "long" if shape.long or len(text) > 60 or "\n" in text else "text"


def _into(value: Any, path: Path, key: str) -> Path:
    return (*path, key) if isinstance(value, Mapping) else path


def _both(shape: Both, value: Any, name: str, path: Path, label: str) -> Field | Group:
    if not isinstance(value, Mapping | str | _Absent | None) or (
        isinstance(value, Mapping) and not all(isinstance(v, str) for v in value.values())
    ):
        return Field(name, "yaml", _yaml(value), path, label)
    texts = _texts(value)
    long = any(len(text) > 60 or "\n" in text for text in texts.values())
    parts = tuple(
        Field(
            f"{name}.{lang}",
            "long" if long else "text",
            texts[lang],
            _into(value, path, lang),
            label,
            lang=lang,
            must=shape.must,
        )
        for lang in ("zh", "en")
    )
    return Group(name, label, path, parts, kind="both", used=bool(value))


def _record(shape: Record, value: Any, name: str, path: Path, label: str) -> Group:
    row = {shape.short: value} if shape.short and isinstance(value, str) else (value or {})
    keys = [*shape.parts, *(key for key in row if key not in shape.parts)]
    parts = tuple(
        shown(shape.part(key), row.get(key, ABSENT), _join(name, key), _into(value, path, key), key) for key in keys
    )
    return Group(name, label, path, parts, used=bool(value))


def _list(shape: Many | Named, value: Any, name: str, path: Path, label: str) -> Field | Group:
    if isinstance(shape, Many):
        rows = [(None, part) for part in _items(value)]
    elif isinstance(value, Mapping | _Absent | None):
        rows = [*(value.items() if isinstance(value, Mapping) else ())]
    else:
        return Field(name, "yaml", _yaml(value), path, label)
    single = isinstance(shape, Many) and not isinstance(value, list)
    groups = []
    for index, (key, part) in enumerate([*rows, (None, ABSENT)]):
        inside = path if single or part is ABSENT else (*path, index if key is None else key)
        one = shown(shape.of, part, _join(name, str(index)), inside, label if isinstance(shape, Many) else "steps")
        keyed = () if isinstance(shape, Many) else (Field(f"{name}.{index}.=", "key", key or "", inside, "name"),)
        inner = one.parts if isinstance(one, Group) and one.kind != "list" and one.kind != "both" else (one,)
        groups.append(
            Group(
                f"{name}.{index}", label, inside, (*keyed, *inner), index, f"{name}.{index}.-", part is ABSENT, "item"
            )
        )
    return Group(name, label, path, tuple(groups), kind="list", used=bool(rows))


# ---- read back


def read(shape: Shape, value: Any, given: Mapping[str, str], name: str, refused: Refused) -> object:
    """What the fields say now. Where they say what `value` said, `value` itself; ABSENT where they are blank."""
    match shown(shape, value, name):
        case Field(kind="yaml"):
            return _read_yaml(value, given, name, refused)
        case Field(kind="lines"):
            return _read_lines(value, given, name)
        case Field():
            return _read_text(value, given, name)
    match shape:
        case Both():
            return _read_both(value, given, name)
        case Record():
            return _read_record(shape, value, given, name, refused)
        case Many() | Named():
            return _read_list(shape, value, given, name, refused)
    raise TypeError(shape)


def _given(given: Mapping[str, str], name: str, otherwise: str) -> str:
    return given.get(name, otherwise).replace("\r\n", "\n").replace("\r", "\n").strip()


def _read_text(value: Any, given: Mapping[str, str], name: str) -> object:
    text = _given(given, name, _text(value))
    if text == _text(value).strip():
        return value
    return text or ABSENT


def _read_lines(value: Any, given: Mapping[str, str], name: str) -> object:
    before = _lines(value)
    after = [line.strip() for line in _given(given, name, "\n".join(before)).split("\n") if line.strip()]
    if after == before:
        return value
    if not after:
        return ABSENT
    return after[0] if isinstance(value, str) and len(after) == 1 else after


def _read_yaml(value: Any, given: Mapping[str, str], name: str, refused: Refused) -> object:
    before = _yaml(value)
    text = _given(given, name, before)
    if text == before.strip():
        return value
    if not text:
        return ABSENT
    try:
        return plain(parse_yaml(text, name))
    except LuodiError as problem:
        refused.faults[name] = problem.message
        return value


def _read_both(value: Any, given: Mapping[str, str], name: str) -> object:
    before = _texts(value)
    after = {lang: _given(given, f"{name}.{lang}", before[lang]) for lang in ("zh", "en")}
    if after == {lang: text.strip() for lang, text in before.items()}:
        return value
    order = [*(value if isinstance(value, Mapping) else ()), "zh", "en"]
    found = {
        lang: after[lang] if after[lang] != before[lang].strip() else before[lang] for lang in dict.fromkeys(order)
    }
    return {lang: text for lang, text in found.items() if text} or ABSENT


def _read_record(shape: Record, value: Any, given: Mapping[str, str], name: str, refused: Refused) -> object:
    row = {shape.short: value} if shape.short and isinstance(value, str) else dict(value or {})
    keys = [*shape.parts, *(key for key in row if key not in shape.parts)]
    found = {key: read(shape.part(key), row.get(key, ABSENT), given, _join(name, key), refused) for key in keys}
    after = {key: found[key] for key in _ordered(list(row), keys) if found[key] is not ABSENT}
    if after == row:
        return value
    if shape.short and set(after) == {shape.short} and not isinstance(value, Mapping):
        return after[shape.short]
    return after or ABSENT


def _ordered(have: list[str], keys: list[str]) -> list[str]:
    """The keys that are there in their order, new ones after the one that stands before them in the shape."""
    order = list(have)
    for index, key in enumerate(keys):
        if key not in order:
            before = next((other for other in reversed(keys[:index]) if other in order), None)
            order.insert(order.index(before) + 1 if before is not None else 0, key)
    return order


def _read_list(shape: Many | Named, value: Any, given: Mapping[str, str], name: str, refused: Refused) -> object:
    if isinstance(shape, Many):
        rows: list[tuple[str | None, Any]] = [(None, part) for part in _items(value)]
    else:
        rows = [(key, part) for key, part in (value or {}).items()]
    more = _more(given, name, len(rows))
    kept: list[tuple[str | None, Any]] = []
    for index, (key, part) in enumerate([*rows, *[(None, ABSENT)] * more]):
        if given.get(f"{name}.{index}.-"):
            continue
        now = read(shape.of, part, given, _join(name, str(index)), refused)
        called = _given(given, f"{name}.{index}.=", key or "")
        if now is ABSENT:
            continue
        if isinstance(shape, Named) and not called:
            refused.faults[f"{name}.{index}.="] = "name"
        kept.append((called, now))
    return _gathered(shape, value, rows, kept)


def _gathered(shape: Many | Named, value: Any, rows: list[Any], kept: list[tuple[str | None, Any]]) -> object:
    if isinstance(shape, Named):
        named = {str(key): part for key, part in kept}
        return value if list(named.items()) == rows else named or ABSENT
    parts = [part for _, part in kept]
    if parts == [part for _, part in rows]:
        return value if value is not ABSENT or not shape.stays else []
    if not parts:
        return [] if shape.stays else ABSENT
    return parts[0] if len(parts) == 1 and value not in (None, ABSENT) and not isinstance(value, list) else parts


def _more(given: Mapping[str, str], name: str, have: int) -> int:
    """How many items came back that were not there."""
    before = f"{name}."
    inside = (key[len(before) :] for key in given if key.startswith(before))
    found = [int(m[0]) for rest in inside if (m := re.match(r"\d{1,4}", rest))]
    return min(max(0, *(index + 1 - have for index in found), 0), 50) if found else 0


# ---- of values


def _text(value: Any) -> str:
    return "" if value is None or value is ABSENT else str(value)


def _texts(value: Any) -> dict[str, str]:
    if isinstance(value, Mapping):
        return {lang: str(value.get(lang) or "") for lang in ("zh", "en")}
    return {"zh": _text(value), "en": _text(value)}


def _fits_lines(value: Any) -> bool:
    return all(isinstance(part, str) and "\n" not in part and part.strip() == part and part for part in _items(value))


def _lines(value: Any) -> list[str]:
    return [str(part) for part in _items(value)]


def _items(value: Any) -> list[object]:
    if value is None or value is ABSENT:
        return []
    return list(value) if isinstance(value, list) else [value]


def _yaml(value: Any) -> str:
    """A value as YAML, a line each where it is a mapping or a list."""
    if value is None or value is ABSENT:
        return ""
    return "\n".join(item_lines(value)) if isinstance(value, dict | list) and value else flow(value)


def _join(name: str, key: str) -> str:
    return f"{name}.{key}" if name else key
