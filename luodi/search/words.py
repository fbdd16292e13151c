"""Words of a text and of a question, made by one set of functions, so that every index finds the same.

Chinese has no spaces: of every run of Han characters the characters and the pairs of neighbours are tokens, so that
a word of two characters is always found, and never by a guess where words end. Other words are folded to lower case
and kept whole and by their English stem, British and American spelling alike.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from luodi.han import folded
from luodi.search import numbers

MAX_WORD: Final = 40
MAX_TERMS: Final = 24
HAN: Final = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUN: Final = re.compile(f"([{HAN}]+)|([^\\W_{HAN}]+)")
STOP: Final = frozenset(
    "a an and are as at be been by for from has have in is it its of on or that the their this to was were which "
    "will with".split()
)
#: Words of a question that say that it is one. They are left out where anything else remains.
_ASKING: Final = frozenset(
    "about any can could do does get how i my need our please should some there want we what when where who would "
    "you your".split()
)
_ASKING_HAN: Final = re.compile(
    "请问|怎么样|怎么|怎样|如何|什么|哪些|哪里|哪个|多少|是否|能否|可否|能不能|可不可以|可以|需要|我们公司|我们|我想|我要|想要"
    "|办理|[吗呢么吧嘛]"
)
_AMERICAN: Final = {
    "centre": "center",
    "centres": "centers",
    "licence": "license",
    "licences": "licenses",
    "catalogue": "catalog",
    "catalogues": "catalogs",
    "programme": "program",
    "programmes": "programs",
    "defence": "defense",
    "labelling": "labeling",
    "labelled": "labeled",
    "cheque": "check",
    "colour": "color",
    "fulfil": "fulfill",
    "enrolment": "enrollment",
    "travelling": "traveling",
    "modelling": "modeling",
    "honour": "honor",
}
_ISE: Final = re.compile(r"(?<=[a-z]{3})is(e[ds]?|ing|ations?)$")


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a query: any of `exact`, or a word that begins with `prefix`. `word` is how it was written."""

    exact: tuple[str, ...]
    prefix: str | None = None
    word: str = ""


def tokens(text: str) -> Iterator[str]:
    """Every token of a text, repeats included."""
    for han, word in RUN.findall(folded(text)):
        if han:
            yield from han
            yield from map("".join, pairwise(han))
        elif word not in STOP:
            yield from dict.fromkeys((word[:MAX_WORD], stem(word)))


def compact(text: str) -> str:
    """A name without what people leave out: `Call Centres`, `call-center` and `CALL CENTER` are one name.

    Empty where there is no word in it.
    """
    found = RUN.findall(folded(text))
    kept = [han or stem(word) for han, word in found if word not in STOP]
    return "".join(kept or [word for _, word in found])


def terms(query: str, *, by_number: bool = True) -> tuple[Term, ...]:
    """The terms of a query, all of which a text must match; at most `MAX_TERMS`. Empty where there is no word in it.

    With `by_number`, the number of an instrument is one term, however its brackets are written.
    """
    text = folded(query)
    found: dict[Term, None] = {}
    if by_number:
        named, text = numbers.taken(text)
        found = {Term((number,)): None for number in named}
    found |= dict.fromkeys(_terms(said(text)))
    return tuple(found)[:MAX_TERMS]


def said(text: str) -> str:
    """A folded question without the words that only ask; the whole of it where nothing else was said."""
    words = " ".join(word for word in _ASKING_HAN.sub(" ", text).split() if word.strip("?!.,;:") not in _ASKING)
    return words if RUN.search(words) and any(_terms(words)) else text


def _terms(text: str) -> Iterator[Term]:
    for number, (han, word) in enumerate(RUN.findall(text)):
        if number > MAX_TERMS * 2:
            return
        if len(han) == 1:
            if han != "的":
                yield Term((han,), word=han)
        elif han:
            yield from (Term((a + b,), word=a + b) for a, b in pairwise(han[: MAX_TERMS + 1]))
        elif word not in STOP:
            yield _word(word[:MAX_WORD])


def _word(word: str) -> Term:
    long_enough = len(word) >= 3 or (len(word) == 2 and not word.isalpha())
    return Term(tuple(dict.fromkeys((word, stem(word)))), word if long_enough else None, word)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The English stem, of one spelling for both sides of the ocean; words with other letters or digits stay."""
    if not (word.isascii() and word.isalpha()):
        return word[:MAX_WORD]
    word = _AMERICAN.get(word, word)[:MAX_WORD]
    return str(_stemmer().stemWord(_ISE.sub(r"iz\1", word)))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")
