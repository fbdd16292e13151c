"""Values written as YAML the way our books are: short mappings in braces, long ones in lines, text plain if it can be.

Everything is text to our reader, so a word is quoted only where it would otherwise be read as something else.
"""

import json
from functools import lru_cache
from typing import Any, Final

from luodi.errors import LuodiError
from luodi.text import parse_yaml

WIDTH: Final = 120  # columns of a line of our books


def entry(key: str, value: Any, column: int) -> list[str]:
    """The lines of `key: value`, indented to the column."""
    head = " " * column + _scalar(key, inside=True) + ":"
    if isinstance(value, dict | list) and value:
        line = f"{head} {flow(value)}"
        if _is_short(value) and len(line) <= WIDTH:
            return [line]
        if isinstance(value, list):
            return [head, *(line for part in value for line in item(part, column))]
        return [head, *(line for name, part in value.items() for line in entry(name, part, column + 2))]
    return _folded(f"{head} ", value, column + 2)


def item(value: Any, column: int) -> list[str]:
    """The lines of `- value`."""
    head = " " * column + "- "
    if not isinstance(value, dict | list) or not value:
        return _folded(head, value, column + 2)
    line = head + flow(value)
    if _is_short(value) and len(line) <= WIDTH and not (column == 0 and len(value) > 4):
        return [line]
    if isinstance(value, list):
        return [line]
    lines = [line for name, part in value.items() for line in entry(name, part, column + 2)]
    return [head + lines[0].lstrip(), *lines[1:]]


def flow(value: Any) -> str:
    """On one line, as it may stand between brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key, inside=True)}: {flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(part) for part in value) + "]"
    return "null" if value is None else _scalar(value, inside=True)


def _is_short(value: Any) -> bool:
    """At most two levels deep."""
    parts = value.values() if isinstance(value, dict) else value
    inner = [
        p
        for part in parts
        if isinstance(part, dict | list)
        for p in (part.values() if isinstance(part, dict) else part)
    ]
    return not any(isinstance(part, dict | list) for part in inner)


@lru_cache(maxsize=4096)
def _scalar(text: str, *, inside: bool) -> str:
    """Plain, else in single quotes, else in double ones: the first that reads back as it was."""
    around = "- {{k: {}}}" if inside else "- k: {}"
    for made in (text, "'" + text.replace("'", "''") + "'"):
        if "\n" not in made and _reads(around.format(made), text):
            return made
    return json.dumps(text, ensure_ascii=False)


def _reads(line: str, text: str) -> bool:
    try:
        return bool(parse_yaml(line, "") == [{"k": text}])
    except LuodiError:
        return False


def _folded(head: str, value: Any, column: int) -> list[str]:
    """A scalar after its head, broken at blanks where it is long."""
    if value is None or value in ([], {}):
        return [head + flow(value)]
    text = _scalar(value, inside=False)
    if len(head) + len(text) <= WIDTH or text.startswith('"'):
        return [head + text]
    lines, rest = [head], text
    for word in rest.split(" "):
        if not lines[-1].strip() or lines[-1] == head:
            lines[-1] += word
        elif len(lines[-1]) + 1 + len(word) <= WIDTH or not word:
            lines[-1] += f" {word}"
        else:
            lines.append(" " * column + word)
    made = [line for line in lines if line.strip()]
    body = "\n".join([f"k: {made[0][len(head) :]}", *(f"  {line.strip()}" for line in made[1:])])
    try:
        return made if parse_yaml(body, "") == {"k": value} else [head + text]
    except LuodiError:
        return [head + text]
