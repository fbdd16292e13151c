"""Names in Han characters by the first letters of their pinyin: 北京蓝鲸科技 as bjljkj, and without its place as ljkj.

Pinyin of single characters from pypinyin (https://github.com/mozillazg/python-pinyin, MIT). Its phrases take a
third of a millisecond for a name, ten times as long as all other words of it; so a character is read as it is read
most, and those below in both ways.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import islice, product
from typing import Final

from luodi.places import place_in_front

#: In front of initials among the words of a name, so that they are no word of another.
INITIALS: Final = "~"
#: Fewer letters would find half of all names.
LEAST: Final = 3
_MOST: Final = 20  # letters that are kept
_MOST_READINGS: Final = 4
#: Characters of names with two readings that begin differently.
_READINGS: Final = {
    "重": "cz",
    "长": "cz",
    "行": "hx",
    "乐": "ly",
    "厦": "xs",
    "藏": "zc",
    "朝": "cz",
    "盛": "sc",
    "传": "cz",
    "调": "dt",
    "系": "xj",
    "车": "cj",
    "会": "hk",
    "单": "ds",
    "曾": "zc",
    "便": "bp",
    "卡": "kq",
    "卜": "b",
}


def initials(han: str) -> set[str]:
    """What a run of Han characters is found by: its initials, and those without a place in front of it; empty where
    fewer than three characters are left or one has no pinyin."""
    runs = {han, han.removeprefix(place_in_front(han))}
    return {letters for run in runs if len(run) >= LEAST for letters in islice(_read(run[:_MOST]), _MOST_READINGS)}


def could_be_initials(word: str) -> bool:
    """Whether a word that somebody typed may be the beginning of initials."""
    return LEAST <= len(word) <= _MOST and re.fullmatch("[a-z]+", word) is not None


def _read(run: str) -> Iterator[str]:
    letters = [_READINGS.get(char) or _letter(char) for char in run]
    return map("".join, product(*letters)) if all(letters) else iter(())


@cache
def _letter(char: str) -> str:
    """The first letter of the usual reading; blank for a character without one."""
    from pypinyin.pinyin_dict import pinyin_dict

    sound = pinyin_dict.get(ord(char), "")[:1]
    return unicodedata.normalize("NFD", sound)[:1]
