"""Names of companies as text: the words they are found by, and the key that tells whether two are the same name.

Chinese has no spaces, so pairs of neighbouring characters are words, as in the search of the library: a word of two
characters is always found. The key leaves out what says nothing about which company it is: case, width, punctuation,
the legal form, and whether characters are traditional or simplified.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from luodi.han import folded
from luodi.profiles.initials import INITIALS, initials

MAX_WORD: Final = 40
MAX_TERMS: Final = 12
#: In front of a key, so that it is no word of any name.
SAME: Final = "="
_HAN: Final = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN: Final = re.compile(f"([{_HAN}]+)|([^\\W_{_HAN}]+)")
_HAN_RUNS: Final = re.compile(f"[{_HAN}]+")
#: Longest first: a shorter one may be the end of a longer one.
_FORMS_HAN: Final = (
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "株式会社",
    "股份公司",
    "责任公司",
    "集团公司",
    "控股",
    "集团",
    "公司",
)
_SCRIPTS: Final = {
    "LATIN": "Latn",
    "CYRILLIC": "Cyrl",
    "HANGUL": "Hang",
    "KATAKANA": "Kana",
    "HIRAGANA": "Hira",
    "GREEK": "Grek",
    "ARABIC": "Arab",
    "HEBREW": "Hebr",
    "THAI": "Thai",
    "DEVANAGARI": "Deva",
}
_FORMS: Final = frozenset(
    "ltd limited llc inc incorporated corp corporation co company plc gmbh ag kg se sa sas sarl srl spa bv nv oy ab as "
    "aps pte pty sdn bhd kk holding holdings group the and".split()
)


def name_key(name: str) -> str:
    """The same for names that differ in case, width, punctuation or legal form alone; blank where nothing is left."""
    parts = []
    for han, word in _RUN.findall(_joined(name)):
        if han:
            parts.append(_without_form(han))
        elif word not in _FORMS:
            parts.append(word)
    return "".join(parts)[:200] or "".join(_RUN.sub(r"\1\2", _joined(name)).split())[:200]


def _joined(name: str) -> str:
    """Folded, with initials such as `S.A.` as one word, and without the brackets around a place or a form."""
    return re.sub(r"(?<=\b\w)\.(?=\w\b)|['’()]", "", folded(name))


def _without_form(han: str) -> str:
    changed = True
    while changed:
        changed = False
        for form in _FORMS_HAN:
            if han.endswith(form) and len(han) > len(form) + 1:
                han, changed = han[: -len(form)], True
    return han


def words(name: str) -> set[str]:
    """What a name is found by: every word, every pair of Han characters and the last one, the initials of its pinyin
    behind `INITIALS`, and the key behind `SAME`.

    A single character is the beginning of the pair that it begins, so that it is found too.
    """
    found: set[str] = set()
    for han, word in _RUN.findall(folded(name)):
        if han:
            found.update(map("".join, pairwise(han)))
            found.add(han[-1])
        else:
            found.add(word[:MAX_WORD])
    key = name_key(name)
    if key:
        found.add(SAME + key)
        found.update(INITIALS + letters for letters in initials("".join(_HAN_RUNS.findall(key))))
    return found


def words_of(names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for name in names:
        found |= words(name)
    return found


def asked(query: str) -> Iterator[tuple[str, bool]]:
    """What a query asks for, all of it: a word, and whether a longer one that begins so will do."""
    found: dict[tuple[str, bool], None] = {}
    for han, word in _RUN.findall(folded(query)):
        if len(han) == 1:
            found[han, True] = None
        elif han:
            found |= dict.fromkeys(((pair, False) for pair in map("".join, pairwise(han))), None)
        else:
            found[word[:MAX_WORD], True] = None
    yield from list(found)[:MAX_TERMS]


def script_of(name: str) -> str:
    """ISO 15924: `Hani` where there is a Han character, else that of most letters, as far as Python tells."""
    if re.search(f"[{_HAN}]", name):
        return "Hani"
    seen = [unicodedata.name(letter, "").split(" ")[0] for letter in name if letter.isalpha()]
    most = max(set(seen), key=seen.count, default="")
    return _SCRIPTS.get(most, "Zyyy")
