"""The word that was meant: of the words there are, the nearest to one that is in no text.

Only words of Latin letters are mended here, since a Chinese word with one wrong character still has its other pairs.
Nothing is mended that is found as it stands, and how far a word may be away is bounded by its length.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from luodi.search.words import stem

#: Words up to so many letters may have one mistake, longer ones two; shorter ones than the first number none.
_SHORTEST, _ONE_MISTAKE = 4, 5
_MOST_WORDS: Final = 200_000
_CODE: Final = re.compile(r"[a-z][a-z0-9]{0,3}(?:-[a-z0-9]{1,6})?")
_LOOK_ALIKE: Final = str.maketrans({"l": "1", "i": "1", "o": "0", "z": "2", "s": "5"})
_LIKELY, _POSSIBLE = 0.5, 1.0


def mended(word: str, known: Mapping[str, int]) -> str | None:
    """What a word that is not known may mean: one other word, or two that were written as one. None if nothing is near.

    Of equally near words the one that more texts hold.
    """
    if len(word) < _SHORTEST or not (word.isascii() and word.isalpha()) or len(known) > _MOST_WORDS:
        return None
    return _apart(word, known) or _nearest(word, known)


def _apart(word: str, known: Mapping[str, int]) -> str | None:
    """Two known words that were written as one."""
    for at in range(3, len(word) - 2):
        first, second = word[:at], word[at:]
        if all(part in known or stem(part) in known for part in (first, second)):
            return f"{first} {second}"
    return None


def _nearest(word: str, known: Mapping[str, int]) -> str | None:
    from rapidfuzz.distance import OSA

    most = 1 if len(word) <= _ONE_MISTAKE else 2
    near = _within(word, list(known), OSA.distance, most)
    return min(near, key=lambda pair: (pair[1], -known[pair[0]], pair[0]), default=(None, 0))[0]


def _within(word: str, choices: Sequence[str], distance: Any, most: int) -> list[tuple[str, int]]:
    from rapidfuzz import process

    found = process.extract(word, choices, scorer=distance, score_cutoff=most, limit=20)
    return [(choice, int(far)) for choice, far, _ in found]


def near_codes(text: str, codes: Iterable[str]) -> list[str]:
    """Codes that one typing error away may be meant, the likeliest first: `B1l` may be B11 or B1.

    A character for one that looks like it is the likeliest error, then one too many or too few, then any other one;
    the last are named only where there is none of the others. No code where the text does not look like one.
    """
    asked = text.casefold()
    if not _CODE.fullmatch(asked):
        return []
    found = [(cost, place, code) for place, code in enumerate(codes) if (cost := _cost(asked, code.casefold())) <= 1]
    likely = [row for row in found if row[0] <= _LIKELY]
    return [code for _, _, code in sorted(likely or found)]


def _cost(asked: str, code: str) -> float:
    if asked == code:
        return 0.0
    if asked.translate(_LOOK_ALIKE) == code.translate(_LOOK_ALIKE):
        return _LIKELY / 2
    if abs(len(asked) - len(code)) == 1:
        longer, shorter = sorted((asked, code), key=len, reverse=True)
        return _LIKELY if any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer))) else 2.0
    if len(asked) != len(code):
        return 2.0
    return _POSSIBLE if sum(a != b for a, b in zip(asked, code, strict=True)) == 1 else 2.0
