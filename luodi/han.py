"""Chinese in two scripts: a name in traditional characters is the same name in simplified ones.

OpenCC (https://github.com/BYVoid/OpenCC, Apache-2.0) knows the pairs. It is asked for one character at a time: a name
is compared in parts and shown with marks, so nothing may depend on its neighbours and the length must not change. One
traditional character has one simplified one; the other way it is not so, which is why names are compared in simplified
characters and never turned into traditional ones.
"""

import unicodedata
from functools import cache
from typing import Any, Final

#: The blocks of Han characters that hold traditional ones.
_BLOCKS: Final = (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x33480))


def simplified(text: str) -> str:
    """The text with simplified characters for traditional ones; nothing else of it changes."""
    return text if text.isascii() else text.translate(_PAIRS)


def folded(text: str) -> str:
    """A text as it is compared: widths, cases and scripts that say the same are the same."""
    return simplified(unicodedata.normalize("NFKC", text).casefold())


class _Pairs(dict[int, int]):
    """Characters that were met, each with its simplified one. OpenCC is loaded with the first Han character."""

    def __missing__(self, code: int) -> int:
        han = any(code in block for block in _BLOCKS)
        self[code] = found = _converted(code) if han else code
        return found


_PAIRS: Final = _Pairs()


def _converted(code: int) -> int:
    """The last of its line: the simplified form of one character may be a traditional form of another."""
    found = _converter().convert(chr(code))
    return code if len(found) != 1 or ord(found) == code else _converted(ord(found))


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
