"""Sentences that the library says in English, said in Chinese by a table of patterns.

A row has `en`, a regular expression over the whole sentence, and `zh`, what it becomes; `more` is added where the last
group of the expression was found.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from luodi.text import read_yaml


@dataclass(frozen=True)
class Phrases:
    file: Path

    def in_chinese(self, text: str) -> str | None:
        """None for a sentence that no row has."""
        for pattern, words, more in _rows(self.file):
            match = pattern.fullmatch(text)
            if match:
                said = match.expand(words)
                return said + match.expand(more) if more and match[match.re.groups] else said
        return None


@cache
def _rows(file: Path) -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple((re.compile(row["en"], re.DOTALL), row["zh"], row.get("more", "")) for row in read_yaml(file))
