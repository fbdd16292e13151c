"""Why a file or a row cannot be taken, in the language of the reader. It is kept in English, as programs read it."""

import re
from pathlib import Path
from typing import Final

from luodi.errors import LuodiError
from luodi.rules.library import company_vocabulary
from luodi.web.phrases import Phrases
from luodi.web.words import language

_PHRASES: Final = Phrases(Path(__file__).with_name("problems_zh.yaml"))
#: Where it stands: a file with its line, a column, or an attribute.
_PLACED: Final = re.compile(
    r"(?:(?:entry|line) (?P<row>\d+)|(?P<file>[^`\n]+?)(?:, line (?P<line>\d+))?"
    r"|the column `(?P<column>.+?)`|key `(?P<key>\w+)`): (?P<rest>.+)",
    re.DOTALL,
)


def told(problem: LuodiError | str, lang: str = "") -> str:
    """As it is where nobody has translated it."""
    text = str(problem)
    return text if (lang or language()) != "zh" else _in_chinese(text) or text


def _in_chinese(text: str) -> str | None:
    whole = _PHRASES.in_chinese(text)
    if whole is not None:
        return whole
    placed = _PLACED.fullmatch(text)
    said = _in_chinese(placed["rest"]) if placed else None
    return None if placed is None or said is None else f"{_place(placed)}：{said}"


def _place(placed: re.Match[str]) -> str:
    if placed["key"]:
        attribute = company_vocabulary().attributes.get(placed["key"])
        return f"“{(attribute and attribute.label.get('zh')) or placed['key']}”"
    if placed["row"]:
        return f"第{placed['row']}行"
    if placed["column"]:
        return f"“{placed['column']}”列"
    return f"{placed['file']}，第{placed['line']}行" if placed["line"] else str(placed["file"])
