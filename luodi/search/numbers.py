"""Numbers of instruments, however they are written: `工信部通信函〔2024〕107号`, `[2024] 107`, `No. 107 of 2024`.

An index keeps the year and the number as one token, `#2024/107`, and the number alone as `#107`. Texts here are folded.
"""

import re
from collections.abc import Iterator
from typing import Final

_OPEN, _CLOSE = r"[〔\[(【〈<「《{]", r"[〕\])】〉>」》}]"
_NO: Final = r"(?:第|no\.?|number|#)"
_YEAR: Final = r"(?<!\d)((?:19|20)\d\d)(?!\d)"
_BEFORE, _DIGITS = r"(?<![\d/-])(?<!\d\.)", r"0*(\d{1,5})"
_NUMBER: Final = rf"{_BEFORE}{_DIGITS}(?![\d.%/年月-]|,\d)"
_YEARED: Final = re.compile(
    rf"{_OPEN}\s*{_YEAR}\s*{_CLOSE}\s*{_NO}?\s*{_NUMBER}\s*号?"
    rf"|{_YEAR}\s*年?\s*{_NO}\s*{_NUMBER}\s*号?"
    rf"|{_YEAR}\s*年?\s+{_NUMBER}\s*号?$"
    rf"|{_YEAR}\s*年\s*{_NUMBER}\s*号"
)
_OF_YEAR: Final = re.compile(rf"{_NO}?\s*{_BEFORE}{_DIGITS}\s*(?:of|/)\s*{_YEAR}(?![/-])")
_PLAIN: Final = re.compile(
    rf"第\s*{_NUMBER}\s*号|{_NUMBER}\s*号|(?:no\.?|number|#|order|decree|令)\s*(?:no\.?|number|#)?\s*{_NUMBER}(?!\w)"
)


def tokens_of(text: str) -> Iterator[str]:
    """The tokens of a text that is the number of an instrument."""
    named, _ = taken(text)
    for number in named:
        yield number
        if "/" in number:
            yield f"#{number.rpartition('/')[2]}"


def taken(text: str) -> tuple[tuple[str, ...], str]:
    """The numbers that a text names, and the text without them."""
    found: dict[str, None] = {}
    for pattern, turned in ((_YEARED, False), (_OF_YEAR, True), (_PLAIN, False)):
        for match in pattern.finditer(text):
            parts = [group for group in match.groups() if group]
            found["#" + "/".join(reversed(parts) if turned else parts)] = None
        text = pattern.sub(" ", text)
    return tuple(found), text
