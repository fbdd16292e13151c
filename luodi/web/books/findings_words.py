"""What the checker says, in Chinese. The checker itself speaks English, as the commands do."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from luodi.rules.finding import Finding
from luodi.text import read_yaml

_FILE: Final = Path(__file__).with_name("findings_zh.yaml")


def in_chinese(finding: Finding) -> tuple[str, str] | None:
    """The message and what to do; None where nobody has translated the message."""
    message = _said(finding.message)
    return (
        None
        if message is None
        else (f"{message.rstrip('。')}。" if message[-1:] != "？" else message, _fix(finding.fix))
    )


def _fix(text: str) -> str:
    found = _said(text)
    return "" if found is None else found if found.endswith("？") else f"{found}。"


def _said(text: str) -> str | None:
    """`more` is added where the last group of the expression was found."""
    for pattern, words, more in _patterns():
        match = pattern.fullmatch(text)
        if match:
            said = match.expand(words)
            return said + match.expand(more) if more and match[match.re.groups] else said
    return None


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple((re.compile(row["en"]), row["zh"], row.get("more", "")) for row in read_yaml(_FILE))
