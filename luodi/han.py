"""Chinese in two scripts: a name in traditional characters is the same name in simplified ones.

The pairs stand in `han.txt`, the traditional character first: those of the general list of simplified characters that
registers and spreadsheets write. One traditional character has one simplified one; the other way it is not so, which is
why names are compared in simplified characters and never turned into traditional ones. They were gathered with the
conversions of OpenCC (https://github.com/BYVoid/OpenCC, Apache-2.0), for the characters of Big5 and GB 2312.
"""

from functools import cache
from pathlib import Path


def simplified(text: str) -> str:
    """The text with simplified characters for traditional ones; nothing else of it changes."""
    return text if text.isascii() else text.translate(_pairs())


@cache
def _pairs() -> dict[int, str]:
    words = Path(__file__).with_name("han.txt").read_text(encoding="utf-8").split()
    return {ord(word[0]): word[1] for word in words}
