"""Reading YAML and JSON without losing a letter: every scalar stays text, every value knows its line.

A usual YAML reader makes `NO` false, the key `on` true and `011` nine. Here scalars are text until the
vocabulary types them; only an unquoted empty value, `null` or `~` is null. Duplicate keys, anchors and
merge keys are refused, since each lets a file say two things at once.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from luodi.errors import DuplicateKey, UnreadableFile, WrongType
from luodi.message import Message, in_line, system_words

MAX_BYTES: Final = 5_000_000
_MOST_KEPT: Final = 250_000  # characters of a text whose values are remembered; they take about ten times as much


def read_text(path: Path, *, max_bytes: int = MAX_BYTES, name: str | None = None) -> str:
    """The text of a UTF-8 file. Absent, empty, binary or oversized files raise `UnreadableFile`."""
    shown = name or path.name or str(path)
    try:
        if path.is_dir():
            raise UnreadableFile("text.folder-not-file", at=shown)
        size = path.stat().st_size
        if size > max_bytes:
            raise UnreadableFile("text.file-bytes", size=size, max_bytes=max_bytes, at=shown)
        raw = path.read_bytes()
    except OSError as problem:
        raise UnreadableFile("text.cannot-read", problem=system_words(problem), at=shown) from None
    return decode(raw, shown)


def decode(raw: bytes, name: str) -> str:
    if b"\0" in raw:
        raise UnreadableFile("text.file-binary-not-text", at=name)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise UnreadableFile("text.file-not-utf-8-text", at=in_line(name, line)) from None
    if not text.strip():
        raise UnreadableFile("text.file-empty", at=name)
    return text


def read_yaml(path: Path, *, max_bytes: int = MAX_BYTES, name: str | None = None) -> Any:
    return parse_yaml(read_text(path, max_bytes=max_bytes, name=name), name or path.name)


def read_kept_yaml(path: Path, *, name: str) -> Any:
    return kept_yaml(read_text(path, name=name), name)


def parse_yaml(text: str, name: str) -> Any:
    """Maps, lists and text (or None) of one YAML document."""
    from luodi.yaml_events import document  # a question to a compiled book reads no YAML, and does not wait for it

    return document(text, name)


def kept_yaml(text: str, name: str) -> Any:
    """The same, remembered: files of books are read over and over. It is shared, so it is only read."""
    return _kept(text, name) if len(text) <= _MOST_KEPT else parse_yaml(text, name)


@lru_cache(maxsize=64)
def _kept(text: str, name: str) -> Any:
    return parse_yaml(text, name)


class NumberText(str):
    """The text of a JSON number with a point or an exponent, kept to be read exactly."""

    __slots__ = ()


def parse_json_or_lines(text: str, name: str) -> Any:
    """One JSON document; or a list of them, where each stands on a line of its own (JSON Lines)."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > 1 and all(line.lstrip().startswith("{") and line.rstrip().endswith("}") for _, line in lines):
        return [parse_json(line, in_line(name, number)) for number, line in lines]
    return parse_json(text, name)


def parse_json(text: str, at: str) -> Any:
    """A JSON document whose fractions stay text, so that 0.1 is a tenth. Duplicate keys are refused."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in items:
            if key in found:
                raise DuplicateKey("text.key-stands-twice-2", key=key, at=at)
            found[key] = value
        return found

    def refuse(word: str) -> None:
        raise WrongType("text.not-number-can-reckoned-with", word=word, at=at)

    try:
        return json.loads(text, parse_float=NumberText, parse_constant=refuse, object_pairs_hook=pairs)
    except json.JSONDecodeError as problem:
        spot = Message("place.column-of-text", column=problem.colno)
        if problem.lineno != 1:
            spot = Message("place.line-and-column", line=problem.lineno, column=problem.colno)
        raise UnreadableFile("text.no-valid-json", msg=problem.msg, spot=spot, at=at) from None
    except (RecursionError, ValueError) as problem:
        raise UnreadableFile("text.no-valid-json-2", problem=problem, at=at) from None


def json_line(document: object) -> str:
    """A document as JSON on one line. Whole numbers keep every digit; what is no JSON value is a `TypeError`."""
    return json_bytes(document).decode()


def json_bytes(document: object) -> bytes:
    """`json_line` in UTF-8."""
    import orjson  # an answer of a megabyte takes it a twentieth of the time; others wait for no library

    def fragment(value: Any) -> Any:
        if isinstance(value, Written):
            return orjson.Fragment(value.text)
        raise TypeError(f"{type(value).__name__} is no JSON value")

    try:
        options = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
        return orjson.dumps(document, default=fragment, option=options)
    except TypeError:  # a number of more than 64 bits, which orjson does not write
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=_read_again)
        return text.encode("utf-8", "backslashreplace")  # half a character, which JSON has an escape for


def _read_again(value: Any) -> Any:
    if isinstance(value, Written):
        return json.loads(value.text)
    raise TypeError(f"{type(value).__name__} is no JSON value")


@dataclass(frozen=True, slots=True)
class Written:
    """A part of a document that is JSON already, in UTF-8: an answer of thousands of clauses is quicker put together
    from what was written before."""

    text: bytes


def read_document(path: Path, *, name: str | None = None) -> Any:
    """A YAML or JSON file. JSON is told by its first character, so that big numbers keep their text."""
    text = read_text(path, name=name)
    if text.lstrip()[:1] in "{[" and path.suffix.lower() == ".json":
        return parse_json(text, name or path.name)
    return parse_yaml(text, name or path.name)


def walk(value: object) -> Iterator[object]:
    """Every value inside, itself first."""
    yield value
    if isinstance(value, dict):
        for item in value.values():
            yield from walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from walk(item)


def safe_cell(value: object) -> str:
    """Text that no spreadsheet takes for a formula, for everything that leaves as a table."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠") else text
