"""What a check of a book finds: where, what is wrong, and what to do about it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from luodi.errors import did_you_mean
from luodi.located import List, Map
from luodi.message import COLON, LANGUAGES, SPACE, Message, in_line, sentence, stopped
from luodi.rules.book import Rule


class Severity(StrEnum):
    """An error makes answers wrong or unreadable; a warning weakens trust; information is only to be known."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; `file` is relative to the book's folder."""

    file: str
    line: int
    message: Message
    fix: Message
    severity: Severity

    def __str__(self) -> str:
        return self.said("en")

    @property
    def whole(self) -> Message:
        """Place, message and fix as one message."""
        return Message("common.text", text={lang: self.said(lang) for lang in LANGUAGES})

    def said(self, lang: str) -> str:
        """Place, message and fix in a language."""
        place = in_line(self.file, self.line).said(lang)
        return f"{place}{COLON[lang]}{stopped(self.message, lang)}{SPACE[lang]}{sentence(self.fix, lang)}"

    def as_json(self) -> dict[str, object]:
        return {
            "severity": self.severity.value,
            "file": self.file,
            "line": self.line,
            "message": self.message,
            "fix": self.fix,
        }


def place_of(value: Any, key: str | None = None, *, otherwise: tuple[str, int] = ("book.yaml", 1)) -> tuple[str, int]:
    """File and line of a mapping read from a file, or of one of its keys."""
    if isinstance(value, Map):
        return value.name, value.lines.get(key, value.line) if key else value.line
    if isinstance(value, List):
        return value.name, value.line
    return otherwise


def error(place: tuple[str, int], message: Message, fix: Message) -> Finding:
    return Finding(*place, message, fix, Severity.ERROR)


def warning(place: tuple[str, int], message: Message, fix: Message) -> Finding:
    return Finding(*place, message, fix, Severity.WARNING)


def information(place: tuple[str, int], message: Message, fix: Message) -> Finding:
    return Finding(*place, message, fix, Severity.INFO)


def rows_of(tables: Mapping[str, Any], name: str) -> list[Map]:
    """The rows of a table that is a list of mappings; empty where the book has none."""
    table = tables.get(name)
    return [row for row in table if isinstance(row, Map)] if isinstance(table, list) else []


def place_of_rule(rule: Rule) -> tuple[str, int]:
    return rule.file, rule.line


def nowhere(place: tuple[str, int], what: str, name: str, known: Collection[str]) -> Finding:
    """That an id leads nowhere, with the one that was probably meant."""
    kind = noun(what)
    near = did_you_mean(name, known)
    fix = (
        Message("rules.take-near", near=near.params["name"])
        if isinstance(near, Message)
        else Message("rules.add-or-mend-id", what=kind)
    )
    return error(place, Message("rules.nothing-called", what=kind, name=name), fix)


def noun(what: str) -> Message:
    return Message(f"noun.{what.replace(' ', '-')}")


def listed(value: Any) -> list[str]:
    """The ids in a value that is one id or a list of them."""
    if isinstance(value, str):
        return [value]
    return [str(item) for item in value if isinstance(item, str)] if isinstance(value, list) else []
