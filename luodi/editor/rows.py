"""The rows of a book's files: its rules, its cases, the lines of its tables; each can be edited as a form."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from luodi.editor.shapes import Raw, Shape, case_shape, rule_shape, shape_of
from luodi.editor.yaml_text import Path, at_path, plain
from luodi.errors import LuodiError, UnknownValue, did_you_mean
from luodi.located import List, Map
from luodi.text import kept_yaml

Files = Mapping[str, str]
HEAD: Final = "book.yaml"
WHOLE: Final = "_"  # the key of the one row of a file that is no list of rows
_NAMES: Final = ("id", "case", "name", "code", "date", "event", "instrument")


@dataclass(frozen=True)
class Row:
    """One row. `key` names it in its file, `title` is what a person knows it by: a text, or one in both languages."""

    file: str
    key: str
    path: Path
    value: Any
    title: Any
    line: int


def rows(text: str, file: str) -> list[Row]:
    """Every row of a file, in its order. Raises `LuodiError` where it is no YAML."""
    return list(_parsed_rows(text, file))


@lru_cache(maxsize=64)
def _parsed_rows(text: str, file: str) -> tuple[Row, ...]:
    content = kept_yaml(text, file)
    if isinstance(content, Map) and file.startswith("rules/") and "rules" in content:
        return tuple(_listed(content["rules"], file, ("rules",)))
    if file == HEAD or (isinstance(content, Map) and file.startswith("rules/")) or not isinstance(content, Map | List):
        return (Row(file, WHOLE, (), plain(content), _title(content, file), 1),)
    if isinstance(content, Map):
        return tuple(
            Row(file, key, (key,), plain(part), _title(part, key), content.lines[key]) for key, part in content.items()
        )
    if all(isinstance(part, str) for part in content):
        return (Row(file, WHOLE, (), plain(content), file, 1),)
    return tuple(_listed(content, file, ()))


def _listed(parts: Any, file: str, path: Path) -> Iterator[Row]:
    if not isinstance(parts, List):
        return
    ids = Counter(str(part.get("id")) for part in parts if isinstance(part, Map))
    for index, (part, line) in enumerate(zip(parts, parts.lines, strict=True)):
        name = str(part.get("id") or "") if isinstance(part, Map) else ""
        key = name if name and ids[name] == 1 else f"{index + 1}"
        yield Row(file, key, (*path, index), plain(part), _title(part, key), line)


def _title(part: Any, otherwise: str) -> object:
    if isinstance(part, Map):
        for key in ("title", "name", "label", "event", "text", "about"):
            if isinstance(part.get(key), Map):
                return dict(part[key])
        if part.get("zh") or part.get("en"):
            return {lang: str(part.get(lang) or "") for lang in ("zh", "en")}
        return next((str(part[key]) for key in _NAMES if isinstance(part.get(key), str)), otherwise)
    return part if isinstance(part, str) else otherwise


def row(files: Files, file: str, key: str) -> Row:
    """Raises `UnknownValue` with the nearest one."""
    known = rows(text_of(files, file), file)
    for one in known:
        if one.key == key:
            return one
    near = did_you_mean(key, [one.key for one in known])
    raise UnknownValue("books.no-row", file=file, key=key, near=near)


def text_of(files: Files, file: str) -> str:
    if file not in files:
        raise UnknownValue("books.book-no-file", file=file, meant=did_you_mean(file, files))
    return files[file]


def has_rows(text: str, file: str) -> bool:
    """Is this a list that takes one more row?"""
    try:
        content = kept_yaml(text, file)
    except LuodiError:
        return False
    inner = content.get("rules") if isinstance(content, Map) and file.startswith("rules/") else content
    return isinstance(inner, List) and not (inner and all(isinstance(part, str) for part in inner))


# ---- shapes


def head_of(files: Files) -> dict[str, Any]:
    """What the book says of itself; empty where that cannot be read."""
    try:
        found = plain(kept_yaml(files.get(HEAD, "{}"), HEAD))
    except LuodiError:
        return {}
    return found if isinstance(found, dict) else {}


def kind_of(files: Files) -> str:
    return str(head_of(files).get("kind") or "rules")


def shape_in(files: Files, file: str, key: str | None = None) -> Shape:
    """The shape of the rows of a file; of one of them, where each has its own."""
    if file.startswith("tests/"):
        return case_shape(kind_of(files))
    if file.startswith("rules/"):
        texts = tuple((name, text) for name, text in files.items() if name.startswith("rules/"))
        return _shape_of_rules(texts, instruments(files))
    shape = _shape_of_table(text_of(files, file), file)
    if isinstance(shape, Raw) and key is not None:
        return _shape_of_table(text_of(files, file), file, key)
    return shape


@lru_cache(maxsize=8)
def _shape_of_rules(texts: tuple[tuple[str, str], ...], cited: tuple[str, ...]) -> Shape:
    """Of the files of rules: a page of one row asks for it as often as a page of all."""
    return rule_shape(all_rules(dict(texts)), cited)


@lru_cache(maxsize=8)
def _shape_of_table(text: str, file: str, key: str | None = None) -> Shape:
    return shape_of(one.value for one in rows(text, file) if key in (None, one.key))


def all_rules(files: Files) -> list[Any]:
    """Every rule of the files that can be read."""
    found: list[object] = []
    for file, text in files.items():
        if file.startswith("rules/"):
            try:
                found += [one.value for one in rows(text, file)]
            except LuodiError:
                continue
    return found


def instruments(files: Files) -> tuple[str, ...]:
    """The ids that a citation may name: those of the book, then those of the book of law."""
    from luodi.advice.shelf import instruments as shelved

    own = []
    if "instruments.yaml" in files:
        try:
            own = [one.key for one in rows(files["instruments.yaml"], "instruments.yaml")]
        except LuodiError:
            own = []
    return tuple(dict.fromkeys([*own, *(str(one["id"]) for one in shelved())]))


def line_at(text: str, file: str, path: Path) -> int:
    """The line of a place in a file; of the nearest one around it where it does not exist."""
    content = kept_yaml(text, file)
    line = 1
    for step in path:
        if isinstance(content, Map) and step in content:
            line = content.lines[str(step)]
        elif isinstance(content, List) and isinstance(step, int) and step < len(content):
            line = content.lines[step]
        else:
            return line
        content = content[step]
    return line


def end_line(text: str, file: str, path: Path) -> int:
    """The last line that a value at a path takes."""
    content = kept_yaml(text, file)
    first = line_at(text, file, path)
    below = [one.line for one in rows(text, file) if one.line > first]
    at_path(content, path)
    return min(below, default=text.count("\n") + 2) - 1
