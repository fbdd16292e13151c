"""What every part of a landing plan is made of."""

from collections.abc import Mapping
from typing import Literal

import msgspec

Answer = Literal["allowed", "conditional", "not_allowed", "unknown", "silent"]
Lane = Literal["to_open", "to_go_live", "if_you_want"]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What every part of a plan is."""


class Text(msgspec.Struct, frozen=True):
    """The same sentence in both languages."""

    zh: str
    en: str

    def __getitem__(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    @classmethod
    def of(cls, words: Mapping[str, str]) -> "Text":
        return cls(words["zh"], words["en"])

    @classmethod
    def maybe(cls, words: Mapping[str, str] | None) -> "Text | None":
        return cls.of(words) if words else None


class Cite(msgspec.Struct, frozen=True):
    """Where in the law a statement stands, and the row that rests on it."""

    instrument: str
    article: str | None = None
    rule: str | None = None


class Named(Row, frozen=True, kw_only=True):
    id: str
    name: Text


class Office(Row, frozen=True, kw_only=True):
    zh: str
    en: str
    level: str | None = None
